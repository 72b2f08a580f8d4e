"""``icdgraph check``: the codes of an encounter against notes and Guidelines."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from icdgraph.check.letter import questions
from icdgraph.cli import terminal
from icdgraph.cli.check_table import check_file, table_options
from icdgraph.cli.options import (
    command,
    form_options,
    split,
    with_graph,
)
from icdgraph.cli.output import print_records, save
from icdgraph.serialize import note_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check import Companions, Findings
    from icdgraph.codegraph import CodeGraph

SEVERITIES = ("error", "warning", "note")
_NEEDED = {"--discharge": "--mce", "--to": "--letter"}
_COMPANIONS = {
    "apart": "Not together with",
    "may": "May be used with",
    "before": "Listed before it",
    "after": "Listed after it",
    "beside": "With it, in either order",
}
_BETWEEN = re.compile(r"[\s,;|]+")


@command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--principal", metavar="CODE", help="The first-listed code.")
@click.option(
    "--setting",
    type=click.Choice(["inpatient", "outpatient"]),
    help="Also check the rules of this setting.",
)
@click.option("--age", metavar="AGE", help="Check rules on age: 45, 8d, 3w or 6m.")
@click.option("--sex", metavar="SEX", help="Check rules on sex: F or M.")
@click.option("--mce", is_flag=True, help="Add the edits of Medicare's Code Editor.")
@click.option("--discharge", metavar="DATE", help="The day of discharge, for --mce.")
@click.option("--proof", metavar="FILE", help="Write the findings as JSON-LD.")
@click.option("--letter", metavar="FILE", help="Write the findings as a letter.")
@click.option("--to", metavar="WHOM", help="payer (the default) or provider.")
@click.option("--rules", metavar="IDS", help="Check only these rules: E201,W3.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    help="Report findings of this severity and above.  [default: warning]",
)
@click.option("--notes", is_flag=True, help="Also report notes (--severity note).")
@click.option("--words", is_flag=True, help="Also report notes that name no code.")
@click.option("--list", "listed", is_flag=True, help="List the rules.")
@click.option("--explain", metavar="ID", help="Print the page of a rule.")
@click.option("--with", "companion", metavar="CODE", help="Print what goes with CODE.")
@table_options
@form_options("json", "jsonl")
@with_graph
def check(
    graph: CodeGraph,
    codes: tuple[str, ...],
    principal: str | None,
    setting: str | None,
    age: str | None,
    sex: str | None,
    mce: bool,
    discharge: str | None,
    proof: str | None,
    letter: str | None,
    to: str | None,
    rules: str | None,
    severity: str | None,
    notes: bool,
    words: bool,
    listed: bool,
    explain: str | None,
    companion: str | None,
    form: str,
    **table: Any,
) -> int:
    """Check the codes of one encounter, or of a file of encounters.

    Give the codes in the order of the claim: the first CODE is the first-listed one,
    unless you use --principal. "-" reads codes from stdin, separated by spaces, commas
    or line breaks. Each finding quotes a note and says where it is inherited from, or
    cites the Official Guidelines, and says how to resolve it. docs/rules.md explains
    each rule. The exit code is 1 if there are errors.

    With --table, a file of any size is checked. A row has one code or several; the
    options that take a COLUMN say where. A summary is printed. Findings are written to
    the file given by --output, and rows that cannot be checked to a second file next
    to it. See docs/check.md.

    \b
    Examples:
      icdgraph check M54.50 F45.41
      icdgraph check S0001A W18.30XA --setting outpatient --notes
      icdgraph check M54.50 F45.41 --letter appeal.md --proof appeal.jsonld
      icdgraph check --with M54.50
      icdgraph check --table dx.parquet --encounter id --code dx -o findings.parquet
    """
    if severity is None:
        severity = "note" if notes or words or rules else "warning"
    if table["table"] is not None:
        alone = (codes, listed, explain, companion, words, principal)
        if any(alone) or any((mce, discharge, proof, letter, to)):
            raise click.UsageError(
                "--table cannot be combined with CODE, --list, --explain, --with, "
                "--words, --principal, --mce, --discharge, --proof, --letter or --to."
            )
        return check_file(
            graph,
            form=form,
            rules=split(rules),
            setting=setting,
            age=age,
            sex=sex,
            severity=severity,
            **table,
        )
    _require(table, {"--discharge": (discharge, mce), "--to": (to, letter)})
    if listed or explain or companion:
        if codes or mce or proof or letter:
            raise click.UsageError(
                "--list, --explain and --with cannot be combined with CODE, --mce, "
                "--proof or --letter."
            )
        if companion:
            _print_companions(graph.may_go_with(companion), form)
        else:
            _print_rules(graph, explain, form)
        return 0
    given = list(_given(codes))
    if not given and principal is None:
        raise click.UsageError("Give the codes of an encounter, or - to read stdin.")
    findings = graph.check(
        given,
        principal=principal,
        setting=setting,
        age=age,
        sex=sex,
        rules=split(rules),
        notes=severity == "note",
        words=words,
        mce=mce,
        discharge=discharge,
    ).down_to(severity)
    if proof:
        text = json.dumps(graph.proof(findings), indent=1, ensure_ascii=False)
        save(Path(proof), f"{text}\n")
    if letter:
        _write_letter(graph, findings, Path(letter), to or "payer")
    _print_findings(findings, form)
    return 1 if findings.errors else 0


def _write_letter(graph: CodeGraph, findings: Findings, path: Path, to: str) -> None:
    """Write the letter, and report on stderr what is not in it."""
    save(path, graph.letter(findings, to))
    left_out = len(findings) - len(questions(findings))
    if left_out and to == "provider":
        noun = "finding is" if left_out == 1 else "findings are"
        terminal.remark(f"{left_out} {noun} no question to a provider, and left out")


def _require(table: dict[str, Any], paired: dict[str, tuple[Any, Any]]) -> None:
    """Refuse options that have no effect without ``--table`` or without their pair."""
    for name, value in table.items():
        if value not in (None, False) and name != "encoding":
            raise click.UsageError(f"--{name.replace('_', '-')} requires --table.")
    for name, (value, needed) in paired.items():
        if value and not needed:
            raise click.UsageError(f"{name} requires {_NEEDED[name]}.")


def _given(codes: tuple[str, ...]) -> Iterator[str]:
    """Yield the codes of the command line, those of stdin in place of ``-``."""
    for code in codes:
        if code == "-":
            read = sys.stdin.buffer.read()
            text = read.decode("utf-8-sig", errors="replace")
            yield from filter(None, _BETWEEN.split(text))
        else:
            yield code


def _print_findings(findings: Findings, form: str) -> None:
    if form != "text":
        records = findings.records()
        document = {"codes": list(findings.codes), "findings": records}
        print_records(form, records, document)
        return
    for line in findings.text().split("\n"):
        words = line.lstrip(" ")
        piece = terminal.severity(words) if words in SEVERITIES else words
        terminal.line(piece, indent=len(line) - len(words))


def _print_rules(graph: CodeGraph, ids: str | None, form: str) -> None:
    """Print a list of all rules, or the pages of those with *ids*."""
    from icdgraph.check import checker_of, chosen
    from icdgraph.check.rule_docs import page

    rules = chosen(split(ids)).values()
    if form != "text":
        print_records(form, (rule.record() for rule in rules))
    elif ids is None:
        for rule in rules:
            terminal.line(f"{rule.id}  {rule.section:12}  {rule.name}")
    else:
        checker = checker_of(graph.core)
        pages = (page(checker, rule) for rule in rules)
        terminal.page("\n".join(pages).rstrip())


def _print_companions(found: Companions, form: str) -> None:
    groups = {name: getattr(found, name) for name in _COMPANIONS}
    if form != "text":
        records = {k: [note_record(n) for n in notes] for k, notes in groups.items()}
        lines = ({"group": k, **r} for k, group in records.items() for r in group)
        print_records(form, lines, records)
        return
    for name, notes in groups.items():
        if notes:
            terminal.heading(_COMPANIONS[name])
        for note in notes:
            heading = f"{note.heading} " if note.heading else ""
            terminal.line(f"{note.owner.code}: {heading}{note.text}", indent=2)
    if not any(groups.values()):
        terminal.line("no note links this code to other codes")
