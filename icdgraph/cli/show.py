"""``icdgraph show``: the card of a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json
from icdgraph.explain import card

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_graph
def show(graph: CodeGraph, codes: tuple[str, ...], as_json: bool) -> None:
    """Print the card of each CODE.

    A code may be written M54.50, M5450 or m54.50.  A section is asked for by its
    range (M50-M54, B99-B99), a chapter by its range or as "chapter 13".

    With --json, one code gives an object, several give an array.

    \b
    Example:
      icdgraph show M54.50
    """
    nodes = [graph[code] for code in codes]
    if as_json:
        records = [card.record(node) for node in nodes]
        print_json(records[0] if len(records) == 1 else records)
    else:
        terminal.page("\n\n".join(card.text(node) for node in nodes))
