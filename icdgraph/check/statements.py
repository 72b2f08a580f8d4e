"""Statements about two codes: which note or guideline links one code to another.

A statement applies to some nodes and names others; both include everything below them.
A note makes one, and so does a sentence of the Guidelines about two codes:

    Excludes1 at M54, "psychogenic dorsalgia (F45.41)"     M54 ──> F45.41

Codes to which the same statements apply are of one owner class, codes that the same
statements name of one target class.  There are few classes, 4,269 and 5,592 for the
10,003 notes with targets of April 2026, and the statements that link two codes are
those that their classes have in common.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.coding.derived import Packed, pack_numbers, unpack_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXCLUDES1, EXCLUDES2, CODE_FIRST, CODE_FIRST_IF = 1, 2, 4, 8
USE_ADDITIONAL, USE_ADDITIONAL_IF, CODE_ALSO, EXCLUDES1_IF = 16, 32, 64, 128
"""Kinds of statement of notes, as bits; IF: the note has a condition in words."""
APART, AFTER = 1, 2
"""Kinds of statement of the Guidelines: not together; the owner after the target."""
ANY_CODE_FIRST = CODE_FIRST | CODE_FIRST_IF
ANY_USE_ADDITIONAL = USE_ADDITIONAL | USE_ADDITIONAL_IF


class Statement(NamedTuple):
    """Something that is stated of two codes.

    *bit* is its kind, *owners* the nodes that it applies to, *targets* those it names,
    *source* the number of the note, or of the entry of the Guidelines from 1.
    """

    bit: int
    owners: tuple[int, ...]
    targets: tuple[int, ...]
    source: int


class Statements:
    """Statements over the nodes of one release, by number.

    *bits* and *sources* have the kind and the source of each, *owner_class* and
    *target_class* the class of each node; class 0 is that of nodes without statements.
    """

    def __init__(self, packed: Packed) -> None:
        self.bits_of = unpack_numbers(packed["bits"])
        self.sources = unpack_numbers(packed["sources"])
        self.owner_class = unpack_numbers(packed["owner_class"])
        self.target_class = unpack_numbers(packed["target_class"])
        self.applying = Members(packed["applying"])
        self.naming = Members(packed["naming"])
        self._bits: dict[tuple[int, int], int] = {}

    def bits(self, a: int, b: int) -> int:
        """Return the kinds of statement that apply to node *a* and name node *b*."""
        return self.bits_of_classes(self.owner_class[a], self.target_class[b])

    def bits_of_classes(self, owner_class: int, target_class: int) -> int:
        """Return the same for codes of two classes."""
        key = owner_class, target_class
        bits = self._bits.get(key)
        if bits is None:
            bits = 0
            for number in self.applying[owner_class] & self.naming[target_class]:
                bits |= self.bits_of[number]
            self._bits[key] = bits
        return bits

    def linking(self, a: int, b: int, bits: int) -> list[int]:
        """Return the statements of kinds *bits* that apply to *a* and name *b*."""
        both = self.applying[self.owner_class[a]] & self.naming[self.target_class[b]]
        return sorted(number for number in both if self.bits_of[number] & bits)


class Members:
    """The members of each class, sets of numbers, made when they are asked for."""

    def __init__(self, packed: Packed) -> None:
        self._starts = unpack_numbers(packed["starts"])
        self._numbers = unpack_numbers(packed["numbers"])
        self._sets: dict[int, frozenset[int]] = {}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> frozenset[int]:
        """Return the members of class *number*."""
        members = self._sets.get(number)
        if members is None:
            first, end = self._starts[number], self._starts[number + 1]
            members = self._sets[number] = frozenset(self._numbers[first:end])
        return members


def pack_members(classes: Sequence[Iterable[int]]) -> Packed:
    """Return *classes* for `Members`.

    >>> members = Members(pack_members([(), (7, 8)]))
    >>> len(members), sorted(members[1])
    (2, [7, 8])
    """
    lists = [sorted(members) for members in classes]
    starts = list(accumulate(map(len, lists), initial=0))
    numbers = [number for members in lists for number in members]
    return {"starts": pack_numbers(starts), "numbers": pack_numbers(numbers)}


def pack_statements(parents: Sequence[int], statements: list[Statement]) -> Packed:
    """Return *statements* for `Statements`; *parents* are those of the nodes."""
    owner_class, applying = _classes(parents, [s.owners for s in statements])
    target_class, naming = _classes(parents, [s.targets for s in statements])
    return {
        "bits": pack_numbers([statement.bit for statement in statements]),
        "sources": pack_numbers([statement.source for statement in statements]),
        "owner_class": pack_numbers(owner_class),
        "target_class": pack_numbers(target_class),
        "applying": pack_members(applying),
        "naming": pack_members(naming),
    }


def _classes(
    parents: Sequence[int], tops: list[tuple[int, ...]]
) -> tuple[list[int], list[frozenset[int]]]:
    """Return the class of each node, and the statements of each class.

    *tops* are the nodes of each statement, which includes everything below them.
    """
    starting: dict[int, list[int]] = {}
    for number, nodes in enumerate(tops):
        for node in nodes:
            starting.setdefault(node, []).append(number)
    known: dict[frozenset[int], int] = {frozenset(): 0}
    members = [frozenset[int]()]
    classes: list[int] = []
    for node, parent in enumerate(parents):
        own = classes[parent] if parent >= 0 else 0
        if node in starting:
            numbers = members[own].union(starting[node])
            own = known.setdefault(numbers, len(members))
            if own == len(members):
                members.append(numbers)
        classes.append(own)
    return classes, members
