"""``icdgraph order``: a legal order of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, with_graph
from icdgraph.cli.output import print_records

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@form_options("json", "jsonl")
@with_graph
def order(graph: CodeGraph, codes: tuple[str, ...], form: str) -> int:
    """Put codes into the order that the notes and the Guidelines require.

    Code-first and use-additional-code notes are followed. Otherwise, codes stay in the
    order given. If the notes form a cycle, or none of the codes may be listed first,
    the reasons are printed instead of an order, and the exit code is 1.

    \b
    Examples:
      icdgraph order F02.80 G30.9 I10
    """
    answer = graph.order(codes)
    if form == "text":
        terminal.page(answer.text())
    else:
        print_records(form, [answer.record()], answer.record())
    return 0 if answer.is_legal else 1
