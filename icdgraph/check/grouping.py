"""Encounters kept whole, however large the table and however its rows are mixed.

Where the ids of encounters never fall, an encounter ends where the next begins: the
last one of a batch, still open, is carried over to the next batch.  Ids that fall
(`Mixed`) say nothing of whether one of them comes back, and the table is then sorted by
encounter, out of core, by DuckDB.

    1 1 2 | 2 3 3 | 3 5      batches of a table
    1 1     2 2     3 3 3 5  what is handed on

"Falls" is meant in one of three orders, and the first batch that breaks the last of
them ends the attempt: up, down, or by length and then up (``E9``, ``E10``).
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.source import BATCH, Aside
from icdgraph.errors import MissingExtra, ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

WIDEST = 10_000
"""Rows of an encounter, at most: more are none, and would be 50 million pairs."""
MEMORY = "1GB"
"""What DuckDB may take for sorting; beyond it, it writes to disk."""
_SORTED = 'SELECT * FROM rows ORDER BY encounter, "order" NULLS LAST, row'


class Mixed(Exception):
    """The encounters of a table are in no order, so that one may come back later."""


def whole(
    batches: Iterator[pa.RecordBatch], aside: Callable[[Aside], None]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of *batches*, of `LONG`, cut between encounters alone.

    Raises `Mixed`.  Encounters of more than `WIDEST` rows go to *aside*.
    """
    import pyarrow as pa

    held: pa.RecordBatch | None = None
    course = Course()
    wide: Any = None
    for batch in batches:
        if not batch.num_rows:
            continue
        course.follow(batch.column(0))
        if wide is not None:
            batch = _after(batch, wide, aside)
        held = batch if held is None else pa.concat_batches([held, batch])
        cut = _last_change(held.column(0))
        if cut:
            yield _narrow(held.slice(0, cut), aside)
            held = held.slice(cut)
        if held.num_rows > WIDEST:
            wide = held.column(0)[0]
            _put_aside(held, aside)
            held = held.slice(0, 0)
    if held is not None and held.num_rows:
        yield _narrow(held, aside)


class Course:
    """The orders in which the ids of encounters have never fallen so far."""

    def __init__(self) -> None:
        self._orders = set(_ORDERS)
        self._last: Any = None

    def follow(self, ids: Any) -> None:
        """Go on with *ids*; raises `Mixed` when they have fallen in every order."""
        import pyarrow as pa

        if self._last is not None:
            ids = pa.concat_arrays([self._last, ids])
        before, after = ids.slice(0, len(ids) - 1), ids.slice(1)
        self._orders = {n for n in self._orders if not _ORDERS[n](before, after)}
        if not self._orders:
            raise Mixed
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
    here, there = pc.binary_length(before), pc.binary_length(after)
    shorter, same = pc.less(there, here), pc.equal(there, here)
    falls = pc.or_(shorter, pc.and_(same, pc.less(after, before)))
    return bool(pc.any(falls).as_py())


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "up": _falls,
    "down": _rises,
    "by length": _falls_by_length,
}


def changes(ids: Any) -> NDArray[np.bool_]:
    """Return for each id whether it differs from the one before; the first one does."""
    from pyarrow import compute as pc

    found = np.ones(len(ids), dtype=bool)
    if len(ids) > 1:
        differs = pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1))
        found[1:] = differs.to_numpy(zero_copy_only=False)
    return found


def _last_change(ids: Any) -> int:
    """Return the row at which the last encounter begins, 0 where there is but one."""
    at = np.flatnonzero(changes(ids))
    return int(at[-1]) if len(at) else 0


def _after(
    batch: pa.RecordBatch, wide: Any, aside: Callable[[Aside], None]
) -> pa.RecordBatch:
    """Return *batch* without the rows of encounter *wide* that it begins with."""
    from pyarrow import compute as pc

    other = pc.index(pc.equal(batch.column(0), wide), False).as_py()
    size = batch.num_rows if other < 0 else other
    _put_aside(batch.slice(0, size), aside)
    return batch.slice(size)


def _narrow(batch: pa.RecordBatch, aside: Callable[[Aside], None]) -> pa.RecordBatch:
    """Return *batch* without the encounters that are too wide."""
    import pyarrow as pa

    starts = np.flatnonzero(changes(batch.column(0)))
    sizes = np.diff(np.append(starts, batch.num_rows))
    if not len(sizes) or sizes.max() <= WIDEST:
        return batch
    out = np.repeat(sizes > WIDEST, sizes)
    _put_aside(batch.filter(pa.array(out)), aside)
    return batch.filter(pa.array(~out))


def _put_aside(batch: pa.RecordBatch, aside: Callable[[Aside], None]) -> None:
    reason = f"an encounter of more than {WIDEST:,} rows"
    for row, name in zip(
        batch.column("row").to_pylist(), batch.column(0).to_pylist(), strict=True
    ):
        aside(Aside(row, reason, str(name)))


def in_order(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of *batches* sorted by encounter, out of core.

    Raises `MissingExtra` without DuckDB.
    """
    import pyarrow as pa

    try:
        import duckdb
    except ImportError as exc:
        raise MissingExtra(
            "the rows of an encounter do not stand together, and sorting them needs "
            'DuckDB; pip install "icdgraph[tables]" would be right'
        ) from exc
    first = next(batches, None)
    if first is None:
        return
    failed: list[BaseException] = []
    rows = pa.RecordBatchReader.from_batches(
        first.schema, _remembering(first, batches, failed)
    )
    with (
        tempfile.TemporaryDirectory(prefix="icdgraph-") as folder,
        duckdb.connect(
            config={"memory_limit": MEMORY, "temp_directory": folder}
        ) as connection,
    ):
        connection.register("rows", rows)
        try:
            found = connection.sql(_SORTED).to_arrow_reader(BATCH)
            yield from found
        except duckdb.Error as exc:
            if failed:
                raise failed[0] from None
            raise ParseError(
                f"the table cannot be sorted by encounter: {exc}; one that is "
                "sorted already would be right"
            ) from exc


def _remembering(
    first: pa.RecordBatch,
    batches: Iterator[pa.RecordBatch],
    failed: list[BaseException],
) -> Iterator[pa.RecordBatch]:
    """Yield all batches; keep the error that ends them, which DuckDB would reword."""
    yield first
    try:
        yield from batches
    except BaseException as exc:
        failed.append(exc)
        raise
