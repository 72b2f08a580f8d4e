"""A legal order of codes, and the circle of notes where there is none.

Notes and Guidelines put some codes before others; what they leave open stays as it was
given.  The order is the topological one that prefers the given place, found with the
standard library's graphlib.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from icdgraph.check import rule_index as f
from icdgraph.check.guidelines import entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icdgraph.check.rule_index import Facts

_NOT_FIRST = ("manifestation", "E403", "E404", "W408", "sequela")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why code *before* precedes code *after*: words, and where they are printed."""

    before: str
    after: str
    words: str
    printed_at: str


@dataclass(frozen=True, slots=True)
class Order:
    """A legal order, or the reason that there is none.

    *codes* is the order, empty where there is none.  *cycle* then holds codes each of
    which is put before the next, the first one again at the end; it is empty where the
    codes go round in no circle but none of them may stand first.  *reasons* are those
    that bind the codes, or the circle.
    """

    given: tuple[str, ...]
    codes: tuple[str, ...]
    cycle: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def is_legal(self) -> bool:
        """Whether there is a legal order."""
        return bool(self.codes)

    @property
    def is_changed(self) -> bool:
        """Whether the legal order is another one than was given."""
        return self.is_legal and self.codes != self.given

    def record(self) -> dict[str, Any]:
        """Return the order as a dictionary, for JSON."""
        return {
            "given": list(self.given),
            "codes": list(self.codes),
            "cycle": list(self.cycle),
            "reasons": [
                {
                    "before": reason.before,
                    "after": reason.after,
                    "words": reason.words,
                    "printed_at": reason.printed_at,
                }
                for reason in self.reasons
            ],
        }

    def text(self) -> str:
        """Return the order for a terminal: the codes, then why."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.codes:
            yield " ".join(self.codes)
        elif self.cycle:
            yield f"no legal order: {' < '.join(self.cycle)}"
        else:
            yield "no legal order: none of the codes may be first-listed"
        for reason in self.reasons:
            place = f" ({reason.printed_at})" if reason.printed_at else ""
            yield f"  {reason.before} before {reason.after}: {reason.words}{place}"

    def __repr__(self) -> str:
        return self.text()


def order(facts: Facts, nodes: Sequence[int]) -> Order:
    """Return a legal order of *nodes*, node numbers, as near to theirs as can be."""
    nodes = list(dict.fromkeys(nodes))
    names = facts.graph.codes
    given = tuple(names[n] for n in nodes)
    bound: dict[tuple[int, int], Reason] = {}
    for a, b, why in _bound(facts, nodes):
        bound.setdefault((a, b), why)
    if not nodes:
        return Order((), (), (), ())
    try:
        first = _first(facts, nodes, bound)
        if first is None:
            _sorted(nodes, bound)
            return Order(given, (), (), tuple(bound.values()))
        placed = _sorted(nodes, [*bound, *((first, n) for n in nodes if n != first)])
    except CycleError as exc:
        cycle = exc.args[1]
        circle = tuple(bound[pair] for pair in pairwise(cycle))
        return Order(given, (), tuple(names[n] for n in cycle), circle)
    return Order(given, tuple(names[n] for n in placed), (), tuple(bound.values()))


def _sorted(
    nodes: list[int], pairs: Sequence[tuple[int, int]] | dict[tuple[int, int], Reason]
) -> list[int]:
    """Return *nodes* sorted by *pairs*, of those free at a time the earliest given."""
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(nodes, ()))
    for before, after in pairs:
        sorter.add(after, before)
    sorter.prepare()
    place = {node: i for i, node in enumerate(nodes)}
    found: list[int] = []
    free = [place[n] for n in sorter.get_ready()]
    heapify(free)
    while free:
        node = nodes[heappop(free)]
        found.append(node)
        sorter.done(node)
        for other in sorter.get_ready():
            heappush(free, place[other])
    return found


def _first(
    facts: Facts, nodes: list[int], bound: dict[tuple[int, int], Reason]
) -> int | None:
    """Return the code to list first, None where none may be."""
    _sorted(nodes, bound)
    after = {b for _, b in bound}
    free = [n for n in nodes if n not in after]
    may = [n for n in free if not any(facts.flat[c][n] for c in _NOT_FIRST)]
    ranks = (facts.flat["E405"], facts.flat["W409"])
    # Stable: among equals the first one given.
    return max(may, key=lambda n: [bool(rank[n]) for rank in ranks], default=None)


def _bound(facts: Facts, nodes: list[int]) -> Iterator[tuple[int, int, Reason]]:
    """Yield pairs of nodes, the one to list first and the other, with the reason."""
    first = f.USE_ADDITIONAL | f.USE_ADDITIONAL_IF
    after = f.CODE_FIRST | f.CODE_FIRST_IF
    graph = facts.graph
    names = graph.codes
    for a in nodes:
        for b in nodes:
            for statement in facts.notes.linking(a, b, first | after) if a != b else ():
                note = graph.note(statement.source)
                before, later = (a, b) if statement.bit & first else (b, a)
                words = f"{note.kind.heading}: {facts.words(statement.source)}"
                place = note.owner.code
                reason = Reason(names[before], names[later], words, place)
                yield before, later, reason
            for statement in facts.sections.linking(a, b, f.AFTER) if a != b else ():
                entry = entries()[statement.source - 1]
                place = f"Guidelines {entry.section}"
                yield b, a, Reason(names[b], names[a], entry.says, place)
