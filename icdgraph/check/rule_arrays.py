"""The rule index as numpy arrays, for the check of many encounters at a time.

Statements about two codes become a matrix.  A cell has the kinds of statement, as bits,
that link codes of an owner class to codes of a target class, however many there are:

    cells[owner_class[a] * width + target_class[b]] & EXCLUDES1

For the notes of April 2026 it has 4,269 rows and 5,592 columns, 24 MB, and is made in
a fifth of a second.
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

    >>> lists = Ragged([(), (7, 8)])
    >>> expanded = lists.expand(np.array([1, 0, 1], dtype=np.int32))
    >>> expanded.rows.tolist(), expanded.members.tolist()
    ([0, 0, 2, 2], [7, 8, 7, 8])
    """

    def __init__(self, lists: Sequence[Collection[int]]) -> None:
        self._sizes = np.array([len(members) for members in lists], dtype=np.int64)
        self._starts = np.concatenate(([0], np.cumsum(self._sizes)))
        flat = (member for members in lists for member in members)
        self._members = np.fromiter(flat, np.int64)

    @property
    def is_empty(self) -> bool:
        """Whether no list has a member."""
        return not len(self._members)

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
        self.statements = statements
        self.owner_class = np.asarray(statements.owner_class)
        self.target_class = np.asarray(statements.target_class)
        self.sources = np.asarray(statements.sources)
        self.width = statements.naming.count
        cells = np.zeros((statements.applying.count, self.width), dtype=np.uint16)
        rows, columns = map(_classes_of, (statements.applying, statements.naming))
        for number in rows.keys() & columns.keys():
            cells[np.ix_(rows[number], columns[number])] |= statements.bits_of[number]
        self.cells = cells.reshape(-1)

    def cell(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the place of the cell of each pair of nodes."""
        row = self.owner_class[a].astype(np.int64) * self.width
        place: NDArray[np.int64] = row + self.target_class[b]
        return place

    def linking(
        self, a: NDArray[np.int32], b: NDArray[np.int32], bits: int
    ) -> Expanded:
        """Return the statements of kinds *bits* that link *a* to *b*, in each row."""
        cells, at = np.unique(self.cell(a, b), return_inverse=True)
        classes = (divmod(cell, self.width) for cell in cells.tolist())
        common = [self.statements.common(row, column, bits) for row, column in classes]
        return Ragged(common).expand(at)


def _classes_of(members: Members) -> dict[int, list[int]]:
    """Return the classes that each statement is a member of."""
    classes: dict[int, list[int]] = {}
    for number in range(members.count):
        for statement in members[number]:
            classes.setdefault(statement, []).append(number)
    return classes


def arrays_of(index: RuleIndex) -> RuleArrays:
    """Return the arrays of *index*, made once in a process."""
    memo = index.graph.memo
    if "arrays" not in memo:
        memo["arrays"] = RuleArrays(index)
    arrays: RuleArrays = memo["arrays"]
    return arrays


class RuleArrays:
    """The columns, matrices and requirements of one rule index, as arrays."""

    def __init__(self, index: RuleIndex) -> None:
        self.index = index
        self.columns = {name: np.asarray(c) for name, c in index.columns.items()}
        self.marks = {name: np.asarray(mark) for name, mark in index.marks.items()}
        self.matrix = StatementMatrix(index.statements)
        self.requirement = np.asarray(index.requirement)
        self.silencer = np.asarray(index.silencer)
        self.sharing = np.array(sorted(index.sharing), dtype=np.int64)
        # Entry 0 is no entry.
        self.low = np.array([0.0, *(entry.low for entry in entries())])
        self.high = np.array([0.0, *(entry.high for entry in entries())])
        self.sex = np.array([0, *(SEXES[entry.sex] for entry in entries())])
        self._required: dict[int, Ragged] = {}

    def required(self, bits: int) -> Ragged:
        """Return the requirements of kinds *bits* of codes of each owner class."""
        if bits not in self._required:
            kinds, asked_by = self.index.kind_required, self.index.asked_by
            self._required[bits] = Ragged(
                [
                    sorted(n for n in asked_by[owner_class] if kinds[n] & bits)
                    for owner_class in range(self.index.statements.applying.count)
                ]
            )
        return self._required[bits]

    @cached_property
    def met(self) -> NDArray[np.bool_]:
        """Whether each requirement (row) is met by codes of a target class (column)."""
        classes = self.index.statements.naming.count
        table = np.zeros((len(self.index.kind_required), classes), dtype=bool)
        for target_class in range(classes):
            table[list(self.index.met_by[target_class]), target_class] = True
        return table
