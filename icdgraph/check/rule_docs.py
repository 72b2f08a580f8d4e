"""The page of each rule: what it checks, its section, and an example with its output.

``icdgraph check --explain`` and ``docs/rules.md`` are made from ``rules.toml`` and
``entries/*.toml`` by `page` and `document`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.check.guidelines import GuidelineEntry, entries
from icdgraph.check.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check.checker import Checker
    from icdgraph.check.rules import Rule

_HEAD = """# The rules of `icdgraph check`

Written by `python docs/make_rules.py` with ICD-10-CM {version}. The first letter of an
id is its severity: **E**rror, **W**arning, **N**ote. The classification or the
Guidelines forbid an error, whatever the record says. A warning is wrong unless a
condition holds, which it names. Notes are shown with `--notes`. Sections are those of
the Official Guidelines for Coding and Reporting, FY2026; the sentences are ours.
"""


def document(checker: Checker) -> str:
    """Return all pages as one Markdown document."""
    pages = (page(checker, rule) for rule in rules().values())
    return "\n".join((_HEAD.format(version=checker.graph.version), *pages))


def page(checker: Checker, rule: Rule) -> str:
    """Return the page of *rule* as Markdown.

    >>> from icdgraph.check.checker import checker_of
    >>> from icdgraph.toy import toy
    >>> print(page(checker_of(toy().core), rules()["E106"]))
    ## E106: duplicate code
    <BLANKLINE>
    *error*, Guidelines I.B.12
    <BLANKLINE>
    A code may be reported only once for an encounter.
    <BLANKLINE>
    ```console
    $ icdgraph check --rules E106 M54.50 M54.50
    error
      E106  M54.50 is given more than once
            source      Guidelines I.B.12
            resolve     report it once
    1 error
    ```
    <BLANKLINE>
    """
    return "\n".join(_lines(checker, rule))


def _lines(checker: Checker, rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}: {rule.name}"
    yield from ("", f"*{rule.severity}*, Guidelines {rule.section}")
    yield from ("", rule.description, "")
    if rule.unless:
        yield from (f"Exception: {rule.unless}.", "")
    statements = [entry for entry in entries() if entry.rule == rule.id]
    if statements:
        yield from _table(statements)
    if rule.example:
        yield from _example(checker, rule)


def _table(statements: list[GuidelineEntry]) -> Iterator[str]:
    is_of_two = any(entry.others for entry in statements)
    yield f"| codes |{' other codes |' if is_of_two else ''} section | statement |"
    yield f"|---|{'---|' if is_of_two else ''}---|---|"
    for entry in statements:
        others = f" {_set(entry.others, entry.others_taken_out)} |" if is_of_two else ""
        codes = _set(entry.codes, entry.taken_out)
        unless = f", unless {entry.unless}" if entry.unless else ""
        yield f"| {codes} |{others} {entry.section} | {entry.words()}{unless} |"
    yield ""


def _set(codes: str, taken_out: str) -> str:
    return f"{codes}, not {taken_out}" if taken_out else codes


def _example(checker: Checker, rule: Rule) -> Iterator[str]:
    options = dict(rule.example)
    codes = options.pop("codes")
    findings = checker.check(codes, rules=[rule.id], **options)
    options = {name: v for name, v in options.items() if v is not True}
    given = "".join(f" --{name} {value}" for name, value in options.items())
    yield "```console"
    yield f"$ icdgraph check --rules {rule.id}{given} {' '.join(codes)}"
    yield from (findings.text(), "```", "")
