"""The edges that notes make between nodes.

A note applies to a node and to everything below it, and names targets.  It makes one
edge from each node that it applies to, to each of its targets:

    Excludes2 at G89, "lumbar region pain (M54.5-)"         G89 ──> M54.5

Most notes apply to the node at which they are defined.  A note that narrows itself to a
part of what is below that node has a scope, and its edges start there:

    Use additional code at G31, for codes G31.0-G31.83, G31.85-G31.9:
    "mild neurocognitive disorder ... (F06.7-)"             G31.0 ──> F06.7
                                                            G31.1 ──> F06.7  ...

Notes that name no code make no edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from icdgraph.model import LINKING, Relation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from icdgraph.graph import Graph

NOTE_RELATIONS = tuple(
    relation for relation in Relation if relation.note_kind in LINKING
)
"""The relations that notes state between nodes."""


class NoteEdge(NamedTuple):
    """An edge by number: two nodes, the relation, and the note that states it."""

    source: int
    target: int
    relation: Relation
    note: int


def note_edges(
    graph: Graph, relations: Collection[Relation] = NOTE_RELATIONS
) -> Iterator[NoteEdge]:
    """Yield the edges of all notes that state one of *relations*, in book order.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> for edge in note_edges(graph, [Relation.EXCLUDES2]):
    ...     print(graph.codes[edge.source], "->", graph.codes[edge.target])
    G89 -> M54.5
    G89 -> M54
    """
    kinds = [kind for kind in LINKING if kind.relation in relations]
    if kinds:
        for note in graph.note_numbers(*kinds):
            yield from edges_of(graph, note)


def edges_of(graph: Graph, note: int) -> Iterator[NoteEdge]:
    """Yield the edges that one note makes, by source and then by target.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> (note,) = graph.notes_at(graph.number_of("M54"))
    >>> [graph.codes[edge.target] for edge in edges_of(graph, note)]
    ['F45.41']
    """
    relation = graph.kind_of_note(note).relation
    if relation in NOTE_RELATIONS:
        targets = graph.targets_of(note)
        for source in graph.speakers_of(note):
            for target in targets:
                yield NoteEdge(source, target, relation, note)
