"""The edges of notes around a node: of those that apply to it, and that name it.

    M54 ── Excludes1 ──> F45.41      applies to M54.50, inherited from M54
    G89 ── Excludes2 ──> M54.5       names M54.5, and so M54.50

An edge starts at a node that its note applies to (`Node.edges`, `Graph.speakers_of`):
an inherited note starts at an ancestor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.graph import Edge, Node
from icdgraph.graph.nodes import note
from icdgraph.model import LINKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def edges_applying(node: Node) -> Iterator[Edge]:
    """Yield the edges of the notes that apply to *node*, the nearest first.

    >>> from icdgraph.toy import toy
    >>> list(edges_applying(toy().core["M54.50"]))[-1]
    <M54 --excludes1--> F45.41>
    """
    for source in (node, *node.ancestors):
        for edge in source.edges:
            if edge.note and edge.note.kind in LINKING:
                yield edge


def edges_naming(node: Node) -> Iterator[Edge]:
    """Yield the edges of other nodes' notes that name *node* or a node above it.

    Those that name it most closely come first.

    >>> from icdgraph.toy import toy
    >>> list(edges_naming(toy().core["M54.50"]))
    [<G89 --excludes2--> M54.5>, <G89 --excludes2--> M54>]
    """
    graph = node.graph
    above = {node.number, *graph.tree.ancestors(node.number)}
    for target in (node, *node.ancestors):
        for number in graph.notes_naming(target.number):
            sources = graph.speakers_of(number)
            relation = graph.kind_of_note(number).relation
            if relation and above.isdisjoint(sources):
                for source in sources:
                    yield Edge(
                        Node(graph, source), relation, target, note(graph, number)
                    )
