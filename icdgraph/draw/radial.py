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
    """Return the boxes of *scene*, in rings around its center."""
    at = rings(scene)
    places = ((box, *at[key]) for key, box in boxes(scene).items())
    return without_overlap([replace(box, x=x, y=y) for box, x, y in places])


def rings(scene: Scene) -> dict[str, tuple[float, float]]:
    """Return a place for each item of *scene*, by key; boxes may still overlap."""
    import networkx as nx

    roots, brought = forest(scene)
    centers = [item.key for item in scene.items if item.role == Role.CENTER]
    middle = centers[0] if len(centers) == 1 else _MIDDLE
    pairs = nx.Graph((by, key) for by, keys in brought.items() for key in keys)
    pairs.add_edges_from((_MIDDLE, root) for root in roots)
    tree = nx.bfs_tree(pairs, middle)
    share: dict[str, int] = {}
    for key in reversed(list(tree)):
        share[key] = sum(share[outer] for outer in tree[key]) or 1
    places, begins = {middle: (0.0, 0.0)}, {middle: (0.0, 0)}
    for key in tree:
        start, ring = begins[key]
        for outer in tree[key]:
            width = 2 * pi * share[outer] / share[middle]
            angle, reach = start + width / 2, RING * (ring + 1)
            places[outer] = OVAL * reach * cos(angle), reach * sin(angle)
            begins[outer] = start, ring + 1
            start += width
    return places
