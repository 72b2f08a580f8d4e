"""Lists of numbers by class, kept end to end so that whole columns are expanded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Expanded:
    """Members of the classes of rows: the row of each, and the member."""

    rows: NDArray[np.int64]
    values: NDArray[np.int64]


class Lists:
    """The members of each class, one after the other, to expand whole columns."""

    def __init__(self, classes: Sequence[Collection[int]]) -> None:
        self._sizes = np.array([len(members) for members in classes], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(self._sizes)))
        flat = (member for members in classes for member in sorted(members))
        self._values = np.fromiter(flat, np.int64)

    def of(self, classes: NDArray[np.int32]) -> Expanded:
        """Return the members of *classes*, and the place of their class there.

        >>> found = Lists([(), (7, 8)]).of(np.array([1, 0, 1], dtype=np.int32))
        >>> found.rows.tolist(), found.values.tolist()
        ([0, 0, 2, 2], [7, 8, 7, 8])
        """
        sizes = self._sizes[classes]
        rows = np.repeat(np.arange(len(classes)), sizes)
        before = np.repeat(np.cumsum(sizes) - sizes, sizes)
        within = np.arange(len(rows)) - before
        return Expanded(rows, self._values[self._starts[classes][rows] + within])
