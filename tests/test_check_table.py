"""Tables of many encounters: what is read, grouped, rejected, written and counted."""

import gzip

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from icdgraph.check.source import table_source
from icdgraph.errors import ParseError
from icdgraph.toy import toy

ROWS = {"id": [1, 1, 2, 3, 3], "dx": ["M5450", "F4541", "M5441", "M54.50", "M51.26"]}
FOUND = [(1, "E201", "M54.50", "F45.41"), (3, "E201", "M54.50", "M51.26")]
WHERE = {"encounter": "id", "code": "dx", "rules": ["E"]}


def pairs_of(found):
    columns = ["encounter", "rule", "code", "other"]
    return [tuple(row.values()) for row in found.findings.select(columns).to_pylist()]


@pytest.mark.parametrize(
    "make",
    [
        pa.table,
        pl.DataFrame,
        pd.DataFrame,
        lambda rows: duckdb.connect().from_arrow(pa.table(rows)),
        lambda rows: ds.dataset(pa.table(rows)),
        lambda rows: pa.table(rows).to_reader(max_chunksize=2),
        lambda rows: pl.DataFrame(rows).with_columns(pl.col("dx").cast(pl.Categorical)),
        lambda rows: pd.DataFrame(rows).assign(odd=[{}, 1, "a", None, 2.0]),
    ],
    ids=["arrow", "polars", "pandas", "duckdb", "dataset", "reader", "dict", "odd"],
)
def test_whatever_speaks_arrow(make):
    assert pairs_of(toy().check_table(make(ROWS), **WHERE)) == FOUND


@pytest.mark.parametrize(
    "text",
    [
        "id,dx\n1,M5450\n1,F4541\n3,M54.50\n3,M51.26\n",
        "\ufeffid;dx\r\n1;m5450\r\n1; F45.41 \r\n\r\n3;M54.50\r\n3;M51.26\r\n",
        'id\tdx\n1\t"M5450"\n1\tF4541\n3\tM54.50\n3\tM51.26',
        'id,note,dx\n1,"a, b\nc",M5450\n1,,F4541\n3,,M54.50\n3,"""",M51.26\n',
    ],
    ids=["plain", "windows", "tabs", "quoted"],
)
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_text_files(tmp_path, text, suffix):
    path = tmp_path / f"dx{suffix}"
    data = text.encode()
    path.write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    found = toy().check_table(path, **WHERE)
    assert pairs_of(found) == [(str(i), *rest) for i, *rest in FOUND]
    assert found.rejected.num_rows == 0


def test_ids_of_a_text_file_stay_text(tmp_path):
    path = tmp_path / "dx.csv"
    path.write_text("id,dx\n007,M5450\n007,F4541\n", encoding="utf-8")
    assert pairs_of(toy().check_table(path, **WHERE))[0][0] == "007"


def test_another_encoding(tmp_path):
    path = tmp_path / "dx.csv"
    path.write_bytes("id,dx,größe\né,M5450,1\né,F4541,2\n".encode("latin-1"))
    found = toy().check_table(path, encoding="latin-1", **WHERE)
    assert pairs_of(found)[0][0] == "é"


def test_parquet_folder_and_list(tmp_path):
    for part in (0, 1):
        table = pa.table(ROWS).slice(3 * part, 3)
        pq.write_table(table, tmp_path / f"part-{part}.parquet")
    assert pairs_of(toy().check_table(tmp_path, **WHERE)) == FOUND
    parts = sorted(tmp_path.iterdir())
    assert pairs_of(toy().check_table(parts, **WHERE)) == FOUND


@pytest.mark.parametrize("encounter", ["id", None])
def test_wide_form(encounter):
    rows = {
        "id": [1, 2, 3],
        "dx10": ["", "", "F45.41"],
        "dx2": ["F4541", None, " "],
        "dx1": ["M5450", "M5441", "M54.50"],
    }
    found = toy().check_table(
        pa.table(rows), encounter=encounter, code="dx*", rules=["E"]
    )
    assert pairs_of(found) == [
        (1, "E201", "M54.50", "F45.41"),
        (3, "E201", "M54.50", "F45.41"),
    ]
    assert found.findings.column("place").to_pylist() == [1, 1]
    assert found.summary["codes"] == 5
    assert found.summary["order"] == "by column, dx1 first"


def test_the_order_decides_which_code_is_first(graph):
    rows = {"id": [1, 1], "dx": ["W18.30XA", "S39.012A"], "seq": [2, 1]}
    table = pa.table(rows)
    where = {"encounter": "id", "code": "dx", "rules": ["E404"]}
    (finding,) = graph.check_table(table, **where).findings.to_pylist()
    assert finding["place"] == 1
    assert len(graph.check_table(table, order="seq", **where)) == 0


@pytest.mark.parametrize(
    ("code", "known", "rule"),
    [
        ("Z13.9", {"setting": "inpatient"}, "W601"),
        ("Z13.9", {"setting": "outpatient"}, "N602"),
        ("Z68.54", {"age": "45"}, "W604"),
    ],
)
def test_what_holds_for_all_encounters_holds_where_a_column_is_blank(
    graph, code, known, rule
):
    (name,) = known
    ids = {"id": [1], "dx": [code]}
    where = {"encounter": "id", "code": "dx", "rules": [rule]}
    assert len(graph.check_table(pa.table(ids), **known, **where)) == 1
    assert len(graph.check_table(pa.table(ids), **where)) == 0
    blank = pa.table({**ids, name: [" "]})
    by_column = {f"{name}_column": name}
    assert len(graph.check_table(blank, **known, **by_column, **where)) == 1


def test_mixed_rows_are_sorted_first():
    rows = pa.table({name: values[::2] + values[1::2] for name, values in ROWS.items()})
    found = toy().check_table(rows, **WHERE)
    mixed = [FOUND[0], (3, "E201", "M51.26", "M54.50")]
    assert sorted(pairs_of(found)) == mixed
    assert found.summary["sorted_first"]
    assert "sorted first" in found.summary.text()
    assert not toy().check_table(pa.table(ROWS), **WHERE).summary["sorted_first"]
    relation = duckdb.connect().from_arrow(rows)
    assert sorted(pairs_of(toy().check_table(relation, **WHERE))) == mixed
    reader = rows.to_reader()
    assert toy().check_table(reader, **WHERE).summary["sorted_first"]


@pytest.mark.parametrize("cut", [None, 1, 2])
@pytest.mark.parametrize(
    "ids",
    [
        ["a", "b", "a"],
        ["b1", "a1", "b1"],
        ["a1", "b", "a1"],
        ["b", "a1", "b"],
        ["E10", "E9", "E10"],
        ["E9", "E10", "E9"],
        [2, 1, 2],
        [1, 2, 1],
    ],
    ids=str,
)
def test_no_order_of_ids_splits_an_encounter(monkeypatch, ids, cut):
    """Ids of one length may be in no order: length alone does not tell."""
    if cut:
        monkeypatch.setattr("icdgraph.check.source.BATCH", cut)
    rows = pa.table({"id": ids, "dx": ["M5450", "M5441", "F4541"]})
    found = toy().check_table(rows, **WHERE)
    assert pairs_of(found) == [(ids[0], "E201", "M54.50", "F45.41")]
    assert found.summary["encounters"] == 2
    assert found.summary["sorted_first"]


def test_no_row_is_lost(tmp_path):
    path = tmp_path / "dx.csv"
    path.write_bytes(
        b"id,dx,seq\n1,M5450,1\n2,bad\n,F4541,2\n3,\xff,1\n4,,1\n5,I10,first\n"
        b"6,I10,1,2\n7,M5441,1\n"
    )
    out = tmp_path / "found.parquet"
    found = toy().check_table(path, order="seq", output=out, **WHERE)
    rejected = found.rejected.to_pylist()
    assert sorted(row["row"] for row in rejected) == [2, 3, 4, 5, 6, 7]
    reasons = {row["row"]: row["reason"] for row in rejected}
    assert reasons[2] == "2 fields, expected 3"
    assert reasons[3] == "the encounter is missing"
    assert reasons[4] == "dx is not UTF-8"
    assert reasons[5] == "the code is missing"
    assert reasons[6] == "the order is not a number"
    assert found.summary["rejected"]["rows"] == 6
    assert found.summary["encounters"] == 2
    assert sum(found.summary["rejected"]["reasons"].values()) == 6
    text = (tmp_path / "found.rejected.csv").read_text("utf-8")
    assert "6,I10,1,2" in text
    assert "\\xff" in text.replace("\\\\", "\\")
    # The next run rejects nothing, and leaves nothing of this one.
    toy().check_table(pa.table(ROWS), output=out, **WHERE)
    assert not (tmp_path / "found.rejected.csv").exists()


def test_an_encounter_may_have_ten_thousand_rows_and_not_one_more():
    for more in (0, 1):
        size = 10_000 + more
        rows = pa.table({"id": [1] * size, "dx": ["M5450"] + ["M5441"] * (size - 1)})
        found = toy().check_table(rows, keep=False, **WHERE)
        reasons = found.summary["rejected"]["reasons"]
        expected = {"the encounter has more than 10,000 rows": size} if more else {}
        assert reasons == expected
        assert found.summary["encounters"] == 1 - more


def test_a_claim_with_only_blank_codes_is_rejected_and_counted():
    rows = {"id": [1, 2, 3], "dx1": ["M5450", "", None], "dx2": ["F4541", " ", None]}
    for encounter in ("id", None):
        found = toy().check_table(
            pa.table(rows), encounter=encounter, code="dx*", rules=["E"]
        )
        assert found.summary["encounters"] == 1
        assert found.summary["rejected"]["reasons"] == {"all codes are blank": 2}
        assert found.rejected.column("row").to_pylist() == [2, 3]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_findings_in_a_file(tmp_path, suffix):
    path = tmp_path / f"found{suffix}"
    found = toy().check_table(pa.table(ROWS), output=path, **WHERE)
    rows = {
        ".parquet": lambda: pl.read_parquet(path),
        ".csv": lambda: pl.read_csv(path),
        ".jsonl": lambda: pl.read_ndjson(path),
    }[suffix]()
    columns = ["encounter", "rule", "code", "other"]
    assert rows.select(columns).rows() == FOUND
    assert rows["note"][0] == "psychogenic dorsalgia (F45.41)"
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert len(found) == 2
    query = "SELECT count(*) FROM read_parquet($1) WHERE defined_at = 'M54'"
    if suffix == ".parquet":
        assert duckdb.execute(query, [str(path)]).fetchone() == (1,)
        assert found.to_polars().height == len(found.to_pandas()) == 2
    else:
        with pytest.raises(ParseError, match="which is not read back"):
            found.to_polars()


def test_empty_tables_give_empty_answers(tmp_path):
    empty = pa.table({"id": pa.array([], pa.int64()), "dx": pa.array([], pa.string())})
    out = tmp_path / "found.parquet"
    found = toy().check_table(empty, output=out, **WHERE)
    assert pq.read_table(out).num_rows == len(found) == 0
    assert found.summary["encounters"] == 0
    assert toy().check_table(empty, **WHERE).to_polars().height == 0
    path = tmp_path / "head.csv"
    path.write_text("id,dx\n", encoding="utf-8")
    assert "0 encounters" in toy().check_table(path, **WHERE).summary.text()


def test_what_is_interrupted_leaves_nothing(tmp_path):
    out = tmp_path / "found.parquet"

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toy().check_table(pa.table(ROWS), output=out, progress=stop, **WHERE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"code": "x"}, "no column 'x' in Table: expected one of id, dx"),
        ({"code": "c*"}, "'c[*]': expected a pattern for some of id, dx"),
        ({"encounter": "visit"}, "no column 'visit'"),
        ({"code": ["dx", "id"], "order": "id"}, "'id' needs one code in each row"),
        ({"output": "f.xls"}, "'f.xls': .* ends in .parquet, .csv, .jsonl"),
        ({"rules": ["E9"]}, "unknown rule 'E9'"),
        ({"severity": "grave"}, "'grave': expected error, warning or note"),
        ({"setting": "home"}, "'home': expected inpatient or outpatient"),
    ],
)
def test_wrong_arguments(options, words):
    with pytest.raises(ParseError, match=words):
        toy().check_table(pa.table(ROWS), **{**WHERE, **options})


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "is empty"),
        ("a.csv", b"id,dx,dx\n1,I10,I10\n", "two columns 'dx'"),
        ("a.csv.gz", b"id,dx\n1,I10\n", "cannot read .*a.csv.gz"),
        ("a.parquet", b"id,dx\n1,I10\n", "cannot read .* as Parquet"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ParseError, match=words):
        toy().check_table(path, **WHERE)


def test_what_is_not_a_table():
    with pytest.raises(ParseError, match="cannot read a dict as a table"):
        table_source({"dx": ["I10"]})
    with pytest.raises(FileNotFoundError):
        table_source("nowhere.parquet")


def test_files_of_one_folder_may_differ_in_type_and_not_in_columns(tmp_path):
    first, second = pa.table(ROWS).slice(0, 3), pa.table(ROWS).slice(3)
    narrow = second.set_column(0, "id", second["id"].cast(pa.int32()))
    pq.write_table(first, tmp_path / "a.parquet")
    pq.write_table(narrow, tmp_path / "b.parquet")
    assert pairs_of(toy().check_table(tmp_path, **WHERE)) == FOUND
    pq.write_table(second.drop_columns(["dx"]), tmp_path / "b.parquet")
    with pytest.raises(ParseError, match=r"column 'dx' is missing in .*b\.parquet"):
        toy().check_table(tmp_path, **WHERE)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("id,note,dx\n1,a,I10\n2,b,I10\n", 0),
        ("id,note,dx\n1,a,I10\n2,b,I10\n3,I10", 0),
        ("id,note,dx\n1,a,I10\n\n2,b,I10\n", 1),
        ('id,note,dx\n1,"5 foot 3,I10\n2,b",I10\n3,c,I10\n', 1),
    ],
    ids=["plain", "short row", "blank line", "stray mark"],
)
def test_lines_that_are_not_rows_cause_a_warning(tmp_path, caplog, text, more):
    path = tmp_path / "dx.csv"
    path.write_text(text, encoding="utf-8")
    toy().check_table(path, **WHERE)
    assert [f"{more} more lines than rows" in r.message for r in caplog.records] == (
        [True] if more else []
    )
