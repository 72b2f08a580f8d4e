"""The radial layout: the node a picture is about in the middle, rings around it.

            S39.012      M51.2
                 ╲       ╱
    Lumbago ── M54.50 ── M54.5 ── M54 ── ...

An item stands one ring further out than the item that brought it in, and has a part of
the circle as large as its share of the leaves.  The rings are ovals, since screens are
wide, and boxes that overlap are pushed apart.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi, sin
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import boxes, forest
from icdgraph.draw.overlap import without_overlap
from icdgraph.draw.scene import Role

if TYPE_CHECKING:
    from icdgraph.draw.boxes import Box
    from icdgraph.draw.scene import Scene

RING = 150
"""Between two rings, upwards."""

OVAL = 1.8
"""How much wider than high the rings are."""

_MIDDLE = ""
"""The key of the middle of a picture that is about several nodes."""


def radial(scene: Scene) -> tuple[Box, ...]:
    """Return the boxes of *scene*, in rings around its center.

    >>> from icdgraph.draw.neighborhood import neighborhood
    >>> from icdgraph.toy import toy
    >>> scene = neighborhood(toy().core["M54.5"])
    >>> (center,) = [b for b in radial(scene) if b.key == "subcategory:M54.5"]
    >>> round(center.x), round(center.y)
    (0, 0)
    """
    places = rings(scene)
    return without_overlap(
        [
            replace(box, x=places[k][0], y=places[k][1])
            for k, box in boxes(scene).items()
        ]
    )


def rings(scene: Scene) -> dict[str, tuple[float, float]]:
    """Return a place for each item of *scene*, by key; boxes may still overlap."""
    near = _adjacent(scene)
    centers = [item.key for item in scene.items if item.role == Role.CENTER]
    middle = centers[0] if len(centers) == 1 else _MIDDLE
    order, inner = _walk(near, middle)
    share = dict.fromkeys(order, 0)
    for key in reversed(order):
        share[key] = share[key] or 1
        if key != middle:
            share[inner[key]] += share[key]
    return _placed(order, inner, share, middle)


def _adjacent(scene: Scene) -> dict[str, list[str]]:
    """Return the keys of the items that brought in each item or that it brought in."""
    roots, brought = forest(scene)
    near: dict[str, list[str]] = {_MIDDLE: list(roots)}
    for key, added in ((_MIDDLE, roots), *brought.items()):
        near.setdefault(key, [])
        for item in added:
            if item not in near[key]:
                near[key].append(item)
            near.setdefault(item, []).append(key)
    return near


def _walk(near: dict[str, list[str]], start: str) -> tuple[list[str], dict[str, str]]:
    """Return all keys outwards from *start*, and the key each was reached from."""
    order, inner = [start], {start: ""}
    for key in order:
        for outer in near[key]:
            if outer not in inner:
                inner[outer] = key
                order.append(outer)
    return order, inner


def _placed(
    order: list[str], inner: dict[str, str], share: dict[str, int], middle: str
) -> dict[str, tuple[float, float]]:
    """Give every key its ring and its angle, outwards in *order*."""
    ring, start = {middle: 0}, {middle: 0.0}
    used = dict.fromkeys(order, 0.0)
    places = {middle: (0.0, 0.0)}
    for key in order[1:]:
        above = inner[key]
        ring[key] = ring[above] + 1
        start[key] = start[above] + used[above]
        width = 2 * pi * share[key] / share[middle]
        used[above] += width
        angle, reach = start[key] + width / 2, RING * ring[key]
        places[key] = OVAL * reach * cos(angle), reach * sin(angle)
    return places
