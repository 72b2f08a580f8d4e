"""The layout of one node: its ancestors as a spine, with columns of codes beside it.

          its notes name it                                 named by its notes
        ┌────────────┐          ┌───────────┐          ┌─────────────────┐
        │ G89 ...    │          │ chapter   │          │ L40.5 ...       │
        └────────────┘          └─────┬─────┘          │ A00-B99 ...     │
        ┌────────────┐          ┌─────┴─────┐          └─────────────────┘
        │ also called│          │ the node  │          ┌─────────────────┐
        └────────────┘          └─────┬─────┘          │ S39.012 ...     │
                     ┌───────┬────────┴──┬───────┐     └─────────────────┘
                     │ child │   child   │ child │
                     └───────┘           └───────┘

The spine goes down from the chapter to the node.  Each column holds groups of codes;
the group whose notes are defined highest comes first, so that few lines cross.
Children stand below in one row, or in two of which the second is offset.  Whole titles
are shown, on as many lines as they take, and no two boxes overlap.  Lengths are in
pixels at scale 1, the origin is the top of the spine, y grows downwards.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, copysign
from statistics import fmean
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import COLUMN, WIDTHS, Box, box, stack
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import SPINE, Item, Role, Scene
from icdgraph.draw.text_metrics import box_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LEFT = frozenset({Role.NAMING, Role.SYNONYM})
RIGHT = frozenset({Role.NAMED})

GAP = 7
"""Between two boxes of a group."""

GROUP_GAP = 22
"""Between two groups."""

AISLE = 310
"""Between the spine and a column, at least: lines need room to bend."""

SCREEN = 1.75
"""How much wider than high a screen is: a high picture gets wider aisles."""

STEP = 44
"""Between two boxes of the spine, at least."""

DROP = 110
"""Between the node and its children."""

ONE_ROW = 10
"""How many children stand in one row; more take two rows."""


def ego_layout(scene: Scene) -> tuple[Box, ...]:
    """Return the boxes of *scene*, and those of the headings of its groups."""
    spine = [box(item) for item in scene.items if item.role in SPINE]
    children = [box(item) for item in scene.items if item.role == Role.CHILD]
    heights = _heights(scene)
    columns = [_column(scene, side, heights) for side in (LEFT, RIGHT)]
    height = max(_bottom(stack(spine, STEP)), *map(_bottom, columns))
    placed = _spread(spine, height, at_bottom=bool(children))
    levels = [shown.y for shown in placed]
    below = list(_below(children, height + DROP))
    edge = max(WIDTHS[Role.CENTER] / 2 + AISLE, _room(below, height) / 2 - COLUMN)
    for column, side in zip(columns, (-edge, edge), strict=True):
        placed += _beside(column, side, height, heights, levels)
    return (*placed, *below)


def _bottom(boxes: Iterable[Box]) -> float:
    return max((shown.y + shown.height / 2 for shown in boxes), default=0.0)


# The spine, and what stands below it


def _spread(spine: Sequence[Box], height: float, *, at_bottom: bool) -> list[Box]:
    """Spread the *spine* evenly over *height*.

    A single node stands in the middle, or *at_bottom* where it has children below.
    """
    room = height - _bottom(stack(spine, 0))
    if len(spine) == 1:
        return list(stack(spine, 0, room if at_bottom else room / 2))
    return list(stack(spine, room / (len(spine) - 1)))


def _below(children: Sequence[Box], top: float) -> Iterator[Box]:
    """Set the *children* in one row, or in two of which the second is offset."""
    count = len(children)
    columns = count if count <= ONE_ROW else ceil(count / 2)
    pitch = WIDTHS[Role.CHILD] + 15.0
    first, second = children[:columns], children[columns:]
    left = -pitch * (columns - 1) / 2 - (pitch / 4 if second else 0)
    for row, start in ((first, left), (second, left + pitch / 2)):
        for column, child in enumerate(row):
            yield replace(child, x=start + column * pitch, y=top + child.height / 2)
        top += max((child.height for child in row), default=0.0) + 2 * GAP


# The columns


def _room(below: Sequence[Box], height: float) -> float:
    """Return the width of the picture between its columns, in the shape of a screen."""
    wide = max((2 * abs(child.x) + child.width for child in below), default=0.0)
    return max(wide, SCREEN * max(height, _bottom(below)))


def _heights(scene: Scene) -> dict[str, float]:
    """Return the mean step of the spine that each item links to, 0 at the chapter."""
    spine = [item.key for item in scene.items if item.role in SPINE]
    steps = {key: step for step, key in enumerate(spine)}
    linked: dict[str, list[int]] = {}
    for link in scene.links:
        for key, end in ((link.source, link.target), (link.target, link.source)):
            if end in steps:
                linked.setdefault(key, []).append(steps[end])
    return {key: fmean(ends) for key, ends in linked.items()}


def _column(
    scene: Scene, side: frozenset[Role], heights: dict[str, float]
) -> list[Box]:
    """Return the boxes of a column: groups with headings, the highest group first."""

    def height(item: Item) -> tuple[bool, float]:
        return bool(item.omitted), heights.get(item.key, 0.0)

    def mean(group: Sequence[Item]) -> tuple[bool, float]:
        # The synonyms are the node's own: they stand at the bottom, beside it.
        is_last = group[0].role == Role.SYNONYM
        return is_last, fmean(heights.get(item.key, 0.0) for item in group)

    aside = [item for item in scene.items if item.role in side]
    kinds = sorted({(item.role, item.relation) for item in aside})
    groups = [[i for i in aside if (i.role, i.relation) == kind] for kind in kinds]
    column: list[Box] = []
    for group in sorted(groups, key=mean):
        shown = [_heading(group[0]), *map(box, sorted(group, key=height))]
        column += stack(shown, GAP, _bottom(column) + GROUP_GAP if column else 0.0)
    return column


def _heading(item: Item) -> Box:
    look = LOOKS[item.relation]
    text = look.naming if item.role == Role.NAMING else look.named
    key = f"heading:{item.role}:{item.relation}"
    return Box(key, None, (text,), 1.02 * box_width((text,)))


def _beside(
    column: Sequence[Box],
    edge: float,
    height: float,
    heights: dict[str, float],
    levels: Sequence[float],
) -> list[Box]:
    """Shift a *column* aside, and down to the step of the spine that it links to.

    Its boxes are flush at *edge*, where the lines come in.
    """
    linked = [heights[shown.key] for shown in column if shown.key in heights]
    if not linked:
        return []
    depth = _bottom(column)
    top = min(max(levels[round(fmean(linked))] - depth / 2, 0.0), height - depth)
    return [
        replace(shown, x=edge + copysign(shown.width / 2, edge), y=shown.y + top)
        for shown in column
    ]
