"""``icdgraph order``: a legal order of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import print_json, print_records

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@records_options
@with_graph
def order(
    graph: CodeGraph, codes: tuple[str, ...], as_json: bool, as_lines: bool
) -> int:
    """Put CODEs into the order that the notes and the Guidelines require.

    Code-first and use-additional notes are followed; what they leave open stays as it
    was given.  If the notes form a cycle, or no CODE may be listed first, the reasons
    are printed instead, and the exit code is 1.

    \b
    Example:
      icdgraph order F02.80 G30.9 I10
    """
    found = graph.order(codes)
    if as_lines:
        print_records([found.record()], as_json, as_lines)
    elif as_json:
        print_json(found.record())
    else:
        terminal.page(found.text())
    return 0 if found.is_legal else 1
