"""Findings counted while they stream by: by rule, by pair of codes, and by note.

Counts are kept as sorted numbers, so that they grow with the different pairs and notes,
never with the rows.  Pairs of advice are not counted: there are as many as there are
encounters, and they ask for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icdgraph.check.finding import Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from icdgraph.check.kernel import Part
    from icdgraph.check.rules import Rule

_WIDTH = 1 << 24
"""More than there are codes; unknown texts beyond share the last numbers."""


class Counts:
    """How often each number was met.

    >>> counts = Counts()
    >>> counts.add(np.array([7, 5, 7]))
    >>> counts.top()
    [(7, 2), (5, 1)]
    """

    def __init__(self) -> None:
        self._numbers = np.empty(0, dtype=np.int64)
        self._times = np.empty(0, dtype=np.int64)
        self._waiting: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        self._size = 0

    def add(self, numbers: NDArray[np.int64]) -> None:
        """Count each of *numbers*."""
        found, times = np.unique(numbers, return_counts=True)
        self._waiting.append((found, times))
        self._size += len(found)
        # Merged when as many wait as are known, so that each is moved a few times.
        if self._size > len(self._numbers) + 1_000_000:
            self._merge()

    def _merge(self) -> None:
        parts = [(self._numbers, self._times), *self._waiting]
        numbers, times = (np.concatenate(side) for side in zip(*parts, strict=True))
        self._numbers, place = np.unique(numbers, return_inverse=True)
        self._times = np.bincount(place, times, len(self._numbers)).astype(np.int64)
        self._waiting, self._size = [], 0

    def top(self, most: int | None = None) -> list[tuple[int, int]]:
        """Return numbers and how often they were met, the most frequent first."""
        self._merge()
        order = np.lexsort((self._numbers, -self._times))[:most]
        numbers, times = self._numbers[order], self._times[order]
        return list(zip(numbers.tolist(), times.tolist(), strict=True))

    def __len__(self) -> int:
        self._merge()
        return len(self._numbers)


class Tally:
    """Counts of what a kernel finds."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.encounters = 0
        self.codes = 0
        self.unknown = 0
        self.findings = np.zeros(len(rules), dtype=np.int64)
        self.concerned = np.zeros(len(rules), dtype=np.int64)
        self.by_severity = dict.fromkeys(Severity, 0)
        self.pairs = Counts()
        self.notes = Counts()

    def add(self, part: Part) -> None:
        """Count what *part* found."""
        rows, found = part.rows, part.found
        size = int(rows.encounter[-1]) + 1 if len(rows.encounter) else 0
        self.encounters += size
        self.codes += len(rows.node)
        self.unknown += int((rows.node < 0).sum())
        self.findings += np.bincount(found.rule, minlength=len(self.rules))
        encounter = rows.encounter[found.row]
        self._count_encounters(found.rule, encounter, size)
        rule = found.rule.astype(np.int64)
        grave = np.array([r.severity is not Severity.ADVICE for r in self.rules])
        kept = grave[rule]
        other = np.where(found.other >= 0, _code(rows.node[found.other]), 0)
        keys = (rule * _WIDTH + _code(rows.node[found.row])) * _WIDTH + other
        self.pairs.add(keys[kept])
        noted = found.note >= 0
        self.notes.add(rule[noted] * _WIDTH + found.note[noted])

    def _count_encounters(
        self, rule: NDArray[np.uint8], encounter: NDArray[np.int64], size: int
    ) -> None:
        any_of = {severity: np.zeros(size, dtype=bool) for severity in Severity}
        for number, one in enumerate(self.rules):
            if not self.findings[number]:
                continue
            here = np.zeros(size, dtype=bool)
            here[encounter[rule == number]] = True
            self.concerned[number] += int(here.sum())
            any_of[one.severity] |= here
        for severity, here in any_of.items():
            self.by_severity[severity] += int(here.sum())


def _code(node: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return *node* as a number from 1: from the top for an unknown text."""
    number = node.astype(np.int64) + 1
    return np.where(node < 0, np.maximum(_WIDTH + node, _WIDTH // 2), number)


def unpacked(key: int) -> tuple[int, int | None, int | None]:
    """Return the rule, code and other code of a key of `Tally.pairs`."""
    rest, other = divmod(key, _WIDTH)
    rule, code = divmod(rest, _WIDTH)
    return rule, _node(code), _node(other)


def _node(number: int) -> int | None:
    if number == 0:
        return None
    return number - _WIDTH if number >= _WIDTH // 2 else number - 1


def noted(key: int) -> tuple[int, int]:
    """Return the rule and the note of a key of `Tally.notes`."""
    return divmod(key, _WIDTH)
