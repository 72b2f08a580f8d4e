"""``icdgraph check``: the codes of an encounter against notes and Guidelines."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from icdgraph.cli.check_table import check_file
from icdgraph.cli.options import command, with_graph
from icdgraph.cli.output import print_json, print_lines
from icdgraph.serialize import note_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check import Companions, Findings
    from icdgraph.codegraph import CodeGraph

SEVERITIES = ("error", "warning", "advice")
_COMPANIONS = {
    "apart": "Never with",
    "may": "May be used with",
    "before": "Before it",
    "after": "After it",
    "beside": "Beside it, in either order",
}
_BETWEEN = re.compile(r"[\s,;|]+")


@command()
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option("--principal", metavar="CODE", help="The first-listed code.")
@click.option(
    "--setting",
    type=click.Choice(["inpatient", "outpatient"]),
    help="Adds the rules of this setting.",
)
@click.option("--age", metavar="AGE", help="Years, or 8d, 3w, 6m; adds rules of age.")
@click.option("--rules", metavar="IDS", help="Only these: E201,W3 (starts of ids do).")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="advice",
    show_default=True,
    help="Leave out what is less severe.",
)
@click.option("--words", is_flag=True, help="Also the notes that name no code.")
@click.option("--list", "listed", is_flag=True, help="List the rules.")
@click.option("--explain", metavar="ID", help="Print the page of a rule.")
@click.option("--with", "companion", metavar="CODE", help="What may go with CODE.")
@click.option("--table", metavar="FILE", help="A CSV or Parquet of many encounters.")
@click.option("--encounter", metavar="COL", help="Its column of encounters.")
@click.option("--code", "code_column", metavar="COL", help="Its codes; dx1,dx2 or dx*.")
@click.option("--order", "order_column", metavar="COL", help="The order of the codes.")
@click.option("--setting-column", metavar="COL", help="Inpatient or outpatient, a row.")
@click.option("--age-column", metavar="COL", help="The age, a row.")
@click.option("--delimiter", metavar="CHAR", help="Of a CSV; else the head tells.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of a CSV.")
@click.option("--details", is_flag=True, help="Findings with sentences and remedies.")
@click.option(
    "-o", "--output", metavar="FINDINGS", help="A .parquet, .csv or .jsonl file."
)
@click.option("--report", metavar="FILE", help="An HTML report of the summary.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Print a JSON record a line.")
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
    codes from stdin, split at spaces, commas and line ends.  Each finding comes with
    the note's words, where it is printed, the path of inheritance, the section of the
    Official Guidelines, and what would resolve it; docs/rules.md has a page a rule.

    With --table all encounters of a file are checked, however large: a row a code, or
    a row with several (--code 'dx*').  A summary is printed, findings go to --output,
    and rows that cannot be read into a file beside it; docs/check.md tells more.

    The exit code is 1 where there are errors, else 0.

    \b
    Example:
      icdgraph check M54.50 F45.41
      icdgraph check S0001A W18.30XA --setting outpatient --severity warning
      icdgraph check --with M54.50
      icdgraph check --table dx.parquet --encounter id --code dx -o findings.parquet
    """
    if table["table"] is not None:
        if codes or listed or explain or companion or words or as_lines or principal:
            raise click.UsageError(
                "--table takes no CODE, and none of --list, --explain, --with, "
                "--words, --jsonl and --principal."
            )
        return check_file(
            graph,
            setting=setting,
            age=age,
            rules=rules,
            severity=severity,
            as_json=as_json,
            **table,
        )
    _refuse_lost(table)
    if listed or explain or companion:
        if codes:
            raise click.UsageError("--list, --explain and --with take no CODE.")
        _tell(graph, explain, companion, as_json)
        return 0
    given = list(_given(codes))
    if not given and principal is None:
        raise click.UsageError("Give the codes of an encounter, or - to read stdin.")
    found = graph.check(
        given,
        principal=principal,
        setting=setting,
        age=age,
        rules=None if rules is None else rules.split(","),
        words=words,
    ).down_to(severity)
    _print(found, as_json, as_lines)
    return 1 if found.errors else 0


def _refuse_lost(table: dict[str, Any]) -> None:
    """Refuse options that would do nothing without ``--table``."""
    given = [
        name
        for name, value in table.items()
        if value not in (None, False) and name != "encoding"
    ]
    if given:
        name = {"code_column": "code", "order_column": "order"}.get(given[0], given[0])
        raise click.UsageError(f"--{name.replace('_', '-')} goes with --table.")


def _given(codes: tuple[str, ...]) -> Iterator[str]:
    """Yield the codes of the command line, those of stdin in place of ``-``."""
    for code in codes:
        if code == "-":
            read = sys.stdin.buffer.read()
            text = read.decode("utf-8-sig", errors="replace")
            yield from filter(None, _BETWEEN.split(text))
        else:
            yield code


def _print(found: Findings, as_json: bool, as_lines: bool) -> None:
    if as_lines:
        print_lines(json.dumps(r, ensure_ascii=False) for r in found.records())
    elif as_json:
        print_json({"codes": list(found.codes), "findings": found.records()})
    else:
        click.echo(found.text())


def _tell(
    graph: CodeGraph, explain: str | None, companion: str | None, as_json: bool
) -> None:
    """Print the list of rules, the page of one, or the companions of a code."""
    from icdgraph.check import checker_of, chosen, rules
    from icdgraph.check.rule_docs import page

    if companion:
        _print_companions(graph.may_go_with(companion), as_json)
    elif explain:
        pages = [
            page(checker_of(graph.core), rule) for rule in chosen([explain]).values()
        ]
        click.echo("\n".join(pages).rstrip())
    elif as_json:
        print_json(
            [
                {"rule": r.id, "severity": r.severity, "name": r.name, "says": r.says}
                | {"section": r.section}
                for r in rules().values()
            ]
        )
    else:
        print_lines(f"{r.id}  {r.section:12}  {r.name}" for r in rules().values())


def _print_companions(found: Companions, as_json: bool) -> None:
    groups = {name: getattr(found, name) for name in _COMPANIONS}
    if as_json:
        print_json({k: [note_record(n) for n in notes] for k, notes in groups.items()})
        return
    for name, notes in groups.items():
        if notes:
            click.echo(_COMPANIONS[name])
        for note in notes:
            heading = f"{note.heading} " if note.heading else ""
            click.echo(f"  {note.owner.code}: {heading}{note.text}")
    if not any(groups.values()):
        click.echo("no note speaks of it and others")
