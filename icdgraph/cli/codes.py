"""``icdgraph codes``: sets of codes, as expressions and as lists."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli import terminal
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import print_json, print_records, save

if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph
    from icdgraph.codesets import CodeSet
    from icdgraph.codesets.findings import ListReport

# Those of icdgraph.codesets.formats, which takes time to import; a test compares them.
FORMS = ("text", "csv", "json", "jsonl", "sql-in", "sql-like", "sparql", "fhir")

_FILE = click.Path(dir_okay=False, exists=True, path_type=Path, allow_dash=True)


@command()
@click.argument("text", metavar="[EXPRESSION]", required=False)
@click.option("--file", type=_FILE, help="Read EXPRESSION from a file; - is stdin.")
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
    help="Print what changed from one list of codes to another.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    show_default="text",
    help="The output format. sql-in and sql-like are SQL conditions, sparql is a "
    "VALUES block, fhir is a ValueSet.",
)
@records_options
@click.option(
    "--column",
    metavar="NAME",
    help="The column in SQL, or the column of a LIST that has the codes.",
)
@click.option("--compact", is_flag=True, help="Leave out the dots, in text and SQL.")
@click.option("--count", is_flag=True, help="Print only the number of codes.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to a file instead of stdout.",
)
@with_graph
def codes(
    graph: CodeGraph,
    text: str | None,
    file: Path | None,
    condense: Path | None,
    lint: Path | None,
    diff: tuple[Path, Path] | None,
    form: str | None,
    as_json: bool,
    as_lines: bool,
    column: str | None,
    compact: bool,
    count: bool,
    output: Path | None,
) -> int:
    """Print the codes that EXPRESSION names, in book order. - reads it from stdin.

    A code includes everything below it: E11. So does a range: E08-E13. E11.2- is
    everything below E11.2, =E11 is the header alone. Combine with commas, or, and,
    except, and parentheses. Predicates: billable, header, kind category,
    title "low back", title /regex/, has excludes1, lacks code-first, excludes1 F45.41
    (codes with a note that names F45.41), excludes1 of M54.50 (codes that its notes
    name), seventh A, laterality left.

    \b
    Example:
      icdgraph codes 'E11 except E11.9 and billable'
      icdgraph codes 'M54 and title "low back"' --format sql-like --column dx
      icdgraph codes 'excludes1 F45.41 and billable' --format fhir -o set.json
      icdgraph codes --lint list.csv
      icdgraph codes --condense list.txt
      icdgraph codes --diff old.txt new.txt

    A LIST is text or a table, with codes in any spelling, ranges, E11*, E11.x. --lint
    prints what is wrong with it and exits with 1 if there are errors or warnings.
    --condense and --diff exit with 1 if an entry is invalid.
    """
    modes = [text, file, condense, lint, diff]
    if sum(mode is not None for mode in modes) != 1:
        raise click.UsageError(
            "Give exactly one of EXPRESSION, --file, --condense, --lint and --diff."
        )
    if lint or condense or diff:
        if form or compact or count or output:
            raise click.UsageError(
                "--format, --compact, --count and --output require an EXPRESSION."
            )
    else:
        given = [form, "json" if as_json else None, "jsonl" if as_lines else None]
        form = _form([name for name in given if name], column, compact, count, output)
    if lint:
        return _lint(_report(graph, lint, column), as_json, as_lines)
    if condense:
        return _condense(_report(graph, condense, column), condense, as_json, as_lines)
    if diff:
        return _diff(graph, diff, column, as_json, as_lines)
    chosen = _evaluated(graph, text, file)
    if count:
        click.echo(len(chosen) if as_json or as_lines else chosen.count)
        return 0
    content = chosen.to(form or "text", column=column or "code", compact=compact)
    if output is None:
        # In one piece, a closed pipe would go unnoticed.
        sys.stdout.writelines(content.splitlines(keepends=True))
    else:
        save(output, content)
    return 0


def _form(
    given: list[str],
    column: str | None,
    compact: bool,
    count: bool,
    output: Path | None,
) -> str:
    """Return the format to print; raises `click.UsageError` for a useless option."""
    from icdgraph.codesets.formats import NAMED, SPELLED

    form = given[0] if given else "text"
    if len(given) > 1:
        raise click.UsageError("Choose one of --format, --json and --jsonl.")
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
    return form


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
        _report_empty()
    return chosen


def _report_empty() -> None:
    terminal.remark("the set is empty")


# Lists


def _read(path: Path) -> str:
    from icdgraph.codesets.listing import decode

    is_stdin = str(path) == "-"
    return decode(sys.stdin.buffer.read() if is_stdin else path.read_bytes())


def _report(graph: CodeGraph, path: Path, column: str | None) -> ListReport:
    from icdgraph.codesets.lint import lint

    return lint(graph.core, _read(path), column)


def _lint(report: ListReport, as_json: bool, as_lines: bool) -> int:
    if as_json:
        print_json(report.record())
    elif as_lines:
        print_records((finding.record() for finding in report.findings), False, True)
    else:
        for finding in report.findings:
            severity = terminal.severity(finding.flaw.severity)
            terminal.line(f"line {finding.line}: ", severity, f": {finding.message}")
        terminal.remark(report.summary)
    return 0 if report.is_clean else 1


def _condense(report: ListReport, path: Path, as_json: bool, as_lines: bool) -> int:
    expression = report.codes.condense()
    record = {"expression": expression, **report.record()}
    if as_json:
        print_json(record)
    elif as_lines:
        print_records([record], False, True)
    elif expression:
        click.echo(expression)
    else:
        _report_empty()
    return _report_errors(report, path)


def _diff(
    graph: CodeGraph,
    paths: tuple[Path, Path],
    column: str | None,
    as_json: bool,
    as_lines: bool,
) -> int:
    if all(str(path) == "-" for path in paths):
        raise click.UsageError("Only one of OLD and NEW can be -, which is stdin.")
    old, new = (_report(graph, path, column) for path in paths)
    changes = new.codes.changes(since=old.codes)
    if as_json or as_lines:
        print_records((change.record() for change in changes), as_json, as_lines)
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
