"""``icdgraph order``: a valid order of codes."""

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

    Only a code in the wrong place is moved, such as a manifestation before its
    etiology. If no order is valid, because none of the codes may be listed first, the
    exit code is 1.

    \b
    Examples:
      icdgraph order F02.80 G30.9 I10
    """
    answer = graph.order(codes)
    if form == "text":
        terminal.page(answer.text())
    else:
        print_records(form, [answer.record()], answer.record())
    return 0 if answer.is_valid else 1
