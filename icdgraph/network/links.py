"""The edges that make a network: which ones, from where to where, in what order.

An edge leads

    parent           from a child to its parent
    synonym          from a node to a term
    excludes1        from where a note is printed to what must never be coded with it
    excludes2        ... to what is not included, and may be coded as well
    use-additional   ... to what goes after it
    code-first       ... to what goes before it
    code-also        ... to what goes beside it, in either order

as in ``G89 --excludes2--> M54.5``, since G89 prints "lumbar region pain (M54.5-)".
Every target of every note is an edge of its own: two notes that say the same of the
same pair make two edges.  A note that is narrowed to a part of what is beneath its
owner stands at that part.

What a note says it says of everything beneath its owner too.  Here the edge stands
where the note is printed; *inherited* tells it again at each node beneath.  Of a part
of the book, *under*, come its nodes and every edge with an end in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.errors import IcdGraphError
from icdgraph.model import Kind, NoteKind, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Graph, Node

CROSS = (
    Relation.EXCLUDES1,
    Relation.EXCLUDES2,
    Relation.USE_ADDITIONAL,
    Relation.CODE_FIRST,
    Relation.CODE_ALSO,
)
"""The relations that notes state between codes, across the tree."""

DEFAULT = (Relation.PARENT, *CROSS)
"""The relations taken where none are named: all but those to terms."""


class Link(NamedTuple):
    """An edge by numbers: of nodes, and of its note, -1 for none; a term is a text."""

    source: int
    target: int | str
    relation: Relation
    note: int = -1


def names(graph: Graph) -> list[str]:
    """Return the name of every node, by its number; no two are the same.

    It is the code, ``M54.50``, and of chapters and sections the range, ``B99-B99``, so
    that the section B99 and the category B99 stay two.  Should a chapter have the range
    of a section, the chapter is ``chapter 1``.  `Graph.number_of` takes them all.

    >>> from icdgraph.toy import toy
    >>> names(toy().core)[:4]
    ['A00-B99', 'B99-B99', 'B99', 'B99.8']
    """
    found: list[str] = list(graph.codes)
    sections = {found[n] for n in graph.numbers(Kind.SECTION)}
    for n in graph.numbers(Kind.CHAPTER):
        if found[n] in sections:
            found[n] = f"chapter {graph.chapter_number(n)}"
    return found


def chapters(graph: Graph) -> list[int]:
    """Return the number of every node's chapter, by the node's number."""
    found: list[int] = []
    for number, parent in enumerate(graph.tree.parents):
        found.append(number if parent < 0 else found[parent])
    return found


def relations_of(chosen: Iterable[str] | None) -> tuple[Relation, ...]:
    """Return the relations *chosen* by name, in the order of `Relation`.

    None stands for `DEFAULT`.  Raises `IcdGraphError` for a name that is none.

    >>> relations_of(["code-first", "parent"])
    (<Relation.PARENT: 'parent'>, <Relation.CODE_FIRST: 'code-first'>)
    """
    if chosen is None:
        return DEFAULT
    wanted = [chosen] if isinstance(chosen, str) else list(chosen)
    known = ", ".join(Relation)
    for name in wanted:
        if name not in set(Relation):
            raise IcdGraphError(f"{name!r} is not a relation; {known} would be right")
    if not wanted:
        raise IcdGraphError(f"no relation is named; one of {known} would be right")
    return tuple(relation for relation in Relation if relation in wanted)


@dataclass(frozen=True, slots=True)
class Selection:
    """The part of *graph* that makes a network; *under* None is all of the book.

    >>> from icdgraph.toy import toy
    >>> part = Selection(toy().core, (Relation.EXCLUDES2,), under=toy().core["M54"])
    >>> for link in part.links():
    ...     toy().core.node(link.source).code, toy().core.node(link.target).code
    ('G89', 'M54.5')
    ('G89', 'M54')
    """

    graph: Graph
    relations: Sequence[Relation] = DEFAULT
    under: Node | None = None
    inherited: bool = False
    inside: range = field(init=False, compare=False)
    """The numbers of the nodes under *under*, itself among them."""
    _said: dict[int, list[int]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Find once what lies inside, and what is said where."""
        inside = range(len(self.graph.codes))
        if self.under is not None:
            top = self.graph.number_of(self.under)
            inside = range(top, self.graph.tree.last[top] + 1)
        object.__setattr__(self, "inside", inside)
        object.__setattr__(self, "_said", _notes_by_node(self.graph, self.relations))

    def links(self) -> Iterator[Link]:
        """Yield the edges by source in the order of the book, that to the parent first.

        What is inherited follows what is printed, the nearest first.  A node inherits
        nothing of itself, and terms not at all.
        """
        for source in self._sources():
            here = source in self.inside
            if here and Relation.PARENT in self.relations:
                parent = self.graph.tree.parents[source]
                if parent >= 0:
                    yield Link(source, parent, Relation.PARENT)
            for note in self._said.get(source, ()):
                yield from self._links_of(note, source, here)
            if here and self.inherited:
                yield from self._inherited(source)

    def ends(self) -> tuple[Sequence[int], Sequence[str]]:
        """Return the numbers of the nodes, in order, and the terms, as they come.

        The nodes are those inside and the other ends of their edges.
        """
        if self.under is None and Relation.SYNONYM not in self.relations:
            return self.inside, ()
        found = dict.fromkeys(
            chain(self.inside, *((a, b) for a, b, _, _ in self.links()))
        )
        terms = [end for end in found if isinstance(end, str)]
        return sorted(end for end in found if isinstance(end, int)), terms

    def _sources(self) -> Iterable[int]:
        if self.under is None:
            return self.inside
        outside = {
            node
            for node, notes in self._said.items()
            if any(n in self.inside for note in notes for n in self._targets(note))
        }
        return sorted({*outside, *self.inside})

    def _links_of(self, note: int, source: int, here: bool) -> Iterator[Link]:
        """Yield the edges that *note* gives *source*, which lies inside if *here*."""
        relation = self.graph.kind_of_note(note).relation
        assert relation is not None
        if relation is Relation.SYNONYM:
            if here:
                yield Link(source, self.graph.text_of(note), relation, note)
            return
        for target in self._targets(note):
            if here or target in self.inside:
                yield Link(source, target, relation, note)

    def _inherited(self, source: int) -> Iterator[Link]:
        for place in self.graph.tree.ancestors(source):
            for note in self._said.get(place, ()):
                for link in self._links_of(note, source, True):
                    if link.target != source and link.relation != Relation.SYNONYM:
                        yield link

    def _targets(self, note: int) -> Sequence[int]:
        return self.graph.targets_of(note)


def _notes_by_node(graph: Graph, relations: Sequence[Relation]) -> dict[int, list[int]]:
    """Return the numbers of the notes of *relations*, by the nodes they are said at."""
    wanted = [kind for kind in NoteKind if kind.relation in relations]
    found: dict[int, list[int]] = {}
    if wanted:
        for note in graph.note_numbers(*wanted):
            for node in graph.speakers_of(note):
                found.setdefault(node, []).append(note)
    return found
