"""Findings counted batch by batch: by rule and chapter, by cause, and by pair of codes.

A cause is what one change mends:

    a note or a statement of the Guidelines   E201 by the note at M54 that names F45.41
    a pair of codes without one               W207 for J44.1 and J44.9
    a rule about one code                     E101, E106

Counts grow with the different pairs, never with the rows.  Findings that are notes are
counted by rule and chapter alone: they require nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from icdgraph.check.conditions import Apart, SameGroup
from icdgraph.check.finding import RANKS, Severity
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from icdgraph.check.kernel import CheckedBatch
    from icdgraph.check.rules import Rule
    from icdgraph.graph import Graph

INVALID = ("E101", "E102", "E103", "E104", "E105")
"""Rules on texts that are not billable codes."""
EXAMPLES = 3
"""Encounters that are kept of each pair, those that come first."""
_MERGED_AT = 1_000_000
_CODE, _GROUND, _RULE = 20, 40, 57
"""The bits at which the parts of a key begin, after the second code."""
_NODES, _GROUNDS, _RULES = (1 << bits for bits in (20, 17, 6))


class Keys(NamedTuple):
    """What pairs are counted by: `FindingRows` with nodes in place of rows."""

    rule: NDArray[np.int64]
    code: NDArray[np.int64]
    other: NDArray[np.int64]
    ground: NDArray[np.int64]

    def packed(self) -> NDArray[np.int64]:
        """Return a number for each, by rule and ground; below 0 for unknown codes.

        >>> keys = Keys(*np.array([[1, 0], [7, -5], [9, -1], [300, -1]]))
        >>> all((a == b).all() for a, b in zip(keys, Keys.unpacked(keys.packed())))
        True
        """
        known = self.rule << _RULE | self.ground + 1 << _GROUND
        known |= self.code << _CODE | self.other + 1
        return np.where(self.code < 0, ~(~self.code * _RULES | self.rule), known)

    def cause(self) -> NDArray[np.int64]:
        """Return the key of the cause that each belongs to."""
        cause = self.rule << _RULE | self.ground + 1 << _GROUND
        is_pair = (self.ground < 0) & (self.other >= 0)
        return np.where(is_pair, self.packed(), cause)

    @classmethod
    def unpacked(cls, packed: NDArray[np.int64]) -> Keys:
        """Return what `packed` has made *packed* of."""
        unknown, is_unknown = ~packed, packed < 0
        return cls(
            np.where(is_unknown, unknown % _RULES, packed >> _RULE),
            np.where(is_unknown, ~(unknown // _RULES), (packed >> _CODE) % _NODES),
            np.where(is_unknown, 0, packed % _NODES) - 1,
            np.where(is_unknown, 0, (packed >> _GROUND) % _GROUNDS) - 1,
        )


class Counted(NamedTuple):
    """Keys in order, each once, with how many findings and encounters have it."""

    key: NDArray[np.int64]
    findings: NDArray[np.int64]
    encounters: NDArray[np.int64]


class Counts:
    """How many findings and encounters have each key, and the first of them."""

    def __init__(self) -> None:
        none = np.empty(0, dtype=np.int64)
        self._parts = [Counted(none, none, none)]
        self._examples: list[tuple[NDArray[np.int64], pa.Array]] = []
        self._merged = 0

    def add(
        self,
        key: NDArray[np.int64],
        encounter: NDArray[np.int64],
        row: NDArray[np.int64],
        ids: pa.Array,
    ) -> None:
        """Count findings with *key* in each *encounter*; *ids* has its id at *row*."""
        import pyarrow as pa

        order = np.argsort(key, kind="stable")
        key, encounter = key[order], encounter[order]
        is_new = _changes(key)
        is_new[1:] |= encounter[1:] != encounter[:-1]
        self._parts.append(_summed(key, np.ones_like(key), is_new.astype(np.int64)))
        key = key[is_new]
        kept = _place_in_run(key) < EXAMPLES
        examples = ids.take(pa.array(row[order[is_new][kept]]))
        if pa.types.is_dictionary(ids.type):
            examples = examples.dictionary_decode()
        self._examples.append((key[kept], examples))
        # Merged when as many wait as are known, so that each is moved a few times.
        if sum(len(part.key) for part in self._parts) > 2 * self._merged + _MERGED_AT:
            self.merged()

    def merged(self) -> Counted:
        """Return all counts."""
        joined = Counted(*map(np.concatenate, zip(*self._parts, strict=True)))
        order = np.argsort(joined.key, kind="stable")
        self._parts = [_summed(*(side[order] for side in joined))]
        self._merged = len(self._parts[0].key)
        self._merge_examples()
        return self._parts[0]

    def _merge_examples(self) -> None:
        import pyarrow as pa

        if self._examples:
            keys, ids = zip(*self._examples, strict=True)
            key = np.concatenate(keys)
            order = np.argsort(key, kind="stable")
            order = order[_place_in_run(key[order]) < EXAMPLES]
            self._examples = [(key[order], pa.concat_arrays(ids).take(order))]

    def examples(self, key: int) -> list[str]:
        """Return the encounters with *key* that came first, once all is merged."""
        keys, ids = self._examples[0]
        low, high = np.searchsorted(keys, [key, key + 1]).tolist()
        return [str(value) for value in ids.slice(low, high - low).to_pylist()]


def _changes(key: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether each of *key* differs from the one before it."""
    changes = np.ones(len(key), dtype=bool)
    changes[1:] = key[1:] != key[:-1]
    return changes


def _place_in_run(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many of *key*, which is in order, are equal and stand before each.

    >>> _place_in_run(np.array([4, 4, 4, 6])).tolist()
    [0, 1, 2, 0]
    """
    starts = np.flatnonzero(_changes(key))
    return np.arange(len(key)) - np.repeat(starts, np.diff(np.append(starts, len(key))))


def _summed(
    key: NDArray[np.int64], findings: NDArray[np.int64], encounters: NDArray[np.int64]
) -> Counted:
    """Return each of *key*, which is in order, once, with the sums of its counts."""
    starts = np.flatnonzero(_changes(key))
    if not len(starts):
        return Counted(key, findings, encounters)
    sums = (np.add.reduceat(counts, starts) for counts in (findings, encounters))
    return Counted(key[starts], *sums)


class FindingTally:
    """Counts of what a kernel finds.

    *findings* counts findings by rule and chapter of the first code (0 for unknown
    codes), *affected* encounters by rule.  *by_severity* counts encounters, in the
    order of `Severity`; *invalid* those with a finding of `INVALID`, *clean* those
    without an error or a warning.  *chapter* is that of each node, and 0 at the end.
    """

    def __init__(self, rules: Sequence[Rule], chapter: NDArray[np.int64]) -> None:
        # What a key has bits for.
        assert len(rules) <= _RULES
        assert len(chapter) <= _NODES
        self.rules = rules
        self.chapter = chapter
        self.encounters = 0
        self.codes = 0
        self.unknown = 0
        self.findings = np.zeros((len(rules), chapter.max() + 1), dtype=np.int64)
        self.affected = np.zeros(len(rules), dtype=np.int64)
        self.by_severity = np.zeros(len(RANKS), dtype=np.int64)
        self.invalid = 0
        self.clean = 0
        self.pairs = Counts()
        self.causes = Counts()
        self._rank = np.array([RANKS[rule.severity] for rule in rules], dtype=np.int64)
        self._is_invalid = np.array([rule.id in INVALID for rule in rules], dtype=bool)
        # Two codes that exclude each other are one pair in either order.
        self._is_unordered = np.array(
            [isinstance((*r.conditions, None)[0], Apart | SameGroup) for r in rules],
            dtype=bool,
        )

    def add(self, checked: CheckedBatch) -> None:
        """Count what was found in *checked*."""
        rows, (rule, row, *_) = checked.rows, checked.findings
        size = int(rows.encounter[-1]) + 1 if len(rows.encounter) else 0
        self.encounters += size
        self.codes += len(rows.node)
        self.unknown += int((rows.node < 0).sum())
        chapter = self.chapter[np.maximum(rows.node[row], -1)]
        np.add.at(self.findings, (rule, chapter), 1)
        encounter, rank = rows.encounter[row], self._rank[rule]
        of_rule = np.zeros((len(self.rules), size), dtype=bool)
        of_rule[rule, encounter] = True
        self.affected += of_rule.sum(axis=1)
        self.invalid += int(of_rule[self._is_invalid].any(axis=0).sum())
        of_severity = np.zeros((len(RANKS), size), dtype=bool)
        of_severity[rank, encounter] = True
        self.by_severity += of_severity.sum(axis=1)
        self.clean += size - int(of_severity[: RANKS[Severity.NOTE]].any(axis=0).sum())
        self._add_causes(checked, np.flatnonzero(rank < RANKS[Severity.NOTE]))

    def _add_causes(self, checked: CheckedBatch, kept: NDArray[np.int64]) -> None:
        """Count the findings *kept* by pair and by cause."""
        found = checked.findings
        rule, row = found.rule[kept], found.row[kept]
        other, ground = found.other[kept], found.ground[kept]
        rows, ids = checked.rows, checked.batch.column("encounter")
        a = rows.node[row].astype(np.int64)
        b = np.where(other >= 0, rows.node[other], np.int64(-1))
        is_swapped = self._is_unordered[rule] & (b < a)
        a, b = np.where(is_swapped, b, a), np.where(is_swapped, a, b)
        keys = Keys(rule.astype(np.int64), a, b, ground.astype(np.int64))
        self.pairs.add(keys.packed(), rows.encounter[row], row, ids)
        self.causes.add(keys.cause(), rows.encounter[row], row, ids)


def chapters_of(graph: Graph) -> NDArray[np.int64]:
    """Return the number of each node's chapter, and 0 at the end."""
    chapter = np.zeros(graph.node_count + 1, dtype=np.int64)
    for node in graph.nodes(Kind.CHAPTER):
        low, high = node.number, graph.tree.descendants(node.number).stop
        chapter[low:high] = node.chapter_number
    return chapter
