"""Which nodes and edges make a network, and in what order.

    parent           leads from a child to its parent, and from a chapter to the root
    synonym          from a node to one of its terms
    excludes1        from where a note applies to what must not be coded with it
    excludes2        ... to what is not included, and may be coded as well
    use-additional   ... to what goes after it
    code-first       ... to what goes before it
    code-also        ... to what goes with it, in either order

as in ``G89 --excludes2--> M54.5``, because G89 has the note "lumbar region pain
(M54.5-)".  Every target of every note is an edge of its own.

A note applies to everything below its node, too.  The edge starts where the note is
defined; with *inherited* it is repeated at each node below.  With *under*, a network
has the nodes at and below one node, and every edge with an end among them.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.coding.note_edges import NOTE_RELATIONS
from icdgraph.errors import IcdGraphError
from icdgraph.model import NoteKind, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Graph, Node

ABOVE = -1
"""The number of the root, which is no node of the graph."""

DEFAULT = (Relation.PARENT, *NOTE_RELATIONS)
"""The relations of a network unless others are chosen: all but those to terms."""


class NetworkEdge(NamedTuple):
    """An edge by the numbers of its nodes and of its note, -1 for none.

    The target of a synonym is a term, as text; the parent of a chapter is `ABOVE`.
    """

    source: int
    target: int | str
    relation: Relation
    note: int = -1


def relations_of(names: Iterable[str] | None) -> tuple[Relation, ...]:
    """Return the relations called *names*, in the order of `Relation`.

    None means `DEFAULT`.  Raises `IcdGraphError` for an unknown name.

    >>> relations_of(["code-first", "parent"])
    (<Relation.PARENT: 'parent'>, <Relation.CODE_FIRST: 'code-first'>)
    """
    if names is None:
        return DEFAULT
    wanted = [names] if isinstance(names, str) else list(names)
    unknown = [f"unknown relation {n!r}" for n in wanted if n not in set(Relation)]
    if unknown or not wanted:
        problem = unknown[0] if unknown else "no relation is given"
        raise IcdGraphError(f"{problem}. Choose from: {', '.join(Relation)}")
    return tuple(relation for relation in Relation if relation in wanted)


class Selection:
    """The part of *graph* that makes a network, from a user's options.

    *relations* are names of `Relation`, by default `DEFAULT`; *under* a node, or None
    for the whole graph.  *isolated* keeps nodes without an edge.  Raises
    `IcdGraphError` for an unknown relation, and as `Graph.number_of` does.

    >>> from icdgraph.toy import toy
    >>> core = toy().core
    >>> edges = Selection(core, ["excludes2"], under="M54").edges()
    >>> [(core.codes[edge.source], core.codes[edge.target]) for edge in edges]
    [('G89', 'M54.5'), ('G89', 'M54')]
    """

    def __init__(
        self,
        graph: Graph,
        relations: Iterable[str] | None = None,
        under: str | Node | None = None,
        inherited: bool = False,
        isolated: bool = False,
    ) -> None:
        self.graph = graph
        self.relations = relations_of(relations)
        self.inherited = inherited
        self.isolated = isolated
        self.is_part = under is not None
        top = 0 if under is None else graph.number_of(under)
        end = graph.node_count if under is None else graph.tree.last[top] + 1
        self.inside = range(top, end)
        """The numbers of the nodes at and below *under*."""
        self._notes: dict[int, list[int]] = {}
        """The notes whose edges start at a node, for each node that has any."""
        kinds = [kind for kind in NoteKind if kind.relation in self.relations]
        for note in graph.note_numbers(*kinds) if kinds else ():
            for node in graph.speakers_of(note):
                self._notes.setdefault(node, []).append(note)

    def edges(self) -> Iterator[NetworkEdge]:
        """Yield the edges by source in book order, the edge to the parent first.

        Inherited edges follow a node's own, the nearest first.  A node inherits no edge
        to itself, and no terms.
        """
        tree = self.graph.tree
        for source in self._sources():
            is_inside, parent = source in self.inside, tree.parents[source]
            if is_inside and Relation.PARENT in self.relations:
                yield NetworkEdge(source, parent, Relation.PARENT)
            yield from self._note_edges(source, is_inside)
            if is_inside and self.inherited:
                for above in tree.ancestors(source):
                    for edge in self._note_edges(above, is_inside):
                        if edge.target != source and edge.relation != Relation.SYNONYM:
                            yield edge._replace(source=source)

    def ends(self) -> tuple[Sequence[int], Sequence[str]]:
        """Return the numbers of the nodes in book order, and the terms as they come.

        They are the ends of edges, and with *isolated* also the nodes inside.
        """
        has_terms = Relation.SYNONYM in self.relations
        if Relation.PARENT in self.relations and not self.is_part and not has_terms:
            return range(ABOVE, self.inside.stop), ()  # all, without a look at edges
        pairs = ((edge.source, edge.target) for edge in self.edges())
        ends = dict.fromkeys(chain(self.inside if self.isolated else (), *pairs))
        terms = [end for end in ends if isinstance(end, str)]
        return sorted(end for end in ends if isinstance(end, int)), terms

    def _sources(self) -> Iterable[int]:
        if not self.is_part:
            return self.inside
        outside = {
            source
            for node in self.inside
            for note in self.graph.notes_naming(node)
            for source in self.graph.speakers_of(note)
        }
        return sorted({*self.inside, *outside})

    def _note_edges(self, source: int, is_inside: bool) -> Iterator[NetworkEdge]:
        """Yield the edges that notes make from *source*, one end of each inside."""
        for note in self._notes.get(source, ()):
            relation = self.graph.kind_of_note(note).relation
            assert relation is not None
            if relation is Relation.SYNONYM:
                if is_inside:
                    yield NetworkEdge(source, self.graph.text_of(note), relation, note)
                continue
            for target in self.graph.targets_of(note):
                if is_inside or target in self.inside:
                    yield NetworkEdge(source, target, relation, note)
