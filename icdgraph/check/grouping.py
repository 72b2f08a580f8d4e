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
    from collections.abc import Callable, Iterator

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
    order = IdOrder()
    rejected: Any = None
    for batch in batches:
        if not batch.num_rows:
            continue
        order.follow(batch.column(0))
        if rejected is not None:
            batch = _without_start(batch, rejected, reject)
        held = batch if held is None else pa.concat_batches([held, batch])
        cut = _last_start(held.column(0))
        if cut:
            yield _without_large(held.slice(0, cut), reject)
            held = held.slice(cut)
        if held.num_rows > MOST_ROWS:
            rejected = held.column(0)[0]
            _reject_all(held, reject)
            held = held.slice(0, 0)
    if held is not None and held.num_rows:
        yield held


class IdOrder:
    """The orders that the ids of encounters have kept to so far."""

    def __init__(self) -> None:
        self._orders = set(_ORDERS)
        self._last: Any = None

    def follow(self, ids: Any) -> None:
        """Go on with *ids*; raises `UnsortedTable` when no order is left."""
        import pyarrow as pa

        if self._last is not None:
            ids = pa.concat_arrays([self._last, ids])
        before, after = ids.slice(0, len(ids) - 1), ids.slice(1)
        self._orders = {n for n in self._orders if not _ORDERS[n](before, after)}
        if not self._orders:
            raise UnsortedTable
        self._last = ids.slice(len(ids) - 1)


def _falls(before: Any, after: Any) -> bool:
    from pyarrow import compute as pc

    return bool(pc.any(pc.less(after, before)).as_py())


def _rises(before: Any, after: Any) -> bool:
    return _falls(after, before)


def _falls_by_length(before: Any, after: Any) -> bool:
    import pyarrow as pa
    from pyarrow import compute as pc

    if not pa.types.is_string(before.type):
        return True
    length, next_length = pc.binary_length(before), pc.binary_length(after)
    is_shorter = pc.less(next_length, length)
    is_earlier = pc.and_(pc.equal(next_length, length), pc.less(after, before))
    return bool(pc.any(pc.or_(is_shorter, is_earlier)).as_py())


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "up": _falls,
    "down": _rises,
    "by length": _falls_by_length,
}
"""Each order, and whether ids one after the other break it."""


def starts_of(ids: Any) -> NDArray[np.bool_]:
    """Return for each id whether an encounter starts there."""
    from pyarrow import compute as pc

    starts = np.ones(len(ids), dtype=bool)
    if len(ids) > 1:
        differs = pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1))
        starts[1:] = differs.to_numpy(zero_copy_only=False)
    return starts


def _last_start(ids: Any) -> int:
    """Return the row at which the last encounter begins, 0 where there is only one."""
    at = np.flatnonzero(starts_of(ids))
    return int(at[-1]) if len(at) else 0


def _without_start(batch: pa.RecordBatch, large: Any, reject: Reject) -> pa.RecordBatch:
    """Return *batch* without the rows of encounter *large* that it begins with."""
    from pyarrow import compute as pc

    other = pc.index(pc.equal(batch.column(0), large), False).as_py()
    size = batch.num_rows if other < 0 else other
    _reject_all(batch.slice(0, size), reject)
    return batch.slice(size)


def _without_large(batch: pa.RecordBatch, reject: Reject) -> pa.RecordBatch:
    """Return *batch* without the encounters that have too many rows."""
    import pyarrow as pa

    starts = np.flatnonzero(starts_of(batch.column(0)))
    sizes = np.diff(np.append(starts, batch.num_rows))
    if not len(sizes) or sizes.max() <= MOST_ROWS:
        return batch
    is_large = np.repeat(sizes > MOST_ROWS, sizes)
    _reject_all(batch.filter(pa.array(is_large)), reject)
    return batch.filter(pa.array(~is_large))


def _reject_all(batch: pa.RecordBatch, reject: Reject) -> None:
    reason = f"the encounter has more than {MOST_ROWS:,} rows"
    for row, encounter in zip(
        batch.column("row").to_pylist(), batch.column(0).to_pylist(), strict=True
    ):
        reject(RejectedRow(row, reason, str(encounter)))


def sorted_by_encounter(
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of *batches* sorted by encounter, out of core.

    Raises `MissingExtra` without DuckDB.
    """
    import pyarrow as pa

    duckdb = require("duckdb", "sort the rows of a table by encounter", "tables")
    first = next(batches, None)
    if first is None:
        return
    errors: list[BaseException] = []
    rows = pa.RecordBatchReader.from_batches(
        first.schema, _keeping_error(first, batches, errors)
    )
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
            if errors:
                raise errors[0] from None
            raise ParseError(
                f"cannot sort the table by encounter: {exc}. Sort it first, or free "
                "some disk space."
            ) from exc


def _keeping_error(
    first: pa.RecordBatch,
    batches: Iterator[pa.RecordBatch],
    errors: list[BaseException],
) -> Iterator[pa.RecordBatch]:
    """Yield all batches; keep the error that ends them, which DuckDB would replace."""
    yield first
    try:
        yield from batches
    except BaseException as exc:
        errors.append(exc)
        raise
