"""Findings counted batch by batch: by rule, and by pair of codes.

Counts grow with the different pairs, never with the rows.  Pairs of notes are not
counted: there are about as many as there are encounters, and they require nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.finding import Severity

if TYPE_CHECKING:
    import pyarrow as pa

    from icdgraph.check.kernel import CheckedBatch
    from icdgraph.check.rules import Rule

KEY = ("rule", "code", "other", "ground")
"""What pairs are counted by: the columns of `FindingRows`, nodes in place of rows."""
_MERGED_AT = 1_000_000


class PairCounts:
    """How often each rule is broken by each pair of codes, for each note or entry."""

    def __init__(self) -> None:
        self._parts: list[pa.Table] = []
        self._merged = 0

    def add(self, *columns: Any) -> None:
        """Count each finding: arrays for `KEY`."""
        import pyarrow as pa

        findings = pa.table(list(columns), KEY)
        counts = findings.group_by(KEY).aggregate([([], "count_all")])
        self._parts.append(counts.rename_columns([*KEY, "findings"]))
        # Merged when as many wait as are known, so that each is moved a few times.
        if sum(map(len, self._parts)) > 2 * self._merged + _MERGED_AT:
            self.merged()

    def merged(self) -> pa.Table:
        """Return all counts, the most frequent first: `KEY` and *findings*."""
        import pyarrow as pa

        if self._parts:
            found = pa.concat_tables(self._parts).group_by(KEY)
            counts = found.aggregate([("findings", "sum")])
            self._parts = [counts.rename_columns([*KEY, "findings"])]
            self._merged = len(counts)
            ascending = [(name, "ascending") for name in KEY]
            return self._parts[0].sort_by([("findings", "descending"), *ascending])
        return pa.table([[]] * (len(KEY) + 1), [*KEY, "findings"])


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
        self.pairs = PairCounts()

    def add(self, checked: CheckedBatch) -> None:
        """Count what was found in *checked*."""
        import pyarrow as pa

        rows, (rule, row, other, ground) = checked.rows, checked.findings
        size = int(rows.encounter[-1]) + 1 if len(rows.encounter) else 0
        self.encounters += size
        self.codes += len(rows.node)
        self.unknown += int((rows.node < 0).sum())
        self.findings += np.bincount(rule, minlength=len(self.rules))
        by_severity = {severity: np.zeros(size, dtype=bool) for severity in Severity}
        for number in np.unique(rule).tolist():
            affected = np.zeros(size, dtype=bool)
            affected[rows.encounter[row[rule == number]]] = True
            self.affected[number] += int(affected.sum())
            by_severity[self.rules[number].severity] |= affected
        for severity, affected in by_severity.items():
            self.by_severity[severity] += int(affected.sum())
        is_severe = np.array([r.severity is not Severity.NOTE for r in self.rules])
        kept = np.flatnonzero(is_severe[rule])
        other = other[kept]
        self.pairs.add(
            rule[kept],
            rows.node[row[kept]],
            pa.array(rows.node[other], mask=other < 0),
            ground[kept],
        )
