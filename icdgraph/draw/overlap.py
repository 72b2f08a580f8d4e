"""Boxes pushed apart until no two meet, each moved as little as will do.

First every two that meet are pushed along the way that is shorter, as in T. Dwyer,
K. Marriott and P. Stuckey, "Fast node overlap removal", GD 2005
(doi:10.1007/11618058_15), who solve the same exactly.  Where some rounds of that are
not enough, the picture is drawn a little larger, and they go on.
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
"""Rounds of pushing before the picture is drawn larger."""

GROWTH = 1.08
ATTEMPTS = 60
"""How often it grows so; then at once by as much as its narrowest place needs."""


def apart(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Return *boxes* at places where no two of them meet.

    >>> from icdgraph.draw.boxes import Box
    >>> one, other = apart([Box("a", None, ("A",), 50), Box("b", None, ("B",), 50)])
    >>> one.meets(other)
    False
    """
    import numpy as np

    places = np.array([(box.x, box.y) for box in boxes], dtype=float).reshape(-1, 2)
    # Two at the very same place would have no way to part.
    places += np.outer(np.arange(len(boxes)), (1e-3, 7e-4))
    sizes = np.array(
        [(box.width + GAP, box.height + GAP) for box in boxes], dtype=float
    )
    for _ in range(ATTEMPTS):
        if _settled(places, sizes):
            break
        places *= GROWTH
    places *= _stretch(places, sizes)
    return tuple(
        replace(box, x=float(x), y=float(y))
        for box, (x, y) in zip(boxes, places, strict=True)
    )


def _settled(places: NDArray[np.float64], sizes: NDArray[np.float64]) -> bool:
    """Push for some rounds, in place; say whether no two boxes meet then."""
    return any(not _push(places, sizes) for _ in range(ROUNDS))


def _meeting(
    places: NDArray[np.float64], sizes: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of the boxes that meet, pair by pair.

    Sorted from top to bottom, a box can only meet the few that follow it closely.
    """
    import numpy as np

    order = np.argsort(places[:, 1], kind="stable")
    y = places[order, 1]
    ends = np.searchsorted(y, y + sizes[:, 1].max(initial=0), side="left")
    counts = np.maximum(ends - np.arange(len(y)) - 1, 0)
    first = np.repeat(np.arange(len(y)), counts)
    step = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    one, other = order[first], order[first + 1 + step]
    away = np.abs(places[one] - places[other]) * 2 < sizes[one] + sizes[other]
    both = away.all(axis=1)
    return one[both], other[both]


def _push(places: NDArray[np.float64], sizes: NDArray[np.float64]) -> bool:
    """Push all that meet half a way apart, in place; say whether any did."""
    import numpy as np

    one, other = _meeting(places, sizes)
    if not len(one):
        return False
    gap = places[other] - places[one]
    lack = (sizes[one] + sizes[other]) / 2 - np.abs(gap)
    axis = np.argmin(lack, axis=1)
    rows = np.arange(len(one))
    step = np.zeros_like(gap)
    way = np.where(gap[rows, axis] < 0, -1.0, 1.0)
    step[rows, axis] = way * (lack[rows, axis] / 2 + 0.1)
    np.add.at(places, other, step)
    np.add.at(places, one, -step)
    return True


def _stretch(places: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Return by how much *places* must be stretched until no two boxes meet."""
    import numpy as np

    one, other = _meeting(places, sizes)
    if not len(one):
        return 1.0
    need = (sizes[one] + sizes[other]) / 2
    gap = np.maximum(np.abs(places[other] - places[one]), 1e-9)
    return float((need / gap).min(axis=1).max()) * 1.001
