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
        """Return the hits of all *parts*."""
        if not parts:
            return cls.of(np.empty(0, dtype=np.int64))
        return cls(*(np.concatenate(side) for side in zip(*parts, strict=True)))


class Links(NamedTuple):
    """Pairs of rows of one encounter, with the kinds of statement that link them.

    The statements apply to the code in row *a* and name the code in row *b*.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    bits: NDArray[np.uint8]


@dataclass(frozen=True)
class Rows:
    """Many encounters as columns, a row for each code, an encounter's rows together.

    *encounter* numbers the encounter of each row, from 0, and never falls; *node* is
    the code's node number or -1.  Rows keep the order of the codes.  *setting* and
    *days* are those of the encounter: 0 unknown, 1 inpatient, 2 outpatient; NaN for
    an unknown age.
    """

    encounter: NDArray[np.int64]
    node: NDArray[np.int32]
    setting: NDArray[np.uint8] | None = None
    days: NDArray[np.float64] | None = None
    _links: dict[str, Links] = field(default_factory=dict, init=False, repr=False)

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
        keys = self.encounter * (1 << 32) + np.maximum(self.node, -1)
        # Sorting numbers is several times faster than sorting their places.
        ordered = np.sort(keys)
        again = np.zeros(len(keys), dtype=bool)
        if (ordered[1:] == ordered[:-1]).any():
            again[:] = self.node >= 0
            again[np.unique(keys, return_index=True)[1]] = False
        return again

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

    def links(self, arrays: RuleArrays, statements: str) -> Links:
        """Return the pairs of rows that *statements*, notes or sections, link."""
        if statements not in self._links:
            self._links[statements] = self._linked(arrays, statements)
        return self._links[statements]

    def _linked(self, arrays: RuleArrays, statements: str) -> Links:
        matrix, known = arrays.matrices[statements], self.distinct >= 0
        # Class 0, also that of unknown codes, is linked by nothing.
        owner = np.where(known, matrix.owner_class[self.distinct], 0)
        row = owner.astype(np.int64) * matrix.width
        column = np.where(known, matrix.target_class[self.distinct], 0)
        none = np.empty(0, dtype=np.int64)
        parts = [(none, none, none.astype(np.uint8))]
        for early, late in self.pairs():
            for a, b in ((early, late), (late, early)):
                bits = matrix.cells[row[a] + column[b]]
                linked = np.flatnonzero(bits)
                parts.append((a[linked], b[linked], bits[linked]))
        return Links(*(np.concatenate(side) for side in zip(*parts, strict=True)))

    def anywhere(self, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return whether *holds* is true at any row of each row's encounter."""
        found = np.zeros(len(holds), dtype=bool)
        found[self.start[holds]] = True
        return found[self.start]

    def values(self, column: NDArray[np.integer]) -> NDArray[np.integer]:
        """Return the value of *column* at each row's code, 0 where it is unknown."""
        return np.where(self.distinct >= 0, column[self.distinct], 0)
