"""``icdgraph check``: the codes of an encounter against notes and Guidelines."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli import terminal
from icdgraph.cli.check_table import check_file
from icdgraph.cli.options import command, records_options, with_graph
from icdgraph.cli.output import print_json, print_records
from icdgraph.serialize import note_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check import Companions, Findings
    from icdgraph.codegraph import CodeGraph

SEVERITIES = ("error", "warning", "advice")
_COMPANIONS = {
    "apart": "Not together with",
    "may": "May be used with",
    "before": "Listed before it",
    "after": "Listed after it",
    "beside": "With it, in either order",
}
_BETWEEN = re.compile(r"[\s,;|]+")
_LONG_NAMES = {"code_column": "code", "order_column": "order"}
"""Options whose names in Python differ."""


@command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--principal", metavar="CODE", help="The first-listed code.")
@click.option(
    "--setting",
    type=click.Choice(["inpatient", "outpatient"]),
    help="Also check the rules of this setting.",
)
@click.option("--age", metavar="AGE", help="Years, or 8d, 3w, 6m: also check the age.")
@click.option("--rules", metavar="IDS", help="Only these rules, such as E201,W3.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="advice",
    show_default=True,
    help="The least severe findings to report.",
)
@click.option("--words", is_flag=True, help="Also report notes that name no code.")
@click.option("--list", "listed", is_flag=True, help="List the rules.")
@click.option("--explain", metavar="ID", help="Print the page of a rule.")
@click.option("--with", "companion", metavar="CODE", help="Which codes go with CODE.")
@click.option("--table", metavar="FILE", help="A CSV or Parquet of many encounters.")
@click.option("--encounter", metavar="COL", help="The column of the encounter's id.")
@click.option("--code", "code_column", metavar="COL", help="dx, or dx1,dx2, or 'dx*'.")
@click.option("--order", "order_column", metavar="COL", help="The order of the codes.")
@click.option("--setting-column", metavar="COL", help="Inpatient or outpatient.")
@click.option("--age-column", metavar="COL", help="The age of the patient.")
@click.option("--delimiter", metavar="CHAR", help="Of a CSV; by default guessed.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of a CSV.")
@click.option("--details", is_flag=True, help="Write the sentences of findings, too.")
@click.option(
    "-o", "--output", metavar="FINDINGS", help="A .parquet, .csv or .jsonl file."
)
@click.option("--report", metavar="FILE", help="Write an HTML report.")
@records_options
@with_graph
def check(
    graph: CodeGraph,
    codes: tuple[str, ...],
    principal: str | None,
    setting: str | None,
    age: str | None,
    rules: str | None,
    severity: str,
    words: bool,
    listed: bool,
    explain: str | None,
    companion: str | None,
    as_json: bool,
    as_lines: bool,
    **table: Any,
) -> int:
    """Check the codes of one encounter, in the order of the claim.

    The first CODE is the first-listed one, unless --principal names it.  "-" reads
    codes from stdin, separated by spaces, commas or line breaks.  A finding quotes its
    note with the path of inheritance, or cites the Official Guidelines, and tells what
    to do.  docs/rules.md has a page for each rule.

    With --table, all encounters of a file of any size are checked: one code in each
    row, or several (--code 'dx*').  A summary is printed, and findings are written to
    --output, with rows that cannot be checked in a file beside it.  See docs/check.md.

    The exit code is 1 if there are errors, else 0.

    \b
    Example:
      icdgraph check M54.50 F45.41
      icdgraph check S0001A W18.30XA --setting outpatient --severity warning
      icdgraph check --with M54.50
      icdgraph check --table dx.parquet --encounter id --code dx -o findings.parquet
    """
    if table["table"] is not None:
        if codes or listed or explain or companion or words or principal:
            raise click.UsageError(
                "--table cannot be combined with CODE, --list, --explain, --with, "
                "--words or --principal."
            )
        return check_file(
            graph,
            as_json=as_json,
            as_lines=as_lines,
            rules=_split(rules),
            setting=setting,
            age=age,
            severity=severity,
            **table,
        )
    _require_table(table)
    if listed or explain or companion:
        if codes:
            raise click.UsageError(
                "--list, --explain and --with cannot be combined with CODE."
            )
        if companion:
            _print_companions(graph.may_go_with(companion), as_json, as_lines)
        else:
            _print_rules(graph, explain, as_json, as_lines)
        return 0
    given = list(_given(codes))
    if not given and principal is None:
        raise click.UsageError("Give the codes of an encounter, or - to read stdin.")
    findings = graph.check(
        given,
        principal=principal,
        setting=setting,
        age=age,
        rules=_split(rules),
        words=words,
    ).down_to(severity)
    if as_lines:
        print_records(findings.records(), as_json, as_lines)
    elif as_json:
        document = {"codes": list(findings.codes), "findings": findings.records()}
        print_json(document)
    else:
        _print_findings(findings)
    return 1 if findings.errors else 0


def _split(ids: str | None) -> list[str] | None:
    return None if ids is None else ids.split(",")


def _require_table(table: dict[str, Any]) -> None:
    """Refuse options that have no effect without ``--table``."""
    for name, value in table.items():
        if value not in (None, False) and name != "encoding":
            option = _LONG_NAMES.get(name, name).replace("_", "-")
            raise click.UsageError(f"--{option} requires --table.")


def _given(codes: tuple[str, ...]) -> Iterator[str]:
    """Yield the codes of the command line, those of stdin in place of ``-``."""
    for code in codes:
        if code == "-":
            read = sys.stdin.buffer.read()
            text = read.decode("utf-8-sig", errors="replace")
            yield from filter(None, _BETWEEN.split(text))
        else:
            yield code


def _print_findings(findings: Findings) -> None:
    for line in findings.text().split("\n"):
        words = line.lstrip(" ")
        piece = terminal.severity(words) if words in SEVERITIES else words
        terminal.line(piece, indent=len(line) - len(words))


def _print_rules(
    graph: CodeGraph, ids: str | None, as_json: bool, as_lines: bool
) -> None:
    """Print a list of all rules, or the pages of those with *ids*."""
    from icdgraph.check import checker_of, chosen
    from icdgraph.check.rule_docs import page

    rules = chosen(_split(ids)).values()
    if as_json or as_lines:
        print_records((rule.record() for rule in rules), as_json, as_lines)
    elif ids is None:
        for rule in rules:
            terminal.line(f"{rule.id}  {rule.section:12}  {rule.name}")
    else:
        checker = checker_of(graph.core)
        pages = (page(checker, rule) for rule in rules)
        terminal.page("\n".join(pages).rstrip())


def _print_companions(found: Companions, as_json: bool, as_lines: bool) -> None:
    groups = {name: getattr(found, name) for name in _COMPANIONS}
    records = {k: [note_record(n) for n in notes] for k, notes in groups.items()}
    if as_lines:
        lines = ({"group": k, **r} for k, group in records.items() for r in group)
        print_records(lines, as_json, as_lines)
        return
    if as_json:
        print_json(records)
        return
    for name, notes in groups.items():
        if notes:
            terminal.heading(_COMPANIONS[name])
        for note in notes:
            heading = f"{note.heading} " if note.heading else ""
            terminal.line(f"{note.owner.code}: {heading}{note.text}", indent=2)
    if not any(groups.values()):
        terminal.line("no note links this code to other codes")
