"""The check on Spark, for tables that are too large for one machine.

    repartition by encounter ─ sort in each partition ─ mapInArrow(kernel) ─ findings

The kernel is broadcast with the graph and the rule index: executors need icdgraph with
its extra ``spark``, and no release.  The findings are those of `check_table`, row for
row; `rejected` returns the rows that it rejects.

`icdgraph.cli.spark_check` is a command for spark-submit; docs/check.md shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.check.arrow_findings import ArrowFindings
from icdgraph.check.checker import checker_of
from icdgraph.check.code_lookup import CodeLookup
from icdgraph.check.grouping import whole_encounters
from icdgraph.check.sink import plain_schema
from icdgraph.check.source import Reject, RejectedRow, TableBatch
from icdgraph.check.table import PIECE, CheckOptions, rejected_table
from icdgraph.check.table_columns import TableColumns, long_form
from icdgraph.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa
    from pyspark.sql import DataFrame

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
    shared = table.sparkSession.sparkContext.broadcast(kernel)

    def findings(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        lookup = _lookup(shared.value)
        arrow = ArrowFindings(shared.value, lookup, details=details)
        for batch in _whole(batches, columns, lookup, lambda row: None):
            found = arrow.table(shared.value.check(batch, list(lookup.rules)))
            # Spark does not read dictionaries.
            yield found.cast(plain_schema(found.schema))

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
    kernel = CheckOptions(["E106"]).kernel(checker_of(graph))
    shared = table.sparkSession.sparkContext.broadcast(kernel)

    def rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        rejected: list[RejectedRow] = []
        for _ in _whole(batches, columns, _lookup(shared.value), rejected.append):
            pass
        yield from rejected_table(rejected).to_batches()

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


def _columns(
    table: DataFrame, encounter: str, code: str | Sequence[str], order: str | None
) -> TableColumns:
    columns = TableColumns(encounter, code, order)
    return columns.of_table("the DataFrame", table.columns)


def _by_encounter(table: DataFrame, columns: TableColumns) -> DataFrame:
    """Return *columns* of *table* with the rows of an encounter in one partition."""
    from pyspark.sql import functions

    kept = table.select(*columns.names)
    kept = kept.withColumn(_ROW, functions.monotonically_increasing_id() + 1)
    encounter = functions.col(f"`{columns.encounter}`")
    return kept.repartition(encounter).sortWithinPartitions(encounter, _ROW)


def _schema(table: DataFrame, encounter: str, arrow: ArrowFindings) -> str:
    """Return the columns of the findings and their types, as Spark writes them."""
    import pyarrow as pa

    types = {pa.int32(): "int"}
    fields = list(arrow.schema(pa.string()))[1:]
    others = [f"{field.name} {types.get(field.type, 'string')}" for field in fields]
    kind = table.schema[encounter].dataType.simpleString()
    return ", ".join([f"encounter {kind}", *others])


# In the tasks


def _lookup(kernel: Kernel) -> CodeLookup:
    return CodeLookup(kernel.checker.graph, kernel.checker.repair)


def _whole(
    batches: Iterator[pa.RecordBatch],
    columns: TableColumns,
    lookup: CodeLookup,
    reject: Reject,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of *batches* in the long form, cut only between encounters."""
    joined = (TableBatch(b, b[_ROW].to_numpy(), None) for b in _joined(batches))
    rows = (long_form(columns, batch, lookup, reject) for batch in joined)
    return whole_encounters(rows, reject)


def _joined(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield *batches*, which Spark makes small, joined to about `PIECE` rows."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= PIECE:
            yield pa.concat_batches(waiting)
            waiting = []
    if waiting:
        yield pa.concat_batches(waiting)
