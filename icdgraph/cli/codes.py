"""``icdgraph codes``: sets of codes, said, condensed, compared and checked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json, print_lines, save

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.codegraph import CodeGraph
    from icdgraph.codesets.codeset import CodeSet
    from icdgraph.codesets.findings import Report

# Those of icdgraph.codesets.formats, which takes time to import; a test compares them.
FORMS = ("text", "csv", "json", "sql-in", "sql-like", "sparql", "fhir")

_FILE = click.Path(dir_okay=False, exists=True, path_type=Path, allow_dash=True)


@command()
@click.argument("text", metavar="[EXPRESSION]", required=False)
@click.option(
    "--file", type=_FILE, help="A file that holds the expression; - is stdin."
)
@click.option(
    "--condense",
    type=_FILE,
    metavar="LIST",
    help="Print the shortest expression of a list.",
)
@click.option("--lint", type=_FILE, metavar="LIST", help="Check a published list.")
@click.option(
    "--diff",
    type=_FILE,
    nargs=2,
    metavar="OLD NEW",
    help="What changed from one list to another.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    show_default="text",
    help="How codes are printed; sql-in and sql-like are conditions, sparql a VALUES "
    "block, fhir a ValueSet.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--column",
    metavar="NAME",
    help="The column of an SQL condition, or that of a LIST with the codes.",
)
@click.option("--compact", is_flag=True, help="Codes without dots, in text and SQL.")
@click.option("--count", is_flag=True, help="Print only how many codes there are.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; by default, stdout.",
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
    column: str | None,
    compact: bool,
    count: bool,
    output: Path | None,
) -> int:
    """Print the codes that EXPRESSION says, in the order of the book; - is stdin.

    A code has all beneath it: E11. So have both ends of a range: E08-E13. E11.2- is
    all beneath, =E11 the header alone. Put together with commas, or, and, except, and
    parentheses. Predicates: billable, header, kind category, title "low back",
    title /regex/, has excludes1, lacks code-first, excludes1 F45.41 (codes with a note
    that names it), excludes1 of M54.50 (codes that its notes name), seventh A,
    laterality left.

    \b
    Example:
      icdgraph codes 'E11 except E11.9 and billable'
      icdgraph codes 'M54 and title "low back"' --format sql-like --column dx
      icdgraph codes 'excludes1 F45.41 and billable' --format fhir -o set.json
      icdgraph codes --lint list.csv
      icdgraph codes --condense list.txt
      icdgraph codes --diff old.txt new.txt

    A LIST is text or a table: codes with dots or without, ranges, E11*, E11.x. --lint
    prints what is wrong with it, and exits with 1 where that is more than remarks;
    --condense and --diff do so where a part of a list could not be used.
    """
    from icdgraph.codesets.formats import written

    given = [text, file, condense, lint, diff]
    if sum(value is not None for value in given) != 1:
        raise click.UsageError(
            "One of EXPRESSION, --file, --condense, --lint and --diff is needed."
        )
    if (condense or lint or diff) and (form or compact or count or output):
        raise click.UsageError(
            "--format, --compact, --count and --output go with an expression alone."
        )
    if count and output:
        raise click.UsageError("--count and --output: choose one of the two.")
    if as_json and form:
        raise click.UsageError("--json and --format: choose one of the two.")
    if diff and all(str(path) == "-" for path in diff):
        raise click.UsageError("stdin is read but once: OLD or NEW may be -, not both.")
    if lint:
        return _lint(_report(graph, lint, column), as_json)
    if condense:
        return _condense(_report(graph, condense, column), condense, as_json)
    if diff:
        old, new = (_report(graph, path, column) for path in diff)
        return _diff(old, new, diff, as_json)
    found = _evaluated(graph, text, file)
    if count:
        click.echo(len(found) if as_json else found.count)
    else:
        form = "json" if as_json else form or "text"
        name = "code" if column is None else column
        _write(written(found, form, column=name, compact=compact), output)
    return 0


def _evaluated(graph: CodeGraph, text: str | None, file: Path | None) -> CodeSet:
    """Return the set of an expression, and say on stderr how it was read if need be."""
    from icdgraph.codesets.expression import is_mixed
    from icdgraph.codesets.grammar import parse

    if text is None or text == "-":
        text = _decoded(file or Path("-"))
    read = parse(text)
    if is_mixed(read):
        click.echo(f"icdgraph: read as {read}", err=True)
    found = graph.codes(text)
    if not found:
        _say_empty()
    return found


def _say_empty() -> None:
    click.echo("icdgraph: there is no code in this set", err=True)


def _write(pieces: Iterable[str], output: Path | None) -> None:
    if output is None:
        sys.stdout.writelines(pieces)
    else:
        save(output, "".join(pieces))


# Lists


def _decoded(path: Path) -> str:
    from icdgraph.codesets.listing import decode

    is_stdin = str(path) == "-"
    return decode(sys.stdin.buffer.read() if is_stdin else path.read_bytes())


def _report(graph: CodeGraph, path: Path, column: str | None) -> Report:
    from icdgraph.codesets.lint import lint

    return lint(graph.core, _decoded(path), column)


def _lint(report: Report, as_json: bool) -> int:
    if as_json:
        print_json(report.record())
    else:
        print_lines(map(str, report.findings))
        click.echo(f"icdgraph: {report.summary}", err=True)
    return 0 if report.is_clean else 1


def _condense(report: Report, path: Path, as_json: bool) -> int:
    expression = report.codes.condense()
    if as_json:
        print_json({"expression": expression, **report.record()})
    elif expression:
        click.echo(expression)
    else:
        _say_empty()
    return _warned(report, path)


def _diff(old: Report, new: Report, paths: tuple[Path, Path], as_json: bool) -> int:
    changes = new.codes.changes(since=old.codes)
    if as_json:
        print_json([change.record() for change in changes])
    else:
        print_lines(map(str, changes))
    if not changes:
        click.echo("icdgraph: the lists hold the same codes", err=True)
    return max(_warned(old, paths[0]), _warned(new, paths[1]))


def _warned(report: Report, path: Path) -> int:
    """Say on stderr what of a list was not used, and return the exit code."""
    errors = [f for f in report.findings if f.flaw.severity == "error"]
    for finding in errors:
        click.echo(f"icdgraph: {path}, {finding}", err=True)
    return 1 if errors else 0
