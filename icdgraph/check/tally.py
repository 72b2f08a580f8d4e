"""Findings counted batch by batch: by rule, by pair of codes, and by note.

Counts are kept as sorted numbers, so that they grow with the different pairs and notes,
never with the rows.  Pairs of advice are not counted: there are about as many as there
are encounters, and they require nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from icdgraph.check.finding import Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from icdgraph.check.kernel import CheckedBatch
    from icdgraph.check.rules import Rule

_WIDTH = 1 << 24
"""More than there are codes: a pair of codes is one number of 64 bits."""
LATER_UNKNOWN = -(_WIDTH // 2)
"""The number under which unknown texts are counted that come after eight million."""
_MERGED_AT = 1_000_000


class NumberCounts:
    """How often each number occurs.

    >>> counts = NumberCounts()
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
        different, times = np.unique(numbers, return_counts=True)
        self._waiting.append((different, times))
        self._size += len(different)
        # Merged when as many wait as are known, so that each is moved a few times.
        if self._size > len(self._numbers) + _MERGED_AT:
            self._merge()

    def _merge(self) -> None:
        parts = [(self._numbers, self._times), *self._waiting]
        numbers, times = (np.concatenate(side) for side in zip(*parts, strict=True))
        self._numbers, place = np.unique(numbers, return_inverse=True)
        self._times = np.bincount(place, times, len(self._numbers)).astype(np.int64)
        self._waiting, self._size = [], 0

    def top(self, most: int | None = None) -> list[tuple[int, int]]:
        """Return the *most* frequent numbers, and how often each occurs."""
        self._merge()
        order = np.lexsort((self._numbers, -self._times))[:most]
        numbers, times = self._numbers[order], self._times[order]
        return list(zip(numbers.tolist(), times.tolist(), strict=True))

    def __len__(self) -> int:
        self._merge()
        return len(self._numbers)


class FindingTally:
    """Counts of what a kernel finds.

    *findings* and *affected* count findings and encounters for each rule;
    *by_severity* counts encounters.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.encounters = 0
        self.codes = 0
        self.unknown = 0
        self.findings = np.zeros(len(rules), dtype=np.int64)
        self.affected = np.zeros(len(rules), dtype=np.int64)
        self.by_severity = dict.fromkeys(Severity, 0)
        self.pairs = NumberCounts()
        self.notes = NumberCounts()

    def add(self, checked: CheckedBatch) -> None:
        """Count what was found in *checked*."""
        rows, findings = checked.rows, checked.findings
        size = int(rows.encounter[-1]) + 1 if len(rows.encounter) else 0
        self.encounters += size
        self.codes += len(rows.node)
        self.unknown += int((rows.node < 0).sum())
        counts = np.bincount(findings.rule, minlength=len(self.rules))
        self.findings += counts
        self._count_encounters(findings.rule, rows.encounter[findings.row], size)
        other = np.where(findings.other >= 0, rows.node[findings.other], 0)
        keys = pair_key(
            findings.rule.astype(np.int64),
            rows.node[findings.row],
            other,
            findings.other >= 0,
        )
        is_severe = np.array([r.severity is not Severity.ADVICE for r in self.rules])
        self.pairs.add(keys[is_severe[findings.rule]])
        has_note = findings.note >= 0
        rule = findings.rule[has_note].astype(np.int64)
        self.notes.add(rule * _WIDTH + findings.note[has_note])

    def _count_encounters(
        self, rule: NDArray[np.uint8], encounter: NDArray[np.int64], size: int
    ) -> None:
        by_severity = {severity: np.zeros(size, dtype=bool) for severity in Severity}
        for number in np.unique(rule).tolist():
            affected = np.zeros(size, dtype=bool)
            affected[encounter[rule == number]] = True
            self.affected[number] += int(affected.sum())
            by_severity[self.rules[number].severity] |= affected
        for severity, affected in by_severity.items():
            self.by_severity[severity] += int(affected.sum())


def pair_key(
    rule: NDArray[np.int64],
    code: NDArray[np.int32],
    other: NDArray[np.int32],
    has_other: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return a number for each rule and pair of codes, which `unpack_pair` takes back.

    *code* and *other* are node numbers, or below 0 for texts that are not codes.
    """
    second = np.where(has_other, _from_one(other), 0)
    key: NDArray[np.int64] = (rule * _WIDTH + _from_one(code)) * _WIDTH + second
    return key


def _from_one(node: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return *node* as a number from 1; unknown texts count down from `_WIDTH` - 1."""
    number = node.astype(np.int64)
    return np.where(number < 0, _WIDTH + np.maximum(number, LATER_UNKNOWN), number + 1)


def unpack_pair(key: int) -> tuple[int, int, int | None]:
    """Return the rule, code and other code of a key of `FindingTally.pairs`.

    >>> key = pair_key(*map(np.array, ([3], [7], [-2], [True])))
    >>> unpack_pair(int(key[0]))
    (3, 7, -2)
    """
    rest, other = divmod(key, _WIDTH)
    rule, code = divmod(rest, _WIDTH)
    return rule, _node(code), _node(other) if other else None


def _node(number: int) -> int:
    return number - _WIDTH if number >= _WIDTH + LATER_UNKNOWN else number - 1


def unpack_note(key: int) -> tuple[int, int]:
    """Return the rule and the note of a key of `FindingTally.notes`."""
    return divmod(key, _WIDTH)
