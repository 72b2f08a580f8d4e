"""Pictures of the whole classification.

    treemap     chapters and categories as areas
    sunburst    chapters, sections and categories as rings
    matrix      chapters against chapters: how many notes lead from one to the other

Areas count billable codes, or a user's own counts by code.  An overview is an SVG with
a tooltip over every part; `Overview.page` sets it into a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw.overview.matrix import matrix
from icdgraph.draw.overview.sunburst import sunburst
from icdgraph.draw.overview.tally import tally
from icdgraph.draw.overview.treemap import treemap
from icdgraph.draw.overview.view import Overview
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.draw.overview.tally import Counts
    from icdgraph.graph import Graph

__all__ = ["KINDS", "Overview", "overview"]

AREAS = {"treemap": treemap, "sunburst": sunburst}
KINDS = (*AREAS, "matrix")
"""The overviews by name."""


def overview(
    graph: Graph,
    kind: str = "treemap",
    counts: Counts | None = None,
    relations: Iterable[str] | None = None,
) -> Overview:
    """Return an overview of *graph*, as `CodeGraph.overview` does.

    >>> from icdgraph.toy import toy
    >>> overview(toy().core, counts={"M54.50": 3, "X99.9": 1}).about
    '3 counted in 1 category. 1 unknown code with a count of 1: X99.9.'
    """
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise ParseError(f"unknown overview {kind!r}: expected {known}")
    if kind == "matrix":
        if counts is not None:
            raise ParseError(
                "a matrix counts notes and takes no counts of codes: use a treemap or "
                "a sunburst"
            )
        return matrix(graph, relations)
    if relations is not None:
        raise ParseError(f"a {kind} has no relations: use a matrix to count notes")
    return AREAS[kind](tally(graph, counts))
