"""Pictures: of nodes and what is around them, of the whole, of how two codes meet.

    nodes ── scene ──> items and links ── layout ──> boxes ─┬─ vis ──> pyvis and a page
                                                            └─ scene_svg ──> SVG
    answer ── explanation ──> boxes and lines ── svg ──> SVG, or a page with it
    counts ── overview ──> treemap, sunburst or matrix ── svg ──> SVG, or a page

`scene` decides what belongs in the picture and knows no drawing; `layout` gives every
item its place and knows no color; `palette` gives every relation its look.  Every page
is one file that asks for nothing from any network, and `png` draws an SVG into points.

    graph.draw("M54.50").write("m5450.html")
    graph.overview("treemap").write("chapters.svg")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw.scene import scene

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.draw.picture import Picture
    from icdgraph.graph import Node

__all__ = ["draw", "scene"]


def draw(
    *nodes: Node,
    depth: int = 1,
    relations: Iterable[str] | None = None,
    inherited: bool = True,
    layout: str = "tree",
    physics: bool = False,
) -> Picture:
    """Return the picture of *nodes* as a pyvis network; `CodeGraph.draw` has the rest.

    >>> from icdgraph.toy import toy
    >>> len(draw(toy().core["M54.50"], relations=["parent"]).nodes)
    6
    """
    from icdgraph.draw.picture import Picture

    shown = scene(*nodes, depth=depth, relations=relations, inherited=inherited)
    return Picture(shown, layout, physics)
