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
from itertools import groupby
from math import ceil, copysign
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import COLUMN, WIDTHS, Box, box
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import SPINE, Item, Role, Scene
from icdgraph.draw.text_metrics import box_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    """Return the boxes of *scene*, and those of the headings of its groups.

    >>> from icdgraph.draw.neighborhood import neighborhood
    >>> from icdgraph.toy import toy
    >>> scene = neighborhood(toy().core["M54.50"])
    >>> boxes = {box.key: box for box in ego_layout(scene)}
    >>> chapter, node = boxes["chapter:M00-M99"], boxes["code:M54.50"]
    >>> chapter.x == node.x, chapter.y < node.y
    (True, True)
    >>> boxes["code:S39.012"].lines
    ('S39.012 Strain of muscle, fascia and tendon of lower', 'back')
    """
    spine = [box(item) for item in scene.items if item.role in SPINE]
    children = [box(item) for item in scene.items if item.role == Role.CHILD]
    heights = _heights(scene)
    columns = [_stacked(_groups(scene, side, heights)) for side in (LEFT, RIGHT)]
    height = max(_length(spine, STEP), *map(_depth, columns))
    placed = _spread(spine, height, at_bottom=bool(children))
    levels = [shown.y for shown in placed]
    below = list(_below(children, height + DROP))
    edge = max(WIDTHS[Role.CENTER] / 2 + AISLE, _room(below, height) / 2 - COLUMN)
    for column, side in zip(columns, (-edge, edge), strict=True):
        placed += _beside(column, side, height, heights, levels)
    return (*placed, *below)


# The spine, and what stands below it


def _length(boxes: Sequence[Box], gap: float) -> float:
    return sum(shown.height for shown in boxes) + gap * (len(boxes) - 1)


def _spread(spine: Sequence[Box], height: float, *, at_bottom: bool) -> list[Box]:
    """Spread the *spine* evenly over *height*.

    A single node stands in the middle, or *at_bottom* where it has children below.
    """
    if len(spine) == 1 and not at_bottom:
        return [replace(spine[0], x=0.0, y=height / 2)]
    gap = (height - _length(spine, 0)) / max(len(spine) - 1, 1)
    y = height - spine[0].height if len(spine) == 1 else 0.0
    placed = []
    for shown in spine:
        placed.append(replace(shown, x=0.0, y=y + shown.height / 2))
        y += shown.height + gap
    return placed


def _below(children: Sequence[Box], top: float) -> Iterator[Box]:
    """Set the *children* in one row, or in two of which the second is offset.

    >>> from icdgraph.toy import toy
    >>> from icdgraph.draw.neighborhood import neighborhood
    >>> boxes = ego_layout(neighborhood(toy().core["M54"]))
    >>> [box.x for box in boxes if box.item and box.item.role == Role.CHILD]
    [-185.0, 0.0, 185.0]
    """
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
    high = max((child.y + child.height / 2 for child in below), default=height)
    return max(wide, SCREEN * high)


def _heights(scene: Scene) -> dict[str, float]:
    """Return the mean step of the spine that each item links to, 0 at the chapter."""
    spine = [item.key for item in scene.items if item.role in SPINE]
    steps = {key: step for step, key in enumerate(spine)}
    linked: dict[str, list[int]] = {}
    for link in scene.links:
        for key, end in ((link.source, link.target), (link.target, link.source)):
            if end in steps:
                linked.setdefault(key, []).append(steps[end])
    return {key: sum(ends) / len(ends) for key, ends in linked.items()}


def _groups(
    scene: Scene, side: frozenset[Role], heights: dict[str, float]
) -> list[list[Box]]:
    """Return the groups of a column with their headings, the highest first."""

    def height(item: Item) -> float:
        return heights.get(item.key, 0.0)

    def kind(item: Item) -> tuple[bool, str, str]:
        # The synonyms are the node's own: they stand at the bottom, beside it.
        return item.role == Role.SYNONYM, item.role, item.relation

    aside = sorted((item for item in scene.items if item.role in side), key=kind)
    groups = [list(same) for _, same in groupby(aside, key=kind)]
    groups.sort(
        key=lambda group: (
            group[0].role == Role.SYNONYM,
            sum(map(height, group)) / len(group),
        )
    )
    return [
        [
            _heading(group[0]),
            *map(box, sorted(group, key=lambda i: (bool(i.omitted), height(i)))),
        ]
        for group in groups
    ]


def _heading(item: Item) -> Box:
    look = LOOKS[item.relation]
    text = look.naming if item.role == Role.NAMING else look.named
    key = f"heading:{item.role}:{item.relation}"
    return Box(key, None, (text,), 1.02 * box_width((text,)))


def _stacked(groups: Sequence[Sequence[Box]]) -> list[Box]:
    """Stack the *groups*, from y = 0 down."""
    placed: list[Box] = []
    y = 0.0
    for group in groups:
        for shown in group:
            placed.append(replace(shown, y=y + shown.height / 2))
            y += shown.height + GAP
        y += GROUP_GAP - GAP
    return placed


def _depth(column: Sequence[Box]) -> float:
    return column[-1].y + column[-1].height / 2 if column else 0.0


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
    step = sum(linked) / len(linked)
    middle = levels[round(step)]
    depth = _depth(column)
    top = min(max(middle - depth / 2, 0.0), height - depth)
    return [
        replace(shown, x=edge + copysign(shown.width / 2, edge), y=shown.y + top)
        for shown in column
    ]
