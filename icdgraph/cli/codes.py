"""``icdgraph codes``: sets of codes, as expressions and as lists."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, form_options, output_option, with_graph
from icdgraph.cli.output import print_records, save

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph
    from icdgraph.codesets import CodeSet
    from icdgraph.codesets.findings import ListReport

# Those of icdgraph.codesets.formats, which takes time to import; a test compares them.
FORMS = ("text", "csv", "json", "jsonl", "sql-in", "sql-like", "sparql", "fhir")

_FILE = click.Path(dir_okay=False, exists=True, path_type=Path, allow_dash=True)


@command()
@click.argument("text", metavar="[EXPRESSION]", required=False)
@click.option("--file", type=_FILE, help="Read EXPRESSION from a file.")
@click.option(
    "--condense",
    type=_FILE,
    metavar="LIST",
    help="Print the shortest expression for a list of codes.",
)
@click.option("--lint", type=_FILE, metavar="LIST", help="Check a list of codes.")
@click.option(
    "--diff",
    type=_FILE,
    nargs=2,
    metavar="OLD NEW",
    help="Print what changed between two lists of codes.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    show_default="text",
    help="The output format. sql-in and sql-like are SQL conditions, sparql is a "
    "VALUES block, fhir is a ValueSet.",
)
@form_options("json", "jsonl")
@click.option(
    "--column",
    metavar="NAME",
    help="The column to name in SQL, or the column of LIST that has the codes.",
)
@click.option("--compact", is_flag=True, help="Omit the dots, in text and SQL.")
@click.option("--count", is_flag=True, help="Print only the number of codes.")
@output_option("Write to FILE instead of stdout.")
@with_graph
def codes(
    graph: CodeGraph,
    text: str | None,
    file: Path | None,
    condense: Path | None,
    lint: Path | None,
    diff: tuple[Path, Path] | None,
    form: str,
    column: str | None,
    compact: bool,
    count: bool,
    output: Path | None,
) -> int:
    """Print the codes that match EXPRESSION; check and compare lists of codes.

    Codes are printed in book order. For EXPRESSION and for every file, - is stdin.

    \b
    In an EXPRESSION:
      E11                   E11 and everything below it
      E08-E13               a range of codes, and everything below them
      E11.2-                everything below E11.2
      =E11                  E11 alone
      , or and except ()    unions, intersections and differences
      billable, header      codes that are billable, or are not
      kind category         codes of this kind
      title "low back"      codes with these words in the title; or title /regex/
      has excludes1         codes with such a note; lacks: codes without one
      excludes1 F45.41      codes with a note that refers to F45.41
      excludes1 of M54.50   codes that a note of M54.50 refers to
      seventh A             codes with this 7th character
      laterality left       codes of this side

    A LIST is text or a table of codes in any spelling, ranges, and patterns such as
    E11* and E11.x. --lint exits with 1 if it finds errors or warnings, --condense and
    --diff if an entry is invalid.

    \b
    Examples:
      icdgraph codes 'E11 except E11.9 and billable'
      icdgraph codes 'M54 and title "low back"' --format sql-like --column dx
      icdgraph codes 'excludes1 F45.41 and billable' --format fhir -o set.json
      icdgraph codes --lint list.csv
      icdgraph codes --condense list.txt
      icdgraph codes --diff old.txt new.txt
    """
    modes = [text, file, condense, lint, diff]
    if sum(mode is not None for mode in modes) != 1:
        raise click.UsageError(
            "Give exactly one of EXPRESSION, --file, --condense, --lint and --diff."
        )
    if lint or condense or diff:
        if compact or count or output or form not in ("text", "json", "jsonl"):
            raise click.UsageError(
                "--format, --compact, --count and --output require an EXPRESSION."
            )
        if lint:
            return _lint(_report(graph, lint, column), form)
        if condense:
            return _condense(_report(graph, condense, column), condense, form)
        assert diff is not None
        return _diff(graph, diff, column, form)
    _refuse_useless(form, column, compact, count, output)
    chosen = _evaluated(graph, text, file)
    if count:
        click.echo(chosen.count if form == "text" else len(chosen))
        return 0
    content = chosen.to(form, column=column or "code", compact=compact)
    if output is None:
        # In one piece, a closed pipe would go unnoticed.
        sys.stdout.writelines(content.splitlines(keepends=True))
    else:
        save(output, content)
    return 0


def _refuse_useless(
    form: str, column: str | None, compact: bool, count: bool, output: Path | None
) -> None:
    """Raise `click.UsageError` for an option that has no effect."""
    from icdgraph.codesets.formats import NAMED, SPELLED

    if count and (form not in ("text", "json", "jsonl") or column or compact or output):
        raise click.UsageError(
            "--count cannot be used with --format, --column, --compact or --output."
        )
    for option, is_given, forms in (
        ("--column", column, NAMED),
        ("--compact", compact, SPELLED),
    ):
        if is_given and form not in forms:
            names = ", ".join(name for name in FORMS if name in forms)
            raise click.UsageError(f"{option} requires one of these formats: {names}.")


def _evaluated(graph: CodeGraph, text: str | None, file: Path | None) -> CodeSet:
    """Return the set of an expression; report on stderr if it is ambiguous or empty."""
    from icdgraph.codesets import parse
    from icdgraph.codesets.expression import is_ambiguous

    if text is None or text == "-":
        text = _read(file or Path("-"))
    parsed = parse(text)
    if is_ambiguous(parsed):
        terminal.remark(f"read as {parsed}")
    chosen = graph.codes(text)
    if not chosen:
        terminal.remark("no codes")
    return chosen


# Lists


def _read(path: Path) -> str:
    from icdgraph.codesets.listing import decode

    is_stdin = str(path) == "-"
    return decode(sys.stdin.buffer.read() if is_stdin else path.read_bytes())


def _report(graph: CodeGraph, path: Path, column: str | None) -> ListReport:
    from icdgraph.codesets.lint import lint

    return lint(graph.core, _read(path), column)


def _lint(report: ListReport, form: str) -> int:
    if form == "text":
        for finding in report.findings:
            severity = terminal.severity(finding.flaw.severity)
            terminal.line(f"line {finding.line}: ", severity, f": {finding.message}")
        terminal.remark(report.summary)
    else:
        records = (finding.record() for finding in report.findings)
        print_records(form, records, report.record())
    return 0 if report.is_clean else 1


def _condense(report: ListReport, path: Path, form: str) -> int:
    expression = report.codes.condense()
    record = {"expression": expression, **report.record()}
    if form != "text":
        print_records(form, [record], record)
    elif expression:
        click.echo(expression)
    else:
        terminal.remark("no codes")
    return _report_errors(report, path)


def _diff(
    graph: CodeGraph, paths: tuple[Path, Path], column: str | None, form: str
) -> int:
    if all(str(path) == "-" for path in paths):
        raise click.UsageError("Only one of OLD and NEW can be -, which is stdin.")
    old, new = (_report(graph, path, column) for path in paths)
    changes = new.codes.changes(since=old.codes)
    if form != "text":
        print_records(form, (change.record() for change in changes))
    else:
        for change in changes:
            terminal.line(str(change), hang=9)
    if not changes:
        terminal.remark("the lists have the same codes")
    return max(_report_errors(old, paths[0]), _report_errors(new, paths[1]))


def _report_errors(report: ListReport, path: Path) -> int:
    """Report the invalid entries of a list on stderr, and return the exit code."""
    errors = [f for f in report.findings if f.flaw.severity == "error"]
    for finding in errors:
        terminal.remark(f"{path}, {finding}")
    return 1 if errors else 0
