"""``icdgraph show``: the card of a code."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, with_graph
from icdgraph.cli.output import print_records
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Show long lists, and exclusions of whole chapters, in full.",
)
@form_options("json", "jsonl")
@with_graph
def show(graph: CodeGraph, codes: tuple[str, ...], everything: bool, form: str) -> None:
    """Print the card of each CODE: what it covers, and what goes with it.

    A code may be written M54.50, M5450 or m54.50. A section is given by its range
    (M50-M54, B99-B99), a chapter by its range or as "chapter 13".

    With --json, one code gives an object, and several codes give an array. JSON has
    all lists in full.

    \b
    Examples:
      icdgraph show M54.50
      icdgraph show M50-M54 "chapter 13"
    """
    from icdgraph.explain.card import Card
    from icdgraph.explain.card_text import text

    try:
        nodes = [graph[code] for code in codes]
    except ParseError as exc:
        words = shlex.join(code for code in codes if code not in graph)
        raise ParseError(
            f"{str(exc).removesuffix('.')}. To find a code by words, use: "
            f"icdgraph search {words}"
        ) from exc
    if form == "text":
        terminal.page("\n\n".join(text(node, everything) for node in nodes))
        return
    records = [Card(node).record() for node in nodes]
    print_records(form, records, records[0] if len(records) == 1 else None)
