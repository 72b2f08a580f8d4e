"""``icdgraph audit``: what was read, and what the classification leaves open."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph import coverage as view
from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_lines, save

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.audit import Finding
    from icdgraph.codegraph import CodeGraph


@command()
@click.option("--order", metavar="FILE", help="An order file, plain or compressed.")
@click.option("--graph", "by_graph", is_flag=True, help="Audit what the notes say.")
@click.option(
    "--check",
    "checks",
    multiple=True,
    metavar="ID",
    help="Every case of this check, as A101; may be given more than once.",
)
@click.option("--all", "everything", is_flag=True, help="Every case of every check.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a row for each case's note.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; .json and .csv are written as such.",
)
@with_graph
def audit(
    graph: CodeGraph,
    order: str | None,
    by_graph: bool,
    checks: tuple[str, ...],
    everything: bool,
    as_json: bool,
    as_csv: bool,
    output: Path | None,
) -> None:
    """Count what was read of the release, and list what was not.

    With an order file, list each code that is missing, extra, or has another billable
    flag or title.

    With --graph, audit the classification itself: pairs that are forbidden and allowed
    at once, exclusions said on one side only, circles in the order of codes, one term
    at two codes, and more; docs/audit.md explains the checks. The first cases of each
    check are shown; --check, --all, --json, --csv and a file hold every one.

    \b
    Example:
      icdgraph audit
      icdgraph audit --order icd10cm_order_2026.txt --json
      icdgraph audit --graph
      icdgraph audit --check A101
      icdgraph audit --graph -o audit.csv
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv: choose one of the two.")
    if by_graph or checks or everything or as_csv:
        if order is not None:
            raise click.UsageError("--order goes without --graph, --check and --csv.")
        whole = bool(checks) or everything or output is not None
        _by_graph(graph, checks, whole, _form(as_json, as_csv, output), output)
        return
    report = view.audit(graph.core, order)
    if as_json or (output and output.suffix == ".json"):
        _give(json.dumps(report, ensure_ascii=False, indent=2), output)
    elif output and output.suffix == ".csv":
        raise click.UsageError("a .csv file goes with --graph.")
    else:
        _give(view.text(report), output)


def _form(as_json: bool, as_csv: bool, output: Path | None) -> str:
    """Return the form asked for, by an option or else by the ending of *output*."""
    if as_json or as_csv:
        return "json" if as_json else "csv"
    return output.suffix.lower().lstrip(".") if output else "text"


def _by_graph(
    graph: CodeGraph,
    checks: tuple[str, ...],
    whole: bool,
    form: str,
    output: Path | None,
) -> None:
    from icdgraph.audit import audit as by_graph
    from icdgraph.audit import report

    findings = by_graph(graph.core, checks)
    if form == "json":
        document = report.document(graph.core, findings)
        _give(json.dumps(document, ensure_ascii=False, indent=2), output)
    elif form == "csv":
        _give(_csv(findings), output)
    else:
        shown = None if whole else report.SHOWN
        _give("\n".join(report.lines(graph.core, findings, shown)), output)


def _csv(findings: Sequence[Finding]) -> str:
    from icdgraph.audit import report

    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(report.COLUMNS)
    writer.writerows(report.rows(findings))
    return page.getvalue().rstrip("\n")


def _give(text: str, output: Path | None) -> None:
    """Print *text*, or write it to *output*."""
    if output is None:
        print_lines([text])
    else:
        save(output, text + "\n")
