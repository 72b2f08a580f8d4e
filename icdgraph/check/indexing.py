"""From a release and the Guidelines to what `RuleIndex` asks, kept in the cache."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from icdgraph.check import statements as s
from icdgraph.check.guidelines import entries, text_of_file, tops
from icdgraph.check.statements import Statement, pack_members, pack_statements
from icdgraph.coding import laterality
from icdgraph.coding.derived import Packed, derived, pack_numbers
from icdgraph.coding.laterality import NAMED, Side
from icdgraph.coding.manifestation import is_never_first, manifestations
from icdgraph.model import NoteKind, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from icdgraph.graph import Graph

VERSION = 2
"""Raise this when anything below is decided differently; old caches then lapse."""
UNDERLYING = 256
"""The kind of requirement that asks for an underlying condition, without another one.

It is a kind of requirement alone, and so has no bit among the kinds of statement.
"""
GUIDELINE_BITS = {"E202": s.APART, "E305": s.AFTER}
"""The kinds of statement of the Guidelines, by the rule that their entries have."""
_NOTE_BITS = {
    NoteKind.EXCLUDES1: s.EXCLUDES1,
    NoteKind.EXCLUDES2: s.EXCLUDES2,
    NoteKind.CODE_FIRST: s.CODE_FIRST,
    NoteKind.USE_ADDITIONAL_CODE: s.USE_ADDITIONAL,
    NoteKind.CODE_ALSO: s.CODE_ALSO,
}
_CONDITIONAL = {
    s.EXCLUDES1: s.EXCLUDES1_IF,
    s.CODE_FIRST: s.CODE_FIRST_IF,
    s.USE_ADDITIONAL: s.USE_ADDITIONAL_IF,
}
"""The kinds that differ where a note has a condition in words."""
_CONDITION = re.compile(
    r"\b(if|when|where|any|as applicable|as needed|for adverse effects?)\b", re.I
)
"""A condition on the order of codes: "if applicable", "any causal condition"."""
_UNDERLYING = re.compile(r"\b(underlying|associated|causal|causative)\b", re.I)
_REQUIRED = s.ANY_CODE_FIRST | s.ANY_USE_ADDITIONAL | s.CODE_ALSO
_BURNS = "T20-T32"


def read_index(graph: Graph, read: Callable[[Packed], None]) -> None:
    """Let *read* read what the rules ask of *graph*: from the cache, or derived now."""
    # The sides and the table of the Guidelines are part of it, and have their versions.
    table = zlib.crc32(text_of_file("guidelines.toml").encode())
    version = f"{VERSION}-{laterality.VERSION}-{table:08x}"
    derived(graph, "rules", version, lambda: _IndexBuilder(graph).packed(), read)


def full_text(graph: Graph, note: int) -> str:
    """Return the text of *note* after that of the line above its list."""
    heading = graph.heading_of(note)
    above = "" if heading is None else f"{graph.text_of(heading)} "
    return above + graph.text_of(note)


class _IndexBuilder:
    """Derives the columns, statements and requirements of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tree = graph.tree
        self.size = graph.node_count
        self.sides = laterality.laterality(graph)

    def packed(self) -> Packed:
        notes = list(self._note_statements())
        parents = self.tree.parents
        columns = self._columns()
        return {
            "columns": {name: pack_numbers(c) for name, c in columns.items()},
            "flags": pack_numbers(self._flags(list(columns.values()))),
            "notes": pack_statements(parents, notes),
            "sections": pack_statements(parents, list(self._guideline_statements())),
            **self._requirements(notes),
        }

    # Columns

    def _columns(self) -> dict[str, Sequence[int]]:
        sequelae = self._sequelae()
        return {
            "header": self._headers(),
            "manifestation": self._manifestations(),
            "sequela": sequelae,
            "definitive": self._filled(tops(self.graph, "A00-Q99, S00-T88")),
            "two_sided": self._two_sided(),
            "unsided": self._unsided(),
            "injury": self._injuries(sequelae),
            **self._entries(),
        }

    def _flags(self, columns: list[Sequence[int]]) -> list[int]:
        """Return for each node the columns that are set at it, as bits."""
        flags = [0] * self.size
        for place, column in enumerate(columns):
            bit = 1 << place
            for node, number in enumerate(column):
                if number:
                    flags[node] |= bit
        return flags

    def _below(self, node: int) -> range:
        """Return *node* and what is below it."""
        return range(node, self.tree.last[node] + 1)

    def _filled(self, nodes: list[int]) -> Sequence[int]:
        column = bytearray(self.size)
        for top in nodes:
            for node in self._below(top):
                column[node] = 1
        return column

    def _headers(self) -> Sequence[int]:
        column = bytearray(self.size)
        for node in range(self.size):
            if not self.tree.is_leaf(node):
                column[node] = 2 if self.graph.made_by(node + 1) else 1
        return column

    def _manifestations(self) -> Sequence[int]:
        column = bytearray(self.size)
        for top in manifestations(self.graph):
            for node in (top, *top.descendants):
                column[node.number] = is_never_first(node)
        return column

    def _sequelae(self) -> Sequence[int]:
        external = self._filled(tops(self.graph, "V00-Y99"))
        return bytearray(
            self.graph.made_by(node) is not None
            and title.endswith(", sequela")
            and not external[node]
            for node, title in enumerate(self.graph.titles)
        )

    def _two_sided(self) -> Sequence[int]:
        sides, groups = self.sides.sides, self.sides.groups
        both = {groups[n] for n in range(self.size) if sides[n] == Side.BILATERAL}
        return [
            group if side & NAMED and group in both else 0
            for side, group in zip(sides, groups, strict=True)
        ]

    def _unsided(self) -> Sequence[int]:
        column = bytearray(self.size)
        for leaf in self.graph.leaves:
            column[leaf] = self.sides.of(leaf) == Side.UNSPECIFIED
        return column

    def _injuries(self, sequelae: Sequence[int]) -> Sequence[int]:
        """Return the base of each code made by a 7th character, where S is one.

        Burns and corrosions are left out (Guidelines I.C.19.d.8).
        """
        column = [0] * self.size
        burns = self._filled(tops(self.graph, _BURNS))
        for node in range(self.size):
            base = self.tree.parents[node]
            if sequelae[node] and not burns[node]:
                # Node 0 is a chapter: a base is never 0.
                for made in self.tree.children(base):
                    column[made] = base
        return column

    def _entries(self) -> dict[str, Sequence[int]]:
        """Return a column for each rule that reads entries about one code."""
        columns: dict[str, Sequence[int]] = {}
        for number, entry in enumerate(entries(), 1):
            if entry.rule not in GUIDELINE_BITS:
                column = columns.setdefault(entry.rule, bytearray(self.size))
                assert isinstance(column, bytearray)
                for top in self._tops(entry.codes, entry.taken_out):
                    for node in self._below(top):
                        column[node] = column[node] or number
        return columns

    # Statements

    def _note_statements(self) -> Iterator[Statement]:
        graph = self.graph
        for note in graph.note_numbers(*_NOTE_BITS):
            targets = tuple(graph.targets_of(note))
            if targets:
                owners = tuple(graph.speakers_of(note))
                yield Statement(self._bit(note), owners, targets, note)

    def _bit(self, note: int) -> int:
        """Return the kind of statement of *note*."""
        bit = self._bit_by_words(note)
        is_qualified = self.graph.state_of(note) == State.QUALIFIED
        return _CONDITIONAL.get(bit, bit) if is_qualified else bit

    def _bit_by_words(self, note: int) -> int:
        bit = _NOTE_BITS[self.graph.kind_of_note(note)]
        is_ordering = bit in (s.CODE_FIRST, s.USE_ADDITIONAL)
        if is_ordering and _CONDITION.search(full_text(self.graph, note)):
            return _CONDITIONAL[bit]
        return bit

    def _guideline_statements(self) -> Iterator[Statement]:
        for number, entry in enumerate(entries(), 1):
            if entry.rule in GUIDELINE_BITS:
                owners = self._tops(entry.codes, entry.taken_out)
                targets = self._tops(entry.others, entry.others_taken_out)
                bit = GUIDELINE_BITS[entry.rule]
                yield Statement(bit, tuple(owners), tuple(targets), number)

    def _tops(self, codes: str, taken_out: str = "") -> list[int]:
        """Return nodes whose subtrees are those of *codes* without *taken_out*."""
        kept, out = tops(self.graph, codes), tops(self.graph, taken_out)
        if not out:
            return kept
        return [
            n
            for top in kept
            for n in self._below(top)
            if not any(self.tree.overlap(n, other) for other in out)
        ]

    # Requirements

    def _requirements(self, notes: list[Statement]) -> Packed:
        """Return the requirements, and the one of each statement, from 1.

        A qualified note is among those that meet the requirement of its list.
        """
        lists: dict[tuple[int, int], list[int]] = {}
        for number, statement in enumerate(notes):
            if statement.bit & _REQUIRED:
                note = statement.source
                key = self._bit_by_words(note), self._list_of(note)
                lists.setdefault(key, []).append(number)
        requirement = [0] * len(notes)
        for place, numbers in enumerate(lists.values(), 1):
            for number in numbers:
                requirement[number] = place
        members = [[notes[n] for n in numbers] for numbers in lists.values()]
        return {
            "required_notes": pack_members([[n.source for n in m] for m in members]),
            "kind_required": pack_numbers([*map(self._kind_required, members)]),
            "requirement": pack_numbers(requirement),
        }

    def _kind_required(self, notes: list[Statement]) -> int:
        """Return the kind of the requirement that *notes*, one list, make."""
        # Of a plain kind if any of its notes is.
        kind = min(note.bit for note in notes)
        texts = (full_text(self.graph, note.source) for note in notes)
        is_underlying = kind == s.CODE_FIRST and all(map(_UNDERLYING.search, texts))
        return UNDERLYING if is_underlying else kind

    def _list_of(self, note: int) -> int:
        """Return a number that notes of one list share.

        That is the line above the list.  Code-first notes of one owner without such a
        line say what may have caused it, and are a list as well.
        """
        heading = self.graph.heading_of(note)
        if heading is not None:
            return heading
        if self.graph.kind_of_note(note) is not NoteKind.CODE_FIRST:
            return note
        # Negative, so that it is never the number of a note.
        return -1 - self.graph.owner_of(note)
