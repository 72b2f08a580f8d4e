"""Many encounters as columns, and the hits of a rule in them: the numpy counterpart.

A `Rows` remembers what several rules ask, as an `Encounter` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from icdgraph.check.encounter import relation_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from icdgraph.check.rule_index import Facts


class Hits(NamedTuple):
    """Hits of a scan: rows of the first code; of the second, or a gathering, or -1."""

    rows: NDArray[np.int64]
    others: NDArray[np.int64]

    @classmethod
    def of(
        cls, rows: NDArray[np.int64], others: NDArray[np.int64] | None = None
    ) -> Hits:
        """Return hits at *rows*, with -1 for *others* where there are none."""
        return cls(rows, np.full(len(rows), -1) if others is None else others)


class Links(NamedTuple):
    """Pairs of rows, the code of the first of which speaks of that of the second."""

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    bits: NDArray[np.uint8]

    @classmethod
    def joined(cls, parts: list[Links]) -> Links:
        """Return the links of all *parts*."""
        if not parts:
            none = np.empty(0, dtype=np.int64)
            return cls(none, none, none.astype(np.uint8))
        return cls(*(np.concatenate(side) for side in zip(*parts, strict=True)))


@dataclass(frozen=True)
class Rows:
    """Many encounters as columns, a row for each code, an encounter's rows together.

    *encounter* numbers the encounter of each row, from 0, and never falls; *node* is
    the code's node number or -1.  Rows keep the order of the codes.  *setting* and
    *days* hold for the rows too: 0 unknown, 1 inpatient, 2 outpatient; NaN unknown.
    *bits* are the kinds of statement to look for.
    """

    encounter: NDArray[np.int64]
    node: NDArray[np.int32]
    setting: NDArray[np.uint8] | None = None
    days: NDArray[np.float64] | None = None
    bits: int = 0xFF
    _linked: dict[str, Links] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def start(self) -> NDArray[np.int64]:
        """The row at which the encounter of each row starts."""
        change = np.flatnonzero(np.diff(self.encounter, prepend=-1))
        sizes = np.diff(np.append(change, len(self.encounter)))
        return np.repeat(change, sizes)

    @cached_property
    def end(self) -> NDArray[np.int64]:
        """The row after the last of the encounter of each row."""
        sizes = np.bincount(self.start, minlength=len(self.start))
        return self.start + sizes[self.start]

    @cached_property
    def is_first(self) -> NDArray[np.bool_]:
        """Whether each row is the first of its encounter."""
        return np.equal(self.start, np.arange(len(self.encounter)))

    @cached_property
    def is_repeat(self) -> NDArray[np.bool_]:
        """Whether the code of each row stands in its encounter before."""
        again = np.zeros(len(self.node), dtype=bool)
        if not self._has_repeats():
            return again
        for early, late in self.pairs():
            again[late[self.node[early] == self.node[late]]] = True
        return again & (self.node >= 0)

    def _has_repeats(self) -> bool:
        # Sorting numbers is several times faster than sorting their places.
        keys = np.sort(self.encounter * (1 << 32) + np.maximum(self.node, -1))
        return bool((keys[1:] == keys[:-1]).any())

    @cached_property
    def distinct(self) -> NDArray[np.int32]:
        """The node of each row, -1 where it is unknown or a repeat."""
        return np.where(self.is_repeat, np.int32(-1), self.node)

    def pairs(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield all pairs of rows of one encounter, the earlier first, by distance."""
        rows = np.arange(len(self.encounter))
        left = self.end - rows - 1
        step = 1
        while len(rows := rows[left[rows] >= step]):
            yield rows, rows + step
            step += 1

    def linked(self, facts: Facts, name: str) -> Links:
        """Return the pairs of rows whose codes speak of each other, with the bits."""
        if name not in self._linked:
            relation, known = relation_of(facts, name), self.distinct >= 0
            # Class 0, of unknown codes as well, has no bits.
            owner = np.where(known, relation.owner_class[self.distinct], 0)
            owner = owner.astype(np.int64) * relation.width
            target = np.where(known, relation.target_class[self.distinct], 0)
            cells, parts = relation.cells_of(self.bits), []
            for early, late in self.pairs():
                for a, b in ((early, late), (late, early)):
                    bits = cells[owner[a] + target[b]]
                    hit = np.flatnonzero(bits)
                    parts.append(Links(a[hit], b[hit], bits[hit]))
            self._linked[name] = Links.joined(parts)
        return self._linked[name]

    def anywhere(self, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return whether *holds* is true at any row of each row's encounter."""
        found = np.zeros(len(holds), dtype=bool)
        found[self.start[holds]] = True
        return found[self.start]

    def of(self, column: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the value of *column* at each row's code, 0 where it is unknown."""
        return np.where(self.distinct >= 0, column[self.distinct], 0)
