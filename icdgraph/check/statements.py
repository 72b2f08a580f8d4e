"""Statements about two codes: which note or guideline links one code to another.

A statement applies to some nodes and names others; both include everything below them.
A note makes one, and so does an entry of the Guidelines about two codes:

    Excludes1 at M54, "psychogenic dorsalgia (F45.41)"     M54 ──> F45.41

Codes to which the same statements apply are of one owner class, codes that the same
statements name of one target class.  There are few classes, 5,548 and 7,937 for the
10,003 notes with targets of April 2026 and the entries of the Guidelines, and the
statements that link two codes are those that their classes have in common.
"""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from icdgraph.coding.derived import Packed, pack_numbers, unpack_numbers
from icdgraph.coding.note_classes import note_classes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

EXCLUDES1, APART, EXCLUDES1_IF, APART_IF = 1, 2, 4, 8
"""Kinds of statement that two codes are not reported together, as bits.

Those of notes, and of the Guidelines (APART); IF: unless a condition in words holds.
The lower bit decides what a pair is called that several statements link.
"""
CODE_FIRST, CODE_FIRST_IF, USE_ADDITIONAL, USE_ADDITIONAL_IF = 16, 32, 64, 128
AFTER, AFTER_IF = 256, 512
"""Kinds of statement about the order of two codes; AFTER: the owner after the target,
by the Guidelines."""
ANY_APART = EXCLUDES1 | APART | EXCLUDES1_IF | APART_IF
BY_ENTRIES = APART | APART_IF
OWNER_LATER = CODE_FIRST | CODE_FIRST_IF | AFTER | AFTER_IF
"""Kinds of statement that put the owner after the target."""
OWNER_EARLIER = USE_ADDITIONAL | USE_ADDITIONAL_IF
ANY_ORDER = OWNER_LATER | OWNER_EARLIER


_K = TypeVar("_K")
_V = TypeVar("_V")


class Statement(NamedTuple):
    """Something that is stated of two codes.

    *bit* is its kind, *owners* the nodes that it applies to, *targets* those it names,
    *source* the number of the note, or, after all notes, of the entry.
    """

    bit: int
    owners: tuple[int, ...]
    targets: tuple[int, ...]
    source: int


class Memo(dict[_K, _V]):
    """What *make* returns for each key, made when it is first asked for."""

    def __init__(self, make: Callable[[_K], _V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: _K) -> _V:
        value = self[key] = self._make(key)
        return value


class Members(Memo[int, frozenset[int]]):
    """The members of each class, by its number; *count* is how many there are.

    *numbers* has them end to end; those of a class begin at its place in *starts*.
    """

    def __init__(self, packed: Packed) -> None:
        self.starts = starts = unpack_numbers(packed["starts"])
        self.numbers = numbers = unpack_numbers(packed["numbers"])
        super().__init__(lambda n: frozenset(numbers[starts[n] : starts[n + 1]]))
        self.count = len(starts) - 1


class Statements:
    """Statements over the nodes of one release, by number.

    *bits_of* and *sources* have the kind and the source of each, *owner_class* and
    *target_class* the class of each node; class 0 is that of nodes without statements.
    *linked* has the kinds of statement that link codes of two classes.
    """

    def __init__(self, packed: Packed) -> None:
        self.bits_of = unpack_numbers(packed["bits"])
        self.sources = unpack_numbers(packed["sources"])
        self.owner_class = unpack_numbers(packed["owner_class"])
        self.target_class = unpack_numbers(packed["target_class"])
        self.applying = Members(packed["applying"])
        self.naming = Members(packed["naming"])
        self.linked: Memo[int, Memo[int, int]] = Memo(
            lambda owner_class: Memo(partial(self._link, owner_class))
        )

    def _link(self, owner_class: int, target_class: int) -> int:
        bits = 0
        for number in self.applying[owner_class] & self.naming[target_class]:
            bits |= self.bits_of[number]
        return bits

    def bits(self, a: int, b: int) -> int:
        """Return the kinds of statement that apply to node *a* and name node *b*."""
        return self.linked[self.owner_class[a]][self.target_class[b]]

    def linking(self, a: int, b: int, bits: int) -> list[int]:
        """Return the statements of kinds *bits* that apply to *a* and name *b*."""
        owner_class, target_class = self.owner_class[a], self.target_class[b]
        if not self.linked[owner_class][target_class] & bits:
            return []
        both = self.applying[owner_class] & self.naming[target_class]
        return sorted(number for number in both if self.bits_of[number] & bits)


def pack_members(classes: Sequence[Iterable[int]]) -> Packed:
    """Return *classes* for `Members`.

    >>> members = Members(pack_members([(), (7, 8)]))
    >>> members.count, sorted(members[1])
    (2, [7, 8])
    """
    lists = [sorted(members) for members in classes]
    starts = list(accumulate(map(len, lists), initial=0))
    numbers = [number for members in lists for number in members]
    return {"starts": pack_numbers(starts), "numbers": pack_numbers(numbers)}


def pack_statements(parents: Sequence[int], statements: list[Statement]) -> Packed:
    """Return *statements* for `Statements`; *parents* are those of the nodes."""
    owner_class, applying = note_classes(parents, [s.owners for s in statements])
    target_class, naming = note_classes(parents, [s.targets for s in statements])
    return {
        "bits": pack_numbers([statement.bit for statement in statements]),
        "sources": pack_numbers([statement.source for statement in statements]),
        "owner_class": pack_numbers(owner_class),
        "target_class": pack_numbers(target_class),
        "applying": pack_members(applying),
        "naming": pack_members(naming),
    }
