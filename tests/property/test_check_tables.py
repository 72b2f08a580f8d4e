"""A table and its encounters one by one give the same findings, field by field."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import icdgraph
from icdgraph.check import checker_of, rules
from icdgraph.check import source as source_module
from icdgraph.check import table as table_module
from icdgraph.check.grouping import whole_encounters
from icdgraph.check.source import table_source
from icdgraph.check.table_columns import TableColumns

CODES = Path(__file__).parents[1] / "data" / "checked_codes.txt"
TEXTS = CODES.read_text("utf-8").split()
"""Codes that rules concern, some written loosely, and texts that are not codes."""
DETAILS = ("message", "resolves", "unless")


@pytest.fixture(scope="module")
def checker():
    return checker_of(icdgraph.load().core)


encounters = st.lists(
    st.tuples(
        st.lists(st.sampled_from(TEXTS), min_size=1, max_size=9),
        st.sampled_from(["", "inpatient", "outpatient"]),
        st.sampled_from(["", "3", "8d", "50"]),
        st.sampled_from(["", "F", "M"]),
    ),
    min_size=1,
    max_size=12,
)


def _told(finding):
    reasons = "; ".join(reason.in_full for reason in finding.reasons)
    lists = [" ".join(finding.path), " ".join(finding.proposals)]
    first = finding.reasons[:1] if len(finding.codes) > 1 else finding.reasons
    notes = [reason for reason in first if not reason.section]
    texts = [getattr(finding, name) for name in DETAILS]
    source = ("", "", "")
    if notes:
        note = "; ".join(reason.text for reason in notes)
        source = (notes[0].heading, note, notes[0].defined_at)
    return (
        *(finding.rule, finding.severity, *finding.codes, finding.section),
        *(*source, *texts, reasons, *lists),
    )


def _plain(checker, table, names):
    return [
        (number, *_told(finding))
        for number, (codes, setting, age, sex) in enumerate(table)
        for finding in checker.check(
            codes,
            setting=setting or None,
            age=age or None,
            sex=sex or None,
            rules=names,
        )
    ]


def _in_columns(found):
    rows = []
    for row in found.to_pylist():
        codes = [row["code"]] if row["other"] is None else [row["code"], row["other"]]
        names = ("heading", "note", "defined_at", *DETAILS)
        texts = [row[name] or "" for name in (*names, "reasons", "path", "proposals")]
        told = (row["rule"], row["severity"], *codes, row["section"], *texts)
        rows.append((row["encounter"], *told))
    return rows


def _long(table):
    rows = [
        (number, code, place, *patient)
        for number, (codes, *patient) in enumerate(table)
        for place, code in enumerate(codes)
    ]
    names = ["id", "dx", "seq", "setting", "age", "sex"]
    return pa.table(list(map(list, zip(*rows, strict=True))), names=names)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(table=encounters, size=st.sampled_from([1, 2, 3, 7, 1000]), data=st.data())
def test_a_table_gives_what_its_encounters_give(
    checker, monkeypatch, table, size, data
):
    monkeypatch.setattr(source_module, "BATCH", size)
    monkeypatch.setattr(table_module, "PIECE", size)
    rows = _long(table)
    is_mixed = data.draw(st.booleans())
    if is_mixed:
        rows = rows.take(data.draw(st.permutations(range(len(rows)))))
    found = table_module.check_table(
        checker,
        table_source(rows),
        TableColumns("id", "dx", order="seq", setting="setting", age="age", sex="sex"),
        table_module.CheckOptions(rules=list(rules())),
        table_module.OutputOptions(details=True),
    )
    assert found.summary["encounters"] == len(table)
    assert found.rejected.num_rows == 0
    in_columns = _in_columns(found.findings)
    if is_mixed:
        in_columns.sort(key=lambda row: row[0])
    assert in_columns == _plain(checker, table, list(rules()))


@settings(max_examples=30)
@given(st.data())
def test_encounters_are_whole_however_the_table_is_cut(data):
    sizes = data.draw(st.lists(st.integers(1, 6), max_size=8))
    ids = [f"E{number}" for number, size in enumerate(sizes) for _ in range(size)]
    rows = pa.record_batch({"encounter": ids, "row": range(len(ids))})
    cuts = sorted(data.draw(st.lists(st.integers(0, len(ids)), max_size=6)))
    parts = [
        rows.slice(a, b - a) for a, b in zip([0, *cuts], [*cuts, len(ids)], strict=True)
    ]
    aside = []
    found = list(whole_encounters(iter(parts), aside.append))
    assert [i for part in found for i in part.column("encounter").to_pylist()] == ids
    seen = set()
    for part in found:
        here = set(part.column("encounter").to_pylist())
        assert not here & seen
        seen |= here
    assert not aside
