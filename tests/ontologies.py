"""The tree of a graph in networkx and in nxontology."""

import networkx as nx
from nxontology import NXOntology

ROOT = -1
"""The root that an ontology needs; the graph has no node for it."""


def with_root(graph):
    """Return the tree by node number, from parents to children."""
    tree = nx.DiGraph()
    tree.add_edges_from((parent, n) for n, parent in enumerate(graph.tree.parents))
    return tree


def ontology(graph):
    """Return the tree as an ontology, frozen so that it caches its answers."""
    theirs = NXOntology(with_root(graph))
    theirs.freeze()
    return theirs
