"""The layout of one node: its ancestors as a spine, what notes join to it beside it.

          points here                                       named here
        ┌────────────┐          ┌───────────┐          ┌─────────────────┐
        │ G89 ...    │          │ chapter   │          │ L40.5 ...       │
        └────────────┘          └─────┬─────┘          │ A00-B99 ...     │
        ┌────────────┐          ┌─────┴─────┐          └─────────────────┘
        │ also called│          │ the node  │          ┌─────────────────┐
        └────────────┘          └─────┬─────┘          │ S39.012 ...     │
                     ┌───────┬────────┴──┬───────┐     └─────────────────┘
                     │ child │   child   │ child │
                     └───────┘           └───────┘

The spine goes down from the chapter to the node.  The two columns beside it hold one
group under another; the group whose notes were printed highest comes first, so that
few lines cross.  Children stand below in one row, or in two of which the second shows
in the gaps of the first.  Whole titles are shown, on as many lines as they take, and
no two boxes touch.  Lengths are in pixels at scale 1, the origin is the top of the
spine, y grows downwards.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from math import ceil, copysign
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import COLUMN, WIDTHS, Box, box
from icdgraph.draw.items import SPINE, Item, Role, Scene
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.text_metrics import breadth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LEFT = frozenset({Role.NAMING, Role.SYNONYM})
RIGHT = frozenset({Role.NAMED})

GAP = 7
"""Between two boxes of a group."""

GROUP_GAP = 22
"""Between two groups."""

AISLE = 310
"""Between the spine and a column, at least: lines come in level, at their own box."""

SCREEN = 1.75
"""How much wider than high a screen is: the aisles of a high picture are widened."""

STEP = 44
"""Between two boxes of the spine, at least."""

DROP = 110
"""Between the node and its children."""

ONE_ROW = 10
"""How many children stand in one row; more take two rows."""


def spine(scene: Scene) -> tuple[Box, ...]:
    """Return the boxes of *scene*, and those of the headings of its groups.

    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> boxes = {box.key: box for box in spine(scene(toy().core["M54.50"]))}
    >>> chapter, node = boxes["chapter:M00-M99"], boxes["code:M54.50"]
    >>> chapter.x == node.x, chapter.y < node.y
    (True, True)
    >>> boxes["code:S39.012"].lines
    ('S39.012 Strain of muscle, fascia and tendon of lower', 'back')
    """
    upright = [box(item) for item in scene.items if item.role in SPINE]
    children = [box(item) for item in scene.items if item.role == Role.CHILD]
    heights = _heights(scene)
    columns = [_stacked(_groups(scene, side, heights)) for side in (LEFT, RIGHT)]
    height = max(_length(upright, STEP), *map(_depth, columns))
    placed = _spread(upright, height, at_foot=bool(children))
    levels = [one.y for one in placed]
    below = list(_below(children, height + DROP))
    edge = max(WIDTHS[Role.CENTRE] / 2 + AISLE, _room(below, height) / 2 - COLUMN)
    for column, side in zip(columns, (-edge, edge), strict=True):
        placed += _beside(column, side, height, heights, levels)
    return (*placed, *below)


# The spine, and what stands below it


def _length(boxes: Sequence[Box], gap: float) -> float:
    return sum(one.height for one in boxes) + gap * (len(boxes) - 1)


def _spread(spine: Sequence[Box], height: float, *, at_foot: bool) -> list[Box]:
    """Spread the *spine* evenly over *height*; alone, a node stands in the middle.

    With children below, it stands *at_foot*.
    """
    if len(spine) == 1 and not at_foot:
        return [replace(spine[0], x=0.0, y=height / 2)]
    gap = (height - _length(spine, 0)) / max(len(spine) - 1, 1)
    y = height - spine[0].height if len(spine) == 1 else 0.0
    placed = []
    for one in spine:
        placed.append(replace(one, x=0.0, y=y + one.height / 2))
        y += one.height + gap
    return placed


def _below(children: Sequence[Box], top: float) -> Iterator[Box]:
    """Set the *children* in one row, or in two with the second between the first.

    >>> from icdgraph.toy import toy
    >>> from icdgraph.draw.scene import scene
    >>> boxes = spine(scene(toy().core["M54"]))
    >>> [box.x for box in boxes if box.item and box.item.role == Role.CHILD]
    [-185.0, 0.0, 185.0]
    """
    count = len(children)
    columns = count if count <= ONE_ROW else ceil(count / 2)
    pitch = WIDTHS[Role.CHILD] + 15.0
    first, second = children[:columns], children[columns:]
    left = -pitch * (columns - 1) / 2 - (pitch / 4 if second else 0)
    for row, start in ((first, left), (second, left + pitch / 2)):
        for column, one in enumerate(row):
            yield replace(one, x=start + column * pitch, y=top + one.height / 2)
        top += max((one.height for one in row), default=0.0) + 2 * GAP


# The columns


def _room(below: Sequence[Box], height: float) -> float:
    """Return how wide the picture is without its columns, on the shape of a screen."""
    wide = max((2 * abs(one.x) + one.width for one in below), default=0.0)
    high = max((one.y + one.height / 2 for one in below), default=height)
    return max(wide, SCREEN * high)


def _heights(scene: Scene) -> dict[str, float]:
    """Say at which step of the spine each item hangs, from 0 at the chapter."""
    spine = [item.key for item in scene.items if item.role in SPINE]
    steps = {key: step for step, key in enumerate(spine)}
    hung: dict[str, list[int]] = {}
    for link in scene.links:
        for one, other in ((link.source, link.target), (link.target, link.source)):
            if other in steps:
                hung.setdefault(one, []).append(steps[other])
    return {key: sum(found) / len(found) for key, found in hung.items()}


def _groups(
    scene: Scene, side: frozenset[Role], heights: dict[str, float]
) -> list[list[Box]]:
    """Return the groups of a column, each headed, those that hang highest first."""

    def height(item: Item) -> float:
        return heights.get(item.key, 0.0)

    def kind(item: Item) -> tuple[bool, str, str]:
        # The synonyms are the node's own: they stand lowest, beside it.
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
            *map(box, sorted(group, key=lambda i: (bool(i.rest), height(i)))),
        ]
        for group in groups
    ]


def _heading(item: Item) -> Box:
    look = LOOKS[item.relation]
    words = look.back if item.role == Role.NAMING else look.out
    key = f"heading:{item.role}:{item.relation}"
    return Box(key, None, (words,), 1.02 * breadth((words,)))


def _stacked(groups: Sequence[Sequence[Box]]) -> list[Box]:
    """Stack the *groups*, from y = 0 down."""
    placed: list[Box] = []
    y = 0.0
    for group in groups:
        for one in group:
            placed.append(replace(one, y=y + one.height / 2))
            y += one.height + GAP
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
    """Shift a *column* aside, and down to where on the spine its items hang.

    Its boxes are flush at *edge*, where the lines come in.
    """
    hung = [heights[one.key] for one in column if one.key in heights]
    if not hung:
        return []
    step = sum(hung) / len(hung)
    middle = levels[round(step)]
    depth = _depth(column)
    top = min(max(middle - depth / 2, 0.0), height - depth)
    return [
        replace(one, x=edge + copysign(one.width / 2, edge), y=one.y + top)
        for one in column
    ]
