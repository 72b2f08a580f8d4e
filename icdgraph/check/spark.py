"""The check on Spark, where one machine is too small: the same kernel in every task.

    repartition by encounter ─ sort in each partition ─ mapInArrow(kernel) ─ findings

The graph and the facts, with the matrix of bits, are broadcast: executors need icdgraph
with its extra ``spark``, and no release.  Findings are those of `check_table`, row for
row; what it sets aside, `rejected` returns.

    spark-submit .../icdgraph/check/spark.py CODES FINDINGS --encounter ID --code DX

`main` is that command; docs/check.md says how to submit it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.arrow_findings import Wording
from icdgraph.check.checker import checker_of
from icdgraph.check.code_lookup import Vocabulary
from icdgraph.check.columns import Layout, long_form
from icdgraph.check.grouping import whole
from icdgraph.check.source import Aside, Batch, Source
from icdgraph.check.table import PIECE, kernel_of
from icdgraph.errors import IcdGraphError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from icdgraph.check.kernel import Kernel
    from icdgraph.graph import Graph

_ROW = "_row"


def check(
    table: DataFrame,
    graph: Graph,
    *,
    encounter: str,
    code: str | Sequence[str],
    order: str | None = None,
    rules: Iterable[str] | None = None,
    severity: str = "advice",
    setting: str | None = None,
    age: str | float | None = None,
    details: bool = False,
) -> DataFrame:
    """Return the findings in *table* as a Spark DataFrame; see `Graph.check_table`.

    Without *order* the codes of an encounter keep the order in which Spark reads them.
    Raises `ParseError` for what is wrong with the arguments, `MissingExtra`.
    """
    layout = _layout(table, encounter, code, order)
    kernel = kernel_of(checker_of(graph), rules, severity, setting, age)
    shared = _session(table).sparkContext.broadcast(kernel)

    def findings(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from _findings(batches, layout, shared.value, details)

    wording = Wording(kernel, _vocabulary(kernel), details=details)
    schema = _schema(table, encounter, wording)
    return _whole(table, layout).mapInArrow(findings, schema)


def rejected(
    table: DataFrame,
    graph: Graph,
    *,
    encounter: str,
    code: str | Sequence[str],
    order: str | None = None,
) -> DataFrame:
    """Return the rows that cannot be checked: a number, the reason, and the row."""
    layout = _layout(table, encounter, code, order)
    kernel = kernel_of(checker_of(graph), ["E106"])
    shared = _session(table).sparkContext.broadcast(kernel)

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from _set_aside(batches, layout, shared.value)

    return _whole(table, layout).mapInArrow(
        rows, "row long, reason string, text string"
    )


def _session(table: DataFrame) -> SparkSession:
    return table.sparkSession


def _layout(
    table: DataFrame, encounter: str, code: str | Sequence[str], order: str | None
) -> Layout:
    codes = (code,) if isinstance(code, str) else tuple(code)
    known = Source("the DataFrame", tuple(table.columns), _unread)
    return Layout(encounter, codes, order).bound(known)


def _unread(columns: list[str], aside: Callable[[Aside], None]) -> Iterator[Batch]:
    raise NotImplementedError("a DataFrame is read by Spark")


def _whole(table: DataFrame, layout: Layout) -> DataFrame:
    """Return the columns that are asked for, rows of an encounter in one partition."""
    from pyspark.sql import functions

    kept = table.select(*layout.columns)
    kept = kept.withColumn(_ROW, functions.monotonically_increasing_id() + 1)
    by = functions.col(f"`{layout.encounter}`")
    return kept.repartition(by).sortWithinPartitions(by, _ROW)


def _schema(table: DataFrame, encounter: str, wording: Wording) -> StructType:
    import pyarrow as pa
    from pyspark.sql import types

    schema = types.StructType([types.StructField("encounter", _type(table, encounter))])
    for field in list(wording.schema(pa.string()))[1:]:
        is_number = pa.types.is_integer(field.type)
        schema.add(field.name, types.IntegerType() if is_number else types.StringType())
    return schema


def _type(table: DataFrame, column: str) -> Any:
    return next(field.dataType for field in table.schema if field.name == column)


# In the tasks


def _vocabulary(kernel: Kernel) -> Vocabulary:
    return Vocabulary(kernel.checker.graph, kernel.checker.repair)


def _findings(
    batches: Iterator[pa.RecordBatch], layout: Layout, kernel: Kernel, details: bool
) -> Iterator[pa.RecordBatch]:
    vocabulary = _vocabulary(kernel)
    wording = Wording(kernel, vocabulary, details=details)
    for batch in whole(_long(batches, layout, vocabulary, _ignored), _ignored):
        part = kernel.check(batch, list(vocabulary.rules))
        yield _decoded(wording.findings(part))


def _ignored(row: Aside) -> None:
    """Pass *row* over: `rejected` returns it."""


def _set_aside(
    batches: Iterator[pa.RecordBatch], layout: Layout, kernel: Kernel
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    rows: list[Aside] = []
    long = _long(batches, layout, _vocabulary(kernel), rows.append)
    for _ in whole(long, rows.append):
        pass
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    kinds = (pa.int64(), pa.string(), pa.string())
    arrays = [pa.array(c, t) for c, t in zip(columns, kinds, strict=True)]
    yield pa.RecordBatch.from_arrays(arrays, names=list(Aside._fields))


def _long(
    batches: Iterator[pa.RecordBatch],
    layout: Layout,
    vocabulary: Vocabulary,
    aside: Callable[[Aside], None],
) -> Iterator[pa.RecordBatch]:
    for batch in _gathered(batches):
        rows = np.asarray(batch.column(_ROW).to_numpy())
        yield long_form(layout, Batch(batch, rows, None), vocabulary, aside)


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield *batches*, which Spark makes small, joined to about `PIECE` rows."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= PIECE:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)


def _decoded(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return *batch* without dictionaries, which Spark does not read."""
    import pyarrow as pa

    columns = [
        c.dictionary_decode() if pa.types.is_dictionary(c.type) else c
        for c in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


# The command


def main(arguments: Sequence[str] | None = None) -> None:
    """Check a table that Spark can read, and write findings and rejected rows."""
    options = _parser().parse_args(arguments)
    try:
        from pyspark.sql import SparkSession
    except ImportError as exc:
        raise MissingExtra(
            'pyspark is not installed; pip install "icdgraph[spark]" would be right'
        ) from exc
    from icdgraph.loading import load

    session = SparkSession.builder.appName("icdgraph check").getOrCreate()
    table = _read(session, options.table)
    graph = (load(options.release) if options.release else load()).core
    where = {
        "encounter": options.encounter,
        "code": options.code.split(","),
        "order": options.order,
    }
    rules = options.rules.split(",") if options.rules else None
    found = check(
        table,
        graph,
        rules=rules,
        severity=options.severity,
        setting=options.setting,
        details=options.details,
        **where,
    )
    found.write.mode("errorifexists").parquet(options.findings)
    rejected(table, graph, **where).write.mode("errorifexists").parquet(
        f"{options.findings.rstrip('/')}.rejected"
    )


def _read(session: SparkSession, table: str) -> DataFrame:
    if table.rstrip("/").endswith((".csv", ".csv.gz")):
        return session.read.csv(table, header=True)
    return session.read.parquet(table)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="icdgraph.check.spark",
        description="Check encounters on Spark; findings are written as Parquet.",
        epilog="Example: spark.py s3a://claims/dx s3a://claims/findings "
        "--encounter claim_id --code dx --order seq",
    )
    parser.add_argument("table", help="Parquet or CSV, as Spark reads it")
    parser.add_argument("findings", help="a folder that does not exist yet")
    parser.add_argument("--encounter", required=True, metavar="COL")
    parser.add_argument("--code", required=True, metavar="COL", help="or dx1,dx2, dx*")
    parser.add_argument("--order", metavar="COL")
    parser.add_argument("--rules", metavar="IDS", help="E201,W3 (starts of ids do)")
    parser.add_argument("--severity", default="advice")
    parser.add_argument("--setting")
    parser.add_argument("--details", action="store_true", help="sentences as well")
    parser.add_argument("--release", metavar="FILE", help="another Tabular List XML")
    return parser


if __name__ == "__main__":
    # Spark pickles by the module's name, which __main__ is not on the executors.
    from icdgraph.check import spark

    try:
        spark.main()
    except IcdGraphError as exc:
        raise SystemExit(f"icdgraph: {exc}") from None
