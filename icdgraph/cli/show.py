"""``icdgraph show``: the card of a code."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import print_json, print_records
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph
    from icdgraph.graph import Node


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Show long lists and the exclusions of chapters in full.",
)
@records_options
@with_graph
def show(
    graph: CodeGraph,
    codes: tuple[str, ...],
    everything: bool,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Print the card of each CODE: what it covers, and what goes with it.

    A code may be written M54.50, M5450 or m54.50. A section is given by its range
    (M50-M54, B99-B99), a chapter by its range or as "chapter 13".

    With --json, one code gives an object and several codes give an array; both have
    everything.

    \b
    Example:
      icdgraph show M54.50
    """
    from icdgraph.explain.card import Card
    from icdgraph.explain.card_text import text

    nodes = [_node(graph, code) for code in codes]
    if as_json and len(nodes) == 1:
        print_json(Card(nodes[0]).record())
    elif as_json or as_lines:
        print_records((Card(node).record() for node in nodes), as_json, as_lines)
    else:
        terminal.page("\n\n".join(text(node, everything) for node in nodes))


def _node(graph: CodeGraph, code: str) -> Node:
    try:
        return graph[code]
    except ParseError as exc:
        message, words = str(exc).removesuffix("."), shlex.quote(code)
        raise ParseError(
            f"{message}. To find a code by words, use: icdgraph search {words}"
        ) from exc
