"""The check of a table: read, grouped, checked, written and counted.

    source ─ long_form ─ whole_encounters ─ Kernel ─ ArrowFindings ─> a file, or Arrow
                           │                  └ FindingTally ───> TableSummary
                           └ sorted_by_encounter, if the rows are in no order

Batches stream: the memory does not grow with the table.  Threads check while the next
batch is read, and findings come in the order of the encounters.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.arrow_findings import ArrowFindings
from icdgraph.check.checker import setting_of, sex_of
from icdgraph.check.code_lookup import CodeLookup
from icdgraph.check.encounter import SETTINGS, SEXES
from icdgraph.check.finding import RANKS, Severity
from icdgraph.check.grouping import (
    MOST_ROWS,
    UnsortedTable,
    sorted_by_encounter,
    starts_of,
    whole_encounters,
)
from icdgraph.check.guidelines import days
from icdgraph.check.kernel import Kernel
from icdgraph.check.rules import chosen
from icdgraph.check.sink import (
    WriteBatch,
    findings_writer,
    read_rejected,
    rejected_path,
    rejects_file,
    require_writable,
)
from icdgraph.check.source import Reject, RejectedRow, TableSource
from icdgraph.check.summary import TableSummary, summary_of
from icdgraph.check.table_columns import TableColumns, long_form
from icdgraph.check.tally import FindingTally, chapters_of
from icdgraph.errors import ParseError
from icdgraph.extras import require

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas
    import polars
    import pyarrow as pa

    from icdgraph.check.checker import Checker
    from icdgraph.check.kernel import CheckedBatch
    from icdgraph.progress import Progress

PIECE = 1 << 18
"""About how many rows a thread checks at a time; more would not fit into the caches."""
THREADS = min(4, os.cpu_count() or 1)
_STEPS = 1000
"""How finely progress is reported."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Which rules a table is checked with, and what holds where it does not tell.

    *rules* are ids or starts of ids, *severity* the least severe one: all of *rules*,
    or errors and warnings, by default.  *setting*, *age* and *sex* are as for one
    encounter.
    """

    rules: Iterable[str] | None = None
    severity: str | None = None
    setting: str | None = None
    age: str | float | None = None
    sex: str | None = None

    def kernel(self, checker: Checker) -> Kernel:
        """Return a kernel for these options.  Raises `ParseError`."""
        default = "warning" if self.rules is None else "note"
        least = RANKS[Severity.named(self.severity or default)]
        rules = chosen(self.rules).values()
        selected = [rule for rule in rules if RANKS[rule.severity] <= least]
        setting = SETTINGS[setting_of(self.setting)]
        age = None if self.age is None else days(self.age)
        sex = SEXES[sex_of(self.sex)]
        return Kernel(checker, tuple(selected), setting, age, sex)


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """What becomes of the findings.

    They are written to *path*, or returned as an Arrow table, or, if not *kept*, only
    counted.  *details* adds their sentences.
    """

    path: str | Path | None = None
    details: bool = False
    kept: bool = True


@dataclass(frozen=True, slots=True)
class TableFindings:
    """What a check of a table found.

    *findings* is an Arrow table, or a dataset on the file they were written to (None
    for CSV and JSON lines).
    """

    summary: TableSummary
    findings: Any
    path: Path | None = None
    _rejected: tuple[RejectedRow, ...] = ()

    @property
    def rejected(self) -> pa.Table:
        """The rejected rows: row, reason, text; from their file where there is one."""
        rows = list(self._rejected)
        if self.path is not None:
            rows = read_rejected(rejected_path(self.path))
        return rejected_table(rows)

    def to_polars(self) -> polars.DataFrame:
        """Return the findings as a polars DataFrame.  Raises `MissingExtra`."""
        made = require("polars", "return findings as a polars frame", "polars")
        frame: polars.DataFrame = made.from_arrow(self._table())
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """Return the findings as a pandas DataFrame."""
        return self._table().to_pandas()

    def _table(self) -> pa.Table:
        if self.findings is None:
            raise ParseError(
                f"the findings were written to {str(self.path)!r}, which is not read "
                "back. Write a .parquet file, or no file, to have them as a frame."
            )
        return self.findings if self.path is None else self.findings.to_table()

    def __len__(self) -> int:
        return int(self.summary["findings"])

    def __repr__(self) -> str:
        return self.summary.text()

    def _repr_html_(self) -> str:
        """Return the report, for a notebook."""
        from icdgraph.check.html_report import fragment

        return fragment(self.summary.record)


def rejected_table(rows: list[RejectedRow]) -> pa.Table:
    """Return *rows* as an Arrow table."""
    import pyarrow as pa

    types = (pa.int64(), pa.string(), pa.string())
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
    return pa.table(arrays, names=list(RejectedRow._fields))


def check_table(
    checker: Checker,
    table: TableSource,
    columns: TableColumns,
    options: CheckOptions | None = None,
    output: OutputOptions | None = None,
    progress: Progress | None = None,
) -> TableFindings:
    """Check all encounters of *table*; `CodeGraph.check_table` explains the options.

    *progress* is told how many thousandths of the table are read, where that is known.
    Raises `ParseError` and `MissingExtra`.
    """
    options, output = options or CheckOptions(), output or OutputOptions()
    kernel = options.kernel(checker)
    columns = columns.of_table(table.name, table.columns)
    check = _TableCheck(kernel, table, columns, output, progress)
    if check.path is not None:
        require_writable(check.path)
    if table.is_rereadable:
        try:
            return check.run(is_sorted_first=False)
        except UnsortedTable:
            pass
    return check.run(is_sorted_first=True)


_Checked = tuple["CheckedBatch", "pa.RecordBatch | None"]


@dataclass(frozen=True, slots=True)
class _TableCheck:
    """The check of one table; it is run again if the table must be sorted."""

    kernel: Kernel
    table: TableSource
    columns: TableColumns
    output: OutputOptions
    progress: Progress | None

    @property
    def path(self) -> Path | None:
        return None if self.output.path is None else Path(self.output.path)

    def run(self, *, is_sorted_first: bool) -> TableFindings:
        """Check the table; raises `UnsortedTable` unless it is to be sorted first."""
        import pyarrow as pa
        from pyarrow import dataset

        path, checker = self.path, self.kernel.checker
        lookup = CodeLookup(checker.graph, checker.repair)
        arrow = ArrowFindings(self.kernel, lookup, details=self.output.details)
        tally = FindingTally(self.kernel.rules, chapters_of(checker.graph))
        reasons: Counter[str] = Counter()
        rejected: list[RejectedRow] = []
        batches: list[pa.RecordBatch] = []
        with ExitStack() as opened:
            keep: Reject = rejected.append
            if path is not None:
                keep = opened.enter_context(rejects_file(rejected_path(path)))

            def reject(row: RejectedRow) -> None:
                reasons[row.reason] += 1
                keep(row)

            def writer(schema: pa.Schema) -> WriteBatch:
                if path is None:
                    return batches.append
                return opened.enter_context(findings_writer(path, schema))

            write: WriteBatch | None = None
            rows = self._long(lookup, reject)
            if is_sorted_first:
                rows = sorted_by_encounter(rows)
            for checked, findings in self._checked(
                whole_encounters(rows, reject), arrow
            ):
                tally.add(checked)
                if findings is not None:
                    write = write or writer(findings.schema)
                    write(findings)
            # Without encounters, their type is not known.
            schema = batches[0].schema if batches else arrow.schema(pa.string())
            write = write or writer(schema)
        found: Any = None
        if path is None:
            found = pa.Table.from_batches(batches, schema)
        elif path.suffix == ".parquet" and path.is_file():
            found = dataset.dataset(path)
        summary = summary_of(
            self.table.name,
            self.columns,
            tally,
            reasons,
            arrow,
            is_sorted_first=is_sorted_first,
        )
        return TableFindings(summary, found, path, tuple(rejected))

    def _long(self, lookup: CodeLookup, reject: Reject) -> Iterator[pa.RecordBatch]:
        for batch in self.table.read(self.columns.names, reject):
            yield long_form(self.columns, batch, lookup, reject)
            if self.progress is not None and batch.done is not None:
                self.progress(round(batch.done * _STEPS), _STEPS)

    def _checked(
        self, batches: Iterator[pa.RecordBatch], arrow: ArrowFindings
    ) -> Iterator[_Checked]:
        """Yield each part of the table with its findings, in order; threads work."""
        is_wanted = self.path is not None or self.output.kept

        def work(batch: pa.RecordBatch, unknown: list[str]) -> _Checked:
            checked = self.kernel.check(batch, unknown)
            return checked, arrow.table(checked) if is_wanted else None

        with ThreadPoolExecutor(THREADS) as pool:
            ahead: deque[Future[_Checked]] = deque()
            try:
                for batch in _pieces(batches):
                    rules = list(arrow.lookup.rules)
                    ahead.append(pool.submit(work, batch, rules))
                    if len(ahead) > THREADS:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for waiting in ahead:
                    waiting.cancel()


def _pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield *batches* in pieces of about `PIECE` rows, cut between encounters."""
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            end = min(start + PIECE, batch.num_rows)
            if end < batch.num_rows:
                # An encounter has at most MOST_ROWS rows, so another one begins here.
                after = batch.column(0).slice(end, MOST_ROWS + 1)
                starts = np.flatnonzero(starts_of(after)[1:]) + 1
                end += int(starts[0]) if len(starts) else len(after)
            yield batch.slice(start, end - start)
            start = end
