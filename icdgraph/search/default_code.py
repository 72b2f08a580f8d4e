"""The code to take if nothing more is known: M54.50 for M54.5, J45.909 for J45.

A header is not billable.  Below most headers, one line of codes adds nothing to it:
"unspecified" (Official Guidelines I.A.9.b), "without complications", "not intractable".
That line is followed down by the words of the titles.  If each child of a header adds
something, the header has no default code.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icdgraph.graph import Graph
    from icdgraph.search.terms import TermWords

NONE = -1
_UNSPECIFIED = 1.5
"""Essential words that "unspecified" or NOS make up for."""
_LIMIT = 1.0
"""Essential words that the default child adds to its parent, at most."""


def default_codes(
    graph: Graph,
    titles: Mapping[int, TermWords],
    unspecified: Mapping[int, list[TermWords]],
) -> array[int]:
    """Return for each node its default leaf, `NONE` if it has none.

    *titles* are the words of the titles by node, *unspecified* those of synonyms that
    end in NOS.  A leaf is its own default.
    """
    defaults = array("i", [NONE]) * graph.node_count
    for node in range(graph.node_count - 1, -1, -1):
        if graph.tree.is_leaf(node):
            defaults[node] = node
        elif graph.made_by(node + 1):
            # The first 7th character: initial encounter, or unspecified.
            defaults[node] = node + 1
        elif graph.is_code(node):
            child = _default_child(node, graph, titles, unspecified, defaults)
            defaults[node] = defaults[child] if child != NONE else NONE
    return defaults


def _default_child(
    node: int,
    graph: Graph,
    titles: Mapping[int, TermWords],
    unspecified: Mapping[int, list[TermWords]],
    defaults: array[int],
) -> int:
    best, least = NONE, _LIMIT
    known = {*titles[node].essential, *titles[node].optional}
    withs = graph.titles[node].count(" with ")
    for child in graph.tree.children(node):
        added = _added(graph.titles[child], titles[child], known, withs)
        if any(known.issuperset(w.essential) for w in unspecified.get(child, ())):
            added = min(added, 0) - _UNSPECIFIED
        if added < least and defaults[child] != NONE:
            best, least = child, added
    return best


def _added(title: str, words: TermWords, known: set[str], withs: int) -> float:
    """Return how much a child with *title* adds to the words *known* from its parent.

    *withs* is the number of conditions that the parent comes "with".
    """
    title = title.lower()
    unspecified = title.count("unspecified") + title.count("not specified")
    more_withs = max(0, title.count(" with ") - withs)
    is_other = "other" in words.optional and "other" not in known
    return (
        sum(word not in known for word in words.essential)
        + min(0.9, 0.3 * len(words.minor))
        + 2 * more_withs
        + 2 * is_other
        - _UNSPECIFIED * (unspecified > 0 and not more_withs)
        - 0.1 * unspecified
    )
