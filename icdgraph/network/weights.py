"""Notes as weights between nodes: each note has one vote, shared by its edges.

A note may name one node, or hundreds: "poisoning due to drug or toxin (T36-T65 with
fifth or sixth character 1-4)" names 704.  Were each edge to count as one, that sentence
would outweigh all of a chapter.  So an edge weighs one part in as many as its note has
edges, and the weights of a note's edges add up to one.

Codes that mean much the same are named at different levels: M54 here, M54.5 there.  To
see them as one, both ends can be lifted to a kind of node, such as the category; an end
that stands higher, a section or chapter, stays what it is, since to spread it over all
beneath would say of each what was said of none.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from icdgraph.errors import IcdGraphError
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.graph import Graph
    from icdgraph.network.links import Selection


Votes = dict[tuple[int, int], float]
"""Weights between nodes, by their numbers, source first."""


def votes(selection: Selection, at: Kind | str | None = None) -> Votes:
    """Return the weights between nodes that the notes of *selection* make.

    Both ends are lifted to the kind *at*; None leaves them.  Edges to the parent and to
    terms, and those whose ends become one, are left out.  Raises `IcdGraphError` for a
    kind that there is not.

    >>> from icdgraph.network.links import Selection
    >>> from icdgraph.toy import toy
    >>> g, found = toy().core, votes(Selection(toy().core), at="category")
    >>> found[g["M54"].number, g["F45"].number], found[g["G89"].number, g["M54"].number]
    (1.0, 2.0)
    """
    lift = lifted(selection.graph, at)
    links = [link for link in selection.links() if link.note >= 0]
    sizes = Counter(link.note for link in links)
    found: dict[tuple[int, int], float] = {}
    for source, target, _, note in links:
        if isinstance(target, str):
            continue
        ends = lift[source], lift[target]
        if ends[0] != ends[1]:
            found[ends] = found.get(ends, 0.0) + 1 / sizes[note]
    return found


def lifted(graph: Graph, at: Kind | str | None = None) -> Sequence[int]:
    """Return, by a node's number, that of the node of kind *at* it is or is beneath.

    A node that stands higher, and every node with *at* None, is itself.
    """
    if at is None:
        return range(graph.node_count)
    if at not in set(Kind):
        raise IcdGraphError(
            f"{at!r} is not a kind of node; {', '.join(Kind)} would be right"
        )
    kinds = list(Kind)
    kept, found = set(kinds[: kinds.index(Kind(at)) + 1]), list[int]()
    for number, parent in enumerate(graph.tree.parents):
        found.append(number if graph.kind_of(number) in kept else found[parent])
    return found
