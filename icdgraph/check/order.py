"""A valid order of codes that is nearest to the given one.

Only what is an error or a warning about order moves a code: a manifestation goes after
its etiology; the first-listed code goes down if it is never listed first, if a note or
the Guidelines put another code before it, or if another code may only be listed first.
Everything else stays as it was given, an infection with its organism.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING, Any

from icdgraph.check.encounter import Encounter
from icdgraph.check.rules import RuleHit, once, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.check.explain import Explainer
    from icdgraph.check.finding import Finding

_BEFORE = ("E301", "W302", "E303", "W304", "E305", "E307", "W409")
"""Rules whose second code belongs before the first.

W308 is not among them: its condition, and with it the order, is the encounter's.
"""
_NEVER_FIRST = {
    "E401": "manifestation",
    "E404": "E404",
    "E403": "E403",
    "W406": "sequela",
}
"""Rules on codes that are never listed first, and the columns that these rules read."""
_ONLY_FIRST = ("E405",)
UNFORBIDDEN = "no note or guideline forbids this order"


@dataclass(frozen=True, slots=True)
class Order:
    """A valid order, or why there is none.

    *codes* is the order, empty where there is none: no code may be listed first, or
    the notes go round in a circle.  *reasons* are the findings on the given order for
    which codes were moved, or cannot be.
    """

    given: tuple[str, ...]
    codes: tuple[str, ...] = ()
    reasons: tuple[Finding, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether there is a valid order."""
        return bool(self.codes)

    @property
    def is_changed(self) -> bool:
        """Whether the valid order is another one than was given."""
        return self.is_valid and self.codes != self.given

    def record(self) -> dict[str, Any]:
        """Return the order as a dictionary, for JSON."""
        return {
            "given": list(self.given),
            "codes": list(self.codes),
            "reasons": [reason.record() for reason in self.reasons],
        }

    def text(self) -> str:
        """Return the order for a terminal: the codes, then the reasons."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield " ".join(self.codes) or "no valid order"
        for finding in self.reasons:
            yield f"  {finding.rule}  {finding.message}"
        if not self.reasons:
            yield f"  {UNFORBIDDEN}"

    def __repr__(self) -> str:
        return self.text()


def order(explainer: Explainer, nodes: Sequence[int]) -> Order:
    """Return a valid order of *nodes*, node numbers, as near to theirs as possible."""
    nodes = list(dict.fromkeys(nodes))
    given, names = list(nodes), explainer.graph.codes
    reasons: dict[Finding, None] = {}
    pairs: set[tuple[int, int]] = set()
    # Each round moves codes for what the last one broke, and adds at least one pair.
    while True:
        hits = once(list(_hits(explainer, nodes)))
        found = set(_pairs(explainer, hits, nodes)) - pairs
        reasons |= dict.fromkeys(
            explainer.finding(rule, condition, hit) for rule, condition, hit in hits
        )
        if not hits:
            codes = tuple(names[n] for n in nodes)
            return Order(tuple(names[n] for n in given), codes, tuple(reasons))
        pairs |= found
        try:
            if not found:
                raise CycleError
            nodes = _sorted(given, pairs)
        except CycleError:
            return Order(tuple(names[n] for n in given), (), tuple(reasons))


def _hits(explainer: Explainer, nodes: list[int]) -> Iterator[RuleHit]:
    encounter = Encounter.of(nodes)
    for rule in map(rules().__getitem__, (*_BEFORE, *_NEVER_FIRST, *_ONLY_FIRST)):
        for condition in rule.conditions:
            for hit in condition.find(explainer.index, encounter):
                yield rule, condition, hit


def _pairs(
    explainer: Explainer, hits: list[RuleHit], nodes: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield two nodes for each thing that is wrong, the one to list first before."""
    columns = [explainer.index.columns[name] for name in _NEVER_FIRST.values()]
    allowed = (n for n in nodes if not any(column[n] for column in columns))
    for rule, _, hit in hits:
        if rule.id in _BEFORE:
            yield hit[1], hit[0]
        elif rule.id in _ONLY_FIRST:
            yield from ((hit[0], n) for n in nodes if n != hit[0])
        else:
            yield from ((n, hit[0]) for n in islice(allowed, 1))


def _sorted(nodes: list[int], pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Return *nodes* sorted by *pairs*; of several that may follow, the earliest given.

    Raises `CycleError`.
    """
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(nodes, ()))
    for before, after in pairs:
        sorter.add(after, before)
    sorter.prepare()
    place = {node: i for i, node in enumerate(nodes)}
    ordered: list[int] = []
    ready = [place[n] for n in sorter.get_ready()]
    heapify(ready)
    while ready:
        node = nodes[heappop(ready)]
        ordered.append(node)
        sorter.done(node)
        for other in sorter.get_ready():
            heappush(ready, place[other])
    return ordered
