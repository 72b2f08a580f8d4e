"""Findings that are counted batch by batch."""

import numpy as np
import pyarrow as pa

from icdgraph.check import chosen, tally
from icdgraph.check.batch import Rows
from icdgraph.check.kernel import CheckedBatch, FindingRows
from icdgraph.check.tally import Counts, FindingTally, Keys, chapters_of
from icdgraph.toy import toy

RULES = tuple(chosen(["E101", "E106", "E201", "E301", "N310"]).values())
CHAPTER = np.array([1] * 8 + [2] * 2 + [0])
"""The chapters of ten nodes."""


def test_counts_grow_with_different_keys_and_not_with_how_many(monkeypatch):
    monkeypatch.setattr(tally, "_MERGED_AT", 10)
    counts = Counts()
    for batch in range(1000):
        ids = pa.array([f"{batch}-{row}" for row in range(4)])
        key, encounter = np.array([7, -2, 9, 7]), np.array([0, 1, 1, 2])
        counts.add(key, encounter, np.arange(4), ids)
        assert sum(len(part.key) for part in counts._parts) <= 20
    assert [side.tolist() for side in counts.merged()] == [
        [-2, 7, 9],
        [1000, 2000, 1000],
        [1000, 2000, 1000],
    ]
    assert counts.examples(7) == ["0-0", "0-3", "1-0"]
    assert counts.examples(9) == ["0-2", "1-2", "2-2"]


def checked(rows, findings):
    """Return a batch of *rows*, (encounter, node), and *findings* in it."""
    encounter, node = (np.array(side) for side in zip(*rows, strict=True))
    columns = [np.array(side) for side in zip(*findings, strict=True)]
    ids = pa.array([f"C{number}" for number in encounter]).dictionary_encode()
    batch = pa.record_batch({"encounter": ids})
    return CheckedBatch(batch, Rows(encounter, node), FindingRows(*columns))


def counted(counts):
    """Return the counts and the examples of each key, as numbers of `Keys`."""
    key, *sides = counts.merged()
    names = zip(*(part.tolist() for part in Keys.unpacked(key)), strict=True)
    examples = [",".join(counts.examples(k)) for k in key.tolist()]
    values = zip(*(side.tolist() for side in sides), examples, strict=True)
    return dict(zip(names, values, strict=True))


def test_what_is_counted():
    counts = FindingTally(RULES, CHAPTER)
    rows = [(0, 5), (0, 6), (0, -1), (1, 6), (1, 5), (2, 9), (2, 9), (2, 9), (3, 0)]
    for _ in range(2):
        counts.add(
            checked(
                rows,
                [
                    # rule, row, other row, ground
                    (0, 2, -1, -1),
                    (2, 0, 1, 70),
                    (3, 0, 1, 80),
                    (2, 3, 4, 70),
                    (3, 3, 4, 80),
                    (1, 6, -1, -1),
                    (1, 7, -1, -1),
                    (4, 5, -1, 90),
                    (4, 8, -1, 90),
                ],
            )
        )
    assert (counts.encounters, counts.codes, counts.unknown) == (8, 18, 2)
    assert (counts.clean, counts.invalid) == (2, 2)
    assert counts.by_severity.tolist() == [6, 0, 4]
    assert counts.affected.tolist() == [2, 2, 4, 4, 4]
    assert counts.findings.tolist() == [
        [2, 0, 0],
        [0, 0, 4],
        [0, 4, 0],
        [0, 4, 0],
        [0, 2, 2],
    ]
    # The order matters to E301 alone.
    assert counted(counts.pairs) == {
        (0, -1, -1, -1): (2, 2, "C0,C0"),
        (1, 9, -1, -1): (4, 2, "C2,C2"),
        (2, 5, 6, 70): (4, 4, "C0,C1,C0"),
        (3, 5, 6, 80): (2, 2, "C0,C0"),
        (3, 6, 5, 80): (2, 2, "C1,C1"),
    }
    assert counted(counts.causes) == {
        (0, 0, -1, -1): (2, 2, "C0,C0"),
        (1, 0, -1, -1): (4, 2, "C2,C2"),
        (2, 0, -1, 70): (4, 4, "C0,C1,C0"),
        (3, 0, -1, 80): (4, 4, "C0,C1,C0"),
    }


def test_a_cause_is_a_ground_a_pair_or_a_rule():
    keys = Keys(*np.array([[3] * 6, [7, 8, 7, 8, 7, -4], [9, 9, 9, 8, -1, -1]]), 0)
    grounds = np.array([70, 70, -1, -1, -1, -1])
    cause = keys._replace(ground=grounds).cause()
    assert cause[0] == cause[1]
    assert cause[4] == cause[5]
    assert len(set(cause.tolist())) == 4


def test_a_batch_without_rows_counts_nothing():
    for rules in (RULES, ()):
        counts = FindingTally(rules, CHAPTER)
        none = np.empty(0, dtype=np.int64)
        batch = pa.record_batch({"encounter": none})
        found = FindingRows(*[none] * 4)
        counts.add(CheckedBatch(batch, Rows(none, none.astype(np.int32)), found))
        assert (counts.encounters, counts.clean, counts.findings.sum()) == (0, 0, 0)
        assert len(counts.pairs.merged().key) == len(counts.causes.merged().key) == 0


def test_chapters_of_nodes():
    graph = toy().core
    chapter = chapters_of(graph)
    assert len(chapter) == graph.node_count + 1
    assert [int(chapter[graph.number_of(c)]) for c in ("M54.50", "F45.41")] == [13, 5]
    assert chapter[-1] == 0
