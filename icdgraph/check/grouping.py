"""Encounters kept together, however large the table and however its rows are mixed.

Where the ids of encounters never fall, an encounter ends where the next one begins: the
last encounter of a batch, which may go on, is carried over to the next batch.

    1 1 2 | 2 3 3 | 3 5      batches of a table
    1 1     2 2     3 3 3 5  what is handed on

Ids may be in one of three orders: up, down, or by length and then up (``E9``, ``E10``).
Where they are in none (`UnsortedTable`), an id may come back later, and the table is
sorted by encounter, out of core, by DuckDB.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.source import BATCH, Reject, RejectedRow
from icdgraph.errors import ParseError
from icdgraph.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

MOST_ROWS = 10_000
"""Rows of an encounter, at most; so many already make 50 million pairs."""
MEMORY = "1GB"
"""What DuckDB may use to sort; beyond it, it writes to disk."""
_SORTED = 'SELECT * FROM rows ORDER BY encounter, "order" NULLS LAST, row'


class UnsortedTable(Exception):
    """The encounters of a table are in no order, so that one may come back later."""


def whole_encounters(
    batches: Iterator[pa.RecordBatch], reject: Reject
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of *batches*, of `LONG`, cut only between encounters.

    An encounter with more than `MOST_ROWS` rows is rejected.  Raises `UnsortedTable`.
    """
    import pyarrow as pa

    held: pa.RecordBatch | None = None
    order, large = IdOrder(), None
    for batch in batches:
        if not batch.num_rows:
            continue
        order.follow(batch.column(0))
        held = batch if held is None else pa.concat_batches([held, batch])
        held, large = _without_large(held, large, reject)
        starts = np.flatnonzero(starts_of(held.column(0)))
        if len(starts) > 1:
            yield held.slice(0, starts[-1])
            held = held.slice(starts[-1])
    if held is not None and held.num_rows:
        yield held


class IdOrder:
    """The orders that the ids of encounters have kept to so far."""

    def __init__(self) -> None:
        self._orders = {"up", "down", "by length"}
        self._last: Any = None

    def follow(self, ids: Any) -> None:
        """Go on with *ids*; raises `UnsortedTable` when no order is left."""
        import pyarrow as pa

        if self._last is not None:
            ids = pa.concat_arrays([self._last, ids])
        before, after = ids.slice(0, len(ids) - 1), ids.slice(1)
        self._orders = {n for n in self._orders if not _is_broken(n, before, after)}
        if not self._orders:
            raise UnsortedTable
        self._last = ids.slice(len(ids) - 1)


def _is_broken(order: str, before: Any, after: Any) -> bool:
    """Return True if an id *after* the one *before* it is not in *order*."""
    import pyarrow as pa
    from pyarrow import compute as pc

    broken = pc.greater(after, before) if order == "down" else pc.less(after, before)
    if order == "by length":
        if not pa.types.is_string(before.type):
            return True
        length, next_length = pc.binary_length(before), pc.binary_length(after)
        is_shorter = pc.less(next_length, length)
        broken = pc.or_(is_shorter, pc.and_(pc.equal(next_length, length), broken))
    return bool(pc.any(broken).as_py())


def starts_of(ids: Any) -> NDArray[np.bool_]:
    """Return for each id whether an encounter starts there."""
    from pyarrow import compute as pc

    starts = np.ones(len(ids), dtype=bool)
    if len(ids) > 1:
        differs = pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1))
        starts[1:] = differs.to_numpy(zero_copy_only=False)
    return starts


def _without_large(
    batch: pa.RecordBatch, large: Any, reject: Reject
) -> tuple[pa.RecordBatch, Any]:
    """Return *batch* without encounters that have too many rows.

    *large* is the id of one that began in an earlier batch; returned is that of one
    which may go on in the next.
    """
    import pyarrow as pa
    from pyarrow import compute as pc

    ids = batch.column(0)
    sizes = np.diff(np.append(np.flatnonzero(starts_of(ids)), len(ids)))
    is_large = np.repeat(sizes > MOST_ROWS, sizes)
    if large is not None:
        is_large |= pc.equal(ids, large).to_numpy(zero_copy_only=False)
    if not is_large.any():
        return batch, None
    reason = f"the encounter has more than {MOST_ROWS:,} rows"
    rejected = batch.filter(pa.array(is_large))
    numbers, texts = rejected.column("row"), rejected.column(0)
    for row, encounter in zip(numbers.to_pylist(), texts.to_pylist(), strict=True):
        reject(RejectedRow(row, reason, str(encounter)))
    return batch.filter(pa.array(~is_large)), ids[-1] if is_large[-1] else None


def sorted_by_encounter(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of *batches* sorted by encounter, out of core.

    Raises `MissingExtra` without DuckDB.
    """
    import pyarrow as pa

    duckdb = require("duckdb", "sort the rows of a table by encounter", "tables")
    first = next(batches, None)
    if first is None:
        return
    error: BaseException | None = None

    def rest() -> Iterator[pa.RecordBatch]:
        nonlocal error
        yield first
        try:
            yield from batches
        except BaseException as exc:
            # Kept, as DuckDB raises another one in its place.
            error = exc
            raise

    rows = pa.RecordBatchReader.from_batches(first.schema, rest())
    with (
        tempfile.TemporaryDirectory(prefix="icdgraph-") as folder,
        duckdb.connect(
            config={"memory_limit": MEMORY, "temp_directory": folder}
        ) as connection,
    ):
        connection.register("rows", rows)
        try:
            yield from connection.sql(_SORTED).to_arrow_reader(BATCH)
        except duckdb.Error as exc:
            if error is not None:
                raise error from None
            raise ParseError(
                f"cannot sort the table by encounter: {exc}. Sort it first, or free "
                "some disk space."
            ) from exc
