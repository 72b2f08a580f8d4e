"""The tree of a graph in networkx and in nxontology."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
from nxontology import NXOntology

if TYPE_CHECKING:
    from icdgraph.graph import Graph

ROOT = -1
"""The root that an ontology needs; the graph has no node for it."""


def with_root(graph: Graph) -> nx.DiGraph:
    """Return the tree by node number, from parents to children."""
    tree = nx.DiGraph()
    tree.add_edges_from((parent, n) for n, parent in enumerate(graph.tree.parents))
    return tree


def ontology(graph: Graph) -> NXOntology[int]:
    """Return the tree as an ontology, frozen so that it caches its answers."""
    theirs: NXOntology[int] = NXOntology(with_root(graph))
    theirs.freeze()
    return theirs
