"""The shapes that rules have: what must hold of which codes for a rule to be broken.

A rule is a shape over facts, and a shape finds its hits in two ways that must agree:

    find(facts, encounter)   of one encounter, in plain Python, microseconds
    scan(facts, rows)        of millions of encounters, in numpy, column by column

A hit is one or two numbers: ``(node,)``, ``(node, node)`` or ``(node, gathering)``.
`explain` words it, whichever way it was found.  In a scan the hits are arrays: the row
of the first code, and the row of the second, or the gathering, or -1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from icdgraph.check.batch import Hits, Rows
from icdgraph.check.guidelines import entries
from icdgraph.check.rule_index import (
    CODE_FIRST,
    CODE_FIRST_IF,
    USE_ADDITIONAL,
    USE_ADDITIONAL_IF,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from icdgraph.check.encounter import Encounter
    from icdgraph.check.rule_index import Facts

Hit = tuple[int, ...]
_B_FIRST = CODE_FIRST | CODE_FIRST_IF
_A_FIRST = USE_ADDITIONAL | USE_ADDITIONAL_IF

SETTINGS = {"": 0, "inpatient": 1, "outpatient": 2}
"""The settings that the Guidelines tell apart, as numbers of a column."""


@dataclass(frozen=True, slots=True)
class Twice:
    """A code that is given again."""

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` of each code that is repeated."""
        return [(node,) for node in encounter.repeated]

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the rows that repeat a code."""
        return Hits.of(np.flatnonzero(rows.is_repeat))


@dataclass(frozen=True, slots=True)
class Alone:
    """A code whose *column* is set, or is *value*: anywhere, first or later.

    With *setting*, only in that one; with *beside*, only where a code there has that
    column set.
    """

    column: str
    value: int = 0
    place: Literal["any", "first"] = "any"
    setting: str = ""
    beside: str = ""

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` of each such code."""
        if (
            not encounter.has(facts, self.column)
            or (self.setting and encounter.setting != self.setting)
            or (self.beside and not encounter.has(facts, self.beside))
        ):
            return []
        nodes = encounter.nodes if self.place == "any" else encounter.nodes[:1]
        column, value = facts.flat[self.column], self.value
        if value:
            return [(n,) for n in nodes if n >= 0 and column[n] == value]
        return [(n,) for n in nodes if n >= 0 and column[n]]

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the rows of such codes."""
        found = rows.of(facts.columns[self.column])
        hit = found == self.value if self.value else found > 0
        if self.place == "first":
            hit &= rows.is_first
        if self.setting:
            known = rows.setting is not None
            hit &= known and rows.setting == SETTINGS[self.setting]
        if self.beside:
            hit &= rows.anywhere(rows.of(facts.columns[self.beside]) > 0)
        return Hits.of(np.flatnonzero(hit))


@dataclass(frozen=True, slots=True)
class Demoted:
    """A code that may only be first-listed, *column*, and is not.

    Entries that share first place excuse each other (chemotherapy and radiation).
    """

    column: str

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` of each such code."""
        if not encounter.has(facts, self.column):
            return []
        column = facts.flat[self.column]
        later = [(n,) for n in encounter.nodes[1:] if n >= 0 and column[n]]
        if not later:
            return []
        first = encounter.nodes[0]
        excused = column[first] if first >= 0 else 0
        if excused not in facts.shared:
            return list(later)
        return [hit for hit in later if column[hit[0]] != excused]

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the rows of such codes."""
        found = rows.of(facts.columns[self.column])
        first = found[rows.start]
        excused = (found == first) & np.isin(first, list(facts.shared))
        return Hits.of(np.flatnonzero((found > 0) & ~rows.is_first & ~excused))


@dataclass(frozen=True, slots=True)
class Outranked:
    """A code with *column* after a first-listed one without it; the first of them."""

    column: str

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node, first)``, once."""
        if not encounter.has(facts, self.column):
            return []
        column, nodes = facts.flat[self.column], encounter.nodes
        if nodes[0] < 0 or column[nodes[0]]:
            return []
        found = [(n, nodes[0]) for n in nodes[1:] if n >= 0 and column[n]]
        return list(found[:1])

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the row, and that of the first-listed code."""
        found = rows.of(facts.columns[self.column])
        first = rows.start
        hit = (found > 0) & (found[first] == 0) & (rows.distinct[first] >= 0)
        kept = np.flatnonzero(hit)
        _, once = np.unique(rows.encounter[kept], return_index=True)
        return Hits.of(kept[once], first[kept[once]])


@dataclass(frozen=True, slots=True)
class Aged:
    """A code of *column* for another age than the patient's."""

    column: str

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` of each such code."""
        days, column = encounter.days, facts.flat[self.column]
        if days is None:
            return []
        found = [
            (n, entries()[column[n] - 1])
            for n in encounter.nodes
            if n >= 0 and column[n]
        ]
        return [(n,) for n, entry in found if not entry.low <= days < entry.high]

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the rows of such codes."""
        if rows.days is None:
            return Hits.of(np.empty(0, dtype=np.int64))
        found = rows.of(facts.columns[self.column])
        low = np.array([0.0, *(entry.low for entry in entries())])[found]
        high = np.array([0.0, *(entry.high for entry in entries())])[found]
        outside = (rows.days < low) | (rows.days >= high)
        return Hits.of(np.flatnonzero((found > 0) & outside))


@dataclass(frozen=True, slots=True)
class Alike:
    """Two codes of one number in *column*, whose marks differ."""

    column: str

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node, node)``, the earlier code first."""
        if not encounter.has(facts, self.column):
            return []
        column = facts.flat[self.column]
        nodes = [n for n in encounter.nodes if n >= 0 and column[n]]
        if len(nodes) < 2:
            return []
        marks = facts.flat_marks[self.column]
        return [
            (a, b)
            for i, a in enumerate(nodes)
            for b in nodes[i + 1 :]
            if column[a] == column[b] and marks[a] != marks[b]
        ]

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the rows of both codes."""
        found = rows.of(facts.columns[self.column])
        marks = rows.of(facts.marks[self.column])
        kept = np.flatnonzero(found)
        parts = []
        for early, late in Rows(rows.encounter[kept], rows.node[kept]).pairs():
            a, b = kept[early], kept[late]
            hit = (found[a] == found[b]) & (marks[a] != marks[b])
            parts.append((a[hit], b[hit]))
        return _joined(parts)


@dataclass(frozen=True, slots=True)
class Linked:
    """A code that speaks of another by *bit* of *relation*.

    *order* narrows it to pairs where the code that speaks stands ``before`` the other,
    or ``after`` it.  Pairs that the notes put each before the other are left out there;
    ``contradictory`` finds them, each once.
    """

    relation: Literal["notes", "sections"]
    bit: int
    order: Literal["", "after", "before", "contradictory"] = ""

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node that speaks, node named)``."""
        links = encounter.linked(facts, self.relation)
        if not links:
            return []
        nodes, bit = encounter.nodes, self.bit
        found = [(i, j) for i, j, bits in links if bits & bit]
        if not found or not self.order:
            return [(nodes[i], nodes[j]) for i, j in found]
        return [
            (nodes[i], nodes[j])
            for i, j in found
            if self._is_hit(facts, nodes[i], nodes[j], i < j)
        ]

    def _is_hit(self, facts: Facts, a: int, b: int, a_is_first: bool) -> bool:
        if self.order != "contradictory" and a_is_first != (self.order == "before"):
            return False
        is_contradictory = self.relation == "notes" and contradict(facts, a, b)
        if self.order == "contradictory":
            return is_contradictory and (
                a_is_first or not facts.notes.bits(b, a) & self.bit
            )
        return not is_contradictory

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the rows of the code that speaks and of the one it names."""
        links = rows.linked(facts, self.relation)
        hit = links.bits & self.bit > 0
        if self.order in ("before", "after"):
            hit &= (links.a < links.b) == (self.order == "before")
        a, b = links.a[hit], links.b[hit]
        if not self.order or not len(a):
            return Hits(a, b)
        # Few are left: the plain test, pair by pair of codes.
        codes = np.stack([rows.node[a], rows.node[b], a < b], axis=1)
        pairs, place = np.unique(codes, axis=0, return_inverse=True)
        kept = [self._is_hit(facts, x, y, bool(z)) for x, y, z in pairs.tolist()]
        chosen = np.array(kept)[place.reshape(-1)]
        return Hits(a[chosen], b[chosen])


def contradict(facts: Facts, a: int, b: int) -> bool:
    """Say whether the notes put *a* before *b* and *b* before *a*."""
    there, back = facts.notes.bits(a, b), facts.notes.bits(b, a)
    a_first = there & _A_FIRST or back & _B_FIRST
    b_first = there & _B_FIRST or back & _A_FIRST
    return bool(a_first and b_first)


@dataclass(frozen=True, slots=True)
class Absent:
    """A code with a gathering of kind *bits* that no other code there meets."""

    bits: int
    place: Literal["any", "first", "later"] = "any"

    def find(self, facts: Facts, encounter: Encounter) -> list[Hit]:
        """Return ``(node, gathering)``."""
        owner, wanting = facts.notes.owner, facts.wanting(self.bits)
        return [
            (node, gathering)
            for i, node in enumerate(encounter.nodes)
            if node >= 0
            and (self.place == "any" or (i == 0) == (self.place == "first"))
            for gathering in wanting.get(owner[node], ())
            if not encounter.meets(facts, gathering, node)
        ]

    def scan(self, facts: Facts, rows: Rows) -> Hits:
        """Return the rows of such codes, and the gatherings."""
        row, gathering = self._wanting(facts, rows)
        target = np.where(
            rows.distinct >= 0, facts.notes.target_class[rows.distinct], 0
        )
        met = np.zeros(len(row), dtype=bool)
        waiting = np.arange(len(row))
        step = 0
        while len(waiting):
            other = rows.start[row[waiting]] + step
            kept = other < rows.end[row[waiting]]
            waiting, other = waiting[kept], other[kept]
            meets = facts.meets[gathering[waiting], target[other]]
            met[waiting] |= meets & (other != row[waiting])
            step += 1
        return Hits(row[~met], gathering[~met])

    def _wanting(
        self, facts: Facts, rows: Rows
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        node = rows.distinct
        classes = np.where(node >= 0, facts.notes.owner_class[node], 0)
        if self.place != "any":
            classes = np.where(rows.is_first == (self.place == "first"), classes, 0)
        found = facts.wanting_lists(self.bits).of(classes)
        return found.rows, found.values


def _joined(parts: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> Hits:
    if not parts:
        return Hits.of(np.empty(0, dtype=np.int64))
    return Hits(*(np.concatenate(side) for side in zip(*parts, strict=True)))
