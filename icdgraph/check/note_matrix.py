"""Who says what of whom: statements about two codes, as classes and a matrix of bits.

A statement has owners, for which it speaks, and targets, which it names; both hold for
everything beneath.  A note is one, and so is a sentence of the Guidelines about two
codes.  Codes under the same statements as owner are of one owner class, codes named by
the same statements of one target class, and whether any statement of a kind links a to
b is one look-up, however many statements there are:

    cells[owner_class[a] * width + target_class[b]] & EXCLUDES1

The April 2026 release has 4,269 owner classes and 5,592 target classes for its 10,003
notes with targets: 24 MB, built in a fifth of a second, with a bit for each kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said of two codes: *bit* is its kind, *source* where to find it."""

    bit: int
    owners: tuple[int, ...]
    targets: tuple[int, ...]
    source: int


class Relation:
    """Statements over the nodes of one release.

    *owner_class* and *target_class* are arrays by node number, *cells* the bits by
    owner class and target class, row by row, *width* target classes a row.
    ``owners_of[c]`` and ``targets_of[c]`` are the statements of a class, by number.
    Class 0 is that of nodes under no statement.
    """

    def __init__(self, parents: Sequence[int], statements: list[Statement]) -> None:
        self.statements = statements
        owned = [statement.owners for statement in statements]
        named = [statement.targets for statement in statements]
        self.owner_class, self.owners_of = _classes(parents, owned)
        self.target_class, self.targets_of = _classes(parents, named)
        self.width = len(self.targets_of)
        self.cells = _cells(statements, self.owners_of, self.targets_of)
        self._narrow: dict[int, NDArray[np.uint8]] = {}
        self._indexes: dict[int, Index] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: all but views of memory, which are made again."""
        return without_views(vars(self)) | {"_indexes": {}, "_narrow": {}}

    @cached_property
    def _bits(self) -> NDArray[np.uint8]:
        """The kind of each statement."""
        return np.array([s.bit for s in self.statements], dtype=np.uint8)

    # A memoryview gives Python ints several times faster than a numpy array does.

    @cached_property
    def flat(self) -> memoryview:
        """The cells, one after the other."""
        return self.cells.reshape(-1).data

    @cached_property
    def owner(self) -> memoryview:
        """The owner class of each node."""
        return self.owner_class.data

    @cached_property
    def target(self) -> memoryview:
        """The target class of each node."""
        return self.target_class.data

    @cached_property
    def sources(self) -> NDArray[np.int32]:
        """Where to find each statement."""
        return np.array([s.source for s in self.statements], dtype=np.int32)

    def bits(self, a: int, b: int) -> int:
        """Return the kinds of statement that speak for node *a* and name node *b*."""
        return self.flat[self.owner[a] * self.width + self.target[b]]

    def linking(self, a: int, b: int, bits: int) -> list[Statement]:
        """Return the statements of kinds *bits* that speak for *a* and name *b*."""
        both = self.owners_of[self.owner[a]] & self.targets_of[self.target[b]]
        found = (self.statements[number] for number in sorted(both))
        return [statement for statement in found if statement.bit & bits]

    def cells_of(self, bits: int) -> NDArray[np.uint8]:
        """Return the cells, one after the other, with *bits* alone."""
        flat = self.cells.reshape(-1)
        if bits == 0xFF:
            return flat
        if bits not in self._narrow:
            self._narrow[bits] = flat & np.uint8(bits)
        return self._narrow[bits]

    def linking_many(
        self, a: NDArray[np.int32], b: NDArray[np.int32], bits: int, among: int = 0xFF
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Answer `linking` for arrays of node numbers: places in them, and statements.

        *among* are kinds that hold *bits*; calls that agree in it share an index.
        """
        index = self.index(among)
        cell = self.owner_class[a].astype(np.int64) * self.width + self.target_class[b]
        first, sizes = index.first[cell], index.sizes[cell].astype(np.int64)
        place = np.repeat(np.arange(len(cell)), sizes)
        within = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        found = index.statements[first[place] + within]
        kept = np.flatnonzero(self._bits[found] & bits)
        return place[kept], found[kept]

    def index(self, bits: int) -> Index:
        """Return the statements of kinds *bits* by cell, made when first asked for."""
        if bits not in self._indexes:
            self._indexes[bits] = self._indexed(bits)
        return self._indexes[bits]

    def _indexed(self, bits: int) -> Index:
        rows, columns = _members(self.owners_of), _members(self.targets_of)
        cells, numbers = [np.empty(0, dtype=np.int32)], [np.empty(0, dtype=np.int32)]
        for number, statement in enumerate(self.statements):
            if statement.bit & bits and number in rows and number in columns:
                row = np.array(rows[number], dtype=np.int32) * self.width
                at = np.add.outer(row, np.array(columns[number], dtype=np.int32))
                cells.append(at.reshape(-1))
                numbers.append(np.full(at.size, number, dtype=np.int32))
        found = np.concatenate(cells)
        order = np.argsort(found, kind="stable")
        met, first, sizes = np.unique(
            found[order], return_index=True, return_counts=True
        )
        index = Index(
            np.zeros(self.cells.size, dtype=np.int32),
            np.zeros(self.cells.size, dtype=np.uint8),
            np.concatenate(numbers)[order],
        )
        index.first[met], index.sizes[met] = first, sizes
        return index


class Index(NamedTuple):
    """The statements of each cell: where they begin, how many, and all, end to end."""

    first: NDArray[np.int32]
    sizes: NDArray[np.uint8]
    statements: NDArray[np.int32]


def without_views(state: dict[str, Any]) -> dict[str, Any]:
    """Return *state* without memoryviews, which cannot be pickled.

    >>> without_views({"a": b"x", "b": memoryview(b"x"), "c": {"d": memoryview(b"x")}})
    {'a': b'x'}
    """

    def is_view(value: Any) -> bool:
        if isinstance(value, dict):
            return any(isinstance(v, memoryview) for v in value.values())
        return isinstance(value, memoryview)

    return {name: value for name, value in state.items() if not is_view(value)}


def _classes(
    parents: Sequence[int], tops: list[tuple[int, ...]]
) -> tuple[NDArray[np.int32], list[frozenset[int]]]:
    """Return the class of each node, and the statements of each class."""
    at: dict[int, list[int]] = {}
    for number, nodes in enumerate(tops):
        for node in nodes:
            at.setdefault(node, []).append(number)
    known: dict[frozenset[int], int] = {frozenset(): 0}
    found = [0] * len(parents)
    members = [frozenset[int]()]
    for node, parent in enumerate(parents):
        above = found[parent] if parent >= 0 else 0
        if node in at:
            here = members[above].union(at[node])
            if here not in known:
                known[here] = len(members)
                members.append(here)
            above = known[here]
        found[node] = above
    return np.array(found, dtype=np.int32), members


def _cells(
    statements: list[Statement],
    owners_of: list[frozenset[int]],
    targets_of: list[frozenset[int]],
) -> NDArray[np.uint8]:
    rows, columns = _members(owners_of), _members(targets_of)
    cells = np.zeros((len(owners_of), len(targets_of)), dtype=np.uint8)
    for number, statement in enumerate(statements):
        if number in rows and number in columns:
            cells[np.ix_(rows[number], columns[number])] |= np.uint8(statement.bit)
    return cells


def _members(sets: list[frozenset[int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, members in enumerate(sets):
        for member in members:
            found.setdefault(member, []).append(number)
    return found
