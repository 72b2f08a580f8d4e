"""What the rules need of a graph, computed once: columns by node number, and relations.

A column holds a number for each node, 0 for most.  A number above 0 says that the rule
of that column concerns the node, and tells more: the entry of the Guidelines (counted
from 1), or the group of codes that it belongs to.

    column        its numbers                              rule
    header        1: divided further, 2: needs a 7th       E102, E103
    manifestation 1                                        E401
    E403 ... A603 entry of the Guidelines                  the rule of that name
    sequela       1                                        W406
    definitive    1: chapters of diseases and injuries     A603, beside
    two_sided     group that has a bilateral code          W501, marks: side
    unsided       1                                        A503
    injury        the code without its 7th character       W502, marks: 2 sequela, 1 not

`notes` relates codes by the instructional notes, `sections` by the Guidelines; see
`Relation`.  A `Gathering` is what is meant together: notes under one heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.guidelines import entries, tops
from icdgraph.check.note_matrix import Relation, Statement, without_views
from icdgraph.check.ragged import Lists
from icdgraph.coding.laterality import NAMED, Laterality, Side, laterality
from icdgraph.coding.manifestation import is_never_first, manifestations
from icdgraph.model import CODE_KINDS, NoteKind, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from icdgraph.graph import Graph

EXCLUDES1, EXCLUDES2, CODE_FIRST, CODE_FIRST_IF = 1, 2, 4, 8
USE_ADDITIONAL, USE_ADDITIONAL_IF, CODE_ALSO, UNDERLYING = 16, 32, 64, 128
"""Kinds of statement of notes; those with a condition in words are kinds of their own.

`UNDERLYING` is a kind of gathering alone: code first, for an underlying or associated
condition, with no condition in words.
"""
APART, AFTER = 1, 2
"""Kinds of statement of the Guidelines: not together; the owner after the target."""

_BITS = {
    NoteKind.EXCLUDES1: (EXCLUDES1, EXCLUDES1),
    NoteKind.EXCLUDES2: (EXCLUDES2, EXCLUDES2),
    NoteKind.CODE_FIRST: (CODE_FIRST, CODE_FIRST_IF),
    NoteKind.USE_ADDITIONAL_CODE: (USE_ADDITIONAL, USE_ADDITIONAL_IF),
    NoteKind.CODE_ALSO: (CODE_ALSO, CODE_ALSO),
}
_SECTION_BITS = {"E202": APART, "E305": AFTER}
_CONDITION = re.compile(
    r"\b(if|when|where|any|as applicable|as needed|for adverse effects?)\b", re.I
)
_UNDERLYING = re.compile(r"\b(underlying|associated|causal|causative)\b", re.I)
_BURNS = "T20-T32"
_GATHERED = CODE_FIRST | CODE_FIRST_IF | USE_ADDITIONAL | USE_ADDITIONAL_IF | CODE_ALSO


@dataclass(frozen=True, slots=True)
class Gathering:
    """Notes that are met together, by any code that one of them names."""

    bit: int
    notes: tuple[int, ...]


class Facts:
    """The columns and relations of one graph; nothing in it changes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.notes = Relation(graph.tree.parents, list(self._statements()))
        self.sections = Relation(graph.tree.parents, list(self._said()))
        self.gatherings, self.gathered_of, self.met_by = self._gather()
        self._wanting: dict[int, dict[int, tuple[int, ...]]] = {}
        self.shared = frozenset(n for n, e in enumerate(entries(), 1) if e.share)

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: all but views of memory, which are made again."""
        return without_views(vars(self))

    @cached_property
    def columns(self) -> dict[str, NDArray[np.int32]]:
        """The columns by name, each with a number for each node."""
        return {
            "header": self._headers(),
            "manifestation": self._manifestations(),
            "sequela": self._sequelae(),
            "definitive": self._named("A00-Q99, S00-T88"),
            "two_sided": self._two_sided(),
            "unsided": self._unsided(),
            "injury": self._injuries(),
            **self._entries(),
        }

    @cached_property
    def marks(self) -> dict[str, NDArray[np.int32]]:
        """What tells codes of one number of a column apart, by the column's name."""
        return {
            "two_sided": np.frombuffer(self.laterality.sides, np.uint8).astype("i4"),
            "injury": self.columns["sequela"] + 1,
            # Any two codes of one entry are too many: each is its own mark.
            "W407": np.arange(self.size, dtype=np.int32),
        }

    @cached_property
    def bit(self) -> dict[str, int]:
        """The bit of each column in `flags`."""
        return {name: 1 << i for i, name in enumerate(self.columns)}

    @cached_property
    def flags(self) -> memoryview:
        """The bits of the columns that are set at each node."""
        return self._flags().data

    @cached_property
    def flat(self) -> dict[str, memoryview]:
        """The columns as memoryviews, which give Python ints several times faster."""
        return {name: column.data for name, column in self.columns.items()}

    @cached_property
    def flat_marks(self) -> dict[str, memoryview]:
        """The marks in the same form."""
        return {name: mark.data for name, mark in self.marks.items()}

    @property
    def size(self) -> int:
        """How many nodes the graph has."""
        return len(self.graph.codes)

    def _flags(self) -> NDArray[np.int32]:
        """Return for each node the bits of the columns that are set at it."""
        flags = np.zeros(self.size, dtype=np.int32)
        for name, column in self.columns.items():
            flags |= np.where(column > 0, np.int32(self.bit[name]), np.int32(0))
        return flags

    # Statements about two codes

    def _statements(self) -> Iterator[Statement]:
        for note in self.graph.note_numbers():
            kind = self.graph.kind_of_note(note)
            targets = tuple(self.graph.targets_of(note))
            is_qualified = self.graph.state_of(note) == State.QUALIFIED
            if kind in _BITS and targets and not is_qualified:
                bit = _BITS[kind][bool(_CONDITION.search(self.words(note)))]
                yield Statement(bit, tuple(self.graph.speakers_of(note)), targets, note)

    def words(self, note: int) -> str:
        """Return the words of *note* after those of the line that heads it."""
        heading = self.graph.heading_of(note)
        above = "" if heading is None else f"{self.graph.text_of(heading)} "
        return above + self.graph.text_of(note)

    def _said(self) -> Iterator[Statement]:
        for number, entry in enumerate(entries(), 1):
            if entry.rule in _SECTION_BITS:
                owners, targets = (
                    tuple(self._tops(codes, taken_out))
                    for codes, taken_out in (
                        (entry.codes, entry.taken_out),
                        (entry.others, entry.others_taken_out),
                    )
                )
                yield Statement(_SECTION_BITS[entry.rule], owners, targets, number)

    def _tops(self, codes: str, taken_out: str = "") -> list[int]:
        """Return nodes whose subtrees are those of *codes* without *taken_out*."""
        kept = tops(self.graph, codes)
        out = tops(self.graph, taken_out)
        if not out:
            return kept
        whole = (n for top in kept for n in self._below(top))
        return [n for n in whole if not any(self._meet(n, other) for other in out)]

    def _meet(self, a: int, b: int) -> bool:
        tree = self.graph.tree
        return tree.subsumes(a, b) or tree.subsumes(b, a)

    def _below(self, node: int) -> range:
        return range(node, self.graph.tree.last[node] + 1)

    def _gather(
        self,
    ) -> tuple[list[Gathering], list[frozenset[int]], list[frozenset[int]]]:
        """Return the gatherings, those of each owner class and of each target class."""
        statements = self.notes.statements
        together: dict[tuple[int, int], list[int]] = {}
        for number, statement in enumerate(statements):
            head = self._head(statement.source)
            if statement.bit & _GATHERED:
                together.setdefault((statement.bit, head), []).append(number)
        gatherings: list[Gathering] = []
        gathered: dict[int, int] = {}
        for group, ((bit, _), numbers) in enumerate(together.items()):
            notes = tuple(statements[n].source for n in numbers)
            underlying = bit == CODE_FIRST and all(
                _UNDERLYING.search(self.words(note)) for note in notes
            )
            gatherings.append(Gathering(UNDERLYING if underlying else bit, notes))
            gathered |= dict.fromkeys(numbers, group)
        sides = [
            [frozenset(gathered[n] for n in kept if n in gathered) for kept in classes]
            for classes in (self.notes.owners_of, self.notes.targets_of)
        ]
        return gatherings, sides[0], sides[1]

    def _head(self, note: int) -> int:
        """Return a number that notes which are meant together share.

        That is the line that heads its list.  Code-first notes of one owner without
        such a line say what may have caused it, and are a list as well.
        """
        heading = self.graph.heading_of(note)
        if heading is not None:
            return heading
        if self.graph.kind_of_note(note) is not NoteKind.CODE_FIRST:
            return note
        # Negative, so that it is never the number of a note.
        return -1 - self.graph.owner_of(note)

    def wanting(self, bits: int) -> dict[int, tuple[int, ...]]:
        """Return the gatherings of kinds *bits* by owner class, where there are any."""
        if bits not in self._wanting:
            found = {}
            for number, groups in enumerate(self.gathered_of):
                kept = sorted(g for g in groups if self.gatherings[g].bit & bits)
                if kept:
                    found[number] = tuple(kept)
            self._wanting[bits] = found
        return self._wanting[bits]

    def wanting_lists(self, bits: int) -> Lists:
        """Return the same for whole columns of owner classes."""
        found = self.wanting(bits)
        return Lists([found.get(n, ()) for n in range(len(self.gathered_of))])

    @cached_property
    def meets(self) -> NDArray[np.bool_]:
        """Whether each gathering (row) is met by codes of a target class (column)."""
        table = np.zeros((len(self.gatherings), len(self.met_by)), dtype=bool)
        for target_class, gatherings in enumerate(self.met_by):
            table[list(gatherings), target_class] = True
        return table

    @cached_property
    def note_numbers(self) -> dict[tuple[int, NoteKind, int], int]:
        """The number of each note, by owner, kind and position."""
        graph = self.graph
        return {
            (
                graph.owner_of(note),
                graph.kind_of_note(note),
                graph.position_of(note),
            ): note
            for note in graph.note_numbers()
        }

    # Columns

    @cached_property
    def laterality(self) -> Laterality:
        """Which codes are the sides of one condition."""
        return laterality(self.graph)

    def _zeros(self) -> NDArray[np.int32]:
        return np.zeros(self.size, dtype=np.int32)

    def _headers(self) -> NDArray[np.int32]:
        graph, column = self.graph, self._zeros()
        for node in graph.numbers(*CODE_KINDS):
            if not graph.tree.is_leaf(node):
                column[node] = 2 if graph.made_by(node + 1) else 1
        return column

    def _manifestations(self) -> NDArray[np.int32]:
        column = self._zeros()
        for top in manifestations(self.graph):
            for node in (top, *top.descendants):
                column[node.number] = is_never_first(node)
        return column

    def _named(self, codes: str) -> NDArray[np.int32]:
        column = self._zeros()
        for top in tops(self.graph, codes):
            column[top : self.graph.tree.last[top] + 1] = 1
        return column

    def _sequelae(self) -> NDArray[np.int32]:
        graph, column = self.graph, self._zeros()
        external = {n for top in tops(self.graph, "V00-Y99") for n in self._below(top)}
        for node, title in enumerate(graph.titles):
            is_sequela = title.endswith(", sequela") and graph.made_by(node)
            column[node] = bool(is_sequela and node not in external)
        return column

    def _two_sided(self) -> NDArray[np.int32]:
        side = np.frombuffer(self.laterality.sides, np.uint8)
        group = np.array(self.laterality.groups)
        both = np.unique(group[side == Side.BILATERAL])
        return np.where(np.isin(group, both) & (side & NAMED > 0), group, 0)

    def _unsided(self) -> NDArray[np.int32]:
        column = self._zeros()
        for leaf in self.graph.leaves:
            column[leaf] = self.laterality.of(leaf) == Side.UNSPECIFIED
        return column

    def _injuries(self) -> NDArray[np.int32]:
        """Return the base of each code made by a 7th character, where S is one."""
        column, parents = self._zeros(), self.graph.tree.parents
        burns = {n for top in tops(self.graph, _BURNS) for n in self._below(top)}
        for sequela in np.flatnonzero(self._sequelae()).tolist():
            base = parents[sequela]
            if base not in burns:
                # Node 0 is a chapter: a base is never 0.
                column[base + 1 : self.graph.tree.last[base] + 1] = base
        return column

    def _entries(self) -> dict[str, NDArray[np.int32]]:
        """Return a column for each rule that reads entries about one code."""
        found: dict[str, NDArray[np.int32]] = {}
        for number, entry in enumerate(entries(), 1):
            if entry.rule in _SECTION_BITS:
                continue
            column = found.setdefault(entry.rule, self._zeros())
            for top in self._tops(entry.codes, entry.taken_out):
                below = column[top : self.graph.tree.last[top] + 1]
                below[below == 0] = number
        return found
