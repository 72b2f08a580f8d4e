"""Files of findings, in the format of their suffix, and files of rejected rows.

    .parquet    each text kept once, for DuckDB, polars and pandas
    .csv        one finding in each row, for a spreadsheet
    .jsonl      one finding in each line

They are written as `icdgraph.output` writes all files: complete, or not at all.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from icdgraph.check.source import Reject, RejectedRow
from icdgraph.errors import ParseError
from icdgraph.output import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

WriteBatch = Callable[[Any], None]
"""Writes a batch of findings."""


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
def findings_writer(path: Path, schema: pa.Schema) -> Iterator[WriteBatch]:
    """Give what writes batches of *schema* to a file that becomes *path*."""
    opened = FORMATS[path.suffix]
    with written(path) as temporary, opened(temporary, schema) as write:
        yield write


@contextmanager
def _parquet(path: Path, schema: pa.Schema) -> Iterator[WriteBatch]:
    from pyarrow import parquet

    # Findings come by encounter: statistics of other columns would tell nothing.
    with parquet.ParquetWriter(
        path, schema, compression="zstd", write_statistics=["encounter"]
    ) as writer:
        yield writer.write_batch


@contextmanager
def _csv(path: Path, schema: pa.Schema) -> Iterator[WriteBatch]:
    from pyarrow import csv as arrow_csv

    plain = plain_schema(schema)
    with arrow_csv.CSVWriter(path, plain) as writer:
        yield lambda batch: writer.write_batch(batch.cast(plain))


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return *schema* with texts in place of dictionaries of texts."""
    import pyarrow as pa

    types = [
        pa.string() if pa.types.is_dictionary(field.type) else field.type
        for field in schema
    ]
    return pa.schema(list(zip(schema.names, types, strict=True)))


@contextmanager
def _jsonl(path: Path, schema: pa.Schema) -> Iterator[WriteBatch]:
    with path.open("w", encoding="utf-8", newline="\n") as file:

        def write(batch: pa.RecordBatch) -> None:
            for row in batch.to_pylist():
                known = {name: v for name, v in row.items() if v is not None}
                line = json.dumps(known, ensure_ascii=False, default=str)
                file.write(f"{line}\n")

        yield write


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
