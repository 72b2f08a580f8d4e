"""A legal order of codes, or the cycle of notes where there is none.

Notes and Guidelines put some codes before others; what they leave open stays as it was
given.  The order is the topological one that is nearest to the given order, found with
the standard library's graphlib.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from icdgraph.check import statements as s
from icdgraph.check.guidelines import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.check.rule_index import RuleIndex

_NOT_FIRST = ("manifestation", "E403", "E404", "W408", "sequela")
"""Columns of codes that are not listed first."""
_FIRST = ("E405", "W409")
"""Columns of codes that are listed first, those that must be before those that rank."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why code *before* is listed before code *after*.

    *text* is the note with its kind, or our sentence, and *source* the code or range
    that the note is defined at, or a section of the Guidelines.
    """

    before: str
    after: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Order:
    """A legal order, or why there is none.

    *codes* is the order, empty where there is none.  *cycle* then has codes of which
    each must be listed before the next, the first one again at the end; it is empty
    where there is no cycle, but no code may be listed first.  *reasons* are those for
    the order, or for the cycle.
    """

    given: tuple[str, ...]
    codes: tuple[str, ...] = ()
    cycle: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()

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
            "reasons": [asdict(reason) for reason in self.reasons],
        }

    def text(self) -> str:
        """Return the order for a terminal: the codes, then the reasons."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.codes:
            yield " ".join(self.codes)
        elif self.cycle:
            yield f"no legal order: {' < '.join(self.cycle)}"
        else:
            yield "no legal order: none of the codes may be listed first"
        for reason in self.reasons:
            pair = f"{reason.before} before {reason.after}"
            yield f"  {pair}: {reason.text} ({reason.source})"

    def __repr__(self) -> str:
        return self.text()


def order(index: RuleIndex, nodes: Sequence[int]) -> Order:
    """Return a legal order of *nodes*, node numbers, as near to theirs as possible."""
    nodes = list(dict.fromkeys(nodes))
    names = index.graph.codes
    given = tuple(names[n] for n in nodes)
    reasons: dict[tuple[int, int], Reason] = {}
    for a, b, reason in _ordered_pairs(index, nodes):
        reasons.setdefault((a, b), reason)
    try:
        _sorted(nodes, reasons)
        first = _first(index, nodes, reasons)
        if first is None:
            return Order(given, reasons=tuple(reasons.values()))
        leading = ((first, n) for n in nodes if n != first)
        codes = _sorted(nodes, [*reasons, *leading])
    except CycleError as exc:
        cycle = exc.args[1]
        around = tuple(reasons[pair] for pair in pairwise(cycle))
        return Order(given, cycle=tuple(names[n] for n in cycle), reasons=around)
    return Order(given, tuple(names[n] for n in codes), (), tuple(reasons.values()))


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


def _first(
    index: RuleIndex, nodes: list[int], pairs: Iterable[tuple[int, int]]
) -> int | None:
    """Return the code to list first, None where none may be."""
    later = {after for _, after in pairs}
    columns = index.columns
    allowed = [
        n
        for n in nodes
        if n not in later and not any(columns[name][n] for name in _NOT_FIRST)
    ]
    # The first one given among those of the same rank.
    rank = {n: [columns[name][n] > 0 for name in _FIRST] for n in allowed}
    return max(allowed, key=rank.__getitem__, default=None)


def _ordered_pairs(
    index: RuleIndex, nodes: list[int]
) -> Iterator[tuple[int, int, Reason]]:
    """Yield two nodes, the one to list first and the other, with the reason."""
    for a in nodes:
        for b in nodes:
            if a != b:
                yield from _by_notes(index, a, b)
                yield from _by_guidelines(index, a, b)


def _by_notes(index: RuleIndex, a: int, b: int) -> Iterator[tuple[int, int, Reason]]:
    graph, notes = index.graph, index.notes
    for number in notes.linking(a, b, s.ANY_CODE_FIRST | s.ANY_USE_ADDITIONAL):
        note = notes.sources[number]
        a_is_first = notes.bits_of[number] & s.ANY_USE_ADDITIONAL
        before, after = (a, b) if a_is_first else (b, a)
        text = f"{graph.kind_of_note(note).heading}: {index.text_of(note)}"
        source = graph.codes[graph.owner_of(note)]
        yield before, after, _reason(index, before, after, text, source)


def _by_guidelines(
    index: RuleIndex, a: int, b: int
) -> Iterator[tuple[int, int, Reason]]:
    for number in index.sections.linking(a, b, s.AFTER):
        entry = entries()[index.sections.sources[number] - 1]
        source = f"Guidelines {entry.section}"
        yield b, a, _reason(index, b, a, entry.statement, source)


def _reason(
    index: RuleIndex, before: int, after: int, text: str, source: str
) -> Reason:
    codes = index.graph.codes
    return Reason(codes[before], codes[after], text, source)
