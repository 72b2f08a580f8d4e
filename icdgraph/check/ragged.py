"""Lists of numbers by class, kept end to end, so that whole columns can be expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray


class Expanded(NamedTuple):
    """The members of the classes in some rows, and the row of each member."""

    rows: NDArray[np.int64]
    members: NDArray[np.int64]


class Ragged:
    """The members of each class, one list after the other.

    >>> lists = Ragged([(), (7, 8)])
    >>> expanded = lists.expand(np.array([1, 0, 1], dtype=np.int32))
    >>> expanded.rows.tolist(), expanded.members.tolist()
    ([0, 0, 2, 2], [7, 8, 7, 8])
    """

    def __init__(self, classes: Sequence[Collection[int]]) -> None:
        self._sizes = np.array([len(members) for members in classes], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(self._sizes)))
        flat = (member for members in classes for member in sorted(members))
        self._members = np.fromiter(flat, np.int64)

    def expand(self, classes: NDArray[np.integer]) -> Expanded:
        """Return the members of the class in each row."""
        sizes = self._sizes[classes]
        rows = np.repeat(np.arange(len(classes)), sizes)
        before = np.repeat(np.cumsum(sizes) - sizes, sizes)
        within = np.arange(len(rows)) - before
        return Expanded(rows, self._members[self._starts[classes][rows] + within])
