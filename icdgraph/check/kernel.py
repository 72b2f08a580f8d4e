"""The check of whole encounters as columns: rows in, findings out.

    rows of LONG ─ Rows ─ the scans of each rule ─> hits ─ their grounds ─> findings

A hit becomes a finding for each note or sentence that it rests on, as `explain` has it
for one encounter.  Findings stay numbers (`FindingRows`) as long as they can: a million
of them share a few thousand notes; `ArrowFindings` makes Arrow columns of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from icdgraph.check.batch import Hits, Rows
from icdgraph.check.conditions import Condition, InWords, Linked, Unmet
from icdgraph.check.finding import RANKS
from icdgraph.check.grouping import starts_of
from icdgraph.check.rule_arrays import RuleArrays, arrays_of
from icdgraph.check.scans import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.checker import Checker
    from icdgraph.check.rules import Rule


class FindingRows(NamedTuple):
    """Findings as numbers: each array has a place for each finding.

    *rule* counts the kernel's rules; *row* and *other* are rows of the codes, *other*
    -1 where there is one code; *note* is a note, or one after all notes for a
    requirement, or -1; *entry* is an entry of the Guidelines from 1, or 0.
    """

    rule: NDArray[np.uint8]
    row: NDArray[np.int64]
    other: NDArray[np.int64]
    note: NDArray[np.int32]
    entry: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """Encounters as checked: the batch they came in, its rows, and the findings."""

    batch: pa.RecordBatch
    rows: Rows
    findings: FindingRows


@dataclass(frozen=True)
class Kernel:
    """Checks encounters with some rules of one checker; threads may share it.

    *setting* (0 unknown, 1 inpatient, 2 outpatient) and *age* in days hold for the
    encounters of which the table does not tell them.
    """

    checker: Checker
    rules: tuple[Rule, ...]
    setting: int = 0
    age: float | None = None

    @property
    def arrays(self) -> RuleArrays:
        """The rule index as arrays."""
        return arrays_of(self.checker.index)

    def check(self, batch: pa.RecordBatch, unknown: list[str]) -> CheckedBatch:
        """Return what is found in *batch*, whole encounters of `LONG`.

        *unknown* are the rules broken by the texts that are not codes: that of the
        first is -1 in the batch, that of the second -2.
        """
        batch = _ordered(batch)
        encounter = np.cumsum(starts_of(batch.column("encounter"))) - 1
        node = batch.column("node").to_numpy()
        setting = _numbers(batch, "setting", 0).astype(np.uint8)
        setting = np.where(setting > 0, setting, np.uint8(self.setting))
        days = _numbers(batch, "days", np.nan if self.age is None else self.age)
        known = Rows(encounter, np.maximum(node, -1), setting, days)
        at = np.flatnonzero(node < 0)
        broken = np.array(unknown, dtype=str)[-1 - node[at]]
        ranked = sorted(enumerate(self.rules), key=lambda pair: RANKS[pair[1].severity])
        parts = [
            part
            for number, rule in ranked
            for part in (
                _finding_rows(number, *Hits.of(at[broken == rule.id])),
                *self._found(number, rule, known),
            )
        ]
        return CheckedBatch(
            batch, Rows(encounter, node, setting, days), _by_encounter(parts, encounter)
        )

    def _found(self, number: int, rule: Rule, rows: Rows) -> Iterator[FindingRows]:
        for condition in rule.conditions:
            hits = scan(condition, self.arrays, rows)
            yield from self._by_grounds(number, rule, condition, rows, hits)

    def _by_grounds(
        self, number: int, rule: Rule, condition: Condition, rows: Rows, hits: Hits
    ) -> Iterator[FindingRows]:
        """Yield the findings of *hits*, one for each note or entry they rest on."""
        a, b = hits
        match condition:
            case Linked():
                matrix = self.arrays.matrices[condition.statements]
                is_mutual = condition.order == "contradictory"
                for x, y in ((a, b), (b, a)) if is_mutual else ((a, b),):
                    place, source = matrix.sources(
                        rows.node[x], rows.node[y], condition.bits
                    )
                    name = "note" if condition.statements == "notes" else "entry"
                    yield _finding_rows(number, x[place], y[place], **{name: source})
            case Unmet():
                note = self.checker.graph.note_count + b
                yield _finding_rows(number, a, np.full_like(b, -1), note=note)
            case InWords():
                yield _finding_rows(number, a, np.full_like(b, -1), note=b)
            case _ if getattr(condition, "column", "") == rule.id:
                entry = self.arrays.columns[rule.id][rows.node[a]]
                yield _finding_rows(number, a, b, entry=entry)
            case _:
                yield _finding_rows(number, a, b)


def _ordered(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return *batch* with the codes of each encounter by their order, nulls last."""
    import pyarrow as pa

    order = _numbers(batch, "order", np.inf)
    starts = starts_of(batch.column("encounter"))
    if ((order[1:] >= order[:-1]) | starts[1:]).all():
        return batch
    return batch.take(pa.array(np.lexsort((order, np.cumsum(starts)))))


def _numbers(batch: pa.RecordBatch, name: str, missing: float) -> NDArray[np.float64]:
    values = batch.column(name).to_numpy()
    return np.where(np.isnan(values), missing, values)


def _finding_rows(
    number: int,
    row: NDArray[np.int64],
    other: NDArray[np.int64],
    *,
    note: NDArray[np.integer] | int = -1,
    entry: NDArray[np.integer] | int = 0,
) -> FindingRows:
    return FindingRows(
        np.full(len(row), number, np.uint8),
        row,
        other,
        np.full(len(row), note, np.int32),
        np.full(len(row), entry, np.int32),
    )


def _by_encounter(
    parts: list[FindingRows], encounter: NDArray[np.int64]
) -> FindingRows:
    """Return *parts* as one, by encounter; within one they keep their order."""
    if not parts:
        return _finding_rows(0, *Hits.joined([]))
    joined = FindingRows._make(map(np.concatenate, zip(*parts, strict=True)))
    # Quick, as each part is in order: they are merged.
    place = np.argsort(encounter[joined.row], kind="stable")
    return FindingRows._make(side[place] for side in joined)
