"""Many encounters as columns, and the hits of a rule in them.

`Rows` is to many encounters what `Encounter` is to one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from icdgraph.check.rule_arrays import RuleArrays


class Hits(NamedTuple):
    """The hits of a rule in many encounters.

    *rows* are those of the first code; *others* those of the second code, or notes or
    requirements, or -1.
    """

    rows: NDArray[np.int64]
    others: NDArray[np.int64]

    @classmethod
    def of(cls, rows: NDArray[np.int64]) -> Hits:
        """Return hits at *rows* of one code each."""
        return cls(rows, np.full(len(rows), -1))

    @classmethod
    def joined(cls, parts: Sequence[tuple[NDArray[np.int64], ...]]) -> Hits:
        """Return the hits of all *parts*, in the order of their rows."""
        if not parts:
            return cls.of(np.empty(0, dtype=np.int64))
        rows, others = (np.concatenate(side) for side in zip(*parts, strict=True))
        order = np.lexsort((others, rows))
        return cls(rows[order], others[order])


class Links(NamedTuple):
    """Pairs of rows of one encounter, with the kinds of statement that link them.

    *there* are the kinds that apply to the earlier code and name the later one, *back*
    those of the other direction.
    """

    early: NDArray[np.int64]
    late: NDArray[np.int64]
    there: NDArray[np.uint16]
    back: NDArray[np.uint16]


@dataclass(frozen=True)
class Rows:
    """Many encounters as columns, a row for each code, an encounter's rows together.

    *encounter* numbers the encounter of each row, from 0, and never falls; *node* is
    the code's node number or -1.  Rows keep the order of the codes.  *setting*, *days*
    and *sex* are those of the encounter, as numbers: 0 where the setting or the sex is
    unknown, NaN for an unknown age.
    """

    encounter: NDArray[np.int64]
    node: NDArray[np.int32]
    setting: NDArray[np.uint8] | None = None
    days: NDArray[np.float64] | None = None
    sex: NDArray[np.uint8] | None = None
    _links: list[Links] = field(default_factory=list, init=False, repr=False)
    _values: dict[str, NDArray[np.integer]] = field(
        default_factory=dict, init=False, repr=False
    )

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
        """Whether the code of each row was given before in its encounter."""
        known = np.flatnonzero(self.node >= 0)
        known = known[recurring(self.encounter[known], self.node[known])]
        keys = self.encounter[known] << 32 | self.node[known]
        _, first = np.unique(keys, return_index=True)
        is_repeat = np.zeros(len(self.node), dtype=bool)
        is_repeat[np.delete(known, first)] = True
        return is_repeat

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

    def links(self, arrays: RuleArrays) -> Links:
        """Return the pairs of rows that statements link."""
        if not self._links:
            self._links.append(self._linked(arrays))
        return self._links[0]

    def _linked(self, arrays: RuleArrays) -> Links:
        matrix, cells = arrays.matrix, arrays.matrix.cells
        row = self.values(arrays, "owner_class").astype(np.int64) * matrix.width
        column = self.values(arrays, "target_class")
        none, no_bits = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint16)
        parts = [(none, none, no_bits, no_bits)]
        for early, late in self.pairs():
            # Twice as fast as an index in brackets.
            there = cells.take(row[early] + column[late])
            back = cells.take(row[late] + column[early])
            linked = np.flatnonzero(there | back > 0)
            parts.append((early[linked], late[linked], there[linked], back[linked]))
        links = [np.concatenate(side) for side in zip(*parts, strict=True)]
        order = np.lexsort((links[1], links[0]))
        return Links(*(side[order] for side in links))

    def values(self, arrays: RuleArrays, name: str) -> NDArray[np.integer]:
        """Return the flags, owner_class or target_class, by *name*, of each row's code.

        They are 0 where the code is unknown or a repeat.
        """
        if name not in self._values:
            self._values[name] = arrays.by_node[name][self.distinct]
        return self._values[name]

    def where_set(self, arrays: RuleArrays, column: str) -> NDArray[np.int64]:
        """Return the rows at whose codes *column* is set."""
        flag = arrays.index.flag_of[column]
        return np.flatnonzero(self.values(arrays, "flags") & flag > 0)

    def met(
        self,
        arrays: RuleArrays,
        requirement: NDArray[np.integer],
        low: NDArray[np.int64],
        high: NDArray[np.int64],
    ) -> NDArray[np.bool_]:
        """Return whether a row from *low* to before *high* meets each requirement.

        A requirement below 0 is never met.
        """
        target = self.values(arrays, "target_class")
        met = np.zeros(len(requirement), dtype=bool)
        waiting = np.flatnonzero((requirement >= 0) & (low < high))
        row, end, required = low[waiting], high[waiting], requirement[waiting]
        while len(waiting):
            is_met = arrays.met[required, target[row]]
            met[waiting[is_met]] = True
            row = row + 1
            on = ~is_met & (row < end)
            waiting, row, end, required = (
                side[on] for side in (waiting, row, end, required)
            )
        return met


def recurring(
    encounter: NDArray[np.int64], number: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Return the rows whose number another row of their encounter has as well.

    >>> recurring(np.array([0, 0, 0, 1]), np.array([7, 8, 7, 8])).tolist()
    [0, 2]
    """
    keys = encounter << 32 | number
    # Sorting numbers is several times faster than sorting their places.
    ordered = np.sort(keys)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    rows = np.flatnonzero(np.isin(encounter, twice >> 32))
    place = np.searchsorted(twice, keys[rows])
    found: NDArray[np.int64] = rows[twice.take(place, mode="clip") == keys[rows]]
    return found
