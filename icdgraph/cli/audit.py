"""``icdgraph audit``: what was read and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph import audit as view
from icdgraph.cli.options import print_json, with_graph

if TYPE_CHECKING:
    from icdgraph.graph import CodeGraph


@click.command()
@click.option("--order", metavar="FILE", help="An order file, plain or compressed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_graph
def audit(graph: CodeGraph, order: str | None, as_json: bool) -> None:
    """Count what was read of the release, and list what was not.

    With an order file, list each code that is missing, extra, or has another billable
    flag or title.

    \b
    Example:
      icdgraph audit
      icdgraph audit --order icd10cm_order_2026.txt --json
    """
    report = view.audit(graph, order)
    if as_json:
        print_json(report)
    else:
        click.echo(view.text(report))
