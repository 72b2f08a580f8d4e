"""The codes of one encounter as node numbers, with answers that several rules need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check.rule_index import RuleIndex
    from icdgraph.check.statements import Statements

SETTINGS = {"": 0, "inpatient": 1, "outpatient": 2}
"""The settings that the Guidelines tell apart (sections II, III and IV), as numbers."""
SEXES = {"": 0, "F": 1, "M": 2}
"""The sexes that codes are for, as numbers."""

SIGNALS = {"links": 0, "asked": 16, "columns": 48}
"""Where each kind of bits begins in the signals of an encounter."""


@dataclass(slots=True)
class Encounter:
    """The codes of one encounter as node numbers, in order; -1 for an unknown code.

    A code that was given before is -1 as well, and among *repeated*.  *setting* is
    ``inpatient``, ``outpatient`` or empty, *days* the age and *sex* the sex of the
    patient, ``F``, ``M`` or empty.
    """

    nodes: list[int]
    repeated: list[int] = field(default_factory=list)
    setting: str = ""
    days: float | None = None
    sex: str = ""
    _links: list[tuple[int, int, int]] | None = None
    _unmet: dict[bool, list[tuple[int, int]]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        nodes: list[int],
        setting: str = "",
        days: float | None = None,
        sex: str = "",
    ) -> Encounter:
        """Return the encounter with the codes *nodes*, which may repeat one."""
        known: set[int] = set()
        distinct: list[int] = []
        repeated: list[int] = []
        for node in nodes:
            if node >= 0 and node in known:
                repeated.append(node)
                distinct.append(-1)
            else:
                known.add(node)
                distinct.append(node)
        return cls(distinct, repeated, setting, days, sex)

    @property
    def first(self) -> int:
        """The first-listed code; -1 if it is unknown, or there is none."""
        return self.nodes[0] if self.nodes else -1

    def signals(self, index: RuleIndex) -> int:
        """Return what conditions need to have a hit, as bits (see `SIGNALS`)."""
        columns = links = asked = 0
        owner_class = index.statements.owner_class
        for node in self.nodes:
            if node >= 0:
                columns |= index.flags[node]
                asked |= index.kinds_asked[owner_class[node]]
        for _, _, bits in self.links(index):
            links |= bits
        return links | asked << SIGNALS["asked"] | columns << SIGNALS["columns"]

    def links(self, index: RuleIndex) -> list[tuple[int, int, int]]:
        """Return the places of two codes, with the kinds of statement that link them.

        The statements apply to the first and name the second.
        """
        if self._links is None:
            self._links = list(_linked(index.statements, self.nodes))
        return self._links

    def unmet(self, index: RuleIndex, *, before: bool = False) -> list[tuple[int, int]]:
        """Return the place of each code, and a requirement that no other code meets.

        With *before*, only codes listed before it count.
        """
        if before not in self._unmet:
            self._unmet[before] = list(_unmet(index, self.nodes, before))
        return self._unmet[before]

    def is_met(self, index: RuleIndex, requirement: int) -> bool:
        """Return True if any of the codes meets *requirement*."""
        return any(n >= 0 and index.meets(n, requirement) for n in self.nodes)


def _linked(statements: Statements, nodes: list[int]) -> Iterator[tuple[int, int, int]]:
    owner, target = statements.owner_class, statements.target_class
    linked = statements.linked
    named = [(j, target[n]) for j, n in enumerate(nodes) if n >= 0 and target[n]]
    for i, node in enumerate(nodes if named else ()):
        if node >= 0 and owner[node]:
            for j, target_class in named:
                bits = linked[owner[node], target_class]
                if bits and i != j:
                    yield i, j, bits


def _unmet(
    index: RuleIndex, nodes: list[int], before: bool
) -> Iterator[tuple[int, int]]:
    statements = index.statements
    owner, target = statements.owner_class, statements.target_class
    met = [index.met_by[target[n]] if n >= 0 else () for n in nodes]
    for place, node in enumerate(nodes):
        for requirement in sorted(index.asked_by[owner[node]]) if node >= 0 else ():
            others = met[:place] if before else met[:place] + met[place + 1 :]
            if not any(requirement in of_one for of_one in others):
                yield place, requirement
