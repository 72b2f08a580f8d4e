"""The code to take when nothing more is said: M54.50 for M54.5, J45.909 for J45.

A header cannot stand on a claim.  Below most headers one line of codes says nothing
that the header does not say: "unspecified", "without complications", "not
intractable".  Codes titled "unspecified" are for whoever knows no more (Official
Guidelines I.A.9.b); here that line is followed down by the words of the titles, and
where no child says so little there is no default.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icdgraph.graph import Graph
    from icdgraph.search.terms import Shape

NONE = -1
_NAMELESS = 1.5
"""What "unspecified" and NOS make up for, in essential words."""
_MOST = 1.0
"""What a default child may say beyond its parent, in essential words."""


def defaults(
    graph: Graph,
    shapes: Mapping[int, Shape],
    nameless: Mapping[int, list[Shape]],
) -> array[int]:
    """Return for each node the leaf to take by default, `NONE` where there is none.

    *shapes* are those of the titles by node, *nameless* those of synonyms
    that end in NOS.  A leaf is its own default.
    """
    found = array("i", bytes(4 * graph.node_count))
    for node in range(len(found) - 1, -1, -1):
        if graph.tree.is_leaf(node):
            found[node] = node
        elif graph.made_by(node + 1):
            # The first of the seventh characters: initial encounter, or unspecified.
            found[node] = node + 1
        elif not graph.is_code(node):
            found[node] = NONE
        else:
            found[node] = _of(node, graph, shapes, nameless, found)
    return found


def _of(
    node: int,
    graph: Graph,
    shapes: Mapping[int, Shape],
    nameless: Mapping[int, list[Shape]],
    found: array[int],
) -> int:
    best, least = NONE, _MOST
    said = set(shapes[node].essential) | set(shapes[node].optional)
    with_ = graph.titles[node].count(" with ")
    for child in graph.tree.children(node):
        more = _more(graph.titles[child], shapes[child], said, with_)
        as_above = (said.issuperset(s.essential) for s in nameless.get(child, ()))
        if any(as_above):
            more = min(more, 0) - _NAMELESS
        if more < least and found[child] != NONE:
            best, least = child, more
    return found[best] if best != NONE else NONE


def _more(title: str, shape: Shape, said: set[str], with_above: int) -> float:
    """Return how much a child with *title* says beyond what was *said* above it.

    *with_above* counts what the title above says the condition comes with.
    """
    title = title.lower()
    essential = [word for word in shape.essential if word not in said]
    unspecified = title.count("unspecified") + title.count("not specified")
    with_ = max(0, title.count(" with ") - with_above)
    other = "other" in shape.optional and "other" not in said
    return (
        len(essential)
        + min(0.9, 0.3 * len(shape.minor))
        + 2 * with_
        + 2 * other
        - _NAMELESS * (unspecified > 0 and not with_)
        - 0.1 * unspecified
    )
