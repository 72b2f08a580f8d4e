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


@dataclass(slots=True)
class Encounter:
    """The codes of one encounter as node numbers, in order; -1 for an unknown code.

    A code that was given before is -1 as well, and among *repeated*.  *setting* is
    ``inpatient``, ``outpatient`` or empty, *days* the age of the patient.
    """

    nodes: list[int]
    repeated: list[int] = field(default_factory=list)
    setting: str = ""
    days: float | None = None
    _links: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    _met: frozenset[int] | None = None
    _flags: int = -1

    @classmethod
    def of(
        cls, nodes: list[int], setting: str = "", days: float | None = None
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
        return cls(distinct, repeated, setting, days)

    def has_any(self, index: RuleIndex, column: str) -> bool:
        """Return True if *column* is set at any of the codes."""
        if self._flags < 0:
            self._flags = 0
            for node in self.nodes:
                if node >= 0:
                    self._flags |= index.flags[node]
        return self._flags & index.flag_of[column] > 0

    def links(self, index: RuleIndex, statements: str) -> list[tuple[int, int, int]]:
        """Return the places of two codes, with the kinds of statement that link them.

        The statements, ``notes`` or ``sections``, apply to the first and name the
        second.
        """
        if statements not in self._links:
            self._links[statements] = list(
                _linked(index.statements[statements], self.nodes)
            )
        return self._links[statements]

    def meets(self, index: RuleIndex, requirement: int, node: int) -> bool:
        """Return True if another code than *node* meets *requirement*."""
        target = index.notes.target_class
        if self._met is None:
            met = (index.met_by[target[n]] for n in self.nodes if n >= 0)
            self._met = frozenset().union(*met)
        if requirement not in self._met:
            return False
        if requirement not in index.met_by[target[node]]:
            return True
        others = (n for n in self.nodes if n >= 0 and n != node)
        return any(requirement in index.met_by[target[n]] for n in others)


def _linked(statements: Statements, nodes: list[int]) -> Iterator[tuple[int, int, int]]:
    owner, target = statements.owner_class, statements.target_class
    linked = statements.linked
    named = [(j, target[n]) for j, n in enumerate(nodes) if n >= 0 and target[n]]
    if not named:
        return
    for i, node in enumerate(nodes):
        if node >= 0 and owner[node]:
            for j, target_class in named:
                bits = linked[owner[node], target_class]
                if bits and i != j:
                    yield i, j, bits
