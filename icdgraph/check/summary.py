"""What the check of a table found, in figures: JSON for programs, text for a terminal.

table, release, encounters, codes, rejected rows by reason
with_error, with_warning            encounters
rules    each with its findings, its encounters, and their rate per 1,000
pairs    the most frequent errors and warnings, with the note and what to do
notes    the notes that most findings rest on
order, not_checked                  what the figures do not cover
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from icdgraph.check.conditions import Unmet
from icdgraph.check.finding import Severity
from icdgraph.check.rules import IN_WORDS
from icdgraph.check.rules import rules as all_rules
from icdgraph.check.tally import FindingTally, unpack_note, unpack_pair

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from icdgraph.check.code_lookup import CodeLookup
    from icdgraph.check.finding import Finding
    from icdgraph.check.kernel import Kernel

SHOWN = 25
"""Pairs and notes of a summary."""
_LINES = 10


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table's name, what its codes are ordered by, and what is known otherwise."""

    name: str
    order: str
    has_setting: bool
    has_age: bool
    is_sorted_first: bool = False


@dataclass(frozen=True)
class TableSummary:
    """The figures of one check; *record* is what ``--json`` prints."""

    record: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.record[name]

    def text(self) -> str:
        """Return the figures for a terminal."""
        return "\n".join(_lines(self.record))

    def __repr__(self) -> str:
        return self.text()


def summary_of(
    facts: TableFacts,
    kernel: Kernel,
    lookup: CodeLookup,
    tally: FindingTally,
    rejected: Counter[str],
) -> TableSummary:
    """Return the summary of what *tally* counted."""
    return TableSummary(
        {
            "table": facts.name,
            "release": kernel.checker.graph.edition.identifier,
            "encounters": tally.encounters,
            "codes": tally.codes,
            "unknown_codes": tally.unknown,
            "distinct_unknown_codes": len(lookup.texts),
            "rejected": {"rows": rejected.total(), "reasons": dict(rejected)},
            "findings": int(tally.findings.sum()),
            "with_error": tally.by_severity[Severity.ERROR],
            "with_warning": tally.by_severity[Severity.WARNING],
            "rules": list(_rules(tally)),
            "pairs": list(_pairs(kernel, lookup, tally)),
            "distinct_pairs": len(tally.pairs),
            "notes": list(_notes(kernel, tally)),
            "order": facts.order,
            "sorted_first": facts.is_sorted_first,
            "not_checked": list(_not_checked(facts, tally)),
        }
    )


def _rules(tally: FindingTally) -> Iterator[dict[str, Any]]:
    for number, rule in enumerate(tally.rules):
        affected = int(tally.affected[number])
        yield {
            "rule": rule.id,
            "severity": rule.severity.value,
            "name": rule.name,
            "section": rule.section,
            "findings": int(tally.findings[number]),
            "encounters": affected,
            "per_1000": round(1000 * affected / max(tally.encounters, 1), 3),
        }


def _pairs(
    kernel: Kernel, lookup: CodeLookup, tally: FindingTally
) -> Iterator[dict[str, Any]]:
    for key, times in tally.pairs.top(SHOWN):
        number, code, other = unpack_pair(key)
        finding = _example(kernel, lookup, number, code, other)
        yield {
            "rule": finding.rule,
            "severity": finding.severity.value,
            "codes": list(finding.codes),
            "findings": times,
            "message": finding.message,
            "note": " ".join(filter(None, (finding.heading, finding.note))),
            "defined_at": finding.defined_at,
            "section": finding.section,
            "resolves": finding.resolves,
            "unless": finding.unless,
        }


def _example(
    kernel: Kernel, lookup: CodeLookup, number: int, code: int, other: int | None
) -> Finding:
    """Return the first finding of rule *number* on the codes."""
    checker, rule = kernel.checker, kernel.rules[number]
    if code < 0:
        text = lookup.texts[-1 - code]
        return checker.explainer.unreadable(rule, text, checker.repair.diagnose(text))
    hit = (code,) if other is None else (code, other)
    condition = rule.conditions[0]
    if isinstance(condition, Unmet):
        hit = (code, checker.index.requirements(code, condition.bits)[0])
    return checker.explainer.findings(rule, hit, "")[0]


def _notes(kernel: Kernel, tally: FindingTally) -> Iterator[dict[str, Any]]:
    graph, required = kernel.checker.graph, kernel.checker.index.required_notes
    for key, times in tally.notes.top(SHOWN):
        number, note = unpack_note(key)
        requirement = note - graph.note_count
        numbers = [note] if requirement < 0 else sorted(required[requirement])
        notes = [graph.note(n) for n in numbers]
        yield {
            "rule": tally.rules[number].id,
            "findings": times,
            "defined_at": notes[0].owner.code,
            "title": notes[0].owner.title,
            "kind": notes[0].kind.value,
            "heading": notes[0].heading or "",
            "note": "; ".join(n.text for n in notes),
        }


def _not_checked(facts: TableFacts, tally: FindingTally) -> Iterator[str]:
    checked = {rule.id for rule in tally.rules}
    left = [rule for rule in all_rules() if rule not in checked and rule != IN_WORDS]
    if left:
        yield f"rules that were not selected: {', '.join(left)}"
    is_known = {"setting": facts.has_setting, "age": facts.has_age}
    for name, ids in (("setting", ("W601", "A602", "A603")), ("age", ("W604",))):
        concerned = [rule for rule in ids if rule in checked]
        if concerned and not is_known[name]:
            unknown = f"rules that need the {name}, which is unknown"
            yield f"{unknown}: {', '.join(concerned)}"
    if IN_WORDS not in checked:
        yield f"notes in words, which only a reader can decide ({IN_WORDS})"
    yield "whether the medical record supports the codes"


def counted(number: int, noun: str) -> str:
    """Return *number* with *noun* in the singular or plural.

    >>> counted(1, "encounter"), counted(2500, "code")
    ('1 encounter', '2,500 codes')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _lines(record: dict[str, Any]) -> Iterator[str]:
    rejected = record["rejected"]
    yield (
        f"{counted(record['encounters'], 'encounter')} with "
        f"{counted(record['codes'], 'code')}: "
        f"{record['with_error']:,} with an error, "
        f"{record['with_warning']:,} with a warning"
    )
    yield f"order of the codes: {record['order']}"
    if record["sorted_first"]:
        yield "the encounters were not in order, so the table was sorted first"
    if rejected["rows"]:
        yield f"{counted(rejected['rows'], 'row')} rejected"
        yield from (
            f"  {n:>10,}  {reason}" for reason, n in rejected["reasons"].items()
        )
    if record["findings"]:
        yield from ("", f"{'findings':>12}{'encounters':>12}{'per 1,000':>11}")
    for rule in record["rules"]:
        if rule["findings"]:
            yield (
                f"{rule['findings']:>12,}{rule['encounters']:>12,}"
                f"{rule['per_1000']:>11,.2f}  {rule['rule']}  {rule['name']}"
            )
    if record["pairs"]:
        yield from ("", "most frequent errors and warnings")
    for pair in record["pairs"][:_LINES]:
        yield f"{pair['findings']:>12,}  {pair['rule']}  {pair['message']}"
        if pair["note"]:
            yield f"{'':20}{pair['defined_at']}: {pair['note']}"
    yield from ("", "not checked")
    yield from (f"  {line}" for line in record["not_checked"])
