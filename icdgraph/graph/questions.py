"""What can be asked of a release by number: nodes, notes, and the links between them.

Nodes and notes are numbered in the order of the book, from 0, parents before children.
A number is the fastest way to hold a node, and views that ask often ask by number:

    kind_of(n)              what a node is; also codes[n], titles[n], tree
    notes_at(n)             the notes defined at it
    targets_of(note)        the nodes that a note names
    speakers_of(note)       the nodes that a note applies to, with all below them
    notes_from(n)           the reverse: the notes whose edges start at a node
    notes_naming(n)         the reverse: the notes that have a node as a target

How all this is stored is known to this package alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, Any, TypeVar

from icdgraph import codes
from icdgraph.codes import Code
from icdgraph.errors import ParseError, UnknownCode
from icdgraph.graph.columns import LAYOUT
from icdgraph.graph.edition import Edition
from icdgraph.hierarchy import Hierarchy
from icdgraph.model import CODE_KINDS, Kind, NoteKind, Seventh, State
from icdgraph.spelling import nearest

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Sequence

    from icdgraph.graph.columns import Columns

T = TypeVar("T")

_KINDS = list(Kind)
_NOTE_KINDS = list(NoteKind)
_STATES = list(State)
_DASH = re.compile(r"(?<=[0-9A-Z])\.?-$")
_CODE_KINDS = {n for n, kind in enumerate(_KINDS) if kind in CODE_KINDS}


class Questions:
    """What a graph answers by number; `Graph` adds names, nodes and notes.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> n = graph.number_of("M54")
    >>> [graph.text_of(note) for note in graph.notes_at(n)]
    ['psychogenic dorsalgia (F45.41)']
    >>> [graph.codes[target] for target in graph.targets_of(graph.notes_at(n)[0])]
    ['F45.41']
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.edition = Edition(
            columns.version,
            columns.source,
            columns.digest,
            columns.key,
            tuple(columns.introduction),
        )
        """Which release this is, and where it was read from."""
        self.tree = Hierarchy(columns.parents, columns.last)
        """The hierarchy over node numbers."""
        self.codes: Sequence[str] = columns.codes
        """The name of each node, by number: a code, or the range of a section."""
        self.titles: Sequence[str] = columns.titles
        """The title of each node, by number."""
        self._numbers = dict(zip(self.codes, range(self.node_count), strict=True))
        for n in self.numbers(Kind.CHAPTER, Kind.SECTION):
            self._numbers.pop(self.codes[n], None)
        self.made_notes: dict[int, Any] = {}
        """The notes that `icdgraph.graph.nodes.note` has made, by number.

        Those that name a drug of T36-T65 have hundreds of targets each.
        """
        self.memo: dict[str, Any] = {}
        """What views have derived from this graph, by name; it ends with the graph."""

    # Names

    @property
    def version(self) -> str:
        """The version printed in the release, a year such as ``2026``."""
        return self.edition.version

    @property
    def cache_key(self) -> str:
        """What names files of the cache that depend on this release and its numbering.

        It is empty for a graph that was not loaded from a file.
        """
        return f"{self.edition.key}-{LAYOUT}" if self.edition.key else ""

    def number_of(self, key: object) -> int:
        """Return the number of the node that the text *key* names.

        *key* is a code however written, with or without the dash that stands for what
        is below it (``M54.5-``), the range of a section or chapter, or ``chapter 13``.
        The number ``13`` alone is not a name.  A name that a category and a section
        share means the category; the range ``B99-B99`` means the section.  Raises
        `UnknownCode`, and `ParseError` for what cannot be a code; both are `KeyError`.

        >>> from icdgraph.toy import toy
        >>> graph = toy().core
        >>> keys = "m50 - m54", "b99", "M54.5-", "chapter 13"
        >>> [graph.codes[graph.number_of(key)] for key in keys]
        ['M50-M54', 'B99', 'M54.5', 'M00-M99']
        """
        number = self._find(key)
        if number is None:
            name = "".join(str(key).split()).upper()
            raise UnknownCode(self._unknown(codes.parse(_DASH.sub("", name))))
        return number

    def _find(self, key: object) -> int | None:
        """Return the number of the node that *key* names, None for an unknown code.

        Looking for the nearest codes, which takes milliseconds, is left to the caller.
        """
        try:
            number: int | None = self._numbers.get(key)  # type: ignore[call-overload]
        except TypeError:  # an unhashable key
            number = None
        if number is not None:
            return number
        if not isinstance(key, str):
            raise ParseError(f"expected a code as text, got {key!r}")
        return self._find_text(key)

    def _find_text(self, text: str) -> int | None:
        name = "".join(text.split()).upper()
        if name.startswith("CHAPTER"):
            return self.chapter_of_name(name.removeprefix("CHAPTER"))
        stem = _DASH.sub("", name)
        if "-" in stem:
            return self._range(name)
        if stem.isdecimal() and stem in self._chapters:
            chapter = self.codes[self._chapters[stem]]
            raise ParseError(
                f"invalid code {text!r}. For the chapter, use {chapter} or chapter "
                f"{stem}."
            )
        return self._numbers.get(codes.parse(text if stem == name else stem))

    def _range(self, name: str) -> int:
        number = self._ranges.get(name)
        if number is None:
            near = next(iter(nearest(name, self._ranges, 1)), "M50-M54")
            raise UnknownCode(
                f"unknown section or chapter {name!r} in ICD-10-CM {self.version}. "
                f"Did you mean {near}?"
            )
        return number

    def _unknown(self, code: Code) -> str:
        *most, last = self.nearest(code, 3)
        near = f"{', '.join(most)} or {last}" if most else last
        return (
            f"unknown code {code!r} in ICD-10-CM {self.version}. Did you mean {near}?"
        )

    def nearest(self, text: str, limit: int = 5) -> list[Code]:
        """Return the *limit* codes that *text* is most likely a misspelling of.

        Ordered by edit distance; among equals, those first that differ by characters
        people mix up (letter O and zero), then by the agreement of their start.
        """
        return [Code(code) for code in nearest(text, self._numbers, limit)]

    def section_of_name(self, name: str) -> int:
        """Return the number of a section, by its range or its id in the XML."""
        text = "".join(str(name).split()).upper()
        number = self._sections.get(text if "-" in text else f"{text}-{text}")
        if number is None:
            example = next(iter(self._sections), "M50-M54")
            raise UnknownCode(
                f"unknown section {name!r} in ICD-10-CM {self.version}. A section is "
                f"named by its range, such as {example}."
            )
        return number

    def chapter_of_name(self, name: int | str) -> int:
        """Return the number of a chapter's node, by its own number or its range."""
        number = self._chapters.get("".join(str(name).split()).upper())
        if number is None:
            known = list(self._columns.chapters.values())
            raise UnknownCode(
                f"unknown chapter {name!r} in ICD-10-CM {self.version}. A chapter is "
                f"named by its number, {known[0]} to {known[-1]}, or by its range."
            )
        return number

    @cached_property
    def _sections(self) -> dict[str, int]:
        return {self.codes[n]: n for n in self.numbers(Kind.SECTION)}

    @cached_property
    def _chapters(self) -> dict[str, int]:
        chapters = self._columns.chapters
        by_range = {self.codes[n]: n for n in chapters}
        return by_range | {str(number): n for n, number in chapters.items()}

    @cached_property
    def _ranges(self) -> dict[str, int]:
        return self._chapters | self._sections

    # Nodes
    @property
    def node_count(self) -> int:
        """How many nodes there are, chapters and sections included."""
        return len(self.codes)

    def numbers(self, *kinds: Kind) -> Iterator[int]:
        """Yield the numbers of all nodes in book order, of *kinds* where given."""
        return _where(self._columns.kinds, _KINDS, kinds)

    def kind_of(self, number: int) -> Kind:
        """Return what the node with *number* is."""
        return _KINDS[self._columns.kinds[number]]

    def is_code(self, number: int) -> bool:
        """Return True for a category, subcategory or code."""
        return self._columns.kinds[number] in _CODE_KINDS

    def is_billable(self, number: int) -> bool:
        """Return True for a code with nothing below it, which a claim may carry."""
        return self.tree.is_leaf(number) and self.is_code(number)

    def is_placeholder(self, number: int) -> bool:
        """Return True where the release marks the code as holding a placeholder X."""
        return number in self._placeholders

    @cached_property
    def _placeholders(self) -> frozenset[int]:
        return frozenset(self._columns.placeholders)

    def chapter_number(self, number: int) -> int:
        """Return the number of the chapter of the node with *number*."""
        *_, chapter = (number, *self.tree.ancestors(number))
        return self._columns.chapters[chapter]

    def made_by(self, number: int) -> str | None:
        """Return the 7th character that makes a code, None for a printed node."""
        made = self._columns.made_by[number]
        return chr(made) if made else None

    def seventh_characters(self, number: int) -> tuple[Seventh, ...]:
        """Return the 7th characters that apply to a node, by the nearest definition."""
        defined = self._columns.sevenths
        for n in (number, *self.tree.ancestors(number)):
            if n in defined:
                return self.sevenths_defined_at(n)
        return ()

    def sevenths_defined_at(self, number: int) -> tuple[Seventh, ...]:
        """Return the 7th characters that are defined at a node itself."""
        return tuple(
            Seventh(character, meaning, tuple(remarks))
            for character, meaning, remarks in self._columns.sevenths.get(number, ())
        )

    def line_of(self, number: int) -> int:
        """Return the line of the XML at which a node is defined."""
        return self._columns.lines[number]

    def table_of(self, number: int) -> tuple[tuple[str, ...], ...]:
        """Return the table printed under a node, row by row; H54.8 alone has one."""
        return tuple(tuple(row) for row in self._columns.grids.get(number, ()))

    @cached_property
    def leaves(self) -> array[int]:
        """The node number of every leaf, in the order of the book."""
        return self.tree.leaves

    # Notes

    @property
    def note_count(self) -> int:
        """How many notes there are."""
        return len(self._columns.note_texts)

    def note_numbers(self, *kinds: NoteKind) -> Iterator[int]:
        """Yield the numbers of all notes in book order, of *kinds* where given."""
        return _where(self._columns.note_kinds, _NOTE_KINDS, kinds)

    def notes_at(self, number: int) -> range:
        """Return the numbers of the notes defined at a node."""
        owners = self._columns.note_owners
        return range(bisect_left(owners, number), bisect_left(owners, number + 1))

    def kind_of_note(self, note: int) -> NoteKind:
        """Return the kind of a note."""
        return _NOTE_KINDS[self._columns.note_kinds[note]]

    def text_of(self, note: int) -> str:
        """Return the text of a note, verbatim."""
        return self._columns.note_texts[note]

    def owner_of(self, note: int) -> int:
        """Return the node that a note is defined at."""
        return self._columns.note_owners[note]

    def heading_of(self, note: int) -> int | None:
        """Return the note that heads the list of a note, None if there is none."""
        heading = self._columns.note_headings[note]
        return heading if heading >= 0 else None

    def position_of(self, note: int) -> int:
        """Return the place of a note, from 1, among its owner's notes of its kind."""
        return self._columns.note_positions[note]

    def note_id(self, note: int) -> str:
        """Return the id of a note, unique in its release: ``M54/excludes1/1``.

        It has the code of the owner, the kind and the position, as in RDF.
        """
        owner, kind = self.codes[self.owner_of(note)], self.kind_of_note(note)
        return f"{owner}/{kind}/{self.position_of(note)}"

    def state_of(self, note: int) -> State:
        """Return how far the references of a note could be resolved."""
        return _STATES[self._columns.note_states[note]]

    def condition_of(self, note: int) -> str:
        """Return the words of a qualified note that were not applied, else ""."""
        return self._columns.conditions.get(note, "")

    def line_of_note(self, note: int) -> int:
        """Return the line of the XML at which a note is printed."""
        return self._columns.note_lines[note]

    def is_scoped(self, note: int) -> bool:
        """Return True where a note narrows itself to a part of what its owner holds."""
        return note in self._columns.scopes

    def targets_of(self, note: int) -> Sequence[int]:
        """Return the nodes that a note names, by number.

        They are the fewest nodes whose subtrees together are exactly what it names.
        """
        starts = self._columns.target_starts
        return self._columns.targets[starts[note] : starts[note + 1]]

    def speakers_of(self, note: int) -> Sequence[int]:
        """Return the nodes that a note applies to, each with all that is below it.

        That is its owner, or its scope where the note narrows itself to a part of what
        its owner holds.  The edges that a note makes start at these nodes.
        """
        return self._columns.scopes.get(note) or (self.owner_of(note),)

    def notes_from(self, number: int) -> Sequence[int]:
        """Return the notes whose edges start at a node: `speakers_of`, reversed."""
        scopes = self._columns.scopes
        own = [note for note in self.notes_at(number) if note not in scopes]
        return own + self._scoped.get(number, [])

    @cached_property
    def _scoped(self) -> dict[int, list[int]]:
        by_node: dict[int, list[int]] = {}
        for note, scope in self._columns.scopes.items():
            for node in scope:
                by_node.setdefault(node, []).append(note)
        return by_node

    def notes_naming(self, number: int) -> Sequence[int]:
        """Return the notes that have a node among their targets."""
        named = self._columns.named
        start, end = bisect_left(named, number), bisect_left(named, number + 1)
        return self._columns.naming[start:end]

    def defects_by_note(self) -> Iterator[tuple[int, str, str]]:
        """Yield the faults of the print: the note, the kind of fault, its words."""
        return ((note, kind, text) for note, kind, text in self._columns.defects)


def _where(column: bytes, names: list[T], wanted: tuple[T, ...]) -> Iterator[int]:
    """Yield where *column*, of indexes into *names*, is one of *wanted*, if given."""
    numbers = iter(range(len(column)))
    if not wanted:
        return numbers
    is_wanted = bytes(name in wanted for name in names).ljust(256, b"\0")
    return compress(numbers, column.translate(is_wanted))
