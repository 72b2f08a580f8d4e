"""The rule index as numpy arrays, for the check of many encounters at a time.

Statements about two codes become a matrix.  A cell has the kinds of statement, as bits,
that link codes of an owner class to codes of a target class, however many there are:

    cells[owner_class[a] * width + target_class[b]] & EXCLUDES1

For the notes of April 2026 and the entries of the Guidelines it has 5,548 rows and
7,937 columns, 88 MB, and is made in a fifth of a second.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from icdgraph.check.encounter import SEXES
from icdgraph.check.guidelines import entries

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from icdgraph.check.rule_index import RuleIndex
    from icdgraph.check.statements import Members, Statements


class Expanded(NamedTuple):
    """The members of the lists in some rows, and the row of each member."""

    rows: NDArray[np.int64]
    members: NDArray[np.int64]


class Ragged:
    """Lists of numbers, kept end to end, so that whole columns can be expanded.

    *sizes* are those of the lists, *members* all their numbers.

    >>> lists = Ragged(np.array([0, 2]), np.array([7, 8]))
    >>> expanded = lists.expand(np.array([1, 0, 1]))
    >>> expanded.rows.tolist(), expanded.members.tolist()
    ([0, 0, 2, 2], [7, 8, 7, 8])
    """

    def __init__(self, sizes: NDArray[np.int64], members: NDArray[np.int64]) -> None:
        self._sizes = sizes
        self._starts = np.cumsum(sizes) - sizes
        self._members = members

    @classmethod
    def of(cls, lists: Sequence[Collection[int]]) -> Ragged:
        """Return *lists* end to end."""
        flat = (member for members in lists for member in members)
        sizes = np.array([len(members) for members in lists], dtype=np.int64)
        return cls(sizes, np.fromiter(flat, np.int64))

    @classmethod
    def classes_of(cls, members: Members, count: int) -> Ragged:
        """Return the classes that each of *count* statements is a member of."""
        numbers = np.asarray(members.numbers)
        classes = np.repeat(np.arange(members.count), np.diff(members.starts))
        order = np.argsort(numbers, kind="stable")
        return cls(np.bincount(numbers, minlength=count), classes[order])

    def expand(self, lists: NDArray[np.integer]) -> Expanded:
        """Return the members of the list in each row."""
        sizes = self._sizes[lists]
        rows = np.repeat(np.arange(len(lists)), sizes)
        before = np.repeat(np.cumsum(sizes) - sizes, sizes)
        within = np.arange(len(rows)) - before
        return Expanded(rows, self._members[self._starts[lists][rows] + within])


class StatementMatrix:
    """The matrix of some statements.

    *owner_class* and *target_class* are arrays by node number; class 0 is that of nodes
    without statements.  *cells* are the rows of the matrix, one after the other, each
    with *width* cells.
    """

    def __init__(self, statements: Statements) -> None:
        self.owner_class = _by_node(statements.owner_class)
        self.target_class = _by_node(statements.target_class)
        self.sources = np.asarray(statements.sources)
        self.width = statements.naming.count
        self._bits = np.asarray(statements.bits_of).astype(np.uint16)
        self.naming = Ragged.classes_of(statements.naming, len(self._bits))
        applying = Ragged.classes_of(statements.applying, len(self._bits))
        stated = np.flatnonzero(self._bits)
        place, owner = applying.expand(stated)
        pair, target = self.naming.expand(stated[place])
        cell = owner[pair] * self.width + target
        # Stable, so that the statements of a cell are in order.
        order = np.argsort(cell, kind="stable")
        cell, statement = cell[order], stated[place[pair[order]]]
        first = np.flatnonzero(np.diff(cell, prepend=-1))
        self._linked = cell[first]
        self._linking = Ragged(np.diff(first, append=len(cell)), statement)
        self.cells = np.zeros(statements.applying.count * self.width, dtype=np.uint16)
        self.cells[self._linked] = np.bitwise_or.reduceat(self._bits[statement], first)

    def bits(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.uint16]:
        """Return the kinds of statement that apply to *a* and name *b*, in each row."""
        return self.cells[self._cell(a, b)]

    def _cell(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int64]:
        row = self.owner_class[a].astype(np.int64) * self.width
        place: NDArray[np.int64] = row + self.target_class[b]
        return place

    def linking(
        self, a: NDArray[np.int32], b: NDArray[np.int32], bits: int
    ) -> Expanded:
        """Return the statements of kinds *bits* that link *a* to *b*, in each row."""
        cell = self._cell(a, b)
        linked = np.flatnonzero(self.cells[cell] & bits)
        place = np.searchsorted(self._linked, cell[linked])
        row, statement = self._linking.expand(place)
        is_kind = self._bits[statement] & bits > 0
        return Expanded(linked[row[is_kind]], statement[is_kind])

    def between(
        self, a: NDArray[np.int32], b: NDArray[np.int32], there: int, back: int
    ) -> Expanded:
        """Return the statements that link *a* to *b*, or *back* to it, in each row."""
        parts = self.linking(a, b, there), self.linking(b, a, back)
        return Expanded(*map(np.concatenate, zip(*parts, strict=True)))


def arrays_of(index: RuleIndex) -> RuleArrays:
    """Return the arrays of *index*, made once in a process."""
    memo = index.graph.memo
    if "arrays" not in memo:
        memo["arrays"] = RuleArrays(index)
    arrays: RuleArrays = memo["arrays"]
    return arrays


class RuleArrays:
    """The columns, matrices and requirements of one rule index, as arrays.

    An array by node number, or of a column, has a 0 at its end, for node -1.
    """

    def __init__(self, index: RuleIndex) -> None:
        self.index = index
        self.columns = {name: _by_node(c) for name, c in index.columns.items()}
        self.marks = {name: _by_node(mark) for name, mark in index.marks.items()}
        self.matrix = StatementMatrix(index.statements)
        self.by_node = {
            "flags": _by_node(index.flags),
            "owner_class": self.matrix.owner_class,
            "target_class": self.matrix.target_class,
        }
        self.requirement = np.asarray(index.requirement)
        self.silencer = np.asarray(index.silencer)
        self.sharing = np.array(sorted(index.sharing), dtype=np.int64)
        # Entry 0 is no entry.
        self.low = np.array([0.0, *(entry.low for entry in entries())])
        self.high = np.array([0.0, *(entry.high for entry in entries())])
        self.sex = np.array([0, *(SEXES[entry.sex] for entry in entries())])
        self.kind_required = np.asarray(index.kind_required)

    @cached_property
    def asked_by(self) -> Ragged:
        """The requirements of codes of each owner class."""
        classes = range(self.index.statements.applying.count)
        return Ragged.of([self.index.asked_by[c] for c in classes])

    @cached_property
    def kinds_asked(self) -> NDArray[np.integer]:
        """The kinds of the requirements of codes of each owner class, as bits."""
        classes = range(self.index.statements.applying.count)
        return np.array([self.index.kinds_asked[c] for c in classes])

    @cached_property
    def met(self) -> NDArray[np.bool_]:
        """Whether each requirement (row) is met by codes of a target class (column)."""
        meeting = np.flatnonzero(self.requirement)
        place, target = self.matrix.naming.expand(meeting)
        table = np.zeros((len(self.kind_required), self.matrix.width), dtype=bool)
        table[self.requirement[meeting[place]] - 1, target] = True
        return table


def _by_node(numbers: Sequence[int]) -> NDArray[np.integer]:
    return np.append(np.asarray(numbers), 0)
