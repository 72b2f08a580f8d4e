"""Tables of several kinds, read as Arrow record batches.

    CSV and TSV, plain or compressed      all values as text, as they are
    Parquet: a file, a folder, a list     codes stay dictionary-encoded
    polars, pandas, DuckDB, pyarrow       anything with the Arrow C stream interface

A `TableSource` knows the names of its columns and yields batches of those that are
asked for, with the numbers of their rows in the table, from 1.  Rows of a CSV file with
another number of fields than its header are rejected.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import logging
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import numpy as np

from icdgraph.errors import ParseError
from icdgraph.extras import require

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

BATCH = 1 << 20
"""Rows of a batch, at most."""
BLOCK = 1 << 24
"""Bytes of a CSV file that are read at a time; no row may be longer."""
DELIMITERS = ",;\t|"
TEXTS = {".csv", ".tsv", ".txt"}
COMPRESSED: dict[str, Callable[..., Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
}


class RejectedRow(NamedTuple):
    """A row that cannot be checked: its number, the reason, and the row itself."""

    row: int
    reason: str
    text: str


class TableBatch(NamedTuple):
    """Rows of a table, their numbers, and what part of the table has been read."""

    columns: pa.RecordBatch
    rows: NDArray[np.int64]
    done: float | None


Reject = Callable[[RejectedRow], None]
"""Is given each row that cannot be checked."""
TableReader = Callable[[list[str], Reject], Iterator[TableBatch]]
"""Reads some columns of a table."""


@dataclass(frozen=True, slots=True)
class TableSource:
    """A table: its name, its columns, how to read some of them, and if again."""

    name: str
    columns: tuple[str, ...]
    read: TableReader
    is_rereadable: bool = True


def table_source(
    data: Any, *, delimiter: str | None = None, encoding: str = "utf-8"
) -> TableSource:
    """Return *data* as a `TableSource`: a path, a list of paths, a frame, Arrow data.

    *delimiter* and *encoding* are those of a CSV file.  Raises `ParseError` for what is
    not a table, and `MissingExtra` without pyarrow.

    >>> import pyarrow as pa
    >>> table_source(pa.table({"dx": ["I10"]})).columns
    ('dx',)
    """
    require("pyarrow", "check tables", "tables")
    if isinstance(data, (str, Path)):
        path = Path(data)
        if not path.is_dir() and TEXTS & set(path.suffixes[-2:]):
            return _text(path, delimiter, encoding)
        return _parquet(path)
    if isinstance(data, (list, tuple)) and data and isinstance(data[0], (str, Path)):
        return _parquet([Path(part) for part in data])
    return _frame(data)


def _numbered(
    batches: Iterator[pa.RecordBatch], total: int | None = None
) -> Iterator[TableBatch]:
    done = 0
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH):
            part = batch.slice(start, BATCH)
            rows = np.arange(done + 1, done + 1 + part.num_rows)
            done += part.num_rows
            yield TableBatch(part, rows, done / total if total else None)


# Parquet


def _parquet(where: Path | list[Path]) -> TableSource:
    import pyarrow as pa
    from pyarrow import dataset

    parts = where if isinstance(where, list) else [where]
    for part in parts:
        if not part.exists():
            raise FileNotFoundError(2, "No such file or directory", str(part))
    paths = [str(part) for part in parts]
    try:
        found = dataset.dataset(
            paths if isinstance(where, list) else paths[0], format="parquet"
        )
        schema = found.schema
    except (pa.ArrowInvalid, OSError) as exc:
        raise ParseError(
            f"cannot read {paths[0]!r} as Parquet. Give a .csv file, a .parquet file, "
            "or a folder of .parquet files."
        ) from exc
    if not found.files:
        raise ParseError(
            f"no Parquet files in the folder {paths[0]!r}. Give a .csv file, a "
            ".parquet file, or a folder of .parquet files."
        )

    def read(columns: list[str], reject: Reject) -> Iterator[TableBatch]:
        batches = (b for f in found.files for b in _file(f, columns, schema))
        yield from _numbered(batches, found.count_rows())

    return TableSource(", ".join(paths), tuple(schema.names), read)


def _file(path: str, columns: list[str], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield *columns* of one file, of the types they have in *schema*.

    A dataset's scanner reads ahead without a bound; a file's batches do not.
    """
    import pyarrow as pa
    from pyarrow import parquet

    texts = [n for n in columns[1:] if pa.types.is_string(schema.field(n).type)]
    # Before it is opened: pyarrow fails when asked for a dictionary that is missing.
    names = parquet.read_schema(path).names
    for name in columns:
        if name not in names:
            raise ParseError(
                f"column {name!r} is missing in {path!r}, but other files of the table "
                "have it"
            )
    with parquet.ParquetFile(path, read_dictionary=texts, pre_buffer=False) as file:
        first = schema.field(columns[0])
        for batch in file.iter_batches(BATCH, columns=columns):
            batch = batch.select(columns)
            yield batch.set_column(0, first, batch.column(0).cast(first.type))


# Text


def _text(path: Path, delimiter: str | None, encoding: str) -> TableSource:
    head = _head(path, encoding)
    if delimiter is None:
        delimiter = max(DELIMITERS, key=head.splitlines()[0].count)
    lines = io.StringIO(head, newline=None)
    names = tuple(next(csv.reader(lines, delimiter=delimiter)))
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ParseError(
            f"{str(path)!r} has two columns {twice!r}. Rename one of them."
        )

    def read(columns: list[str], reject: Reject) -> Iterator[TableBatch]:
        return _csv_batches(path, columns, reject, delimiter, encoding)

    return TableSource(str(path), names, read)


def _head(path: Path, encoding: str) -> str:
    """Return the beginning of *path*, from its first line that is not blank."""
    with path.open("rb") as raw, _plain(path, raw) as file:
        try:
            text: str = file.read(1 << 16).decode(encoding, errors="replace")
        except LookupError as exc:
            raise ParseError(
                f"unknown encoding {encoding!r}: expected one such as utf-8"
            ) from exc
        except (EOFError, OSError, lzma.LZMAError) as exc:
            raise _damaged(path, exc) from exc
    head = text.lstrip("\ufeff").lstrip("\r\n ")
    if not head:
        raise ParseError(
            f"{str(path)!r} is empty: expected a line with the names of the columns, "
            "and a line for each row"
        )
    return head


def _plain(path: Path, raw: IO[bytes]) -> Any:
    """Return *raw*, the file *path*, decompressed."""
    return COMPRESSED.get(path.suffix, io.BufferedReader)(raw)


def _damaged(path: Path, exc: Exception) -> ParseError:
    return ParseError(f"cannot read {str(path)!r}: {str(exc).splitlines()[0]}")


def _csv_batches(
    path: Path,
    columns: list[str],
    reject: Reject,
    delimiter: str,
    encoding: str,
) -> Iterator[TableBatch]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    skipped: list[int] = []

    def skip(row: Any) -> str:
        skipped.append(row.number - 1)
        reason = f"{row.actual_columns} fields, expected {row.expected_columns}"
        reject(RejectedRow(row.number - 1, reason, row.text))
        return "skip"

    size, following = path.stat().st_size, 1
    with path.open("rb") as raw, _plain(path, raw) as file:
        counted = _Counted(file)
        try:
            reader = arrow_csv.open_csv(
                counted,
                # With threads, pyarrow does not number the rows.
                arrow_csv.ReadOptions(
                    use_threads=False, block_size=BLOCK, encoding=encoding
                ),
                arrow_csv.ParseOptions(
                    delimiter=delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=skip,
                ),
                # Bytes, so that one value in another encoding does not stop the file.
                arrow_csv.ConvertOptions(
                    strings_can_be_null=False,
                    include_columns=columns,
                    column_types=dict.fromkeys(columns, pa.binary()),
                ),
            )
            for batch in reader:
                rows = _rows_without(skipped, following, batch.num_rows)
                following = int(rows[-1]) + 1 if len(rows) else following
                skipped[:] = [number for number in skipped if number >= following]
                yield TableBatch(batch, rows, raw.tell() / size)
        except (pa.ArrowInvalid, EOFError, OSError) as exc:
            raise _damaged(path, exc) from exc
        _warn_of_lines(path, counted.lines - following - len(skipped), encoding)


class _Counted(io.RawIOBase):
    """A file whose lines are counted as they are read."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file = file
        self._last = b"\n"
        self._breaks = 0

    @property
    def lines(self) -> int:
        """The lines so far, the last one included even if it is not ended."""
        return self._breaks + (self._last != b"\n")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(size)
        self._breaks += data.count(b"\n")
        self._last = data[-1:] or self._last
        return data


def _warn_of_lines(path: Path, more: int, encoding: str) -> None:
    """Warn of *more* lines than rows: a stray quotation mark joins many rows."""
    # In these, a line break is more than one byte.
    if more > 0 and not encoding.lower().startswith(("utf-16", "utf-32")):
        log.warning(
            "%s has %s more lines than rows. They are blank or within quotation marks; "
            "if no value has several lines, a stray quotation mark joins rows",
            path,
            f"{more:,}",
        )


def _rows_without(skipped: list[int], first: int, size: int) -> NDArray[np.int64]:
    """Return the numbers of *size* rows from *first* on, without those *skipped*.

    >>> _rows_without([2], 1, 3).tolist()
    [1, 3, 4]
    """
    numbers = np.arange(first, first + size + len(skipped))
    return np.setdiff1d(numbers, skipped, assume_unique=True)[:size]


# Frames, and anything else with the Arrow C stream interface


def _frame(data: Any) -> TableSource:
    import pyarrow as pa
    from pyarrow import dataset

    if isinstance(data, dataset.Dataset):

        def scan(columns: list[str], reject: Reject) -> Iterator[TableBatch]:
            # A few batches ahead: more would make the memory grow with the row groups.
            scanner = data.scanner(
                columns, batch_size=BATCH, batch_readahead=2, fragment_readahead=1
            )
            return _numbered(scanner.to_batches(), data.count_rows())

        return TableSource("dataset", tuple(data.schema.names), scan)
    if not hasattr(data, "__arrow_c_stream__"):
        raise ParseError(
            f"cannot read a {type(data).__name__} as a table: expected a path, a "
            "polars or pandas frame, a DuckDB relation, or a pyarrow table, reader or "
            "dataset"
        )
    schema = getattr(data, "schema", None)
    names = schema.names if isinstance(schema, pa.Schema) else data.columns
    # The length of a DuckDB relation would cost its query.
    is_frame = isinstance(data, pa.Table) or hasattr(data, "iloc")
    total = len(data) if is_frame else getattr(data, "height", None)

    def read(columns: list[str], reject: Reject) -> Iterator[TableBatch]:
        # Of a pandas frame, Arrow may refuse columns that are not needed.
        given = data.loc[:, columns] if hasattr(data, "iloc") else data
        # Closed even when reading stops early: DuckDB would keep its relation open.
        with pa.RecordBatchReader.from_stream(given) as reader:
            yield from _numbered((batch.select(columns) for batch in reader), total)

    is_reader = isinstance(data, pa.RecordBatchReader)
    return TableSource(type(data).__name__, tuple(map(str, names)), read, not is_reader)
