"""Statements about two codes as a matrix, to look up millions of pairs in numpy.

A cell of the matrix has the kinds of statement, as bits, that link codes of an owner
class to codes of a target class, however many statements there are:

    cells[owner_class[a] * width + target_class[b]] & EXCLUDES1

For the notes of April 2026 it has 4,269 rows and 5,592 columns, 24 MB, and is made in
a fifth of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from icdgraph.check.statements import Members, Statements


class NoteMatrix:
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
        self._kinds = np.asarray(statements.bits_of).astype(np.uint8)
        self._rows = _classes_of(statements.applying)
        self._columns = _classes_of(statements.naming)
        self.cells = self._filled()
        self._cells_of: dict[int, NDArray[np.uint8]] = {0xFF: self.cells}
        self._lists: dict[int, CellLists] = {}

    def _filled(self) -> NDArray[np.uint8]:
        cells = np.zeros((self.statements.applying.count, self.width), dtype=np.uint8)
        for number, kind in enumerate(self._kinds):
            if number in self._rows and number in self._columns:
                cells[np.ix_(self._rows[number], self._columns[number])] |= kind
        return cells.reshape(-1)

    def cells_of(self, bits: int) -> NDArray[np.uint8]:
        """Return the cells with the kinds *bits* alone."""
        if bits not in self._cells_of:
            self._cells_of[bits] = self.cells & np.uint8(bits)
        return self._cells_of[bits]

    def cell(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the place of the cell of each pair of nodes."""
        row = self.owner_class[a].astype(np.int64) * self.width
        place: NDArray[np.int64] = row + self.target_class[b]
        return place

    def bits(self, a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.uint8]:
        """Return the kinds of statement that link each of *a* to that of *b*."""
        return self.cells[self.cell(a, b)]

    def linking(
        self, a: NDArray[np.int32], b: NDArray[np.int32], bits: int, among: int = 0xFF
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the statements of kinds *bits* that link each of *a* to that of *b*.

        The answer has the places of the pairs, and beside each the number of a
        statement.  *among* are kinds that include *bits*; calls with the same *among*
        share the lists of statements.
        """
        lists = self.lists(among)
        cell = self.cell(a, b)
        first, sizes = lists.first[cell], lists.sizes[cell].astype(np.int64)
        place = np.repeat(np.arange(len(cell)), sizes)
        within = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        numbers = lists.statements[first[place] + within]
        kept = np.flatnonzero(self._kinds[numbers] & bits)
        return place[kept], numbers[kept]

    def lists(self, bits: int) -> CellLists:
        """Return the statements of kinds *bits* by cell, made when first asked for."""
        if bits not in self._lists:
            self._lists[bits] = self._listed(bits)
        return self._lists[bits]

    def _listed(self, bits: int) -> CellLists:
        cells, numbers = [np.empty(0, np.int32)], [np.empty(0, np.int32)]
        for number, kind in enumerate(self._kinds.tolist()):
            if kind & bits and number in self._rows and number in self._columns:
                row = np.array(self._rows[number], np.int32) * self.width
                at = np.add.outer(row, np.array(self._columns[number], np.int32))
                cells.append(at.reshape(-1))
                numbers.append(np.full(at.size, number, np.int32))
        linked = np.concatenate(cells)
        order = np.argsort(linked, kind="stable")
        met, first, sizes = np.unique(
            linked[order], return_index=True, return_counts=True
        )
        lists = CellLists(
            np.zeros(self.cells.size, np.int32),
            np.zeros(self.cells.size, np.uint16),
            np.concatenate(numbers)[order],
        )
        lists.first[met], lists.sizes[met] = first, sizes
        return lists


class CellLists(NamedTuple):
    """The statements of each cell: where they begin, how many, and all, end to end."""

    first: NDArray[np.int32]
    sizes: NDArray[np.uint16]
    statements: NDArray[np.int32]


def _classes_of(members: Members) -> dict[int, list[int]]:
    """Return the classes that each statement is a member of."""
    classes: dict[int, list[int]] = {}
    for number in range(members.count):
        for statement in members[number]:
            classes.setdefault(statement, []).append(number)
    return classes
