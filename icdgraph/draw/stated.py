"""The edges of notes around a node: which speak for it, and which point at it.

    M54 ── Excludes1 ──> F45.41      speaks for M54.50, printed at M54
    G89 ── Excludes2 ──> M54.5       points at M54.50, through M54.5

An edge starts where its note is printed: what a code inherits starts at an ancestor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.graph import Edge, Node
from icdgraph.model import LINKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def stated(node: Node) -> list[Edge]:
    """Return the edges of the notes that apply to *node*, the nearest first.

    >>> from icdgraph.toy import toy
    >>> stated(toy().core["M54.50"])[-1]
    <M54 --excludes1--> F45.41>
    """
    return [
        Edge(source, note.kind.relation, target, note)
        for note in node.applicable_notes(*LINKING)
        if note.kind.relation
        for source in note.scope or (note.owner,)
        if source.subsumes(node)
        for target in note.targets
    ]


def stated_elsewhere(node: Node) -> list[Edge]:
    """Return the edges by which other nodes' notes point at *node* or above it.

    Those that name it most closely come first.

    >>> from icdgraph.toy import toy
    >>> stated_elsewhere(toy().core["M54.50"])
    [<G89 --excludes2--> M54.5>, <G89 --excludes2--> M54>]
    """
    edges = [
        Edge(source, note.kind.relation, target, note)
        for note in node.pointed_at_by
        if note.kind.relation and not note.applies_to(node)
        for target in note.targets
        if target.subsumes(node)
        for source in note.scope or (note.owner,)
    ]
    return sorted(edges, key=lambda edge: -target_of(edge).level)


def own(edges: list[Edge], node: Node) -> Iterator[Edge]:
    """Yield those of *edges* that start or end at *node* itself.

    >>> from icdgraph.toy import toy
    >>> list(own(stated(toy().core["M54.50"]), toy().core["M54.50"]))
    []
    """
    return (edge for edge in edges if node in (edge.source, edge.target))


def target_of(edge: Edge) -> Node:
    """Return the node *edge* leads to; raises `TypeError` where it is a term."""
    if not isinstance(edge.target, Node):
        raise TypeError(f"{edge!r} does not lead to a node")
    return edge.target
