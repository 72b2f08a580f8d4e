"""A legal order of codes, or the cycle of notes where there is none.

Notes and Guidelines put some codes before others; what they leave open stays as it was
given.  The order is the topological one that is nearest to the given order.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

from icdgraph.check import statements as s
from icdgraph.check.guidelines import entries
from icdgraph.check.indexing import full_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    earlier: dict[int, set[int]] = {node: set() for node in nodes}
    for a, b in permutations(nodes, 2):
        for before, after, text, source in _ordered(index, a, b):
            reason = Reason(names[before], names[after], text, source)
            reasons.setdefault((before, after), reason)
            earlier[after].add(before)
    try:
        TopologicalSorter(earlier).prepare()
    except CycleError as exc:
        cycle = exc.args[1]
        around = tuple(reasons[pair] for pair in pairwise(cycle))
        return Order(given, cycle=tuple(names[n] for n in cycle), reasons=around)
    first = _first(index, [node for node in nodes if not earlier[node]])
    ordered = [] if first is None else [first]
    while 0 < len(ordered) < len(nodes):
        # Of those that may follow, the earliest given.
        rest = (node for node in nodes if node not in ordered)
        ordered.append(next(n for n in rest if earlier[n].issubset(ordered)))
    codes = tuple(names[n] for n in ordered)
    return Order(given, codes, reasons=tuple(reasons.values()))


def _first(index: RuleIndex, nodes: list[int]) -> int | None:
    """Return the code of *nodes* to list first, None where none may be."""
    columns = index.columns
    allowed = [n for n in nodes if not any(columns[name][n] for name in _NOT_FIRST)]
    # The first one given among those of the same rank.
    rank = {n: [columns[name][n] > 0 for name in _FIRST] for n in allowed}
    return max(allowed, key=rank.__getitem__, default=None)


def _ordered(index: RuleIndex, a: int, b: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield the node to list first and the other, with the reason and its source."""
    graph, notes = index.graph, index.notes
    for number in notes.linking(a, b, s.ANY_CODE_FIRST | s.ANY_USE_ADDITIONAL):
        note = notes.sources[number]
        a_is_first = notes.bits_of[number] & s.ANY_USE_ADDITIONAL
        before, after = (a, b) if a_is_first else (b, a)
        text = f"{graph.kind_of_note(note).heading}: {full_text(graph, note)}"
        yield before, after, text, graph.codes[graph.owner_of(note)]
    for number in index.sections.linking(a, b, s.AFTER):
        entry = entries()[index.sections.sources[number] - 1]
        yield b, a, entry.statement, f"Guidelines {entry.section}"
