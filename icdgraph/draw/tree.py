"""The tree layout: from left to right, each item beside the item that brought it in.

    Chapter 13 ── M50-M54 ── M54 ─┬─ M54.5 ── M54.50 ─┬─ Lumbago NOS
                                  │                   └─ G89
                                  └─ F45.41
    Chapter 5  ── F40-F48 ── F45 ── F45.4 ── F45.41

Every item has a horizontal band for itself and what it brings in, so no two boxes
overlap.  Many leaves of one item stand in a block of several columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil, sqrt
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import boxes, forest, shows_only_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.draw.boxes import Box
    from icdgraph.draw.scene import Scene

AISLE = 110
"""Between two levels."""

GAP = 12
"""Between two boxes one below the other."""

BLOCK = 8
"""How many leaves stand one below the other before they are set in columns."""


def tree(scene: Scene) -> tuple[Box, ...]:
    """Return the boxes of *scene*, from left to right."""
    roots, brought = forest(scene)
    plan = _Plan(boxes(scene), brought, shows_only_names(scene))
    plan.measure(roots)
    top = 0.0
    for root in roots:
        top = plan.place(root, 0, top) + 3 * GAP
    return tuple(plan.placed[item.key] for item in scene.items)


@dataclass(slots=True)
class _Plan:
    """Boxes while they get their places; *widths* are those of the levels."""

    boxes: dict[str, Box]
    brought: dict[str, list[str]]
    in_blocks: bool
    widths: list[float] = field(default_factory=list)
    placed: dict[str, Box] = field(default_factory=dict)

    def measure(self, keys: Sequence[str]) -> None:
        """Find the width of each level, from that of *keys* on."""
        while keys:
            self.widths.append(max(self.boxes[key].width for key in keys))
            keys = [below for key in keys for below in self.brought.get(key, ())]

    def place(self, key: str, level: int, top: float) -> float:
        """Place *key* and all it brings in from *top* down; return where they end."""
        box, below = self.boxes[key], self.brought.get(key, [])
        leaves = [item for item in below if item not in self.brought]
        if not self.in_blocks or len(leaves) <= BLOCK:
            leaves = []
        bottom = top
        for item in below:
            if item not in leaves:
                bottom = self.place(item, level + 1, bottom)
        bottom = self._block(leaves, level + 1, bottom)
        bottom = max(bottom, top + box.height + GAP)
        self._set(box, self._left(level), (top + bottom - GAP) / 2)
        return bottom

    def _left(self, level: int) -> float:
        return sum(self.widths[:level]) + level * AISLE

    def _set(self, box: Box, left: float, middle: float) -> None:
        self.placed[box.key] = replace(box, x=left + box.width / 2, y=middle)

    def _block(self, keys: Sequence[str], level: int, top: float) -> float:
        """Set *keys* in columns, about as wide as a screen is to its height."""
        if not keys:
            return top
        wide = max(self.boxes[key].width for key in keys) + GAP
        high = max(self.boxes[key].height for key in keys) + GAP
        rows = ceil(sqrt(len(keys) * wide / high / 1.6))
        for number, key in enumerate(keys):
            column, row = divmod(number, rows)
            middle = top + row * high + (high - GAP) / 2
            self._set(self.boxes[key], self._left(level) + column * wide, middle)
        return top + rows * high
