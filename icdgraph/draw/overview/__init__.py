"""Pictures of the whole: how codes are spread over it, where exclusions join it.

    treemap     chapters, sections and categories as areas
    sunburst    the same as rings
    matrix      chapters against chapters: how many notes exclude from one to the other

Areas count billable codes, or what a user has counted code by code.  An overview is an
SVG in which a title opens over every part; `Overview.page` sets it into a page.
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
    """Return an overview of *graph*; `Graph.overview` has the rest.

    >>> from icdgraph.toy import toy
    >>> overview(toy().core, counts={"M54.50": 3, "X99.9": 1}).about
    '3 counted in 1 category. 1 code with 1 counted is not in the release: X99.9.'
    """
    if kind not in KINDS:
        known = ", ".join(KINDS)
        raise ParseError(f"{kind!r} is not an overview: {known} would be right")
    if kind == "matrix":
        if counts is not None:
            raise ParseError(
                "a matrix counts notes, not codes: counts with a treemap or a sunburst "
                "would be right"
            )
        return matrix(graph, relations)
    if relations is not None:
        raise ParseError(
            f"a {kind} counts codes, not notes: relations with a matrix would be right"
        )
    return AREAS[kind](tally(graph, counts))
