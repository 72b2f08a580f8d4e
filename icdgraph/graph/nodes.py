"""Nodes: what each is, where it stands, what is printed at it and applies to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.codes import Code
from icdgraph.graph.notes import Edge, Note
from icdgraph.model import CODE_KINDS, Kind, NoteKind, Relation, Seventh

if TYPE_CHECKING:
    from icdgraph.graph.codegraph import CodeGraph

_KINDS = list(Kind)
_RANGE = re.compile(r"\(([A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2})\)\s*$")


class Node:
    """A chapter, section, category, subcategory or code of a release.

    Two nodes are equal when their kind and code are, in whichever release.
    """

    __slots__ = ("graph", "number")

    def __init__(self, graph: CodeGraph, number: int) -> None:
        self.graph = graph
        self.number = number
        """The place in the order of the book, parents first, from 0."""

    # What it is

    @property
    def kind(self) -> Kind:
        """What this node is."""
        return _KINDS[self.graph.tables.kinds[self.number]]

    @property
    def code(self) -> Code:
        """Its code; a chapter's is its number, a section's its id in the XML."""
        return Code(self.graph.tables.codes[self.number])

    @property
    def title(self) -> str:
        """Its title, as printed; that of a code made by a 7th character is composed."""
        return self.graph.tables.titles[self.number]

    @property
    def range(self) -> str:
        """The range that names a chapter or section in public: ``B99-B99``.

        Of any other node, its code.
        """
        if self.kind == Kind.SECTION:
            return self.code if "-" in self.code else f"{self.code}-{self.code}"
        if self.kind == Kind.CHAPTER:
            match = _RANGE.search(self.title)
            return match[1] if match else self.code
        return self.code

    @property
    def is_billable(self) -> bool:
        """Whether it may stand on a claim: a code with nothing below it."""
        return self.kind in CODE_KINDS and self.graph.tree.is_leaf(self.number)

    @property
    def is_placeholder(self) -> bool:
        """Whether its code is marked as holding a placeholder X."""
        return self.number in self.graph.placeholders

    @property
    def made_by(self) -> str | None:
        """The seventh character that makes this code, None for a printed node."""
        made = self.graph.tables.made_by[self.number]
        return chr(made) if made else None

    @property
    def level(self) -> int:
        """Levels below the root: 1 for a chapter."""
        return self.graph.tree.depth[self.number]

    @property
    def line(self) -> int:
        """The line of the XML at which it is printed, or the code it is made of."""
        return self.graph.tables.lines[self.number]

    @property
    def grid(self) -> tuple[tuple[str, ...], ...]:
        """The table printed under it, row by row; H54.8 alone has one."""
        return tuple(tuple(row) for row in self.graph.tables.grids.get(self.number, ()))

    @property
    def seventh_characters(self) -> tuple[Seventh, ...]:
        """The seventh characters that apply to it, from the nearest definition."""
        graph = self.graph
        for number in (self.number, *graph.tree.ancestors(self.number)):
            if number in graph.tables.sevenths:
                return tuple(
                    Seventh(character, meaning, tuple(remarks))
                    for character, meaning, remarks in graph.tables.sevenths[number]
                )
        return ()

    # Where it stands

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
        """The chapter it stands in."""
        return self.path[0] if self.level > 1 else self

    @property
    def billable_codes(self) -> tuple[Code, ...]:
        """The billable codes at or below it, in the order of the book."""
        names = self.graph.tables.codes
        low, high = self.graph.tree.span(self.number)
        return tuple(Code(names[n]) for n in self.graph.leaves[low:high])

    def subsumes(self, other: Node) -> bool:
        """Say whether *other* is this node or stands below it in this release."""
        return self.graph.tree.subsumes(self.number, self.graph.number_of(other))

    # What is printed at it

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes printed at it, of every kind, in order."""
        return tuple(map(self.graph.note, self.graph.note_numbers(self.number)))

    def applicable_notes(self, *kinds: NoteKind) -> tuple[Note, ...]:
        """Return the notes that speak for it: its own, then those from above.

        *kinds* narrows them.  Each note's owner tells where it was printed.

        >>> from icdgraph.toy import toy
        >>> [note.owner.code for note in toy()["M54.50"].applicable_notes()]
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
        pointers = self.graph.pointers
        above = (self.number, *self.graph.tree.ancestors(self.number))
        numbers = sorted({n for node in above for n in pointers.get(node, ())})
        return tuple(map(self.graph.note, numbers))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The edges that leave it: to its parent, its synonyms, what its notes name."""
        found: list[Edge] = []
        if self.parent:
            found.append(Edge(self, Relation.PARENT, self.parent))
        # A note with a scope is printed at its owner and said of its scope alone.
        own = [note for note in self.notes if not note.scope]
        scoped = map(self.graph.note, self.graph.scoped.get(self.number, ()))
        for note in (*own, *scoped):
            relation = note.kind.relation
            if relation:
                ends = note.targets if note.kind.refers else (note.text,)
                found += [Edge(self, relation, end, note) for end in ends]
        return tuple(found)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return self.code == other.code and self.kind == other.kind

    def __hash__(self) -> int:
        return hash((self.kind, self.code))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.code} {self.title!r}>"

    def _repr_html_(self) -> str:
        """Return its card for a notebook."""
        from icdgraph.notebook.cards import of_node

        return of_node(self)
