"""The force layout: what is linked draws together, everything else pushes apart.

The places are computed here, once, and the page opens with them: nothing moves in it.
They come from networkx, which starts from the rings of `radial`, so that the same
picture comes out the same; boxes that meet are then pushed apart.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

from icdgraph.draw.boxes import boxes
from icdgraph.draw.overlap import apart
from icdgraph.draw.radial import OVAL, rings
from icdgraph.errors import MissingExtra

if TYPE_CHECKING:
    from icdgraph.draw.boxes import Box
    from icdgraph.draw.items import Scene

ROOM = 75
"""How far from the middle the last item stands, times the root of their number."""

ROUNDS = 100
EFFORT = 60_000
"""Rounds of the springs at most, and items times rounds: some seconds of work."""

DENSE = 500
"""From so many items on networkx computes with scipy."""


def force(scene: Scene) -> tuple[Box, ...]:
    """Return the boxes of *scene*, as near as their links draw them.

    Raises `MissingExtra` for a large scene where ``icdgraph[network]`` is missing.

    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> len(force(scene(toy().core["M54.5"])))
    12
    """
    import networkx as nx

    start = {key: place for key, place in rings(scene).items() if key}
    graph = nx.Graph()
    graph.add_nodes_from(item.key for item in scene.items)
    graph.add_edges_from((link.source, link.target) for link in scene.links)
    reach = max((abs(x) for place in start.values() for x in place), default=0) or 1.0
    begin = {key: (x / reach, y / reach) for key, (x, y) in start.items()}
    try:
        rounds = min(ROUNDS, EFFORT // max(len(graph), 1))
        found = nx.spring_layout(graph, pos=begin, iterations=rounds, seed=0)
    except ImportError as exc:
        raise MissingExtra(
            f"a force layout of {len(graph)} items needs scipy: "
            'pip install "icdgraph[network]", or fewer than '
            f"{DENSE} items, would be right"
        ) from exc
    room = ROOM * sqrt(len(graph))
    return apart(
        [
            replace(box, x=OVAL * room * float(x), y=room * float(y))
            for box, (x, y) in ((b, found[key]) for key, b in boxes(scene).items())
        ]
    )
