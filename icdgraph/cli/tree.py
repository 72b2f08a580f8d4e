"""``icdgraph tree``: the nodes below a code, drawn as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import json_lines, print_json, print_lines
from icdgraph.serialize import Record, node_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.codegraph import CodeGraph
    from icdgraph.graph import Node


@command()
@click.argument("code", required=False)
@click.option("--depth", type=click.IntRange(min=0), help="How many levels to draw.")
@records_options
@with_graph
def tree(
    graph: CodeGraph, code: str | None, depth: int | None, as_json: bool, as_lines: bool
) -> None:
    """Draw the nodes below CODE; without CODE, the chapters.

    Without --depth, all levels below CODE are drawn. Billable codes have an asterisk.

    With --json, each node has its children; with --jsonl, each node is a line with
    its level below CODE.

    \b
    Example:
      icdgraph tree M54.5
      icdgraph tree --depth 1
    """
    if code is None:
        tops = [node for node in graph.nodes() if node.parent is None]
        depth = depth or 0
    else:
        tops = [graph[code]]
    if as_json:
        records = [_nested(node, depth) for node in tops]
        print_json(records if code is None else records[0])
    elif as_lines:
        print_lines(json_lines(r for node in tops for r in _flat(node, depth)))
    else:
        for line in (line for node in tops for line in drawn(node, depth)):
            terminal.line(line, hang=len(line) - len(line.lstrip("│├└─ ")) + 2)


def drawn(node: Node, depth: int | None = None) -> Iterator[str]:
    """Yield the lines of *node*'s subtree, *depth* levels of it.

    >>> from icdgraph.toy import toy
    >>> print("\\n".join(drawn(toy()["M54.4"])))
    M54.4 Lumbago with sciatica
    ├── M54.41* Lumbago with sciatica, right side
    └── M54.42* Lumbago with sciatica, left side
    """
    yield _line(node)
    yield from _below(node, "", depth)


def _below(node: Node, indent: str, depth: int | None) -> Iterator[str]:
    if depth == 0:
        return
    children = node.children
    for child in children:
        is_last = child == children[-1]
        yield f"{indent}{'└── ' if is_last else '├── '}{_line(child)}"
        yield from _below(child, indent + ("    " if is_last else "│   "), _less(depth))


def _less(depth: int | None) -> int | None:
    return None if depth is None else depth - 1


def _line(node: Node) -> str:
    return f"{node.code}{'*' if node.is_billable else ''} {node.title}"


def _record(node: Node) -> Record:
    return node_record(node) | {"billable": node.is_billable}


def _nested(node: Node, depth: int | None) -> Record:
    """Return *node* as a record with its children, unless they are below *depth*."""
    record = _record(node)
    if depth != 0:
        record["children"] = [_nested(child, _less(depth)) for child in node.children]
    return record


def _flat(node: Node, depth: int | None, level: int = 0) -> Iterator[Record]:
    yield _record(node) | {"level": level}
    if depth is None or level < depth:
        for child in node.children:
            yield from _flat(child, depth, level + 1)
