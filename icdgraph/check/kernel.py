"""The check of whole encounters as columns: rows in, findings out.

    rows of LONG ─ Rows ─ each rule's scan ─> hits ─ what they rest on ─> findings

A hit becomes a finding for each note or sentence it rests on, as `Explainer` has it for
one encounter.  Findings stay numbers as long as they can, `Found`, since a million of
them share a few thousand notes; `Wording` makes Arrow columns of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from icdgraph.check.batch import Hits, Rows
from icdgraph.check.conditions import Absent, Linked
from icdgraph.check.finding import Severity
from icdgraph.check.grouping import changes
from icdgraph.check.ragged import Lists

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.checker import Checker
    from icdgraph.check.rules import Rule, Shape

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Found(NamedTuple):
    """Findings as numbers, a place in each array for one finding.

    *rule* counts the kernel's rules; *row* and *other* are rows of the codes, *other*
    -1 where there is one code; *note* is a note, or one after all notes for a
    gathering, or -1; *entry* an entry of the Guidelines from 1, or 0.
    """

    rule: NDArray[np.uint8]
    row: NDArray[np.int64]
    other: NDArray[np.int64]
    note: NDArray[np.int32]
    entry: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Part:
    """Encounters as checked: the batch they came in, its rows, and what was found."""

    batch: pa.RecordBatch
    rows: Rows
    found: Found


@dataclass(frozen=True)
class Kernel:
    """Checks encounters with some rules of one checker; made once, used by threads.

    *setting* and *age* (in days) hold where the table does not tell.
    """

    checker: Checker
    rules: tuple[Rule, ...]
    setting: int = 0
    age: float | None = None
    _bits: int = field(init=False)
    _in_words: dict[int, tuple[int, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        shapes = [shape for rule in self.rules for shape in rule.shapes]
        bits = 0
        for shape in shapes:
            if isinstance(shape, Linked):
                bits |= shape.bit
        object.__setattr__(self, "_bits", bits)
        self._prepare(shapes)

    def _prepare(self, shapes: list[Shape]) -> None:
        """Let the facts be computed that threads would else each compute."""
        facts = self.checker.facts
        if self._bits:
            facts.notes.index(self._bits)
        if any(hasattr(shape, "column") for shape in shapes):
            assert facts.columns
        if any(isinstance(shape, Absent) for shape in shapes):
            assert facts.meets.size

    def check(self, batch: pa.RecordBatch, unknown: list[str]) -> Part:
        """Return what is found in *batch*, whole encounters of `LONG`.

        *unknown* are the rules that texts which are no codes break, the first of which
        is -1 in the batch.
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
        return Part(batch, rows, _sorted(parts, rows))

    def _by_severity(self) -> list[tuple[int, Rule]]:
        return sorted(enumerate(self.rules), key=lambda pair: _RANK[pair[1].severity])

    def _rows(self, batch: pa.RecordBatch) -> Rows:
        encounter = np.cumsum(changes(batch.column("encounter"))) - 1
        node = batch.column("node").to_numpy()
        setting = np.full(len(node), self.setting, dtype=np.uint8)
        if batch.column("setting").null_count < len(node):
            given = _numbers(batch, "setting", 0.0).astype(np.uint8)
            setting = np.where(given > 0, given, setting)
        age = np.nan if self.age is None else self.age
        days = _numbers(batch, "days", age)
        return Rows(encounter, node, setting, days, self._bits)

    def _found(
        self, number: int, rule: Rule, rows: Rows, known: Rows, unknown: list[str]
    ) -> Iterator[Found]:
        if unknown:
            yield _found(number, Hits.of(_unknown(rule, rows, unknown)))
        for hits in rule.scan(self.checker.facts, known):
            yield from self._resting(number, rule, known, hits)
        if rule.id == "A901":
            yield self._to_read(number, known)

    def _resting(
        self, number: int, rule: Rule, rows: Rows, hits: Hits
    ) -> Iterator[Found]:
        """Yield the findings of *hits*, one for each note or entry they rest on."""
        facts = self.checker.facts
        match rule.shapes[0]:
            case Linked(relation="notes", order="contradictory"):
                bits = next(s.bit for s in rule.shapes if isinstance(s, Linked))
                yield self._by_notes(number, rows, hits, bits)
                yield self._by_notes(number, rows, Hits(hits.others, hits.rows), bits)
            case Linked(relation="notes", bit=bits):
                yield self._by_notes(number, rows, hits, bits)
            case Linked(bit=bits):
                a, b = rows.node[hits.rows], rows.node[hits.others]
                place, said = facts.sections.linking_many(a, b, bits, self._bits)
                entry = facts.sections.sources[said]
                yield _found(number, _taken(hits, place), entry=entry)
            case Absent():
                notes = facts.graph.note_count + hits.others
                yield _found(number, Hits.of(hits.rows), note=notes)
            case shape if getattr(shape, "column", "") == rule.id:
                entry = facts.columns[rule.id][rows.node[hits.rows]]
                yield _found(number, hits, entry=entry)
            case _:
                yield _found(number, hits)

    def _by_notes(self, number: int, rows: Rows, hits: Hits, bits: int) -> Found:
        relation = self.checker.facts.notes
        a, b = rows.node[hits.rows], rows.node[hits.others]
        place, said = relation.linking_many(a, b, bits, self._bits)
        return _found(number, _taken(hits, place), note=relation.sources[said])

    def _to_read(self, number: int, rows: Rows) -> Found:
        """Return the notes of each code that only a reader can follow."""
        nodes, at = np.unique(rows.distinct, return_inverse=True)
        lists = Lists([self._words_of(n) for n in nodes.tolist()])
        found = lists.of(at.astype(np.int32))
        return _found(number, Hits.of(found.rows), note=found.values)

    def _words_of(self, node: int) -> tuple[int, ...]:
        if node not in self._in_words:
            graph = self.checker.graph
            notes = [] if node < 0 else self.checker.in_words(graph.node(node))
            numbers = self.checker.facts.note_numbers
            self._in_words[node] = tuple(
                numbers[note.owner.number, note.kind, note.position] for note in notes
            )
        return self._in_words[node]


def _ordered(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return *batch* with the codes of each encounter by their order, none last."""
    import pyarrow as pa

    if batch.column("order").null_count == batch.num_rows:
        return batch
    order = _numbers(batch, "order", np.inf)
    starts = changes(batch.column("encounter"))
    if ((order[1:] >= order[:-1]) | starts[1:]).all():
        return batch
    return batch.take(pa.array(np.lexsort((order, np.cumsum(starts)))))


def _numbers(batch: pa.RecordBatch, name: str, missing: float) -> NDArray[np.float64]:
    column = batch.column(name)
    if column.null_count == len(column):
        return np.full(len(column), missing)
    found = column.to_numpy(zero_copy_only=False)
    return np.where(np.isnan(found), missing, found)


def _unknown(rule: Rule, rows: Rows, unknown: list[str]) -> NDArray[np.int64]:
    """Return the rows whose texts are no codes and break *rule*."""
    breaks = np.array([name == rule.id for name in unknown])
    at = np.flatnonzero(rows.node < 0)
    found: NDArray[np.int64] = at[breaks[-1 - rows.node[at]]]
    return found


def _taken(hits: Hits, place: NDArray[np.int64]) -> Hits:
    return Hits(hits.rows[place], hits.others[place])


def _found(
    number: int,
    hits: Hits,
    *,
    note: NDArray[np.integer] | None = None,
    entry: NDArray[np.integer] | None = None,
) -> Found:
    size = len(hits.rows)
    return Found(
        np.full(size, number, dtype=np.uint8),
        hits.rows,
        hits.others,
        np.full(size, -1, np.int32) if note is None else note.astype(np.int32),
        np.zeros(size, np.int32) if entry is None else entry.astype(np.int32),
    )


def _sorted(parts: list[Found], rows: Rows) -> Found:
    """Return *parts* as one, by encounter; in it they keep their order."""
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return _found(0, Hits(none, none))
    joined = [np.concatenate(side) for side in zip(*parts, strict=True)]
    place = _stable(rows.encounter[joined[Found._fields.index("row")]])
    return Found._make(side[place] for side in joined)


def _stable(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places that sort *numbers*, from 0 and below 2 ** 32, stably."""
    # By radix, which numpy has for 16 bits alone, and which is several times faster.
    low = np.argsort(numbers.astype(np.uint16), kind="stable")
    high = (numbers >> 16).astype(np.uint16)[low]
    place: NDArray[np.int64] = low[np.argsort(high, kind="stable")]
    return place
