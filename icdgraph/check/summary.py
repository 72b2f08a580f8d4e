"""What a table check found, in figures: JSON for programs, lines for a terminal.

table, release, encounters, codes, rows, set_aside by reason
with_error, with_warning, clean     encounters
rules    each with its findings, its encounters, and their rate per 1,000
pairs    the most frequent of errors and warnings, with words and remedy
notes    the notes that most findings rest on
order, not_checked                  what the figures do not say
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from icdgraph.check.conditions import Absent
from icdgraph.check.finding import Severity
from icdgraph.check.rules import rules as all_rules
from icdgraph.check.tally import Tally, noted, unpacked

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from icdgraph.check.code_lookup import Vocabulary
    from icdgraph.check.finding import Finding
    from icdgraph.check.kernel import Kernel

SHOWN = 25
"""Pairs and notes of a summary."""
_LINES = 10
_ON_DEMAND = "A901"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the table, how its order is known, and what it tells."""

    what: str
    order: str
    has_setting: bool
    has_age: bool
    is_sorted_first: bool = False


@dataclass(frozen=True)
class Summary:
    """The figures of one check; *record* is what ``--json`` prints."""

    record: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.record[name]

    def text(self) -> str:
        """Return the figures for a terminal."""
        return "\n".join(_lines(self.record))

    def __repr__(self) -> str:
        return self.text()


def summarised(
    asked: Asked,
    kernel: Kernel,
    vocabulary: Vocabulary,
    tally: Tally,
    aside: Counter[str],
) -> Summary:
    """Return the summary of what *tally* counted."""
    errors, warnings = (tally.by_severity[s] for s in list(Severity)[:2])
    graph = kernel.checker.graph
    return Summary(
        {
            "table": asked.what,
            "release": graph.edition.identifier,
            "encounters": tally.encounters,
            "codes": tally.codes,
            "unknown_codes": tally.unknown,
            "distinct_unknown_codes": len(vocabulary.texts),
            "set_aside": {"rows": sum(aside.values()), "reasons": dict(aside)},
            "findings": int(tally.findings.sum()),
            "with_error": errors,
            "with_warning": warnings,
            "rules": list(_rules(tally)),
            "pairs": list(_pairs(kernel, vocabulary, tally)),
            "distinct_pairs": len(tally.pairs),
            "notes": list(_notes(kernel, tally)),
            "order": asked.order,
            "sorted_first": asked.is_sorted_first,
            "not_checked": list(_not_checked(asked, tally)),
        }
    )


def _rules(tally: Tally) -> Iterator[dict[str, Any]]:
    for number, rule in enumerate(tally.rules):
        concerned = int(tally.concerned[number])
        yield {
            "rule": rule.id,
            "severity": rule.severity.value,
            "name": rule.name,
            "section": rule.section,
            "findings": int(tally.findings[number]),
            "encounters": concerned,
            "per_1000": round(1000 * concerned / max(tally.encounters, 1), 3),
        }


def _pairs(
    kernel: Kernel, vocabulary: Vocabulary, tally: Tally
) -> Iterator[dict[str, Any]]:
    for key, times in tally.pairs.top(SHOWN):
        number, code, other = unpacked(key)
        rule = tally.rules[number]
        found = _finding(kernel, vocabulary, number, code or 0, other)
        yield {
            "rule": rule.id,
            "severity": rule.severity.value,
            "codes": list(found.codes),
            "findings": times,
            "message": found.message,
            "words": " ".join(filter(None, (found.heading, found.words))),
            "printed_at": found.printed_at,
            "section": found.section,
            "resolves": found.resolves,
            "unless": found.unless,
        }


def _finding(
    kernel: Kernel, vocabulary: Vocabulary, number: int, code: int, other: int | None
) -> Finding:
    """Return a finding of rule *number* on the codes, or the first of them."""
    checker, rule = kernel.checker, kernel.rules[number]
    if code < 0:
        text = vocabulary.texts[-1 - code]
        return checker.explainer.unreadable(rule, text, checker.repair.diagnose(text))
    hit = (code,) if other is None else (code, other)
    shape = rule.shapes[0]
    if isinstance(shape, Absent):
        owner = int(checker.facts.notes.owner_class[code])
        hit = (code, checker.facts.wanting(shape.bits)[owner][0])
    return checker.explainer.explain(rule, hit, "")[0]


def _notes(kernel: Kernel, tally: Tally) -> Iterator[dict[str, Any]]:
    facts = kernel.checker.facts
    known = facts.graph.note_count
    for key, times in tally.notes.top(SHOWN):
        number, note = noted(key)
        numbers = (note,) if note < known else facts.gatherings[note - known].notes
        found = [facts.graph.note(n) for n in numbers]
        yield {
            "rule": tally.rules[number].id,
            "findings": times,
            "printed_at": found[0].owner.code,
            "title": found[0].owner.title,
            "kind": found[0].kind.value,
            "heading": found[0].heading or "",
            "words": "; ".join(n.text for n in found),
        }


def _not_checked(asked: Asked, tally: Tally) -> Iterator[str]:
    run = {rule.id for rule in tally.rules}
    left = [name for name in all_rules() if name not in run and name != _ON_DEMAND]
    if left:
        yield f"rules that were not asked for: {', '.join(left)}"
    needs = {"setting": asked.has_setting, "age": asked.has_age}
    for name, ids in (("setting", ("W601", "A602", "A603")), ("age", ("W604",))):
        found = [rule for rule in ids if rule in run]
        if found and not needs[name]:
            yield f"rules that need the {name}, which is not known: {', '.join(found)}"
    if _ON_DEMAND not in run:
        yield "notes that name no code, which only a reader can follow (A901)"
    yield "whether the record supports the codes; no table of codes can tell"


def _lines(record: dict[str, Any]) -> Iterator[str]:
    encounters, aside = record["encounters"], record["set_aside"]
    yield (
        f"{encounters:,} encounters with {record['codes']:,} codes, "
        f"{record['with_error']:,} with an error, "
        f"{record['with_warning']:,} with a warning"
    )
    yield f"order of the codes: {record['order']}"
    if record["sorted_first"]:
        yield "the rows of encounters were mixed: the table was sorted first"
    if aside["rows"]:
        yield f"{aside['rows']:,} row{'s' * (aside['rows'] > 1)} set aside:"
        yield from (f"  {n:>10,}  {reason}" for reason, n in aside["reasons"].items())
    if record["findings"]:
        yield from ("", f"{'findings':>12}{'encounters':>12}{'per 1,000':>11}")
    for rule in record["rules"]:
        if rule["findings"]:
            yield (
                f"{rule['findings']:>12,}{rule['encounters']:>12,}"
                f"{rule['per_1000']:>11,.2f}  {rule['rule']}  {rule['name']}"
            )
    if record["pairs"]:
        yield from ("", "most frequent errors and warnings:")
    for pair in record["pairs"][:_LINES]:
        yield f"{pair['findings']:>12,}  {pair['rule']}  {pair['message']}"
        if pair["words"]:
            yield f"{'':20}{pair['printed_at']}: {pair['words']}"
    yield from ("", "not checked:")
    yield from (f"  {line}" for line in record["not_checked"])
