"""The check on Spark, for tables that are too large for one machine.

    repartition by encounter ─ sort in each partition ─ mapInArrow(kernel) ─ findings

The kernel is broadcast with the graph and the rule index: executors need icdgraph with
its extra ``spark``, and no release.  The findings are those of `check_table`, row for
row; `rejected` returns the rows that it rejects.

`icdgraph.cli.spark_check` is a command for spark-submit; docs/check.md shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.arrow_findings import ArrowFindings
from icdgraph.check.checker import checker_of
from icdgraph.check.code_lookup import CodeLookup
from icdgraph.check.grouping import whole_encounters
from icdgraph.check.source import Reject, RejectedRow, TableBatch, TableSource
from icdgraph.check.table import PIECE, CheckOptions, rejected_table
from icdgraph.check.table_columns import TableColumns, long_form
from icdgraph.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from pyspark import Broadcast
    from pyspark.sql import DataFrame
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
    details: bool = False,
    **options: Any,
) -> DataFrame:
    """Return the findings in *table* as a Spark DataFrame.

    *graph* is ``g.core`` of a loaded graph; *encounter*, *code* and *order* are columns
    as for `CodeGraph.check_table`, *details* adds the sentences, and *options* are
    those of `CheckOptions`.  Without *order* the codes of an encounter keep the order
    in which Spark reads them.  Raises `ParseError` and `MissingExtra`.
    """
    columns = _columns(table, encounter, code, order)
    kernel = CheckOptions(**options).kernel(checker_of(graph))
    shared = _broadcast(table, kernel)

    def findings(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from _findings(batches, columns, shared.value, details)

    arrow = ArrowFindings(kernel, _lookup(kernel), details=details)
    schema = _schema(table, encounter, arrow)
    return _by_encounter(table, columns).mapInArrow(findings, schema)


def rejected(
    table: DataFrame,
    graph: Graph,
    *,
    encounter: str,
    code: str | Sequence[str],
    order: str | None = None,
) -> DataFrame:
    """Return the rows that cannot be checked: a number, the reason, and the row."""
    columns = _columns(table, encounter, code, order)
    shared = _broadcast(table, CheckOptions(["E106"]).kernel(checker_of(graph)))

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from _rejected(batches, columns, shared.value)

    return _by_encounter(table, columns).mapInArrow(
        rows, "row long, reason string, text string"
    )


def check_files(
    table: str,
    folder: str,
    graph: Graph,
    *,
    encounter: str,
    code: str | Sequence[str],
    order: str | None = None,
    **options: Any,
) -> None:
    """Check *table*, Parquet or CSV that Spark can read, and write Parquet.

    Findings go to *folder* and rejected rows to ``folder.rejected``; neither may exist
    yet.  The other arguments are those of `check`.
    """
    sql = require("pyspark.sql", "check tables on Spark", "spark")
    session = sql.SparkSession.builder.appName("icdgraph check").getOrCreate()
    if table.rstrip("/").endswith((".csv", ".csv.gz")):
        rows = session.read.csv(table, header=True)
    else:
        rows = session.read.parquet(table)
    columns: Any = {"encounter": encounter, "code": code, "order": order}
    findings = check(rows, graph, **columns, **options)
    findings.write.mode("errorifexists").parquet(folder)
    aside = rejected(rows, graph, **columns)
    aside.write.mode("errorifexists").parquet(f"{folder}.rejected")


def _broadcast(table: DataFrame, kernel: Kernel) -> Broadcast[Kernel]:
    return table.sparkSession.sparkContext.broadcast(kernel)


def _columns(
    table: DataFrame, encounter: str, code: str | Sequence[str], order: str | None
) -> TableColumns:
    source = TableSource("the DataFrame", tuple(table.columns), _read_by_spark)
    return TableColumns(encounter, code, order).of_table(source)


def _read_by_spark(columns: list[str], reject: Reject) -> Iterator[TableBatch]:
    raise NotImplementedError("Spark reads the DataFrame itself")


def _by_encounter(table: DataFrame, columns: TableColumns) -> DataFrame:
    """Return *columns* of *table* with the rows of an encounter in one partition."""
    from pyspark.sql import functions

    kept = table.select(*columns.names)
    kept = kept.withColumn(_ROW, functions.monotonically_increasing_id() + 1)
    encounter = functions.col(f"`{columns.encounter}`")
    return kept.repartition(encounter).sortWithinPartitions(encounter, _ROW)


def _schema(table: DataFrame, encounter: str, arrow: ArrowFindings) -> StructType:
    import pyarrow as pa
    from pyspark.sql import types

    kind = next(f.dataType for f in table.schema if f.name == encounter)
    schema = types.StructType([types.StructField("encounter", kind)])
    for field in list(arrow.schema(pa.string()))[1:]:
        is_number = pa.types.is_integer(field.type)
        schema.add(field.name, types.IntegerType() if is_number else types.StringType())
    return schema


# In the tasks


def _lookup(kernel: Kernel) -> CodeLookup:
    return CodeLookup(kernel.checker.graph, kernel.checker.repair)


def _findings(
    batches: Iterator[pa.RecordBatch],
    columns: TableColumns,
    kernel: Kernel,
    details: bool,
) -> Iterator[pa.RecordBatch]:
    lookup = _lookup(kernel)
    arrow = ArrowFindings(kernel, lookup, details=details)
    long = _long(batches, columns, lookup, _ignore)
    for batch in whole_encounters(long, _ignore):
        checked = kernel.check(batch, list(lookup.rules))
        yield _without_dictionaries(arrow.table(checked))


def _ignore(row: RejectedRow) -> None:
    """Do nothing with *row*: `rejected` returns it."""


def _rejected(
    batches: Iterator[pa.RecordBatch], columns: TableColumns, kernel: Kernel
) -> Iterator[pa.RecordBatch]:
    rows: list[RejectedRow] = []
    long = _long(batches, columns, _lookup(kernel), rows.append)
    for _ in whole_encounters(long, rows.append):
        pass
    yield from rejected_table(rows).to_batches()


def _long(
    batches: Iterator[pa.RecordBatch],
    columns: TableColumns,
    lookup: CodeLookup,
    reject: Reject,
) -> Iterator[pa.RecordBatch]:
    for batch in _joined(batches):
        rows = np.asarray(batch.column(_ROW).to_numpy())
        yield long_form(columns, TableBatch(batch, rows, None), lookup, reject)


def _joined(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
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


def _without_dictionaries(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return *batch* without dictionaries, which Spark does not read."""
    import pyarrow as pa

    columns = [
        c.dictionary_decode() if pa.types.is_dictionary(c.type) else c
        for c in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
