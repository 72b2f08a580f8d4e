"""Notes as weights: every note weighs one, shared equally by its edges.

A note may name one node or hundreds: "poisoning due to drug or toxin (T36-T65 with
fifth or sixth character 1-4)" names 704.

The same disease is named at different levels, M54 by one note and M54.5 by the next.
To see it as one, nodes can be grouped, for example by category.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from icdgraph.errors import IcdGraphError
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from icdgraph.graph import Graph
    from icdgraph.network.selection import Selection


def weighted(selection: Selection, group_by: Kind | str | None = None) -> nx.DiGraph:
    """Return the notes of *selection* as a networkx graph of node numbers.

    Each edge has a ``weight``.  Nodes are replaced by the node of the kind *group_by*
    that they are in.  Left out are edges to a parent or a term, and those within a
    group.  Raises `IcdGraphError` for an unknown kind.

    >>> from icdgraph.network.selection import Selection
    >>> from icdgraph.toy import toy
    >>> g, network = toy().core, weighted(Selection(toy().core), "category")
    >>> network.edges[g.number_of("G89"), g.number_of("M54")]["weight"]
    2.0
    """
    import networkx as nx

    groups = group_of(selection.graph, group_by)
    edges = [edge for edge in selection.edges() if edge.note >= 0]
    edges_of_note = Counter(edge.note for edge in edges)
    weights: dict[tuple[int, int], float] = {}
    for source, target, _, note in edges:
        if isinstance(target, int) and groups[source] != groups[target]:
            ends = groups[source], groups[target]
            weights[ends] = weights.get(ends, 0.0) + 1 / edges_of_note[note]
    network = nx.DiGraph()
    # In the order of the book, because Louvain's answer depends on the order.
    network.add_weighted_edges_from((a, b, weights[a, b]) for a, b in sorted(weights))
    return network


def group_of(graph: Graph, kind: Kind | str | None) -> Sequence[int]:
    """Return, for each node, the number of the node of *kind* that it is in or is.

    A node above that kind, and every node where *kind* is None, is its own group.
    Raises `IcdGraphError` for an unknown kind.
    """
    if kind is None:
        return range(graph.node_count)
    if kind not in set(Kind):
        raise IcdGraphError(f"invalid group_by {kind!r}: expected {', '.join(Kind)}")
    kinds = list(Kind)
    kept = kinds[: kinds.index(Kind(kind)) + 1]
    groups: list[int] = []
    for number, parent in enumerate(graph.tree.parents):
        groups.append(number if graph.kind_of(number) in kept else groups[parent])
    return groups
