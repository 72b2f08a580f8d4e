"""``icdgraph tree``: a subtree, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.codegraph import CodeGraph
    from icdgraph.graph import Node


@command()
@click.argument("code", required=False)
@click.option("--depth", type=click.IntRange(min=0), help="Levels below CODE to draw.")
@with_graph
def tree(graph: CodeGraph, code: str | None, depth: int | None) -> None:
    """Draw what stands beneath CODE; without one, the chapters.

    Without --depth, all levels beneath a CODE are drawn, or the 22 chapters.  Billable
    codes are marked with an asterisk.

    \b
    Example:
      icdgraph tree M54.5
      icdgraph tree --depth 1
    """
    if code is None:
        chapters = [node for node in graph.nodes() if node.parent is None]
        levels = depth or 0
        print_lines(line for node in chapters for line in drawn(node, levels))
    else:
        print_lines(drawn(graph[code], depth))


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
        deeper = None if depth is None else depth - 1
        yield from _below(child, indent + ("    " if is_last else "│   "), deeper)


def _line(node: Node) -> str:
    return f"{node.code}{'*' if node.is_billable else ''} {node.title}"
