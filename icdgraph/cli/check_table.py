"""``icdgraph check --table``: all encounters of a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli.output import announce, print_json, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icdgraph.check.table import TableFindings
    from icdgraph.codegraph import CodeGraph

_PARTS = 1000
"""Steps of the progress bar."""


def check_file(
    graph: CodeGraph,
    *,
    table: str,
    code_column: str | None,
    order_column: str | None,
    rules: str | None,
    output: str | None,
    report: str | None,
    as_json: bool,
    **options: Any,
) -> int:
    """Check *table*, write what is asked for, print the summary; 1 with errors."""
    if code_column is None:
        raise click.UsageError("--table needs --code, the column of the codes.")
    with _bar(f"checking {Path(table).name}") as progress:
        found = graph.check_table(
            Path(table),
            code=[name.strip() for name in code_column.split(",")],
            order=order_column,
            rules=None if rules is None else rules.split(","),
            output=output,
            keep=False,
            progress=progress,
            **options,
        )
    _tell_files(found)
    if report is not None:
        from icdgraph.check.html_report import page

        save(Path(report), page(found.summary.record))
    if as_json:
        print_json(found.summary.record)
    else:
        click.echo(found.summary.text())
    return 1 if found.summary["with_error"] else 0


def _tell_files(found: TableFindings) -> None:
    from icdgraph.check.table import beside

    rows = found.summary["set_aside"]["rows"]
    if found.path is not None:
        announce(found.path)
        if rows:
            announce(beside(found.path))
    elif rows:
        click.echo(f"{rows:,} rows set aside; --output keeps them in a file", err=True)


@contextmanager
def _bar(label: str) -> Iterator[Callable[[float | None], None]]:
    """Show on stderr how much of the table is read."""
    with click.progressbar(length=_PARTS, label=label, file=sys.stderr) as bar:

        def progress(part: float | None) -> None:
            if part is not None:
                # A table that turns out to be unsorted is read again from its start.
                bar.update(max(0, int(part * _PARTS) - bar.pos))

        yield progress
