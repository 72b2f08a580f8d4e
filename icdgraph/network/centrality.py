"""Which nodes are central: PageRank and degrees, as networkx computes them.

Nodes count where notes are defined and what they name: a note at M54 makes M54 central
and not M54.50, although the note applies to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx

    from icdgraph.graph import Graph


@dataclass(frozen=True, slots=True)
class CentralNode:
    """A node with its score, and its rank by it, from 1."""

    rank: int
    code: str
    kind: str
    title: str
    score: float


def ranked(graph: Graph, network: nx.DiGraph, measure: str) -> list[CentralNode]:
    """Return the nodes of *network* by *measure*, a key of `CENTRALITIES`.

    Nodes with the same score are in book order.  Raises `IcdGraphError` for an unknown
    measure.
    """
    if measure not in CENTRALITIES:
        known = ", ".join(CENTRALITIES)
        raise IcdGraphError(f"unknown centrality {measure!r}. Choose from: {known}")
    scores = CENTRALITIES[measure](network)
    # Rounded, since equal nodes may differ in the last digits.
    order = sorted(scores, key=lambda number: (-round(scores[number], 10), number))
    return [
        CentralNode(rank, node.code, node.kind.value, node.title, scores[node.number])
        for rank, node in enumerate(map(graph.node, order), start=1)
    ]


def _pagerank(network: nx.DiGraph) -> dict[int, float]:
    import networkx as nx

    # By default networkx stops at an error of 1e-6 a node, which among 11,000 nodes is
    # as much as the scores themselves.
    scores: dict[int, float] = nx.pagerank(network, tol=1e-12, max_iter=1000)
    return scores


CENTRALITIES: dict[str, Callable[[Any], dict[int, float]]] = {
    "pagerank": _pagerank,
    "degree": lambda network: dict(network.degree()),
    "in-degree": lambda network: dict(network.in_degree()),
    "out-degree": lambda network: dict(network.out_degree()),
}
"""The measures of centrality by name."""
