"""``icdgraph tree``: the nodes below a code, drawn as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, with_graph
from icdgraph.cli.output import print_records
from icdgraph.serialize import Record, node_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.codegraph import CodeGraph
    from icdgraph.graph import Node

DEEPEST = 99
"""More levels than any classification has."""


@command()
@click.argument("code", required=False)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    metavar="N",
    help="Draw N levels below CODE.  [default: all]",
)
@form_options("json", "jsonl")
@with_graph
def tree(graph: CodeGraph, code: str | None, depth: int | None, form: str) -> None:
    """Draw the nodes below CODE, or list the chapters if no CODE is given.

    Billable codes have an asterisk. With --json, each node has an array of its
    children; with --jsonl, each node is a line with its level below CODE.

    \b
    Examples:
      icdgraph tree M54.5
      icdgraph tree --depth 1
    """
    if code is None:
        tops = [node for node in graph.nodes() if node.parent is None]
        depth = depth or 0
    else:
        tops = [graph[code]]
        depth = DEEPEST if depth is None else depth
    if form == "json":
        nested = [_nested(node, depth) for node in tops]
        print_records(form, nested, nested[0] if code else None)
    elif form == "jsonl":
        print_records(form, (r for node in tops for r in _flat(node, depth)))
    else:
        for line in (line for node in tops for line in drawn(node, depth)):
            terminal.line(line, hang=len(line) - len(line.lstrip("│├└─ ")) + 2)


def drawn(node: Node, depth: int = DEEPEST) -> Iterator[str]:
    """Yield the lines of *node*'s subtree, *depth* levels of it.

    >>> from icdgraph.toy import toy
    >>> print("\\n".join(drawn(toy()["M54.4"])))
    M54.4 Lumbago with sciatica
    ├── M54.41* Lumbago with sciatica, right side
    └── M54.42* Lumbago with sciatica, left side
    """
    yield f"{node.code}{'*' if node.is_billable else ''} {node.title}"
    children = node.children if depth else ()
    for child in children:
        is_last = child == children[-1]
        first, *others = drawn(child, depth - 1)
        yield f"{'└── ' if is_last else '├── '}{first}"
        yield from (f"{'    ' if is_last else '│   '}{line}" for line in others)


def _record(node: Node) -> Record:
    return node_record(node) | {"billable": node.is_billable}


def _nested(node: Node, depth: int) -> Record:
    """Return *node* as a record with its children, unless they are below *depth*."""
    record = _record(node)
    if depth:
        record["children"] = [_nested(child, depth - 1) for child in node.children]
    return record


def _flat(node: Node, depth: int, level: int = 0) -> Iterator[Record]:
    yield _record(node) | {"level": level}
    if level < depth:
        for child in node.children:
            yield from _flat(child, depth, level + 1)
