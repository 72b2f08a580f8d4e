"""What the check of a table found, in figures: JSON for programs, text for a terminal.

table, release, encounters, codes, rejected rows by reason
clean, with_error, with_warning, with_invalid   encounters
rules      each with its findings, its encounters, and their rate per 1,000
chapters   findings by the chapter of the first code
errors, warnings, invalid   causes, those of most encounters first, and how many others
order, not_checked          what the figures do not cover

A cause has what a note or the Guidelines state, the pairs of codes concerned, a few
encounters of each, and the wording of the change.  Causes are in the order in which
one would mend them: errors, which a payer rejects, come before warnings; texts that
are not billable codes stand apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.finding import RANKS, Severity
from icdgraph.check.rules import IN_WORDS, MEDICARE, ON_DEMAND
from icdgraph.check.rules import rules as all_rules
from icdgraph.check.tally import INVALID, Keys
from icdgraph.model import Kind
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from icdgraph.check.arrow_findings import ArrowFindings
    from icdgraph.check.kernel import Kernel
    from icdgraph.check.table_columns import TableColumns
    from icdgraph.check.tally import Counted, FindingTally
    from icdgraph.graph import Graph

SHOWN = {"errors": 25, "warnings": 25, "invalid": len(INVALID)}
"""Causes of a summary."""
_PAIRS = {"errors": 5, "warnings": 5, "invalid": 10}
"""Pairs of codes of a cause."""
_LINES = 5
"""Causes of each kind for a terminal."""
_HEADINGS = {
    "errors": "rejected claims: errors",
    "warnings": "likely recodes: warnings",
    "invalid": "not billable codes",
}
_NEEDED = {"setting": ("W601", "N602", "N603"), "age": ("W604",), "sex": ("E605",)}
"""The rules that need to know the setting, or the patient's age or sex."""
_DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{2,4}([ T].*)?"
    r"|(\d{1,2}[- ])?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)([- ]\d{1,4})?",
    re.IGNORECASE,
)
_NOT_A_DATE = "correct the column: this looks like a date, not like a code"


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
    graph = arrow.kernel.checker.graph
    return TableSummary(
        {
            "table": table,
            "release": graph.edition.identifier,
            "encounters": tally.encounters,
            "codes": tally.codes,
            "unknown_codes": tally.unknown,
            "distinct_unknown_codes": len(arrow.lookup.texts),
            "rejected": {"rows": rejected.total(), "reasons": dict(rejected)},
            "findings": int(tally.findings.sum()),
            "clean": tally.clean,
            "with_error": int(tally.by_severity[RANKS[Severity.ERROR]]),
            "with_warning": int(tally.by_severity[RANKS[Severity.WARNING]]),
            "with_invalid": tally.invalid,
            "rules": list(_rules(tally)),
            "chapters": list(_chapters(tally, graph)),
            **_Causes(tally, arrow).records(),
            "order": columns.ordered,
            "sorted_first": is_sorted_first,
            "not_checked": list(_not_checked(columns, arrow.kernel)),
        }
    )


def _rules(tally: FindingTally) -> Iterator[dict[str, Any]]:
    findings = tally.findings.sum(axis=1).tolist()
    for number, rule in enumerate(tally.rules):
        affected = int(tally.affected[number])
        yield {
            "rule": rule.id,
            "severity": rule.severity.value,
            "name": rule.name,
            "section": rule.section,
            "findings": findings[number],
            "encounters": affected,
            "per_1000": round(1000 * affected / max(tally.encounters, 1), 3),
        }


def _chapters(tally: FindingTally, graph: Graph) -> Iterator[dict[str, Any]]:
    """Yield the findings of each chapter by severity, unknown codes last."""
    severity = np.array([rule.severity.value for rule in tally.rules], dtype=str)
    of = {s.value: tally.findings[severity == s.value].sum(axis=0) for s in Severity}
    for node in (*graph.nodes(Kind.CHAPTER), None):
        number = node.chapter_number if node else 0
        found = {name: int(findings[number]) for name, findings in of.items()}
        if any(found.values()):
            yield {
                "chapter": number or None,
                "code": node and node.code,
                "title": node.title if node else "unknown codes",
                **found,
            }


class _Causes:
    """The causes of what a tally counted, as records."""

    def __init__(self, tally: FindingTally, arrow: ArrowFindings) -> None:
        self._tally, self._arrow = tally, arrow
        self._graph = arrow.kernel.checker.graph
        self._causes, self._pairs = tally.causes.merged(), tally.pairs.merged()
        cause = Keys.unpacked(self._pairs.key).cause()
        # The absolute key puts unknown codes in the order in which they came.
        by_key = np.abs(self._pairs.key)
        self._order = np.lexsort((by_key, -self._pairs.findings, cause))
        self._cause = cause[self._order]

    def records(self) -> dict[str, Any]:
        """Return the causes of each kind, and how many others there are."""
        causes = self._causes
        rule = np.array([rule.id for rule in self._tally.rules], dtype=str)
        rule = rule[Keys.unpacked(causes.key).rule]
        is_invalid, is_error = np.isin(rule, INVALID), np.char.startswith(rule, "E")
        of_kind = {
            "errors": np.flatnonzero(is_error & ~is_invalid),
            "warnings": np.flatnonzero(~is_error),
            "invalid": np.flatnonzero(is_invalid),
        }
        records: dict[str, Any] = {}
        for kind, places in of_kind.items():
            first = _most(causes, places)[: SHOWN[kind]].tolist()
            records[kind] = [self._cause_record(place, _PAIRS[kind]) for place in first]
            records[f"other_{kind}"] = len(places) - len(first)
        return records

    def _cause_record(self, place: int, most: int) -> dict[str, Any]:
        key = int(self._causes.key[place])
        low, high = np.searchsorted(self._cause, [key, key + 1]).tolist()
        pairs = [self._pair_record(i) for i in self._order[low:high][:most].tolist()]
        numbers = Keys.unpacked(np.array([key]))
        rule = self._tally.rules[int(numbers.rule[0])]
        return {
            "rule": rule.id,
            "severity": rule.severity.value,
            "name": rule.name,
            **self._arrow.ground(int(numbers.ground[0])),
            "section": pairs[0]["section"],
            "source": pairs[0]["source"],
            "unless": pairs[0]["unless"],
            "findings": int(self._causes.findings[place]),
            "encounters": int(self._causes.encounters[place]),
            "examples": self._tally.causes.examples(key),
            "pairs": pairs,
            "other_pairs": high - low - len(pairs),
        }

    def _pair_record(self, place: int) -> dict[str, Any]:
        key = self._pairs.key[place : place + 1]
        rule, code, other, ground = (int(part[0]) for part in Keys.unpacked(key))
        finding = self._arrow.finding(rule, code, other if other >= 0 else None, ground)
        nodes = [self._graph.get(text) for text in finding.codes]
        is_date = code < 0 and _DATE.fullmatch(finding.codes[0])
        return {
            "codes": list(finding.codes),
            "titles": [node.title if node else "" for node in nodes],
            "findings": int(self._pairs.findings[place]),
            "encounters": int(self._pairs.encounters[place]),
            "examples": self._tally.pairs.examples(int(key[0])),
            "message": finding.message,
            "change": _NOT_A_DATE if is_date else finding.resolves,
            "section": finding.section,
            "source": finding.source,
            "unless": finding.unless,
        }


def _most(causes: Counted, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return *places* of *causes*, those of most encounters first."""
    encounters, findings = causes.encounters[places], causes.findings[places]
    return places[np.lexsort((places, -findings, -encounters))]


def _not_checked(columns: TableColumns, kernel: Kernel) -> Iterator[str]:
    checked = {rule.id for rule in kernel.rules}
    left = [rule for rule in all_rules() if rule not in (*checked, *ON_DEMAND)]
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
    yield f"the edits of Medicare, which are for one encounter ({MEDICARE})"
    yield "whether the medical record supports the codes"


def _lines(record: dict[str, Any]) -> Iterator[str]:
    rejected = record["rejected"]
    yield (
        f"{record['clean']:,} of {record['encounters']:,} encounters are clean; "
        f"errors in {record['with_error']:,}, warnings in {record['with_warning']:,}"
    )
    yield f"{counted(record['codes'], 'code')}, ordered {record['order']}"
    if record["sorted_first"]:
        yield "the encounters were not in order, so the table was sorted first"
    if rejected["rows"]:
        yield f"{counted(rejected['rows'], 'row')} rejected"
        yield from (
            f"  {n:>10,}  {reason}" for reason, n in rejected["reasons"].items()
        )
    for kind, heading in _HEADINGS.items():
        if record[kind]:
            yield from ("", f"{heading}, by encounters")
            yield from _cause_lines(record[kind])
            others = max(len(record[kind]) - _LINES, 0) + record[f"other_{kind}"]
            if others:
                yield f"{'':12}{counted(others, 'other cause')}"
    if record["findings"]:
        yield from ("", f"{'findings':>12}{'encounters':>12}{'per 1,000':>11}")
    for rule in record["rules"]:
        if rule["findings"]:
            yield (
                f"{rule['findings']:>12,}{rule['encounters']:>12,}"
                f"{rule['per_1000']:>11,.2f}  {rule['rule']}  {rule['name']}"
            )
    yield from ("", "not checked")
    yield from (f"  {line}" for line in record["not_checked"])


def _cause_lines(causes: list[dict[str, Any]]) -> Iterator[str]:
    for cause in causes[:_LINES]:
        pair, rest = cause["pairs"][0], len(cause["pairs"]) - 1 + cause["other_pairs"]
        noun = "other pair" if len(pair["codes"]) > 1 else "other code"
        more = f" (and {counted(rest, noun)})" if rest else ""
        yield f"{cause['encounters']:>10,}  {cause['rule']}  {pair['message']}{more}"
        yield f"{'':18}{pair['change']} (encounter {', '.join(pair['examples'])})"
