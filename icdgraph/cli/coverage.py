"""``icdgraph coverage``: what was read of the release, and what was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, form_options, output_option, with_graph
from icdgraph.cli.output import form_of, give, json_lines, json_text

if TYPE_CHECKING:
    from pathlib import Path

    from icdgraph.codegraph import CodeGraph


@command()
@click.option(
    "--order",
    metavar="FILE",
    help="Compare with this order file of CMS, plain or compressed.",
)
@form_options("json", "jsonl")
@output_option("Write a .txt, .json or .jsonl file.")
@with_graph
def coverage(
    graph: CodeGraph, order: str | None, form: str, output: Path | None
) -> None:
    """Count what was read of the release, and list what was not.

    The result has the number of nodes of each kind, the number of notes by how well
    their references were resolved, and every misprint or other problem. With --order,
    it also lists each code that is missing or extra, or whose title or billable status
    differs.

    \b
    Examples:
      icdgraph coverage
      icdgraph coverage --order icd10cm_order_2026.txt --json
    """
    form = form_of(output, form, "json", "jsonl")
    covered = graph.coverage(order)
    if form == "text":
        lines = covered.lines()
    elif form == "json":
        lines = iter([json_text(covered.record())])
    else:
        lines = json_lines([covered.record()])
    give(lines, form, output)
