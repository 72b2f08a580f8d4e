"""The check of whole encounters as columns: rows in, findings out.

    rows of LONG ─ Rows ─ the scans of each rule ─> hits ─ what they rest on ─> findings

A hit becomes a finding for each note or sentence that it rests on, as `Explainer` has
it for one encounter.  Findings stay numbers (`FindingRows`) as long as they can: a
million of them share a few thousand notes; `ArrowFindings` makes Arrow columns of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from icdgraph.check.batch import Hits, Rows
from icdgraph.check.conditions import Linked, Unmet
from icdgraph.check.finding import RANKS
from icdgraph.check.grouping import starts_of
from icdgraph.check.ragged import Ragged
from icdgraph.check.rule_arrays import RuleArrays, arrays_of
from icdgraph.check.rules import IN_WORDS
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
    _in_words: dict[int, tuple[int, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.arrays.prepare(
            self._bits, [c for rule in self.rules for c in rule.conditions]
        )

    def __reduce__(self) -> tuple[type[Kernel], tuple[object, ...]]:
        """Return what is pickled: all but the arrays, which are made again."""
        return Kernel, (self.checker, self.rules, self.setting, self.age)

    @cached_property
    def arrays(self) -> RuleArrays:
        """The rule index as arrays."""
        return arrays_of(self.checker.index)

    @cached_property
    def _bits(self) -> int:
        """The kinds of statement that the rules look for."""
        bits = 0
        for rule in self.rules:
            for condition in rule.conditions:
                if isinstance(condition, Linked):
                    bits |= condition.bits
        return bits

    def check(self, batch: pa.RecordBatch, unknown: list[str]) -> CheckedBatch:
        """Return what is found in *batch*, whole encounters of `LONG`.

        *unknown* are the rules broken by the texts that are not codes: that of the
        first is -1 in the batch, that of the second -2.
        """
        batch = _ordered(batch)
        rows = self._rows(batch)
        known = Rows(
            rows.encounter,
            np.maximum(rows.node, -1),
            rows.setting,
            rows.days,
            self._bits,
        )
        parts = [
            part
            for number, rule in self._by_severity()
            for part in self._found(number, rule, rows, known, unknown)
        ]
        return CheckedBatch(batch, rows, _by_encounter(parts, rows))

    def _by_severity(self) -> list[tuple[int, Rule]]:
        return sorted(enumerate(self.rules), key=lambda pair: RANKS[pair[1].severity])

    def _rows(self, batch: pa.RecordBatch) -> Rows:
        encounter = np.cumsum(starts_of(batch.column("encounter"))) - 1
        node = batch.column("node").to_numpy()
        setting = np.full(len(node), self.setting, dtype=np.uint8)
        if batch.column("setting").null_count < len(node):
            given = _numbers(batch, "setting", 0.0).astype(np.uint8)
            setting = np.where(given > 0, given, setting)
        days = _numbers(batch, "days", np.nan if self.age is None else self.age)
        return Rows(encounter, node, setting, days, self._bits)

    def _found(
        self, number: int, rule: Rule, rows: Rows, known: Rows, unknown: list[str]
    ) -> Iterator[FindingRows]:
        if unknown:
            yield _finding_rows(number, Hits.of(_unknown(rule, rows, unknown)))
        for condition in rule.conditions:
            hits = scan(condition, self.arrays, known)
            yield from self._resting(number, rule, known, hits)
        if rule.id == IN_WORDS:
            yield self._notes_in_words(number, known)

    def _resting(
        self, number: int, rule: Rule, rows: Rows, hits: Hits
    ) -> Iterator[FindingRows]:
        """Yield the findings of *hits*, one for each note or entry they rest on."""
        match rule.conditions[0]:
            case Linked(statements="notes", order="contradictory", bits=bits):
                yield self._by_notes(number, rows, hits, bits)
                yield self._by_notes(number, rows, Hits(hits.others, hits.rows), bits)
            case Linked(statements="notes", bits=bits):
                yield self._by_notes(number, rows, hits, bits)
            case Linked(bits=bits):
                sections = self.arrays.sections
                a, b = rows.node[hits.rows], rows.node[hits.others]
                place, statement = sections.linking(a, b, bits, self._bits)
                entry = sections.sources[statement]
                yield _finding_rows(number, hits.take(place), entry=entry)
            case Unmet():
                notes = self.checker.graph.note_count + hits.others
                yield _finding_rows(number, Hits.of(hits.rows), note=notes)
            case condition if getattr(condition, "column", "") == rule.id:
                entry = self.arrays.columns[rule.id][rows.node[hits.rows]]
                yield _finding_rows(number, hits, entry=entry)
            case _:
                yield _finding_rows(number, hits)

    def _by_notes(self, number: int, rows: Rows, hits: Hits, bits: int) -> FindingRows:
        notes = self.arrays.notes
        a, b = rows.node[hits.rows], rows.node[hits.others]
        place, statement = notes.linking(a, b, bits, self._bits)
        return _finding_rows(number, hits.take(place), note=notes.sources[statement])

    def _notes_in_words(self, number: int, rows: Rows) -> FindingRows:
        """Return the notes of each code that only a reader can decide."""
        nodes, at = np.unique(rows.distinct, return_inverse=True)
        lists = Ragged([self._notes_of(node) for node in nodes.tolist()])
        expanded = lists.expand(at)
        return _finding_rows(number, Hits.of(expanded.rows), note=expanded.members)

    def _notes_of(self, node: int) -> tuple[int, ...]:
        if node not in self._in_words:
            notes = self.checker.notes_in_words(node) if node >= 0 else []
            self._in_words[node] = tuple(notes)
        return self._in_words[node]


def _ordered(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return *batch* with the codes of each encounter by their order, nulls last."""
    import pyarrow as pa

    if batch.column("order").null_count == batch.num_rows:
        return batch
    order = _numbers(batch, "order", np.inf)
    starts = starts_of(batch.column("encounter"))
    if ((order[1:] >= order[:-1]) | starts[1:]).all():
        return batch
    return batch.take(pa.array(np.lexsort((order, np.cumsum(starts)))))


def _numbers(batch: pa.RecordBatch, name: str, missing: float) -> NDArray[np.float64]:
    column = batch.column(name)
    if column.null_count == len(column):
        return np.full(len(column), missing)
    values = column.to_numpy(zero_copy_only=False)
    return np.where(np.isnan(values), missing, values)


def _unknown(rule: Rule, rows: Rows, unknown: list[str]) -> NDArray[np.int64]:
    """Return the rows whose texts are not codes and break *rule*."""
    breaks = np.array([name == rule.id for name in unknown])
    at = np.flatnonzero(rows.node < 0)
    broken: NDArray[np.int64] = at[breaks[-1 - rows.node[at]]]
    return broken


def _finding_rows(
    number: int,
    hits: Hits,
    *,
    note: NDArray[np.integer] | None = None,
    entry: NDArray[np.integer] | None = None,
) -> FindingRows:
    size = len(hits.rows)
    return FindingRows(
        np.full(size, number, dtype=np.uint8),
        hits.rows,
        hits.others,
        np.full(size, -1, np.int32) if note is None else note.astype(np.int32),
        np.zeros(size, np.int32) if entry is None else entry.astype(np.int32),
    )


def _by_encounter(parts: list[FindingRows], rows: Rows) -> FindingRows:
    """Return *parts* as one, by encounter; within one they keep their order."""
    if not parts:
        return _finding_rows(0, Hits.joined([]))
    sides = (np.concatenate(side) for side in zip(*parts, strict=True))
    joined = FindingRows._make(sides)
    place = _stable_order(rows.encounter[joined.row])
    return FindingRows._make(side[place] for side in joined)


def _stable_order(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places that sort *numbers*, from 0 and below 2 ** 32, stably."""
    # By radix, which numpy has for 16 bits alone, and which is several times faster.
    low = np.argsort(numbers.astype(np.uint16), kind="stable")
    high = (numbers >> 16).astype(np.uint16)[low]
    place: NDArray[np.int64] = low[np.argsort(high, kind="stable")]
    return place
