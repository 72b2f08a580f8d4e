"""The shortest paths between two nodes, along the tree and along notes.

    M54.50 ──parent──> M54.5 ──parent──> M54 ──excludes1──> F45.41

A note's edge joins only the node where the note is defined and the nodes that it names;
`icdgraph.explain` finds the chains of notes that apply to two codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from icdgraph.network.attributes import name_of
from icdgraph.network.selection import ABOVE

if TYPE_CHECKING:
    import networkx as nx

    from icdgraph.graph import Graph
    from icdgraph.network.selection import NetworkEdge, Selection


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of a path, from *source* to *target*; both numbers count from 1.

    *forward* is False where the edge leads from *target* to *source*.  *note* has the
    text of the note, None along the tree.
    """

    path: int
    step: int
    source: str
    source_title: str
    relation: str
    forward: bool
    target: str
    target_title: str
    note: str | None


def undirected(selection: Selection) -> nx.Graph:
    """Return *selection* as a graph of numbers, with a `NetworkEdge` on each edge."""
    import networkx as nx

    network = nx.Graph()
    network.add_nodes_from(selection.inside)
    for edge in selection.edges():
        if not network.has_edge(edge.source, edge.target):
            network.add_edge(edge.source, edge.target, edge=edge)
    return network


def shortest_paths(
    graph: Graph, network: nx.Graph, a: int, b: int, limit: int | None
) -> list[PathStep]:
    """Return the shortest paths from node *a* to node *b*, at most *limit*."""
    import networkx as nx

    if not nx.has_path(network, a, b):
        return []
    paths = islice(nx.all_shortest_paths(network, a, b), limit)
    return [
        _step(graph, number, place, network.edges[source, target]["edge"], source)
        for number, path in enumerate(paths, start=1)
        for place, (source, target) in enumerate(pairwise(path), start=1)
    ]


def _step(
    graph: Graph, path: int, step: int, edge: NetworkEdge, source: int | str
) -> PathStep:
    forward = source == edge.source
    ends = edge[:2] if forward else (edge.target, edge.source)
    start, end = (_named(graph, node) for node in ends)
    note = graph.text_of(edge.note) if edge.note >= 0 else None
    return PathStep(path, step, *start, edge.relation.value, forward, *end, note)


def _named(graph: Graph, node: int | str) -> tuple[str, str]:
    """Return the name and the title of a node, for a term its text."""
    name = name_of(graph, node)
    if isinstance(node, str):
        return name, node
    return name, name if node == ABOVE else graph.titles[node]
