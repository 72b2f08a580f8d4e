"""What must hold of which codes for a rule to be broken, in one encounter.

A rule has one condition or several.  A condition finds its hits in one encounter with
``find``, in plain Python and in microseconds; `scans` finds the same hits in millions
of encounters, column by column, and must agree.

A hit is one or two numbers: ``(node,)``, ``(node, node)``, ``(node, requirement)`` or
``(node, note)``.
`explain` makes findings of hits, whichever way they were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from icdgraph.check.encounter import SIGNALS
from icdgraph.check.guidelines import entries
from icdgraph.check.statements import ANY_CODE_FIRST, ANY_USE_ADDITIONAL

if TYPE_CHECKING:
    from icdgraph.check.encounter import Encounter
    from icdgraph.check.rule_index import RuleIndex

Hit = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A code that is given more than once."""

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` for each code that is repeated."""
        return [(node,) for node in encounter.repeated]


@dataclass(frozen=True, slots=True)
class InColumn:
    """A code at which *column* is set, or has *value*: anywhere, or listed first.

    With *setting*, only in that setting; with *beside*, only where that column is set
    at any of the codes.
    """

    column: str
    value: int = 0
    place: Literal["any", "first"] = "any"
    setting: str = ""
    beside: str = ""

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` for each such code."""
        if self.setting and encounter.setting != self.setting:
            return []
        beside = index.columns[self.beside] if self.beside else None
        if beside and not any(beside[n] for n in encounter.nodes if n >= 0):
            return []
        nodes = encounter.nodes if self.place == "any" else encounter.nodes[:1]
        column, value = index.columns[self.column], self.value
        if value:
            return [(n,) for n in nodes if n >= 0 and column[n] == value]
        return [(n,) for n in nodes if n >= 0 and column[n]]


@dataclass(frozen=True, slots=True)
class NotFirst:
    """A code of *column*, which may only be listed first, in a later place.

    A first-listed code of the same entry excuses it, where the entry lets its codes
    share first place (chemotherapy and radiation).
    """

    column: str

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` for each such code."""
        column, nodes = index.columns[self.column], encounter.nodes
        excused = column[nodes[0]] if nodes and nodes[0] >= 0 else 0
        if excused not in index.sharing:
            excused = 0
        return [(n,) for n in nodes[1:] if n >= 0 and column[n] not in (0, excused)]


@dataclass(frozen=True, slots=True)
class OutranksFirst:
    """A code of *column* after a first-listed code that is not of it; one is enough."""

    column: str

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node, first-listed node)``, once."""
        column, nodes = index.columns[self.column], encounter.nodes
        if not nodes or nodes[0] < 0 or column[nodes[0]]:
            return []
        hits: list[Hit] = [(n, nodes[0]) for n in nodes[1:] if n >= 0 and column[n]]
        return hits[:1]


@dataclass(frozen=True, slots=True)
class OtherAge:
    """A code of *column* that is for another age than the patient's."""

    column: str

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` for each such code."""
        days = encounter.days
        if days is None:
            return []
        column = index.columns[self.column]
        nodes = [n for n in encounter.nodes if n >= 0 and column[n]]
        ages = {n: entries()[column[n] - 1] for n in nodes}
        return [(n,) for n in nodes if not ages[n].low <= days < ages[n].high]


@dataclass(frozen=True, slots=True)
class SameGroup:
    """Two codes with the same number in *column*, whose marks differ."""

    column: str

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node, node)``, the earlier code first."""
        column, marks = index.columns[self.column], index.marks[self.column]
        nodes = [n for n in encounter.nodes if n >= 0 and column[n]]
        return [
            (a, b)
            for i, a in enumerate(nodes)
            for b in nodes[i + 1 :]
            if column[a] == column[b] and marks[a] != marks[b]
        ]


@dataclass(frozen=True, slots=True)
class Linked:
    """A code that a statement of kinds *bits* applies to, and one that it names.

    *order* narrows this to pairs in which the code that the statement applies to stands
    ``before`` the other one, or ``after`` it.  Pairs of which the notes put each before
    the other are left out there; ``contradictory`` finds them, each once.  *unless* are
    kinds that settle the matter: a pair that they link in either direction is left out.
    """

    statements: Literal["notes", "sections"]
    bits: int
    order: Literal["", "after", "before", "contradictory"] = ""
    unless: int = 0

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node that the statement applies to, node that it names)``."""
        nodes = encounter.nodes
        return [
            (nodes[i], nodes[j])
            for i, j, bits in encounter.links(index, self.statements)
            if bits & self.bits and self.is_hit(index, nodes[i], nodes[j], i < j)
        ]

    def is_hit(self, index: RuleIndex, a: int, b: int, a_is_first: bool) -> bool:
        """Return True if *order* and *unless* allow the pair to be a hit."""
        notes = index.notes
        if self.unless and (notes.bits(a, b) | notes.bits(b, a)) & self.unless:
            return False
        if not self.order:
            return True
        is_contradictory = self.statements == "notes" and contradict(index, a, b)
        if self.order == "contradictory":
            is_once = a_is_first or not notes.bits(b, a) & self.bits
            return is_contradictory and is_once
        return a_is_first == (self.order == "before") and not is_contradictory


def contradict(index: RuleIndex, a: int, b: int) -> bool:
    """Return True if the notes put *a* before *b* and *b* before *a*."""
    there, back = index.notes.bits(a, b), index.notes.bits(b, a)
    a_first = there & ANY_USE_ADDITIONAL or back & ANY_CODE_FIRST
    b_first = there & ANY_CODE_FIRST or back & ANY_USE_ADDITIONAL
    return bool(a_first and b_first)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A code with a requirement of kinds *bits* that no other code meets."""

    bits: int
    place: Literal["any", "first", "later"] = "any"

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node, requirement)``."""
        kinds, is_first = index.kind_required, self.place == "first"
        return [
            (encounter.nodes[place], requirement)
            for place, requirement in encounter.unmet(index)
            if kinds[requirement] & self.bits
            and (self.place == "any" or (place == 0) is is_first)
        ]


@dataclass(frozen=True, slots=True)
class InWords:
    """A code with a note that names no code or has a condition in words."""

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node, note)``."""
        nodes = (node for node in encounter.nodes if node >= 0)
        return [(node, note) for node in nodes for note in index.in_words[node]]


Condition = (
    Repeated
    | InColumn
    | NotFirst
    | OutranksFirst
    | OtherAge
    | SameGroup
    | Linked
    | Unmet
    | InWords
)


def signal_of(index: RuleIndex, condition: Condition) -> int:
    """Return bits of `Encounter.signals`, one of which *condition* needs; 0 for none.

    Most conditions have no hits in most encounters: they are not even looked for.
    """
    match condition:
        case Linked(statements=statements, bits=bits):
            return bits << SIGNALS[statements]
        case Unmet(bits=bits):
            return bits << SIGNALS["unmet"]
        case Repeated() | InWords():
            return 0
    return index.flag_of[condition.column] << SIGNALS["columns"]
