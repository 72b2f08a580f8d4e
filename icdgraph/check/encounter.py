"""The codes of one encounter as node numbers, with answers that several rules need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icdgraph.check.rule_index import RuleIndex
    from icdgraph.check.statements import Statements

SETTINGS = {"": 0, "inpatient": 1, "outpatient": 2}
"""The settings that the Guidelines tell apart (sections II, III and IV), as numbers."""
SEXES = {"": 0, "F": 1, "M": 2}
"""The sexes that codes are for, as numbers."""

SIGNALS = {"links": 0, "asked": 16, "columns": 48, "twice": 80}
"""Where each kind of bits begins in the signals of an encounter: the kinds of statement
that link two codes, the kinds of requirement, the columns that are set at a code, and
those that are set at two."""


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
        columns = twice = links = asked = 0
        owner_class = index.statements.owner_class
        for node in self.nodes:
            if node >= 0:
                flags = index.flags[node]
                twice |= columns & flags
                columns |= flags
                asked |= index.kinds_asked[owner_class[node]]
        for _, _, bits in self.links(index):
            links |= bits
        return (
            links << SIGNALS["links"]
            | asked << SIGNALS["asked"]
            | columns << SIGNALS["columns"]
            | twice << SIGNALS["twice"]
        )

    def links(self, index: RuleIndex) -> list[tuple[int, int, int]]:
        """Return the places of two codes, with the kinds of statement that link them.

        The statements apply to the first and name the second.
        """
        if self._links is None:
            self._links = _linked(index.statements, self.nodes)
        return self._links


def _linked(statements: Statements, nodes: list[int]) -> list[tuple[int, int, int]]:
    owner, target = statements.owner_class, statements.target_class
    owners = [(i, owner[n]) for i, n in enumerate(nodes) if n >= 0 and owner[n]]
    named = [(j, target[n]) for j, n in enumerate(nodes) if n >= 0 and target[n]]
    return [
        (i, j, bits)
        for i, owner_class in owners
        for linked in (statements.linked[owner_class],)
        for j, target_class in named
        if i != j and (bits := linked[target_class])
    ]
