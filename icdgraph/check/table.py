"""The check of a table: read, kept whole, checked, worded, written, counted.

    source ─ long_form ─ whole ─ Kernel.check ─ Wording ─> a file, or Arrow
                           │                  └ Tally ───> Summary
                           └ in_order, where the rows are mixed

Batches stream: what is in memory does not grow with the table.  Two threads check
while the next batch is read, and findings come in the order of the encounters.
"""

from __future__ import annotations

import csv
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.check.arrow_findings import Wording
from icdgraph.check.code_lookup import Vocabulary
from icdgraph.check.columns import Layout, long_form
from icdgraph.check.conditions import SETTINGS
from icdgraph.check.grouping import WIDEST, Mixed, changes, in_order, whole
from icdgraph.check.guidelines import days
from icdgraph.check.kernel import Kernel
from icdgraph.check.rules import chosen
from icdgraph.check.sink import rejects, suffix_of, writer
from icdgraph.check.source import Aside, Source, source
from icdgraph.check.summary import Asked, Summary, summarised
from icdgraph.check.tally import Tally
from icdgraph.errors import MissingExtra, ParseError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa

    from icdgraph.check.checker import Checker
    from icdgraph.check.kernel import Part

Progress = Callable[["float | None"], None]
"""Is told how much of the table is read, from 0 to 1, None where nobody knows."""
PIECE = 1 << 18
"""Rows that a thread checks at a time, about; more would be out of the caches."""
THREADS = min(4, os.cpu_count() or 1)
_RANKS = {"error": "E", "warning": "EW", "advice": "EWA"}
_BY_ROW = "as the rows stand in the table"


@dataclass(frozen=True, slots=True)
class TableFindings:
    """What a check of a table found.

    *findings* is an Arrow table, or a dataset on the file they were written to (None
    for CSV and JSON lines); *aside* are the rows set aside where there is no file.
    """

    summary: Summary
    findings: Any
    path: Path | None = None
    aside: tuple[Aside, ...] = ()

    @property
    def rejected(self) -> pa.Table:
        """The rows set aside: row, reason, text; read from the file where one is."""
        import pyarrow as pa

        rows = list(self.aside)
        if self.path is not None and beside(self.path).exists():
            with beside(self.path).open(encoding="utf-8", newline="") as file:
                found = csv.reader(file)
                next(found)
                rows = [Aside(int(row), why, text) for row, why, text in found]
        types = (pa.int64(), pa.string(), pa.string())
        columns = list(zip(*rows, strict=True)) or [(), (), ()]
        arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
        return pa.table(arrays, names=list(Aside._fields))

    def to_polars(self) -> polars.DataFrame:
        """Return the findings as a polars DataFrame.  Raises `MissingExtra`."""
        try:
            import polars
        except ImportError as exc:
            raise _missing("polars") from exc
        frame = polars.from_arrow(self._table())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """Return the findings as a pandas DataFrame.  Raises `MissingExtra`."""
        try:
            import pandas  # noqa: F401
        except ImportError as exc:
            raise _missing("pandas") from exc
        return self._table().to_pandas()

    def _table(self) -> pa.Table:
        if self.findings is None:
            raise ParseError(
                f"the findings were written to {str(self.path)!r}; a .parquet file, or "
                "no output, would be right to have them as a frame"
            )
        found = self.findings
        return found.to_table() if hasattr(found, "to_table") else found

    def __len__(self) -> int:
        return int(self.summary["findings"])

    def __repr__(self) -> str:
        return self.summary.text()

    def _repr_html_(self) -> str:
        """Return the report, for a notebook."""
        from icdgraph.check.html_report import fragment

        return fragment(self.summary.record)


def _missing(package: str) -> MissingExtra:
    return MissingExtra(
        f'{package} is not installed; pip install "icdgraph[{package}]" would be right'
    )


def check_table(
    checker: Checker,
    data: Any,
    *,
    encounter: str | None = None,
    code: str | Sequence[str],
    order: str | None = None,
    setting: str | None = None,
    age: str | float | None = None,
    setting_column: str | None = None,
    age_column: str | None = None,
    rules: Iterable[str] | None = None,
    severity: str = "advice",
    details: bool = False,
    output: str | Path | None = None,
    keep: bool = True,
    delimiter: str | None = None,
    encoding: str = "utf-8",
    progress: Progress | None = None,
) -> TableFindings:
    """Check all encounters of *data*; `Graph.check_table` explains the arguments.

    Without *output* findings are returned as an Arrow table, or, where *keep* is
    false, counted alone.
    """
    table = source(data, delimiter=delimiter, encoding=encoding)
    codes = (code,) if isinstance(code, str) else tuple(code)
    layout = Layout(encounter, codes, order, setting_column, age_column).bound(table)
    kernel = kernel_of(checker, rules, severity, setting, age)
    path = None if output is None else Path(output)
    if path is not None:
        suffix_of(path)
    asked = Asked(
        table.what,
        _told_order(layout),
        has_setting=bool(setting or setting_column),
        has_age=age is not None or bool(age_column),
    )
    progress = progress
    run = Run(kernel, layout, table, details, path, keep, progress)
    if table.again:
        try:
            return run.checked(asked, is_sorted=True)
        except Mixed:
            pass
    return run.checked(asked, is_sorted=False)


def kernel_of(
    checker: Checker,
    rules: Iterable[str] | None,
    severity: str = "advice",
    setting: str | None = None,
    age: str | float | None = None,
) -> Kernel:
    """Return a kernel with *rules* down to *severity*.  Raises `ParseError`."""
    if severity not in _RANKS:
        raise ParseError(
            f"{severity!r} is not a severity; {', '.join(_RANKS)} would be right"
        )
    if setting not in (None, *SETTINGS):
        known = " or ".join(filter(None, SETTINGS))
        raise ParseError(f"{setting!r} is not a setting; {known} would be right")
    wanted = [rule for rule in chosen(rules).values() if rule.id[0] in _RANKS[severity]]
    if rules is None:
        # Every code has notes that only a reader can follow: said when asked for.
        wanted = [rule for rule in wanted if rule.id != "A901"]
    known_age = None if age is None else days(age)
    return Kernel(checker, tuple(wanted), SETTINGS[setting or ""], known_age)


def _told_order(layout: Layout) -> str:
    if layout.order:
        return f"by the column {layout.order}"
    if layout.is_wide:
        return f"as the columns stand, {layout.codes[0]} first"
    return _BY_ROW


@dataclass(slots=True)
class Run:
    """One pass over a table."""

    kernel: Kernel
    layout: Layout
    table: Source
    details: bool
    path: Path | None
    keep: bool
    progress: Progress | None
    reasons: Counter[str] = field(default_factory=Counter)
    rejected: list[Aside] = field(default_factory=list)

    def checked(self, asked: Asked, *, is_sorted: bool) -> TableFindings:
        """Check the table; raises `Mixed` where *is_sorted* does not hold."""
        self.reasons, self.rejected = Counter(), []
        checker = self.kernel.checker
        vocabulary = Vocabulary(checker.graph, checker.repair)
        wording = Wording(self.kernel, vocabulary, details=self.details)
        tally = Tally(self.kernel.rules)
        kept: list[pa.RecordBatch] = []
        with ExitStack() as opened:
            aside = self._aside(opened)
            batches = self._long(vocabulary, aside)
            batches = whole(batches if is_sorted else in_order(batches), aside)
            write = kept.append if self.path is None else None
            for part, found in self._parts(batches, wording):
                tally.add(part)
                if found is not None:
                    write = write or self._writer(opened, found.schema)
                    write(found)
            if write is None:
                self._writer(opened, wording.schema(_text()))
        told = replace(asked, is_sorted_first=not is_sorted)
        summary = summarised(told, self.kernel, vocabulary, tally, self.reasons)
        findings = self._findings(kept, wording)
        return TableFindings(summary, findings, self.path, tuple(self.rejected))

    def _aside(self, opened: ExitStack) -> Callable[[Aside], None]:
        """Return what keeps a row aside: in the file beside the findings, or here."""
        keep = self.rejected.append
        if self.path is not None:
            keep = opened.enter_context(rejects(beside(self.path)))

        def aside(row: Aside) -> None:
            self.reasons[row.reason] += 1
            keep(row)

        return aside

    def _long(
        self, vocabulary: Vocabulary, aside: Callable[[Aside], None]
    ) -> Iterator[pa.RecordBatch]:
        for batch in self.table.read(self.layout.columns, aside):
            yield long_form(self.layout, batch, vocabulary, aside)
            if self.progress is not None:
                self.progress(batch.done)

    def _parts(
        self, batches: Iterator[pa.RecordBatch], wording: Wording
    ) -> Iterator[tuple[Part, pa.RecordBatch | None]]:
        """Yield each part and its findings, in order; threads work ahead."""
        is_told = self.path is not None or self.keep

        def work(
            batch: pa.RecordBatch, unknown: list[str]
        ) -> tuple[Part, pa.RecordBatch | None]:
            part = self.kernel.check(batch, unknown)
            return part, wording.findings(part) if is_told else None

        with ThreadPoolExecutor(THREADS) as pool:
            ahead: deque[Future[tuple[Part, pa.RecordBatch | None]]] = deque()
            try:
                for batch in _cut(batches):
                    rules = list(wording.vocabulary.rules)
                    ahead.append(pool.submit(work, batch, rules))
                    if len(ahead) > THREADS:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for waiting in ahead:
                    waiting.cancel()

    def _writer(
        self, opened: ExitStack, schema: pa.Schema
    ) -> Callable[[pa.RecordBatch], None]:
        assert self.path is not None
        return opened.enter_context(writer(self.path, schema)).write_batch

    def _findings(self, kept: list[pa.RecordBatch], wording: Wording) -> Any:
        import pyarrow as pa
        from pyarrow import dataset

        if self.path is None:
            schema = kept[0].schema if kept else wording.schema(_text())
            return pa.Table.from_batches(kept, schema)
        is_parquet = self.path.suffix == ".parquet"
        return dataset.dataset(self.path) if is_parquet else None


def beside(path: Path) -> Path:
    """Return where the rows set aside are kept: ``f.rejected.csv``."""
    return path.with_name(f"{path.stem}.rejected.csv")


def _text() -> pa.DataType:
    import pyarrow as pa

    return pa.string()


def _cut(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield *batches* in pieces of about `PIECE` rows, cut between encounters."""
    for batch in batches:
        start = 0
        while start < batch.num_rows:
            end = min(start + PIECE, batch.num_rows)
            if end < batch.num_rows:
                # An encounter has at most WIDEST rows: one of them begins another.
                after = batch.column(0).slice(end, WIDEST + 1)
                starts = np.flatnonzero(changes(after)[1:]) + 1
                end += int(starts[0]) if len(starts) else len(after)
            yield batch.slice(start, end - start)
            start = end
