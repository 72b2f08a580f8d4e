"""Nodes, notes and edges: the light objects in which a graph answers.

    Node    a number and the graph it belongs to; what it is, its place, its notes
    Note    a note as printed, where it is defined, and the nodes it names
    Edge    a typed link from a node to a node or a term
    Defect  a fault of the print

A note applies to everything below the node it is defined at.  That is asked here and
never copied down: `Node.applicable_notes` walks up and returns notes with their owners.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from typing import TYPE_CHECKING

from icdgraph.codes import Code
from icdgraph.model import NoteKind, Relation

if TYPE_CHECKING:
    from icdgraph.graph.questions import Questions
    from icdgraph.model import DefectKind, Kind, Seventh, State


@singledispatch
def html(_answer: object) -> str | None:
    """Return how an answer shows itself in a notebook; `icdgraph.notebook` fills it."""
    return None


class Node:
    """A chapter, section, category, subcategory or code of a release.

    Two nodes are equal when their release and their code are.
    """

    __slots__ = ("graph", "number")

    def __init__(self, graph: Questions, number: int) -> None:
        self.graph = graph
        self.number = number
        """The place in the order of the book, parents first, from 0."""

    # What it is

    @property
    def kind(self) -> Kind:
        """What this node is."""
        return self.graph.kind_of(self.number)

    @property
    def code(self) -> str:
        """Its code; of a section or chapter, its range: ``M50-M54``, ``B99-B99``."""
        return self.graph.codes[self.number]

    @property
    def title(self) -> str:
        """Its title, as printed; that of a code made by a 7th character is composed."""
        return self.graph.titles[self.number]

    @property
    def chapter_number(self) -> int:
        """The number of its chapter; of a chapter, its own."""
        return self.graph.chapter_number(self.number)

    @property
    def is_billable(self) -> bool:
        """Whether a claim may have it: a code with nothing below it."""
        return self.graph.is_billable(self.number)

    @property
    def is_placeholder(self) -> bool:
        """Whether its code is marked as holding a placeholder X."""
        return self.graph.is_placeholder(self.number)

    @property
    def made_by(self) -> str | None:
        """The seventh character that makes this code, None for a printed node."""
        return self.graph.made_by(self.number)

    @property
    def level(self) -> int:
        """Levels below the root: 1 for a chapter."""
        return self.graph.tree.level(self.number)

    @property
    def line(self) -> int:
        """The line of the XML at which it is printed, or the code it is made of."""
        return self.graph.line_of(self.number)

    @property
    def grid(self) -> tuple[tuple[str, ...], ...]:
        """The table printed under it, row by row; H54.8 alone has one."""
        return self.graph.table_of(self.number)

    @property
    def seventh_characters(self) -> tuple[Seventh, ...]:
        """The seventh characters that apply to it, from the nearest definition."""
        return self.graph.seventh_characters(self.number)

    # Its place

    @property
    def parent(self) -> Node | None:
        """The node above it, None for a chapter."""
        parent = self.graph.tree.parents[self.number]
        return Node(self.graph, parent) if parent >= 0 else None

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes directly below it, in the order of the book."""
        return tuple(Node(self.graph, n) for n in self.graph.tree.children(self.number))

    @property
    def ancestors(self) -> tuple[Node, ...]:
        """The nodes above it, from its parent up to the chapter."""
        return tuple(
            Node(self.graph, n) for n in self.graph.tree.ancestors(self.number)
        )

    @property
    def path(self) -> tuple[Node, ...]:
        """The nodes above it, from the chapter down to its parent."""
        return self.ancestors[::-1]

    @property
    def descendants(self) -> tuple[Node, ...]:
        """All nodes below it, in the order of the book."""
        below = self.graph.tree.descendants(self.number)
        return tuple(Node(self.graph, n) for n in below)

    @property
    def siblings(self) -> tuple[Node, ...]:
        """The other children of its parent; of a chapter, the other chapters."""
        parent = self.graph.tree.parents[self.number]
        around = self.graph.tree.children(parent)
        return tuple(Node(self.graph, n) for n in around if n != self.number)

    @property
    def chapter(self) -> Node:
        """Its chapter; of a chapter, itself."""
        return self.path[0] if self.level > 1 else self

    @property
    def billable_codes(self) -> tuple[Code, ...]:
        """The billable codes at or below it, in the order of the book."""
        names = self.graph.codes
        low, high = self.graph.tree.span(self.number)
        return tuple(Code(names[n]) for n in self.graph.leaves[low:high])

    def subsumes(self, other: Node) -> bool:
        """Return True if *other* is this node or below it, in this release."""
        number = other.number
        if other.graph is not self.graph:
            number = self.graph.number_of(other.code)
        return self.graph.tree.subsumes(self.number, number)

    # Its notes and edges

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes defined at it, of every kind, in order."""
        return tuple(note(self.graph, n) for n in self.graph.notes_at(self.number))

    def applicable_notes(self, *kinds: NoteKind) -> tuple[Note, ...]:
        """Return the notes that apply to it: its own, then the inherited ones.

        *kinds* narrows them.  The owner of a note is the node where it is defined.

        >>> from icdgraph.toy import toy
        >>> [note.owner.code for note in toy().core["M54.50"].applicable_notes()]
        ['M54.50', 'M54.50', 'M54.5', 'M54.5', 'M54.5', 'M54', 'M50-M54']
        """
        return tuple(
            note
            for owner in (self, *self.ancestors)
            for note in owner.notes
            if (not kinds or note.kind in kinds) and note.applies_to(self)
        )

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Its inclusion terms: what else it is called, and conditions coded here."""
        return self._texts(NoteKind.INCLUSION_TERM)

    @property
    def includes(self) -> tuple[str, ...]:
        """Its own Includes notes: what it covers."""
        return self._texts(NoteKind.INCLUDES)

    def _texts(self, kind: NoteKind) -> tuple[str, ...]:
        return tuple(note.text for note in self.notes if note.kind == kind)

    @property
    def pointed_at_by(self) -> tuple[Note, ...]:
        """The notes that name it, or something above it, in the order of the book."""
        above = (self.number, *self.graph.tree.ancestors(self.number))
        numbers = {number for n in above for number in self.graph.notes_naming(n)}
        return tuple(note(self.graph, number) for number in sorted(numbers))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges that leave it: to its parent, its synonyms, what its notes name."""
        edges = [Edge(self, Relation.PARENT, self.parent)] if self.parent else []
        for number in self.graph.notes_from(self.number):
            made = note(self.graph, number)
            relation = made.kind.relation
            if relation:
                ends = made.targets if made.kind.refers else (made.text,)
                edges += [Edge(self, relation, end, made) for end in ends]
        return tuple(edges)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        if self.graph is other.graph:
            return self.number == other.number
        key = self.graph.edition.key
        same_release = bool(key) and key == other.graph.edition.key
        return same_release and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.code)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.code} {self.title!r}>"

    def _repr_html_(self) -> str | None:
        """Return its card for a notebook."""
        return html(self)


@dataclass(frozen=True, slots=True)
class Defect:
    """A misprint in *note*: its kind, and the words that contain it."""

    kind: DefectKind
    text: str
    note: Note


@dataclass(frozen=True, slots=True)
class Note:
    """A note as defined at *owner*, and the nodes it names.

    *position* counts from 1 among the owner's notes of this kind; *heading* is the
    line that heads the list it is in; *line* is that of the XML.  *targets* are the
    fewest nodes whose subtrees together are exactly what the note names.  A qualified
    note names fewer codes in words: *condition* are those words, verbatim.  A note
    with a *scope* applies only to the nodes of its scope and what is below them.
    """

    owner: Node
    kind: NoteKind
    position: int
    heading: str | None
    text: str
    state: State
    line: int = field(compare=False)
    condition: str = field(default="", compare=False)
    targets: tuple[Node, ...] = field(default=(), compare=False)
    scope: tuple[Node, ...] = field(default=(), compare=False)

    @property
    def id(self) -> str:
        """Its id, unique in its release: owner, kind and position, as in RDF.

        >>> from icdgraph.toy import toy
        >>> toy()["M54"].notes[0].id
        'M54/excludes1/1'
        """
        return f"{self.owner.code}/{self.kind}/{self.position}"

    def applies_to(self, node: Node) -> bool:
        """Return True if this note applies to *node*: its owner or below, in scope."""
        return any(top.subsumes(node) for top in self.scope or (self.owner,))

    def names(self, node: Node) -> bool:
        """Return True if *node* is among the codes this note names."""
        return any(target.subsumes(node) for target in self.targets)

    def billable(self) -> tuple[Code, ...]:
        """Return the billable codes under the targets, in the order of the book."""
        return tuple(code for target in self.targets for code in target.billable_codes)

    def __repr__(self) -> str:
        targets = ", ".join(target.code for target in self.targets[:4])
        more = ", ..." if len(self.targets) > 4 else ""
        arrow = f" -> {targets}{more}" if targets else ""
        return f"<{self.kind} at {self.owner.code}: {self.text!r}{arrow}>"

    def _repr_html_(self) -> str | None:
        """Return the note and what it names for a notebook."""
        return html(self)


@dataclass(frozen=True, slots=True)
class Edge:
    """A typed edge; that of a note carries its note, that to a synonym a term."""

    source: Node
    relation: Relation
    target: Node | str
    note: Note | None = None

    def __repr__(self) -> str:
        target = self.target.code if not isinstance(self.target, str) else self.target
        return f"<{self.source.code} --{self.relation}--> {target}>"


def note(graph: Questions, number: int) -> Note:
    """Return the note of *graph* with *number*, made when it is first asked for."""
    made: Note | None = graph.made_notes.get(number)
    if made is None:
        heading = graph.heading_of(number)
        owner = graph.owner_of(number)
        scope = graph.speakers_of(number)
        made = graph.made_notes[number] = Note(
            Node(graph, owner),
            graph.kind_of_note(number),
            graph.position_of(number),
            None if heading is None else graph.text_of(heading),
            graph.text_of(number),
            graph.state_of(number),
            graph.line_of_note(number),
            graph.condition_of(number),
            tuple(Node(graph, n) for n in graph.targets_of(number)),
            tuple(Node(graph, n) for n in scope) if graph.is_scoped(number) else (),
        )
    return made
