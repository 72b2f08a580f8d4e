"""A valid order of codes that is nearest to the given one.

Only what is an error or a warning about order moves a code: a manifestation goes after
its etiology; the first-listed code goes down if it is never listed first, if a note or
the Guidelines put another code before it, or if another code may only be listed first.
Everything else stays as it was given, an infection with its organism.  Where a note or
the Guidelines would put one secondary code before another, that is told.
"""

from __future__ import annotations

from dataclasses import dataclass
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
_MOVING = (*_BEFORE, *_NEVER_FIRST, *_ONLY_FIRST)
_TELLING = ("N306",)
UNFORBIDDEN = "no note or guideline forbids this order"


class _Circle(Exception):
    """The notes put each of some codes before the other."""


@dataclass(frozen=True, slots=True)
class Order:
    """A valid order, or why there is none.

    *codes* is the order, empty where there is none: no code may be listed first, or
    the notes go round in a circle.  *reasons* are the findings on the given order for
    which codes were moved, or cannot be; *notes* are those on the order of secondary
    codes in *codes*.
    """

    given: tuple[str, ...]
    codes: tuple[str, ...] = ()
    reasons: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

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
            "notes": [finding.record() for finding in self.notes],
        }

    def text(self) -> str:
        """Return the order for a terminal: the codes, then the reasons."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield " ".join(self.codes) or "no valid order"
        for finding in (*self.reasons, *self.notes):
            yield f"  {finding.rule}  {finding.message}"
        if not (self.reasons or self.notes):
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
        hits = once(list(_hits(explainer, nodes, _MOVING)))
        found = set(_pairs(explainer, hits, nodes)) - pairs
        reasons |= dict.fromkeys(explainer.finding(*hit) for hit in hits)
        if not hits:
            notes = (explainer.finding(*h) for h in _hits(explainer, nodes, _TELLING))
            codes = tuple(names[n] for n in nodes)
            return Order(
                tuple(names[n] for n in given), codes, tuple(reasons), tuple(notes)
            )
        pairs |= found
        try:
            if not found:
                raise _Circle
            nodes = _sorted(given, pairs)
        except _Circle:
            return Order(tuple(names[n] for n in given), (), tuple(reasons))


def _hits(
    explainer: Explainer, nodes: list[int], of: Iterable[str]
) -> Iterator[RuleHit]:
    encounter = Encounter.of(nodes)
    for rule in map(rules().__getitem__, of):
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
    """Return *nodes* sorted by *pairs*; what belongs before a code comes right before.

    So an etiology takes the place of its manifestation.  Raises `_Circle`.

    >>> _sorted([1, 2, 3], [(3, 1)])
    [3, 1, 2]
    """
    before: dict[int, list[int]] = {}
    for first, second in pairs:
        before.setdefault(second, []).append(first)
    place = {node: i for i, node in enumerate(nodes)}
    ordered: dict[int, None] = {}

    def add(node: int, after: tuple[int, ...] = ()) -> None:
        if node in after:
            raise _Circle
        for first in sorted(before.get(node, ()), key=place.__getitem__):
            if first not in ordered:
                add(first, (*after, node))
        ordered[node] = None

    for node in nodes:
        if node not in ordered:
            add(node)
    return list(ordered)
