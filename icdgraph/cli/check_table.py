"""``icdgraph check --table``: all encounters of a file."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import output_option, split
from icdgraph.cli.output import announce, print_records, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from icdgraph.check.table import TableFindings
    from icdgraph.cli.options import Verb
    from icdgraph.codegraph import CodeGraph


_COLUMNS = {
    "--encounter": "The encounter id. By default, each row is an encounter.",
    "--code": "One column of codes, or several: dx1,dx2 or 'dx*'.",
    "--order": "The position of a code. By default, the order of the rows.",
    "--setting-column": "The setting: inpatient or outpatient.",
    "--age-column": "The age of the patient.",
    "--sex-column": "The sex of the patient.",
}
"""The options that name a column of the table, with their help."""


def table_options(verb: Verb) -> Verb:
    """Give *verb* ``--table`` and the options that only a table has."""
    options: tuple[Callable[[Verb], Verb], ...] = (
        click.option("--report", metavar="FILE", help="Write an HTML report."),
        output_option("Write the findings of a table: .parquet, .csv or .jsonl."),
        click.option("--details", is_flag=True, help="Add the text of each finding."),
        click.option(
            "--encoding", default="utf-8", show_default=True, help="The CSV encoding."
        ),
        click.option(
            "--delimiter", metavar="CHAR", help="The CSV delimiter.  [default: guessed]"
        ),
        *(
            click.option(name, metavar="COLUMN", help=text)
            for name, text in reversed(_COLUMNS.items())
        ),
        click.option("--table", metavar="FILE", help="Check a CSV or Parquet file."),
    )
    for option in options:
        verb = option(verb)
    return verb


def check_file(
    graph: CodeGraph,
    *,
    code: str | None,
    output: Path | None,
    report: str | None,
    form: str,
    **options: Any,
) -> int:
    """Check a table, write what is asked for, print the summary; 1 with errors."""
    if code is None:
        from icdgraph.check.source import table_source

        # A table that cannot be read is the first thing to put right.
        table = table_source(
            options["table"],
            delimiter=options["delimiter"],
            encoding=options["encoding"],
        )
        raise click.UsageError(
            "--table requires --code, the column of the codes. The table has the "
            f"columns {', '.join(table.columns)}."
        )
    options["code"] = split(code)
    if form == "jsonl":
        if output is not None:
            raise click.UsageError("Choose one of --jsonl and --output.")
        found = _print_lines(graph, options)
    else:
        found = _check(graph, options, output)
        _announce(found)
    if report is not None:
        from icdgraph.check.html_report import page

        save(Path(report), page(found.summary.record))
    if form == "json":
        print_records(form, (), found.summary.record)
    elif form == "text":
        terminal.page(found.summary.text())
    return 1 if found.summary["with_error"] else 0


def _check(
    graph: CodeGraph, options: dict[str, Any], output: Path | None
) -> TableFindings:
    table = Path(options.pop("table"))
    with terminal.progress(f"checking {table.name}") as progress:
        return graph.check_table(
            table, output=output, keep=False, progress=progress, **options
        )


def _print_lines(graph: CodeGraph, options: dict[str, Any]) -> TableFindings:
    """Print the findings as JSON lines, when all of them are found."""
    with TemporaryDirectory(prefix="icdgraph-") as folder:
        path = Path(folder, "findings.jsonl")
        found = _check(graph, options, path)
        with path.open(encoding="utf-8") as lines:
            copyfileobj(lines, sys.stdout)
    _remark_rejected(found)
    return found


def _announce(found: TableFindings) -> None:
    from icdgraph.check.sink import rejected_path

    if found.path is None:
        _remark_rejected(found)
        return
    announce(found.path)
    if found.summary["rejected"]["rows"]:
        announce(rejected_path(found.path))


def _remark_rejected(found: TableFindings) -> None:
    from icdgraph.serialize import counted

    rows = found.summary["rejected"]["rows"]
    if rows:
        rejected = f"{counted(rows, 'row')} rejected"
        terminal.remark(f"{rejected}. Use --output to keep them in a file.")
