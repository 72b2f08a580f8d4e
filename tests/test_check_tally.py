"""Findings that are counted batch by batch."""

import numpy as np
import pyarrow as pa
import pytest

from icdgraph.check import Severity, chosen, tally
from icdgraph.check.batch import Rows
from icdgraph.check.kernel import CheckedBatch, FindingRows
from icdgraph.check.tally import (
    LATER_UNKNOWN,
    FindingTally,
    NumberCounts,
    pair_key,
    unpack_note,
    unpack_pair,
)


def test_counts_grow_with_different_numbers_and_not_with_how_many(monkeypatch):
    monkeypatch.setattr(tally, "_MERGED_AT", 10)
    counts = NumberCounts()
    for _ in range(1000):
        counts.add(np.array([3, 1, 2, 1]))
        assert len(counts._waiting) <= 10
    assert counts.top() == [(1, 2000), (2, 1000), (3, 1000)]
    assert counts.top(1) == [(1, 2000)]
    assert len(counts) == 3


@pytest.mark.parametrize("other", [None, 0, 98_504, -1, LATER_UNKNOWN])
@pytest.mark.parametrize("code", [0, 98_504, -1, LATER_UNKNOWN])
def test_a_pair_of_codes_is_one_number(code, other):
    number = -1 if other is None else other
    key = pair_key(*map(np.array, ([39], [code], [number], [other is not None])))
    assert unpack_pair(int(key[0])) == (39, code, other)


def test_unknown_texts_beyond_eight_million_are_counted_as_one():
    """They must not become the number of a code, or of another rule."""
    codes = np.array([LATER_UNKNOWN - 1, -(1 << 24), -(1 << 30)])
    key = pair_key(np.array([3, 3, 3]), codes, codes, np.array([True] * 3))
    assert {unpack_pair(k) for k in key.tolist()} == {(3, LATER_UNKNOWN, LATER_UNKNOWN)}


RULES = tuple(chosen(["E101", "E201", "W501", "A203"]).values())
"""In the order of their ids: E101, E201, A203, W501."""


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
                    # rule, row, other row, note, entry
                    (0, 2, -1, -1, 0),
                    (1, 0, 1, 70, 0),
                    (1, 0, 1, 71, 0),
                    (1, 3, 4, 70, 0),
                    (2, 5, 4, 72, 0),
                    (3, 5, 4, -1, 0),
                ],
            )
        )
    assert (counts.encounters, counts.codes, counts.unknown) == (6, 14, 2)
    assert counts.findings.tolist() == [2, 6, 2, 2]
    assert counts.affected.tolist() == [2, 4, 2, 2]
    assert counts.by_severity == {
        Severity.ERROR: 4,
        Severity.WARNING: 2,
        Severity.ADVICE: 2,
    }
    pairs = {unpack_pair(key): times for key, times in counts.pairs.top()}
    assert pairs == {(1, 5, 6): 6, (0, -1, None): 2, (3, 9, 6): 2}
    notes = {unpack_note(key): times for key, times in counts.notes.top()}
    assert notes == {(1, 70): 4, (1, 71): 2, (2, 72): 2}


def test_a_batch_without_rows_counts_nothing():
    counts = FindingTally(RULES)
    none = np.empty(0, dtype=np.int64)
    batch = pa.record_batch({"encounter": none})
    counts.add(CheckedBatch(batch, Rows(none, none), FindingRows(*[none] * 5)))
    assert (counts.encounters, counts.findings.sum(), len(counts.pairs)) == (0, 0, 0)
