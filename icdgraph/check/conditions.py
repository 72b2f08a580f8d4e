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
from icdgraph.check.statements import (
    ANY_APART,
    BY_ENTRIES,
    OWNER_EARLIER,
    OWNER_LATER,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        return _not_silenced(index, encounter, self.column, nodes)


@dataclass(frozen=True, slots=True)
class NotFirst:
    """A code of *column*, which may only be listed first, in a later place.

    A first-listed code of the same entry excuses it, where the entry lets its codes
    share first place (chemotherapy and radiation).
    """

    column: str

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` for each such code."""
        column, first = index.columns[self.column], encounter.first
        others = encounter.nodes[1:]
        excused = column[first] if first >= 0 else 0
        if excused not in index.sharing:
            excused = 0
        later = [n for n in others if n >= 0 and column[n] != excused]
        return _not_silenced(index, encounter, self.column, later)


def _not_silenced(
    index: RuleIndex, encounter: Encounter, column: str, nodes: list[int]
) -> list[Hit]:
    """Return those of *nodes* at which *column* is set, without silenced entries.

    An entry of the Guidelines may be silenced by another code of the encounter.
    """
    numbers = index.columns[column]
    silencer = index.silencer if column in index.of_entries else ()
    hits = [n for n in nodes if n >= 0 and numbers[n]]
    if not silencer:
        return [(n,) for n in hits]
    of = {n: silencer[numbers[n]] for n in hits}
    codes = encounter.nodes
    return [(n,) for n in hits if not of[n] or not index.meets(codes, of[n] - 1)]


@dataclass(frozen=True, slots=True)
class OutranksFirst:
    """A code with a higher number in *column* than the first-listed one; once.

    *among*: only where the first-listed code has a number as well.
    """

    column: str
    among: bool = False

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(first-listed node, node)``, once."""
        column, first = index.columns[self.column], encounter.first
        if first < 0 or bool(column[first]) != self.among:
            return []
        later = encounter.nodes[1:]
        others = [n for n in later if n >= 0 and column[n] > column[first]]
        hits = _not_silenced(index, encounter, self.column, others)
        return [(first, *hit) for hit in hits[:1]]


@dataclass(frozen=True, slots=True)
class OtherPatient:
    """A code of *column* that is for another age or sex than the patient's."""

    column: str

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node,)`` for each such code."""
        days, sex, column = encounter.days, encounter.sex, index.columns[self.column]
        nodes = [n for n in encounter.nodes if n >= 0 and column[n]]
        for_whom = {n: entries()[column[n] - 1] for n in nodes}
        return [
            (n,)
            for n, entry in for_whom.items()
            if (days is not None and not entry.low <= days < entry.high)
            or (sex and entry.sex and sex != entry.sex)
        ]


@dataclass(frozen=True, slots=True)
class SameGroup:
    """Two codes with the same number in *column*, whose marks differ.

    Pairs that statements keep apart are left out: one fact is one finding.
    """

    column: str

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node, node)``, the earlier code first."""
        column, marks = index.columns[self.column], index.marks[self.column]
        known = [n for n in encounter.nodes if n >= 0]
        groups = [group for n in known if (group := column[n])]
        if len({*groups}) == len(groups):
            return []
        nodes = [n for n in known if column[n]]
        return [
            (a, b)
            for i, a in enumerate(nodes)
            for b in nodes[i + 1 :]
            if column[a] == column[b]
            and marks[a] != marks[b]
            and not kept_apart(index, a, b)
        ]


@dataclass(frozen=True, slots=True)
class Apart:
    """Two codes that statements of kind *bit*, and of none below it, keep apart.

    An entry of the Guidelines says of a code once that others do not go with it.
    """

    bit: int

    def kinds(self, there: bool) -> int:
        """Return the kinds that the second code, or the first, is named by."""
        return self.bit

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node, node)``, the earlier code first."""
        nodes, pairs = encounter.nodes, dict[tuple[int, int], int]()
        for i, j, bits in encounter.links(index):
            if bits & ANY_APART:
                key = (i, j) if i < j else (j, i)
                pairs[key] = pairs.get(key, 0) | bits & ANY_APART
        hits: list[Hit] = [
            (nodes[i], nodes[j])
            for (i, j), bits in sorted(pairs.items())
            if bits & -bits == self.bit
            and not self._is_silent(index, encounter, nodes[i], nodes[j])
        ]
        return [*self._facts(index, hits)] if self.bit & BY_ENTRIES else hits

    def _facts(self, index: RuleIndex, hits: list[Hit]) -> Iterator[Hit]:
        """Yield *hits* without those of which an entry has said the same of a code.

        E11.9 beside E11.22 and E11.42 is one fact.
        """
        statements, known = index.statements, set[tuple[int, int]]()
        for a, b in hits:
            linking = statements.linking(a, b, self.bit)
            entry = statements.sources[
                min([*linking, *statements.linking(b, a, self.bit)])
            ]
            facts = {(entry, a), (entry, b)}
            if not facts & known:
                yield a, b
            known |= facts

    def _is_silent(
        self, index: RuleIndex, encounter: Encounter, a: int, b: int
    ) -> bool:
        silencers = index.silencers(a, b, self.bit)
        codes = encounter.nodes
        return bool(silencers) and all(index.meets(codes, n) for n in silencers)


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A code that is before another one, after which statements of *bits* place it.

    *place* narrows this to codes that are ``leading``: listed first, or manifestations;
    or to the ``rest``.  A code is in its place as well if another code that its note
    names is where the note wants it.  Pairs that are kept apart, or of which the
    notes put each before the other, are left out.
    """

    bits: int
    place: Literal["leading", "rest"]

    def kinds(self, there: bool) -> int:
        """Return the kinds that the later code, or the misplaced one, is named by."""
        return self.bits & (OWNER_LATER if there else OWNER_EARLIER)

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(misplaced node, node that belongs before it)``."""
        nodes, places = encounter.nodes, set[tuple[int, int]]()
        for i, j, bits in encounter.links(index):
            bits &= self.bits
            # The owner of a code-first note is misplaced, or the target of another.
            early, late = (i, j) if bits & OWNER_LATER else (j, i)
            if not bits or early > late:
                continue
            is_leading = early == 0 or index.columns["manifestation"][nodes[early]] > 0
            if is_leading is (self.place == "leading") and self._is_open(
                index, encounter, i, j
            ):
                places.add((early, late))
        return [(nodes[early], nodes[late]) for early, late in sorted(places)]

    def _is_open(self, index: RuleIndex, encounter: Encounter, i: int, j: int) -> bool:
        nodes = encounter.nodes
        if settled(index, nodes[i], nodes[j]):
            return False
        right_side = nodes[:i] if i < j else nodes[i + 1 :]
        return not all(
            index.meets(right_side, requirement)
            for requirement in index.requirements_of(nodes[i], nodes[j], self.bits)
        )


def kept_apart(index: RuleIndex, a: int, b: int) -> bool:
    """Return True if a note or the Guidelines keep *a* and *b* apart."""
    statements = index.statements
    return bool((statements.bits(a, b) | statements.bits(b, a)) & ANY_APART)


def settled(index: RuleIndex, a: int, b: int) -> bool:
    """Return True if *a* and *b* are kept apart, or each is put before the other."""
    there, back = index.statements.bits(a, b), index.statements.bits(b, a)
    a_first = there & OWNER_EARLIER or back & OWNER_LATER
    b_first = there & OWNER_LATER or back & OWNER_EARLIER
    return kept_apart(index, a, b) or bool(a_first and b_first)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A code with a requirement of kinds *bits* that no other code meets.

    *place*: of which codes it is asked.  *before*: only an earlier code meets it.
    *once*: several codes that ask for the same are one hit, that of the first of them.
    """

    bits: int
    place: Literal["any", "first", "later"] = "any"
    before: bool = False
    once: bool = False

    def find(self, index: RuleIndex, encounter: Encounter) -> list[Hit]:
        """Return ``(node, requirement)``."""
        nodes, is_first = encounter.nodes, self.place == "first"
        owner_class = index.statements.owner_class
        unmet: list[Hit] = [
            (node, requirement)
            for place, node in enumerate(nodes)
            if node >= 0 and (self.place == "any" or (place == 0) is is_first)
            for requirement in index.asked[owner_class[node], self.bits]
            if not index.meets(nodes[:place], requirement)
            and (self.before or not index.meets(nodes[place + 1 :], requirement))
        ]
        if not self.once:
            return unmet
        # Reversed, as a dictionary keeps the last one: that is the first.
        first = {requirement: node for node, requirement in reversed(unmet)}
        return [hit for hit in unmet if first[hit[1]] == hit[0]]


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
    | OtherPatient
    | SameGroup
    | Apart
    | Misplaced
    | Unmet
    | InWords
)


def signal_of(index: RuleIndex, condition: Condition) -> int:
    """Return bits of `Encounter.signals`, one of which *condition* needs; 0 for none.

    Most conditions have no hits in most encounters: they are not even looked for.
    """
    match condition:
        case Apart(bit=bits) | Misplaced(bits=bits):
            return bits << SIGNALS["links"]
        case Unmet(bits=bits):
            return bits << SIGNALS["asked"]
        case SameGroup(column=column):
            return index.flag_of[column] << SIGNALS["twice"]
        case Repeated() | InWords():
            return 0
    return index.flag_of[condition.column] << SIGNALS["columns"]
