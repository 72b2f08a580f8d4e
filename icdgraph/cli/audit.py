"""``icdgraph audit``: contradictions and gaps in the classification itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import form_of, give, json_lines, json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icdgraph.audit import AuditResult
    from icdgraph.codegraph import CodeGraph


@command()
@click.option(
    "--check",
    "checks",
    multiple=True,
    metavar="ID",
    help="Show every case of this check, such as C101; may be repeated.",
)
@click.option("--all", "show_all", is_flag=True, help="Show every case of every check.")
@records_options
@click.option("--csv", "as_csv", is_flag=True, help="Print a row per note of a case.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, with every case: .txt, .json, .jsonl or .csv.",
)
@with_graph
def audit(
    graph: CodeGraph,
    checks: tuple[str, ...],
    show_all: bool,
    as_json: bool,
    as_lines: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """List contradictions and gaps in the classification itself.

    The audit finds pairs of codes that are excluded and allowed at once, exclusions
    that are stated on one side only, cycles in the order of codes, terms that lead to
    two codes, and more; docs/audit.md explains the checks. It shows the first cases
    of each check. With --check, --all, another format or a file it shows every case.

    To check the codes of an encounter, use: icdgraph check

    \b
    Example:
      icdgraph audit
      icdgraph audit --check C101
      icdgraph audit -o audit.csv
    """
    form = form_of(output, json=as_json, jsonl=as_lines, csv=as_csv)
    everything = bool(checks) or show_all or output is not None
    give(_lines(graph, graph.audit(*checks), form, everything), form, output)


def _lines(
    graph: CodeGraph, results: Sequence[AuditResult], form: str, everything: bool
) -> Iterator[str]:
    from icdgraph.audit import report

    if form == "json":
        yield json_text(report.document(graph.core, results))
    elif form == "jsonl":
        yield from json_lines(report.records(results))
    elif form == "csv":
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\n")
        writer.writerow(report.COLUMNS)
        writer.writerows(report.rows(results))
        yield page.getvalue().rstrip("\n")
    else:
        shown = None if everything else report.SHOWN
        yield from report.lines(graph.core, results, shown)
