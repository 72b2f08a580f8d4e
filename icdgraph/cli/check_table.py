"""``icdgraph check --table``: all encounters of a file."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.cli.output import announce, print_json, save

if TYPE_CHECKING:
    from icdgraph.check.table import TableFindings
    from icdgraph.codegraph import CodeGraph


def check_file(
    graph: CodeGraph,
    *,
    code_column: str | None,
    output: str | None,
    report: str | None,
    as_json: bool,
    as_lines: bool,
    **options: Any,
) -> int:
    """Check a table, write what is asked for, print the summary; 1 with errors."""
    if code_column is None:
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
    options["code"] = [name.strip() for name in code_column.split(",")]
    if as_lines:
        if output is not None:
            raise click.UsageError("Choose one of --jsonl and --output.")
        found = _print_lines(graph, options)
    else:
        found = _check(graph, options, output)
        _announce(found)
    if report is not None:
        from icdgraph.check.html_report import page

        save(Path(report), page(found.summary.record))
    if as_json:
        print_json(found.summary.record)
    elif not as_lines:
        terminal.page(found.summary.text())
    return 1 if found.summary["with_error"] else 0


def _check(
    graph: CodeGraph, options: dict[str, Any], output: str | Path | None
) -> TableFindings:
    options = dict(options)
    table = Path(options.pop("table"))
    order = options.pop("order_column")
    with terminal.progress(f"checking {table.name}") as progress:
        return graph.check_table(
            table, order=order, output=output, keep=False, progress=progress, **options
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
