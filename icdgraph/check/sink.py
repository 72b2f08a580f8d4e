"""Where findings go: a file by its suffix, written whole or not at all.

    .parquet    texts kept once, for DuckDB, polars and pandas
    .csv        one finding a row, for a spreadsheet
    .jsonl      one finding a line

A file is written beside its place under a temporary name and moved there at the end:
what was interrupted leaves nothing.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from icdgraph.check.source import Aside
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa


class Writer(Protocol):
    """What takes batches of findings."""

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write *batch*."""


def suffix_of(path: Path) -> str:
    """Return the suffix of *path*.  Raises `ParseError` for one that is not known."""
    if path.suffix not in FORMATS:
        raise ParseError(
            f"{str(path)!r} has no known suffix; {', '.join(FORMATS)} would be right"
        )
    return path.suffix


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Give a path to write to, and move it to *path* when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(number)
    try:
        yield Path(name)
        if Path(name).exists():
            # mkstemp lets nobody else read it, as no other file here would.
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def writer(path: Path, schema: pa.Schema) -> Iterator[Writer]:
    """Open a writer of batches of *schema* to a file that becomes *path*."""
    form = FORMATS[suffix_of(path)]
    with written(path) as place, form(place, schema) as opened:
        yield opened


def _parquet(place: Path, schema: pa.Schema) -> Any:
    from pyarrow import parquet

    # Findings come by encounter: statistics of other columns would tell nothing.
    return parquet.ParquetWriter(
        place, schema, compression="zstd", write_statistics=["encounter"]
    )


@contextmanager
def _csv(place: Path, schema: pa.Schema) -> Iterator[Writer]:
    from pyarrow import csv as arrow_csv

    plain = _plain(schema)
    with arrow_csv.CSVWriter(place, plain) as opened:
        yield _Cast(opened, plain)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return *schema* with texts in place of dictionaries."""
    import pyarrow as pa

    types = [
        pa.string() if pa.types.is_dictionary(field.type) else field.type
        for field in schema
    ]
    return pa.schema(list(zip(schema.names, types, strict=True)))


class _Cast:
    """A writer for batches without dictionaries."""

    def __init__(self, writer: Any, schema: pa.Schema) -> None:
        self._writer, self._schema = writer, schema

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch.cast(self._schema))


@contextmanager
def _jsonl(place: Path, schema: pa.Schema) -> Iterator[Writer]:
    with place.open("w", encoding="utf-8", newline="\n") as file:
        yield _Lines(file)


class _Lines:
    """A writer of a JSON record a line."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._file.writelines(f"{line}\n" for line in lines(batch))


def lines(batch: pa.RecordBatch) -> Iterator[str]:
    """Yield each row of *batch* as JSON; fields that are null are left out."""
    names = [json.dumps(name) for name in batch.schema.names]
    columns = [_encoded(column) for column in batch.columns]
    for row in zip(*columns, strict=True):
        fields = [f"{n}: {v}" for n, v in zip(names, row, strict=True) if v != "null"]
        yield "{" + ", ".join(fields) + "}"


def _encoded(column: Any) -> list[str]:
    """Return each value of *column* as JSON; one of a dictionary is made once."""
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


@contextmanager
def rejects(path: Path) -> Iterator[Callable[[Aside], None]]:
    """Give a function that keeps a row aside in *path*, a CSV; none, and no file.

    One of an earlier run is taken away, since it would speak of that run.
    """
    with written(path) as place:
        count = 0
        with place.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(Aside._fields)

            def keep(aside: Aside) -> None:
                nonlocal count
                count += 1
                rows.writerow(aside)

            yield keep
        if not count:
            place.unlink()
            path.unlink(missing_ok=True)
