"""Pictures: of nodes and what is around them, of the whole, of how two codes connect.

    nodes ── neighborhood ──> scene ── layout ──> boxes ─┬─ vis, document ──> HTML page
                                                         └─ scene_svg ──> SVG
    answer ── explanation ──> boxes ── scene_svg ──> SVG, or a page with it
    counts ── overview ──> treemap, sunburst or matrix ── svg ──> SVG, or a page

`scene` holds what is in a picture, as data; `layout` gives every item its place;
`palette` gives every relation its look.  Every page is one file that loads nothing from
a network, and `png` turns an SVG into pixels.

    graph.draw("M54.50").write("m5450.html")
    graph.overview("treemap").write("chapters.svg")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw.neighborhood import neighborhood

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.draw.picture import Picture
    from icdgraph.graph import Node

__all__ = ["draw"]


def draw(
    *nodes: Node,
    depth: int = 1,
    relations: Iterable[str] | None = None,
    inherited: bool = True,
    layout: str = "tree",
    physics: bool = False,
) -> Picture:
    """Return the picture of *nodes* as a pyvis network, as `CodeGraph.draw` does.

    >>> from icdgraph.toy import toy
    >>> len(draw(toy().core["M54.50"], relations=["parent"]).nodes)
    6
    """
    from icdgraph.draw.picture import Picture

    scene = neighborhood(*nodes, depth=depth, relations=relations, inherited=inherited)
    return Picture(scene, layout, physics)
