"""Findings that are counted batch by batch."""

import numpy as np
import pyarrow as pa

from icdgraph.check import Severity, chosen, tally
from icdgraph.check.batch import Rows
from icdgraph.check.kernel import CheckedBatch, FindingRows
from icdgraph.check.tally import FindingTally


def test_counts_grow_with_different_pairs_and_not_with_how_many(monkeypatch):
    monkeypatch.setattr(tally, "_MERGED_AT", 10)
    counts = tally.PairCounts()
    for _ in range(1000):
        counts.add([39] * 4, [3, 1, 2, 1], [None, -1, 0, -1], [7] * 4)
        assert sum(map(len, counts._parts)) <= 20
    assert list(zip(*counts.merged().to_pydict().values(), strict=True)) == [
        (39, 1, -1, 7, 2000),
        (39, 2, 0, 7, 1000),
        (39, 3, None, 7, 1000),
    ]


RULES = tuple(chosen(["E101", "E201", "N503", "W501"]).values())
"""In the order of their numbers: E101, E201, W501, N503."""


def checked(rows, findings):
    """Return a batch of *rows*, (encounter, node), and *findings* in it."""
    encounter, node = (np.array(side) for side in zip(*rows, strict=True))
    columns = [np.array(side) for side in zip(*findings, strict=True)]
    batch = pa.record_batch({"encounter": encounter})
    return CheckedBatch(batch, Rows(encounter, node), FindingRows(*columns))


def test_what_is_counted():
    counts = FindingTally(RULES)
    rows = [(0, 5), (0, 6), (0, -1), (1, 5), (1, 6), (2, 9), (2, 0)]
    for _ in range(2):
        counts.add(
            checked(
                rows,
                [
                    # rule, row, other row, ground
                    (0, 2, -1, -1),
                    (1, 0, 1, 70),
                    (1, 0, 1, 71),
                    (1, 3, 4, 70),
                    (2, 5, 4, -1),
                    (3, 5, 4, -1),
                ],
            )
        )
    assert (counts.encounters, counts.codes, counts.unknown) == (6, 14, 2)
    assert counts.findings.tolist() == [2, 6, 2, 2]
    assert counts.affected.tolist() == [2, 4, 2, 2]
    assert counts.by_severity == {
        Severity.ERROR: 4,
        Severity.WARNING: 2,
        Severity.NOTE: 2,
    }
    *pairs, times = counts.pairs.merged().to_pydict().values()
    assert dict(zip(zip(*pairs, strict=True), times, strict=True)) == {
        (1, 5, 6, 70): 4,
        (1, 5, 6, 71): 2,
        (0, -1, None, -1): 2,
        (2, 9, 6, -1): 2,
    }


def test_a_batch_without_rows_counts_nothing():
    counts = FindingTally(RULES)
    none = np.empty(0, dtype=np.int64)
    batch = pa.record_batch({"encounter": none})
    counts.add(CheckedBatch(batch, Rows(none, none), FindingRows(*[none] * 4)))
    assert (counts.encounters, counts.findings.sum(), len(counts.pairs.merged())) == (
        0,
        0,
        0,
    )
