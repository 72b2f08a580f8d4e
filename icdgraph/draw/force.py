"""The force layout: linked items attract each other, all others repel.

The places are computed once by networkx, starting from the rings of `radial`, so that
the same scene always gets the same picture.  Boxes that overlap are then pushed apart.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import boxes
from icdgraph.draw.overlap import without_overlap
from icdgraph.draw.radial import OVAL, rings

if TYPE_CHECKING:
    from icdgraph.draw.boxes import Box
    from icdgraph.draw.scene import Scene

ROOM = 75
"""How far from the middle the last item stands, times the root of their number."""

ROUNDS = 100
EFFORT = 60_000
"""Rounds at most, and items times rounds at most: some seconds of work."""


def force(scene: Scene) -> tuple[Box, ...]:
    """Return the boxes of *scene*, placed by the forces between them."""
    import networkx as nx

    start = rings(scene)
    graph = nx.Graph()
    graph.add_nodes_from(item.key for item in scene.items)
    graph.add_edges_from((link.source, link.target) for link in scene.links)
    reach = max((abs(x) for place in start.values() for x in place), default=0) or 1.0
    begin = {key: (start[key][0] / reach, start[key][1] / reach) for key in graph}
    rounds = min(ROUNDS, EFFORT // max(len(graph), 1))
    places = nx.spring_layout(graph, pos=begin, iterations=rounds, seed=0)
    room = ROOM * sqrt(len(graph))
    at = ((box, *places[key]) for key, box in boxes(scene).items())
    return without_overlap(
        [replace(b, x=OVAL * room * float(x), y=room * float(y)) for b, x, y in at]
    )
