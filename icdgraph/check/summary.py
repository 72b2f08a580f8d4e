"""What the check of a table found, in figures: JSON for programs, text for a terminal.

table, release, encounters, codes, rejected rows by reason
with_error, with_warning            encounters
rules    each with its findings, its encounters, and their rate per 1,000
pairs    the most frequent errors and warnings, with the note and what to do
order, not_checked                  what the figures do not cover
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from icdgraph.check.finding import Severity
from icdgraph.check.rules import IN_WORDS
from icdgraph.check.rules import rules as all_rules
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from icdgraph.check.arrow_findings import ArrowFindings
    from icdgraph.check.kernel import Kernel
    from icdgraph.check.table_columns import TableColumns
    from icdgraph.check.tally import FindingTally

SHOWN = 25
"""Pairs of a summary."""
_LINES = 10
_NEEDED = {"setting": ("W601", "N602", "N603"), "age": ("W604",), "sex": ("E605",)}
"""The rules that need to know the setting, or the patient's age or sex."""


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
    table: str,
    columns: TableColumns,
    tally: FindingTally,
    rejected: Counter[str],
    arrow: ArrowFindings,
    *,
    is_sorted_first: bool,
) -> TableSummary:
    """Return the summary of what *tally* counted in *table*."""
    pairs = tally.pairs.merged()
    shown = [column.to_pylist() for column in pairs.slice(0, SHOWN).columns]
    return TableSummary(
        {
            "table": table,
            "release": arrow.kernel.checker.graph.edition.identifier,
            "encounters": tally.encounters,
            "codes": tally.codes,
            "unknown_codes": tally.unknown,
            "distinct_unknown_codes": len(arrow.lookup.texts),
            "rejected": {"rows": rejected.total(), "reasons": dict(rejected)},
            "findings": int(tally.findings.sum()),
            "with_error": tally.by_severity[Severity.ERROR],
            "with_warning": tally.by_severity[Severity.WARNING],
            "rules": list(_rules(tally)),
            "pairs": [
                {**arrow.finding(*pair).record(), "findings": times}
                for *pair, times in zip(*shown, strict=True)
            ],
            "distinct_pairs": len(pairs),
            "order": columns.ordered,
            "sorted_first": is_sorted_first,
            "not_checked": list(_not_checked(columns, arrow.kernel)),
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


def _not_checked(columns: TableColumns, kernel: Kernel) -> Iterator[str]:
    checked = {rule.id for rule in kernel.rules}
    left = [rule for rule in all_rules() if rule not in checked and rule != IN_WORDS]
    if left:
        yield f"rules that were not selected: {', '.join(left)}"
    known = {
        "setting": columns.setting or kernel.setting,
        "age": columns.age or kernel.age is not None,
        "sex": columns.sex or kernel.sex,
    }
    for name, ids in _NEEDED.items():
        concerned = ", ".join(rule for rule in ids if rule in checked)
        if concerned and not known[name]:
            yield f"rules that need the {name}, which is unknown: {concerned}"
    if IN_WORDS not in checked:
        yield f"notes in words, which only a reader can decide ({IN_WORDS})"
    yield "whether the medical record supports the codes"


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
        for reason in pair["reasons"][:1]:
            source = reason["defined_at"] or reason["section"]
            yield f"{'':20}{source}: {reason['text']}"
    yield from ("", "not checked")
    yield from (f"  {line}" for line in record["not_checked"])
