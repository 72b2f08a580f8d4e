"""The graph: finding nodes, asking how they stand to each other, and what was read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from icdgraph import codes
from icdgraph.codes import Code
from icdgraph.errors import ParseError, UnknownCode
from icdgraph.graph.nodes import Node
from icdgraph.graph.notes import Defect, Edge, Note
from icdgraph.graph.views import Views
from icdgraph.hierarchy import Hierarchy
from icdgraph.model import (
    DefectKind,
    Kind,
    NoteKind,
    Problem,
    Relation,
    SeventhException,
    State,
)

if TYPE_CHECKING:
    from array import array

    import numpy as np
    from numpy.typing import NDArray

    from icdgraph.graph.columns import Tables

_KINDS = list(Kind)
_NOTE_KINDS = list(NoteKind)
_STATES = list(State)

ISSUED = {
    "f161f8182aff3ce3a2a78e202f8259c08eaee2c670a9e45b0072445c52302935": "2026-04-01",
    "d6cdf5283f35a102d77ead236ec8c8929f22ba7f3356dbadff18ede01a3a3de5": "2025-04-01",
    "436905e9470018c8667b25cdf646f6a2f4f0c95dbaeabd8692b530775db71afd": "2021-01-01",
    "ecc299fda46d04800d903811a3c7536b48a2c0bfc19a0c6ba115466964c839f4": "2016-10-01",
}
"""The day each known Tabular List took effect, by the SHA-256 of its XML."""


class CodeGraph(Views, Mapping[str, Node]):
    """The classification of one release as a typed graph.

    As a mapping it holds the categories, subcategories and codes by code, in the order
    of the book; a key may be written in any of the ways people write codes.

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> g["m5450"]
    <code M54.50 'Low back pain, unspecified'>
    >>> g.subsumes("M54", "M54.50"), g.lca("M54.50", "M51.26").code
    (True, 'M50-M54')
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.tree = Hierarchy(tables.parents)
        kinds = tables.kinds
        first_code = _KINDS.index(Kind.CATEGORY)
        self._numbers = {
            code: n for n, code in enumerate(tables.codes) if kinds[n] >= first_code
        }
        self._last = self.tree.last
        # Those that name a drug of T36-T65 have hundreds of targets each: made once.
        self._notes: dict[int, Note] = {}

    def __reduce__(self) -> tuple[type[CodeGraph], tuple[Tables]]:
        """Return what is pickled: the columns, of which the rest is made again."""
        return CodeGraph, (self.tables,)

    @property
    def version(self) -> str:
        """The release's version as printed, such as ``2026``."""
        return self.tables.version

    @property
    def issued(self) -> str | None:
        """The day the release took effect, ``2026-04-01``, where it is a known one."""
        return ISSUED.get(self.tables.digest)

    @property
    def identifier(self) -> str:
        """A name for the release that no other one has: its day, else its content.

        The version alone will not do: October's and April's releases share it.
        """
        return self.issued or "-".join(
            part for part in (self.version, self.tables.digest[:8]) if part
        )

    # Finding nodes

    def __getitem__(self, code: str) -> Node:
        """Return the node of *code*, however it is written; see `find` for ranges."""
        return Node(self, self._number(code))

    def get(self, code: str, default: Any = None) -> Any:
        """Return the node of *code*, *default* where *code* is none of the release."""
        number = self._numbers.get(code)
        if number is None:
            try:
                number = self._numbers.get(codes.parse(code))
            except ParseError:
                return default
        return default if number is None else Node(self, number)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, code: object) -> bool:
        try:
            return isinstance(code, str) and codes.parse(code) in self._numbers
        except ParseError:
            return False

    def _number(self, code: str) -> int:
        number = self._numbers.get(code)
        if number is None:
            number = self._numbers.get(codes.parse(code))
        if number is None:
            raise UnknownCode(self._unknown(codes.parse(code)))
        return number

    def _unknown(self, code: Code) -> str:
        nearest = ", ".join(self.nearest(code))
        return (
            f"{code!r} is not a code of ICD-10-CM {self.version}; the nearest are "
            f"{nearest}"
        )

    def nearest(self, text: str, limit: int = 5) -> list[Code]:
        """Return the *limit* codes that *text* is most likely a misspelling of.

        Ordered by edit distance; among equals, those first that differ by characters
        people mix up (letter O and zero), then by the agreement of their start.
        """
        from icdgraph.spelling import nearest

        return [Code(code) for code in nearest(text, self._numbers, limit)]

    def section(self, name: str) -> Node:
        """Return the section *name*, its range or id: ``B99-B99`` or ``B99``.

        Raises `UnknownCode`.
        """
        return self._by_name(Kind.SECTION, name, self._sections)

    def chapter(self, name: int | str) -> Node:
        """Return the chapter *name*: its number or its range, 13 or ``M00-M99``.

        Raises `UnknownCode`.
        """
        return self._by_name(Kind.CHAPTER, str(name), self._chapters)

    def find(self, text: str) -> Node:
        """Return the node that *text* names, whatever its kind.

        A code however written, a section's or chapter's range, or ``chapter 13``.
        Text that could be a category and a section means the category; the range
        ``B99-B99`` means the section.  Raises `ParseError` or `UnknownCode`.

        >>> from icdgraph.toy import toy
        >>> toy().find("m50 - m54").kind
        <Kind.SECTION: 'section'>
        """
        name = "".join(text.split()).upper()
        if name.startswith("CHAPTER") or name.isdecimal():
            return self.chapter(name.removeprefix("CHAPTER"))
        if "-" in name:
            if name in self._chapters and name not in self._sections:
                return self.chapter(name)
            return self.section(name)
        return self[text]

    def _by_name(self, kind: Kind, name: str, known: dict[str, int]) -> Node:
        number = known.get("".join(name.split()).upper())
        if number is None:
            raise UnknownCode(
                f"{name!r} is not a {kind} of ICD-10-CM {self.version}; "
                + ", ".join(list(known)[:3])
                + " or the like would be right"
            )
        return Node(self, number)

    @cached_property
    def _sections(self) -> dict[str, int]:
        """Section numbers by range and by id, ranges first."""
        sections = list(self.nodes(Kind.SECTION))
        return {node.range: node.number for node in sections} | {
            node.code: node.number for node in sections
        }

    @cached_property
    def _chapters(self) -> dict[str, int]:
        chapters = list(self.nodes(Kind.CHAPTER))
        return {node.code: node.number for node in chapters} | {
            node.range: node.number for node in chapters
        }

    def nodes(self, *kinds: Kind) -> Iterator[Node]:
        """Yield all nodes in the order of the book, of *kinds* where given."""
        wanted = {_KINDS.index(kind) for kind in kinds}
        for number, kind in enumerate(self.tables.kinds):
            if not wanted or kind in wanted:
                yield Node(self, number)

    def node(self, number: int) -> Node:
        """Return the node with *number*."""
        return Node(self, range(len(self.tables.codes))[number])

    # Questions

    def subsumes(self, a: str | Node, b: str | Node) -> bool:
        """Say whether *b* is *a* or stands below it.

        Codes may be written in any way; raises `UnknownCode` for those that are not.
        """
        numbers = self._numbers
        try:
            i = numbers[a]  # type: ignore[index]
            j = numbers[b]  # type: ignore[index]
        except KeyError:
            i, j = self.number_of(a), self.number_of(b)
        return i <= j <= self._last[i]

    def number_of(self, node: str | Node) -> int:
        """Return the number of *node*, a node or a text that `find` takes."""
        if isinstance(node, Node):
            # A node of another release has a number of its own: look up its name.
            return node.number if node.graph is self else self.find(node.range).number
        number = self._numbers.get(node)
        if number is None and not isinstance(node, str):
            raise ParseError(f"{node!r} is not a code: a text or a node would be right")
        return self.find(node).number if number is None else number

    def lca(self, a: str | Node, b: str | Node) -> Node | None:
        """Return the lowest common ancestor, None where only the root is above both.

        A node is its own ancestor here, as is usual for LCA.
        """
        numbers = self._numbers
        try:
            i = numbers[a]  # type: ignore[index]
            j = numbers[b]  # type: ignore[index]
        except KeyError:
            i, j = self.number_of(a), self.number_of(b)
        number = self.tree.lca(i, j)
        return Node(self, number) if number >= 0 else None

    def distance(self, a: str | Node, b: str | Node) -> int:
        """Return the steps between two nodes of the tree, by its root if need be."""
        return self.tree.distance(self.number_of(a), self.number_of(b))

    def numbers(self, names: Iterable[str | Node]) -> NDArray[np.int32]:
        """Return node numbers of *names* as an array, for `subsumes_many`."""
        import numpy as np

        return np.fromiter(map(self.number_of, names), dtype=np.int32)

    def subsumes_many(
        self, a: NDArray[np.int32], b: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Answer `subsumes` for arrays of node numbers, which broadcast together.

        >>> from icdgraph.toy import toy
        >>> g = toy()
        >>> g.subsumes_many(g.numbers(["M54", "M54.5"]), g.numbers(["M54.50", "M54.2"]))
        array([ True, False])
        """
        return self.tree.subsumes_many(a, b)

    def lca_many(
        self, a: NDArray[np.integer], b: NDArray[np.integer]
    ) -> NDArray[np.int32]:
        """Answer `lca` for arrays of node numbers: a number, -1 where only the root is.

        >>> from icdgraph.toy import toy
        >>> g = toy()
        >>> found = g.lca_many(g.numbers(["M54.50", "M54.2"]), g.numbers(["M54.41"]))
        >>> [g.node(number).code for number in found]
        ['M54', 'M54']
        """
        return self.tree.lca_many(a, b)

    def distance_many(
        self, a: NDArray[np.integer], b: NDArray[np.integer]
    ) -> NDArray[np.int32]:
        """Answer `distance` for arrays of node numbers, which broadcast together."""
        return self.tree.distance_many(a, b)

    def excludes1(self, a: str | Node, b: str | Node) -> tuple[Note, ...]:
        """Return the Excludes1 notes that keep *a* and *b* apart; none: they may meet.

        Two codes conflict when an Excludes1 note speaks for one and names the other
        (Official Guidelines I.A.12.a, which excepts conditions that are unrelated).
        """
        one, other = self.node(self.number_of(a)), self.node(self.number_of(b))
        if one == other:
            return ()
        notes = [n for n in one.applicable_notes(NoteKind.EXCLUDES1) if n.names(other)]
        notes += [n for n in other.applicable_notes(NoteKind.EXCLUDES1) if n.names(one)]
        return tuple(notes)

    # Notes and edges

    def notes(self, *kinds: NoteKind) -> Iterator[Note]:
        """Yield all notes in the order of the book, of *kinds* where given."""
        wanted = {_NOTE_KINDS.index(kind) for kind in kinds}
        for number, kind in enumerate(self.tables.note_kinds):
            if not wanted or kind in wanted:
                yield self.note(number)

    def note(self, number: int) -> Note:
        """Return the note with *number*, counted from 0 in the order of the book."""
        note = self._notes.get(number)
        if note is None:
            note = self._notes[number] = self._made(number)
        return note

    def _made(self, number: int) -> Note:
        tables = self.tables
        heading = tables.note_headings[number]
        start, end = tables.target_starts[number], tables.target_starts[number + 1]
        return Note(
            Node(self, tables.note_owners[number]),
            _NOTE_KINDS[tables.note_kinds[number]],
            tables.note_positions[number],
            tables.note_texts[heading] if heading >= 0 else None,
            tables.note_texts[number],
            _STATES[tables.note_states[number]],
            tables.note_lines[number],
            tuple(Node(self, n) for n in tables.targets[start:end]),
            tuple(Node(self, n) for n in tables.scopes.get(number, ())),
        )

    def note_numbers(self, owner: int) -> range:
        """Return the numbers of the notes printed at node number *owner*."""
        owners = self.tables.note_owners
        return range(bisect_left(owners, owner), bisect_left(owners, owner + 1))

    def edges(self, *relations: Relation) -> Iterator[Edge]:
        """Yield all edges, of *relations* where given, by source in book order."""
        for node in self.nodes():
            for edge in node.edges:
                if not relations or edge.relation in relations:
                    yield edge

    @cached_property
    def pointers(self) -> dict[int, list[int]]:
        """The numbers of the notes that have a node among their targets, by node."""
        found: dict[int, list[int]] = {}
        starts, targets = self.tables.target_starts, self.tables.targets
        for note in range(len(self.tables.note_texts)):
            for target in targets[starts[note] : starts[note + 1]]:
                found.setdefault(target, []).append(note)
        return found

    @cached_property
    def scoped(self) -> dict[int, list[int]]:
        """The numbers of the notes that have a node in their scope, by node."""
        found: dict[int, list[int]] = {}
        for note, scope in self.tables.scopes.items():
            for node in scope:
                found.setdefault(node, []).append(note)
        return found

    @cached_property
    def leaves(self) -> array[int]:
        """The node number of every leaf, in the order of the book."""
        return self.tree.leaf_nodes()

    @cached_property
    def placeholders(self) -> frozenset[int]:
        """The numbers of the nodes marked as holding a placeholder X."""
        return frozenset(self.tables.placeholders)

    # What could not be read

    @property
    def defects(self) -> tuple[Defect, ...]:
        """The faults of the print, in the order of the book."""
        return tuple(
            Defect(DefectKind(kind), text, self.note(note))
            for note, kind, text in self.tables.defects
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the reader of the file kept aside, such as unknown elements."""
        return tuple(Problem(*problem) for problem in self.tables.problems)

    @property
    def seventh_exceptions(self) -> tuple[SeventhException, ...]:
        """The exceptions to seventh characters, and the codes they keep out."""
        return tuple(
            SeventhException(
                owner, tuple(characters), place, tuple(values), text, tuple(removed)
            )
            for owner, characters, place, values, text, removed in (
                self.tables.exceptions
            )
        )

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return (
            f"<CodeGraph ICD-10-CM {self.version}: "
            f"{len(self.tables.codes):,} nodes, {len(self.leaves):,} billable codes, "
            f"{len(self.tables.note_texts):,} notes>"
        )
