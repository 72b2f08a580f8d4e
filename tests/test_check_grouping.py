"""Encounters that are kept together, whatever the order of their ids."""

import pyarrow as pa
import pytest

from icdgraph.check import grouping
from icdgraph.check.grouping import (
    IdOrder,
    UnsortedTable,
    sorted_by_encounter,
    starts_of,
    whole_encounters,
)
from icdgraph.check.source import RejectedRow


def batches(*parts):
    """Return a batch for each list of ids, with the numbers of their rows."""
    row = 0
    for ids in parts:
        numbers = pa.array(range(row + 1, row + 1 + len(ids)), pa.int64())
        kind = pa.string() if any(isinstance(i, str) for i in ids) else pa.int64()
        order = pa.nulls(len(ids), pa.float64())
        yield pa.record_batch(
            [pa.array(ids, kind), order, numbers], names=["encounter", "order", "row"]
        )
        row += len(ids)


def rows_of(found):
    return [batch.column("row").to_pylist() for batch in found]


def all_rows(found):
    return [row for rows in rows_of(found) for row in rows]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (([1, 1, 2], [2, 3, 3], [3, 5]), [[1, 2], [3, 4], [5, 6, 7], [8]]),
        (([1, 2, 3],), [[1, 2], [3]]),
        (([1, 1], [1, 1]), [[1, 2, 3, 4]]),
        (([1], [], [1], [2]), [[1, 2], [3]]),
        (([],), []),
        ((), []),
    ],
)
def test_batches_are_cut_between_encounters(parts, expected):
    rejected = []
    assert rows_of(whole_encounters(batches(*parts), rejected.append)) == expected
    assert rejected == []


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize(
    "parts",
    [
        [["a"] * 2 + ["b"] * 4 + ["c"]],
        [["a", "a", "b"], ["b"], ["b", "b", "c"]],
        [["a", "a", "b", "b"], ["b", "b"], ["c"]],
        [["a", "a"], ["b", "b", "b", "b"], ["c"]],
        [["a"], ["a"], ["b"], ["b"], ["b"], ["b"], ["c"]],
    ],
    ids=str,
)
def test_a_large_encounter_is_rejected_wherever_it_is_cut(monkeypatch, most, parts):
    monkeypatch.setattr(grouping, "MOST_ROWS", most)
    rejected = []
    kept = all_rows(whole_encounters(batches(*parts), rejected.append))
    a, b, c = [1, 2], [3, 4, 5, 6], [7]
    large = [rows for rows in (a, b, c) if len(rows) > most]
    assert kept == [n for rows in (a, b, c) if rows not in large for n in rows]
    reason = f"the encounter has more than {most} rows"
    assert sorted(rejected) == [
        RejectedRow(row, reason, "b" if rows is b else "a")
        for rows in large
        for row in rows
    ]


def test_the_last_encounter_may_be_too_large(monkeypatch):
    monkeypatch.setattr(grouping, "MOST_ROWS", 2)
    rejected = []
    kept = rows_of(whole_encounters(batches([1, 2, 2], [2, 2]), rejected.append))
    assert kept == [[1]]
    assert [row.row for row in rejected] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "ids",
    [
        ["a", "b", "c"],
        ["c", "b", "a"],
        ["E9", "E10", "E11"],
        ["a", "a", "a"],
        [1, 2, 10],
        [10, 2, 1],
    ],
    ids=str,
)
@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_ids_that_are_in_an_order(ids, cut):
    order = IdOrder()
    order.follow(pa.array(ids[:cut] or ids[:1]))
    order.follow(pa.array(ids[cut:] or ids[-1:]))


@pytest.mark.parametrize(
    "ids",
    [
        ["a", "c", "b"],
        ["b1", "a1", "b1"],
        ["E10", "E9", "E10"],
        ["E9", "E10", "E9"],
        ["b", "a1", "b"],
        [1, 10, 2],
        [2, 1, 2],
    ],
    ids=str,
)
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_ids_that_are_in_no_order(ids, cut):
    parts = batches(ids[:cut], ids[cut:])
    with pytest.raises(UnsortedTable):
        list(whole_encounters(parts, pytest.fail))


@pytest.mark.parametrize("ids", [["a", "a", "b", "a"], ["a"], []], ids=str)
def test_where_encounters_start(ids):
    expected = [True, False, True, True][: len(ids)]
    assert starts_of(pa.array(ids, pa.string())).tolist() == expected


def test_rows_are_sorted_by_encounter_order_and_row():
    schema = ["encounter", "order", "row"]
    types = (pa.string(), pa.float64(), pa.int64())
    parts = [
        pa.record_batch(list(map(pa.array, zip(*rows, strict=True), types)), schema)
        for rows in (
            [("b", 2.0, 1), ("a", None, 2)],
            [("b", 1.0, 3), ("a", 5.0, 4), ("b", 2.0, 5)],
        )
    ]
    assert all_rows(sorted_by_encounter(iter(parts))) == [4, 2, 3, 1, 5]
    assert list(sorted_by_encounter(iter([]))) == []


def test_an_error_while_reading_is_not_reworded():
    def failing():
        yield from batches([1])
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        list(sorted_by_encounter(failing()))
