"""``icdgraph order``: a legal order of codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph


@command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_graph
def order(graph: CodeGraph, codes: tuple[str, ...], as_json: bool) -> int:
    """Put CODEs into the order that code-first and use-additional notes ask for.

    What notes and Guidelines leave open stays as it was given.  Where the notes go
    round in a circle, or no CODE may be first-listed, that is shown instead, and the
    exit code is 1.

    \b
    Example:
      icdgraph order F02.80 G30.9 I10
    """
    found = graph.order(codes)
    if as_json:
        print_json(found.record())
    else:
        click.echo(found.text())
    return 0 if found.is_legal else 1
