"""The check of whole encounters as columns: rows in, findings out.

    rows of LONG ─ Rows ─ the scans of each rule ─> hits ─ their grounds ─> findings

A hit becomes a finding, as `explain` has it for one encounter.  Findings stay numbers
(`FindingRows`) as long as they can: a million of them share a few thousand notes;
`ArrowFindings` makes Arrow columns of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from icdgraph.check.batch import Hits, Rows
from icdgraph.check.conditions import Apart, Condition, InWords, Misplaced, Unmet
from icdgraph.check.finding import RANKS
from icdgraph.check.grouping import starts_of
from icdgraph.check.rule_arrays import RuleArrays, arrays_of
from icdgraph.check.rules import ABOUT_PLACE
from icdgraph.check.scans import scan

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.checker import Checker
    from icdgraph.check.rules import Rule


class FindingRows(NamedTuple):
    """Findings as numbers: each array has a place for each finding.

    *rule* counts the kernel's rules; *row* and *other* are rows of the codes, *other*
    -1 where there is one code; *ground* is what the finding rests on first: a note,
    after all notes an entry of the Guidelines, then a requirement, or -1.
    """

    rule: NDArray[np.uint8]
    row: NDArray[np.int64]
    other: NDArray[np.int64]
    ground: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """Encounters as checked: the batch they came in, its rows, and the findings."""

    batch: pa.RecordBatch
    rows: Rows
    findings: FindingRows


@dataclass(frozen=True)
class Kernel:
    """Checks encounters with some rules of one checker; threads may share it.

    *setting* (0 unknown, 1 inpatient, 2 outpatient), *age* in days and *sex* hold for
    the encounters of which the table does not tell them.
    """

    checker: Checker
    rules: tuple[Rule, ...]
    setting: int = 0
    age: float | None = None
    sex: int = 0

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
        setting = _given(batch, "setting", self.setting)
        sex = _given(batch, "sex", self.sex)
        days = _numbers(batch, "days", np.nan if self.age is None else self.age)
        known = Rows(encounter, np.maximum(node, -1), setting, days, sex)
        at = np.flatnonzero(node < 0)
        broken = np.array(unknown, dtype=str)[-1 - node[at]]
        ranked = sorted(enumerate(self.rules), key=lambda pair: RANKS[pair[1].severity])
        parts = [
            part
            for number, rule in ranked
            for part in (
                _finding_rows(number, *Hits.of(at[broken == rule.id])),
                *(self._found(number, c, known) for c in rule.conditions),
            )
        ]
        found = _by_encounter(self._once(parts), encounter)
        return CheckedBatch(batch, Rows(encounter, node, setting, days, sex), found)

    def _found(self, number: int, condition: Condition, rows: Rows) -> FindingRows:
        hits = scan(condition, self.arrays, rows)
        a, b = hits
        match condition:
            case Apart() | Misplaced():
                return _finding_rows(number, a, b, self._first(condition, rows, hits))
            case Unmet():
                ground = self.checker.index.ground_of(0) + b
                return _finding_rows(number, a, np.full_like(b, -1), ground)
            case InWords():
                return _finding_rows(number, a, np.full_like(b, -1), b)
            case _ if self.rules[number].id in self.checker.index.of_entries:
                concerned = np.where(b >= 0, b, a)
                column = self.arrays.columns[self.rules[number].id]
                entry = column[rows.node[concerned]]
                first = self.checker.graph.note_count
                return _finding_rows(number, a, b, first + entry.astype(np.int64))
        return _finding_rows(number, a, b)

    def _first(
        self, condition: Apart | Misplaced, rows: Rows, hits: Hits
    ) -> NDArray[np.int64]:
        """Return the source of the first statement that each pair of codes rests on."""
        matrix = self.arrays.matrix
        nodes = rows.node[hits.rows], rows.node[hits.others]
        kinds = condition.kinds(True), condition.kinds(False)
        place, statement = matrix.between(*nodes, *kinds)
        first = np.full(len(hits.rows), np.iinfo(np.int64).max)
        np.minimum.at(first, place, matrix.sources[statement])
        return first

    def _once(self, parts: list[FindingRows]) -> FindingRows:
        """Return *parts* as one, with one finding about the place of a code."""
        if not parts:
            return _finding_rows(0, *Hits.joined([]))
        joined = FindingRows._make(map(np.concatenate, zip(*parts, strict=True)))
        places = {rule: place for place, rule in enumerate(ABOUT_PLACE)}
        rank = np.array([places.get(rule.id, -1) for rule in self.rules])[joined.rule]
        about = np.flatnonzero(rank >= 0)
        about = about[np.lexsort((rank[about], joined.row[about]))]
        is_again = np.zeros(len(about), dtype=bool)
        is_again[1:] = joined.row[about[1:]] == joined.row[about[:-1]]
        kept = np.ones(len(rank), dtype=bool)
        kept[about[is_again]] = False
        return FindingRows._make(side[kept] for side in joined)


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


def _given(batch: pa.RecordBatch, name: str, missing: int) -> NDArray[np.uint8]:
    numbers = _numbers(batch, name, 0).astype(np.uint8)
    return np.where(numbers > 0, numbers, np.uint8(missing))


def _finding_rows(
    number: int,
    row: NDArray[np.int64],
    other: NDArray[np.int64],
    ground: NDArray[np.integer] | int = -1,
) -> FindingRows:
    return FindingRows(
        np.full(len(row), number, np.uint8),
        row,
        other,
        np.full(len(row), ground, np.int32),
    )


def _by_encounter(found: FindingRows, encounter: NDArray[np.int64]) -> FindingRows:
    """Return *found* by encounter; within one they keep their order."""
    # Quick, as each rule's findings are in order: they are merged.
    place = np.argsort(encounter[found.row], kind="stable")
    return FindingRows._make(side[place] for side in found)
