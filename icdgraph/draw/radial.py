"""The radial layout: what was asked for in the middle, the rest in rings around it.

            S39.012      M51.2
                 ╲       ╱
    Lumbago ── M54.50 ── M54.5 ── M54 ── ...

An item stands one ring further out than what brought it in, and has a part of the
circle as large as its share of the items that bring no others.  The rings are ovals,
as screens are, and boxes that would meet are pushed apart.
"""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi, sin
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import boxes, forest
from icdgraph.draw.items import Role
from icdgraph.draw.overlap import apart

if TYPE_CHECKING:
    from icdgraph.draw.boxes import Box
    from icdgraph.draw.items import Scene

RING = 150
"""Between two rings, upwards."""

OVAL = 1.8
"""How much wider than high the rings are."""

_MIDDLE = ""
"""The key of the middle itself, where no single item stands there."""


def radial(scene: Scene) -> tuple[Box, ...]:
    """Return the boxes of *scene*, in rings around its centre.

    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> (centre,) = [b for b in radial(scene(toy().core["M54.5"])) if b.letter > 14]
    >>> round(centre.x), round(centre.y)
    (0, 0)
    """
    places = rings(scene)
    return apart(
        [
            replace(box, x=places[k][0], y=places[k][1])
            for k, box in boxes(scene).items()
        ]
    )


def rings(scene: Scene) -> dict[str, tuple[float, float]]:
    """Return a place for each item of *scene*, by key; boxes may still meet there."""
    near = _neighbours(scene)
    centres = [item.key for item in scene.items if item.role == Role.CENTRE]
    middle = centres[0] if len(centres) == 1 else _MIDDLE
    order, inner = _walk(near, middle)
    share = dict.fromkeys(order, 0)
    for key in reversed(order):
        share[key] = share[key] or 1
        if key != middle:
            share[inner[key]] += share[key]
    return _turned(order, inner, share, middle)


def _neighbours(scene: Scene) -> dict[str, list[str]]:
    """Return what stands beside each item in the forest, taken without direction."""
    roots, brought = forest(scene)
    near: dict[str, list[str]] = {_MIDDLE: list(roots)}
    for one, others in ((_MIDDLE, roots), *brought.items()):
        near.setdefault(one, [])
        for other in others:
            if other not in near[one]:
                near[one].append(other)
            near.setdefault(other, []).append(one)
    return near


def _walk(near: dict[str, list[str]], start: str) -> tuple[list[str], dict[str, str]]:
    """Return all keys outwards from *start*, and the one each was reached from."""
    order, inner = [start], {start: ""}
    for key in order:
        for other in near[key]:
            if other not in inner:
                inner[other] = key
                order.append(other)
    return order, inner


def _turned(
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
