"""One encounter as node numbers, with what rules ask of it remembered.

Many rules ask the same: which columns are set at any of the codes, which codes speak
of each other, what is met.  Each is found once, when the first rule asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check.note_matrix import Relation
    from icdgraph.check.rule_index import Facts


@dataclass(slots=True)
class Encounter:
    """The codes of one encounter as node numbers, in order, each once; -1: unknown.

    *repeated* are those given more than once, *setting* is ``inpatient``,
    ``outpatient`` or empty, *days* the age.
    """

    nodes: list[int]
    repeated: list[int] = field(default_factory=list)
    setting: str = ""
    days: float | None = None
    _linked: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    _met: frozenset[int] | None = None
    _flags: int = -1

    def has(self, facts: Facts, column: str) -> int:
        """Say, above 0, whether *column* is set at any of the codes."""
        if self._flags < 0:
            flags, self._flags = facts.flags, 0
            for node in self.nodes:
                if node >= 0:
                    self._flags |= flags[node]
        return self._flags & facts.bit[column]

    def linked(self, facts: Facts, name: str) -> list[tuple[int, int, int]]:
        """Return places i and j, with the bits by which code i speaks of code j."""
        if name not in self._linked:
            self._linked[name] = list(_links(relation_of(facts, name), self.nodes))
        return self._linked[name]

    def meets(self, facts: Facts, gathering: int, node: int) -> bool:
        """Say whether a code other than *node* meets *gathering*."""
        met_by, target = facts.met_by, facts.notes.target
        if self._met is None:
            known = (met_by[target[n]] for n in self.nodes if n >= 0)
            self._met = frozenset().union(*known)
        if gathering not in self._met or gathering not in met_by[target[node]]:
            return gathering in self._met
        others = (n for n in self.nodes if n >= 0 and n != node)
        return any(gathering in met_by[target[n]] for n in others)


def relation_of(facts: Facts, name: str) -> Relation:
    """Return the relation *name*: ``notes`` or ``sections``."""
    return facts.notes if name == "notes" else facts.sections


def _links(relation: Relation, nodes: list[int]) -> Iterator[tuple[int, int, int]]:
    flat, width = relation.flat, relation.width
    owner, target = relation.owner, relation.target
    named = [(j, target[n]) for j, n in enumerate(nodes) if n >= 0 and target[n]]
    if not named:
        return
    for i, node in enumerate(nodes):
        row = owner[node] * width if node >= 0 else 0
        if row:
            for j, column in named:
                bits = flat[row + column]
                if bits and i != j:
                    yield i, j, bits
