"""Files of findings, in the format of their suffix, and files of rejected rows.

    .parquet    each text kept once, for DuckDB, polars and pandas
    .csv        one finding in each row, for a spreadsheet
    .jsonl      one finding in each line

They are written as `icdgraph.output` writes all files: complete, or not at all.
"""

from __future__ import annotations

import csv
import json
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol

from icdgraph.check.source import Reject, RejectedRow
from icdgraph.errors import ParseError
from icdgraph.output import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa


class FindingsWriter(Protocol):
    """What takes batches of findings."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write *batch*."""


def require_writable(path: Path) -> None:
    """Raise `ParseError` for an unknown suffix, `OSError` if *path* is not writable."""
    if path.suffix not in FORMATS:
        raise ParseError(
            f"unknown format of {str(path)!r}: expected a file name that ends in "
            f"{', '.join(FORMATS)}"
        )
    with written(path) as temporary:
        temporary.unlink(missing_ok=True)


@contextmanager
def findings_writer(path: Path, schema: pa.Schema) -> Iterator[FindingsWriter]:
    """Open a writer of batches of *schema* to a file that becomes *path*."""
    opened = FORMATS[path.suffix]
    with written(path) as temporary, opened(temporary, schema) as writer:
        yield writer


def _parquet(path: Path, schema: pa.Schema) -> Any:
    from pyarrow import parquet

    # Findings come by encounter: statistics of other columns would tell nothing.
    return parquet.ParquetWriter(
        path, schema, compression="zstd", write_statistics=["encounter"]
    )


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[FindingsWriter]:
    from pyarrow import csv as arrow_csv

    plain = _without_dictionaries(schema)
    with arrow_csv.CSVWriter(path, plain) as writer:
        yield _CastingWriter(writer, plain)


def _without_dictionaries(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    types = [
        pa.string() if pa.types.is_dictionary(field.type) else field.type
        for field in schema
    ]
    return pa.schema(list(zip(schema.names, types, strict=True)))


class _CastingWriter:
    """Writes batches with the types of a schema."""

    def __init__(self, writer: Any, schema: pa.Schema) -> None:
        self._writer, self._schema = writer, schema

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch.cast(self._schema))


@contextmanager
def _jsonl(path: Path, schema: pa.Schema) -> Iterator[FindingsWriter]:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield _LinesWriter(file)


class _LinesWriter:
    """Writes each row as a line of JSON."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._file.writelines(f"{line}\n" for line in json_lines(batch))


def json_lines(batch: pa.RecordBatch) -> Iterator[str]:
    """Yield each row of *batch* as JSON; fields that are null are left out."""
    names = [json.dumps(name) for name in batch.schema.names]
    columns = [_encoded(column) for column in batch.columns]
    for row in zip(*columns, strict=True):
        fields = [f"{n}: {v}" for n, v in zip(names, row, strict=True) if v != "null"]
        yield "{" + ", ".join(fields) + "}"


def _encoded(column: Any) -> list[str]:
    """Return each value of *column* as JSON; a text of a dictionary is made once."""
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        return [_json(value) for value in column.to_pylist()]
    texts = [*map(_json, column.dictionary.to_pylist()), "null"]
    return [texts[-1 if i is None else i] for i in column.indices.to_pylist()]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


FORMATS: dict[str, Callable[[Path, Any], Any]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".jsonl": _jsonl,
}
"""The formats of findings, by suffix."""


def rejected_path(path: Path) -> Path:
    """Return the file of rejected rows beside that of findings: ``f.rejected.csv``."""
    return path.with_name(f"{path.stem}.rejected.csv")


@contextmanager
def rejects_file(path: Path) -> Iterator[Reject]:
    """Give a function that writes a rejected row to *path*, a CSV file.

    Without rejected rows there is no file; one of an earlier run is deleted.
    """
    with written(path) as temporary:
        count = 0
        with temporary.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(RejectedRow._fields)

            def reject(row: RejectedRow) -> None:
                nonlocal count
                count += 1
                rows.writerow(row)

            yield reject
        if not count:
            temporary.unlink()
            path.unlink(missing_ok=True)


def read_rejected(path: Path) -> list[RejectedRow]:
    """Return the rows in a file that `rejects_file` wrote; none if there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [RejectedRow(int(row), reason, text) for row, reason, text in rows]
