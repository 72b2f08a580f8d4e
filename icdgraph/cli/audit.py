"""``icdgraph audit``: contradictions and gaps in the classification itself."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, form_options, output_option, with_graph
from icdgraph.cli.output import form_of, give, json_lines, json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from icdgraph.audit import AuditResult
    from icdgraph.codegraph import CodeGraph


@command()
@click.option(
    "--check",
    "checks",
    multiple=True,
    metavar="ID",
    help="Run only this check, such as C101, and show every case. Can be repeated.",
)
@click.option("--all", "show_all", is_flag=True, help="Show every case of every check.")
@form_options("json", "jsonl", "csv")
@output_option("Write every case to a .txt, .json, .jsonl or .csv file.")
@with_graph
def audit(
    graph: CodeGraph,
    checks: tuple[str, ...],
    show_all: bool,
    form: str,
    output: Path | None,
) -> None:
    """List contradictions and gaps in the classification itself.

    The audit finds, for example, pairs of codes that one note excludes and another
    allows, exclusions that only one of two codes states, cycles in the required order
    of codes, and terms that lead to two codes. docs/audit.md explains each check.

    By default, the first cases of each check are shown. Other formats and files have
    every case.

    To check the codes of an encounter, use: icdgraph check

    \b
    Examples:
      icdgraph audit
      icdgraph audit --check C101
      icdgraph audit -o audit.csv
    """
    form = form_of(output, form, "json", "jsonl", "csv")
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
        yield from report.lines(
            graph.core, results, None if everything else report.SHOWN
        )
