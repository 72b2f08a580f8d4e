"""Overlap removal: boxes are pushed apart until no two overlap.

Every two that overlap are pushed along the shorter way, as in T. Dwyer, K. Marriott and
P. Stuckey, "Fast node overlap removal", GD 2005 (doi:10.1007/11618058_15), who solve it
exactly.  Where some rounds of pushing are not enough, the picture is enlarged, each
time by more, and pushing goes on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from icdgraph.draw.boxes import Box

GAP = 10
"""Between two boxes, at least."""

ROUNDS = 40
"""Rounds of pushing before the picture is enlarged."""

GROWTH = 1.08
"""The factor by which it is first enlarged."""


def without_overlap(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return *boxes* at places where no two of them overlap.

    >>> from icdgraph.draw.boxes import Box
    >>> a, b = Box("a", None, ("A",), 50), Box("b", None, ("B",), 50)
    >>> a, b = without_overlap([a, b])
    >>> a.overlaps(b)
    False
    """
    import numpy as np

    places = np.array([(box.x, box.y) for box in boxes], dtype=float).reshape(-1, 2)
    # Two boxes at the same place could not be pushed in any direction.
    places += np.outer(np.arange(len(boxes)), (1e-3, 7e-4))
    sizes = np.array([(b.width + GAP, b.height + GAP) for b in boxes], dtype=float)
    growth = GROWTH
    while all(_push(places, sizes) for _ in range(ROUNDS)):
        places *= growth
        growth *= 1.01
    return tuple(
        replace(box, x=float(x), y=float(y))
        for box, (x, y) in zip(boxes, places, strict=True)
    )


def _overlaps(
    places: NDArray[np.float64], sizes: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of the boxes that overlap, pair by pair.

    Sorted from top to bottom, a box can only overlap the few that follow it closely.
    """
    import numpy as np

    order = np.argsort(places[:, 1], kind="stable")
    y = places[order, 1]
    ends = np.searchsorted(y, y + sizes[:, 1].max(initial=0), side="left")
    counts = np.maximum(ends - np.arange(len(y)) - 1, 0)
    first = np.repeat(np.arange(len(y)), counts)
    step = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    a, b = order[first], order[first + 1 + step]
    is_near = np.abs(places[a] - places[b]) * 2 < sizes[a] + sizes[b]
    both = is_near.all(axis=1)
    return a[both], b[both]


def _push(places: NDArray[np.float64], sizes: NDArray[np.float64]) -> bool:
    """Push all that overlap apart, in place; return False if there were none."""
    import numpy as np

    a, b = _overlaps(places, sizes)
    if not len(a):
        return False
    gap = places[b] - places[a]
    lack = (sizes[a] + sizes[b]) / 2 - np.abs(gap)
    axis = np.argmin(lack, axis=1)
    rows = np.arange(len(a))
    step = np.zeros_like(gap)
    way = np.where(gap[rows, axis] < 0, -1.0, 1.0)
    step[rows, axis] = way * (lack[rows, axis] / 2 + 0.1)
    np.add.at(places, b, step)
    np.add.at(places, a, -step)
    return True
