"""``icdgraph coverage``: what was read of the release, and what was not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import form_of, give, json_lines, json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.codegraph import CodeGraph
    from icdgraph.coverage import Coverage


@command()
@click.option("--order", metavar="FILE", help="An order file, plain or compressed.")
@records_options
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write: .txt, .json or .jsonl.",
)
@with_graph
def coverage(
    graph: CodeGraph,
    order: str | None,
    as_json: bool,
    as_lines: bool,
    output: Path | None,
) -> None:
    """Count what was read of the release, and list what was not.

    The counts are those of nodes, and of notes by how far their references could be
    resolved. Misprints and other problems are listed one by one. With an order file,
    each code that is missing, extra, or has another billable flag or title is listed
    as well.

    \b
    Example:
      icdgraph coverage
      icdgraph coverage --order icd10cm_order_2026.txt --json
    """
    form = form_of(output, json=as_json, jsonl=as_lines)
    give(_lines(graph.coverage(order), form), form, output)


def _lines(covered: Coverage, form: str) -> Iterator[str]:
    if form == "json":
        return iter([json_text(covered.record())])
    if form == "jsonl":
        return json_lines([covered.record()])
    return covered.lines()
