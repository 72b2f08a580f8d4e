"""Sets written for other tools, each read back by such a tool."""

import csv
import io
import json
import sqlite3
from importlib import import_module

import pytest

from icdgraph import IcdGraphError
from icdgraph.codes import compact
from icdgraph.codesets import FORMATS, formats
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.toy import toy

EXPRESSIONS = [
    "E11 except E11.9 and billable",
    "E11 except E11.3 or E11.311 and billable",
    "S52 and seventh A and laterality left",
    "title fracture and billable except chapter 19",
    "chapter 13 and lacks excludes1 and billable",
    "C43-C44 and billable",
    "billable and header",
]
SQL = pytest.mark.parametrize("form", ["sql-in", "sql-like"])


def test_text_has_one_code_per_line():
    codes = toy().codes("M54.4 and billable")
    assert codes.to("text") == "M54.41\nM54.42\n"
    assert codes.to("text", compact=True) == "M5441\nM5442\n"


def test_csv_and_json_have_the_same_records():
    codes = toy().codes("M54.5, F45.4")
    records = json.loads(codes.to("json"))
    assert records == [json.loads(line) for line in codes.to("jsonl").splitlines()]
    assert records[1] == {
        "code": "F45.41",
        "undotted": "F4541",
        "title": "Pain disorder exclusively related to psychological factors",
        "billable": True,
    }
    rows = list(csv.DictReader(io.StringIO(codes.to("csv"))))
    assert [row["code"] for row in rows] == list(codes)
    for row, record in zip(rows, records, strict=True):
        assert row == record | {"billable": str(record["billable"]).lower()}


@pytest.fixture(scope="module")
def claims(graph):
    """Return a table of all billable codes, with dots and without."""
    with sqlite3.connect(":memory:") as base:
        base.execute('CREATE TABLE claims ("the dx" TEXT, dotless TEXT)')
        rows = [(code, compact(code)) for code in graph.codes("billable")]
        base.executemany("INSERT INTO claims VALUES (?, ?)", rows)
    yield base
    base.close()


@SQL
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_sql_selects_the_set_in_sqlite(graph, claims, form, text):
    codes = graph.codes(text).billable
    for column, is_compact in (("the dx", False), ("dotless", True)):
        where = codes.to(form, column=column, compact=is_compact)
        rows = claims.execute(f"SELECT * FROM claims WHERE {where}").fetchall()
        assert [dotted for dotted, _ in rows] == list(codes)


@SQL
def test_conditions_of_large_sets_are_not_too_deep_for_sqlite(graph, claims, form):
    codes = graph.codes("billable and lacks excludes1")
    where = codes.to(form, column="the dx")
    sample = "SELECT * FROM claims WHERE rowid % 50 = 0"
    rows = claims.execute(f"SELECT * FROM ({sample}) WHERE {where}").fetchall()
    sampled = [dotted for dotted, _ in claims.execute(sample)]
    assert [dotted for dotted, _ in rows] == [code for code in sampled if code in codes]


@SQL
def test_sql_is_one_condition_inside_another(graph, claims, form):
    codes = graph.codes("E11 except E11.9 and billable")
    where = codes.to(form, column="the dx")
    count = f"SELECT count(*) FROM claims WHERE NOT {where}"
    assert claims.execute(count).fetchone()[0] == 74_719 - len(codes)  # DOMAIN.md


@SQL
@pytest.mark.parametrize("text", EXPRESSIONS[:4])
def test_sql_selects_the_set_in_duckdb(graph, form, text):
    duckdb = pytest.importorskip("duckdb")
    codes = graph.codes(text).billable
    where = codes.to(form, column="c.dx")
    with duckdb.connect() as base:
        billable = list(graph.codes("billable"))
        base.execute("CREATE TABLE t AS SELECT unnest(?) AS dx", [billable])
        rows = base.execute(f"SELECT dx FROM t AS c WHERE {where}").fetchall()
    assert {dx for (dx,) in rows} == set(codes)


def test_a_prefix_is_a_subtree(graph):
    """The assumption of sql-like: no code outside a subtree starts like its header."""
    tree, leaves = graph.core.tree, graph.core.leaves
    for node in graph.nodes():
        if node.kind in ("category", "subcategory"):
            low, high = tree.span(node.number)
            assert all(c.startswith(node.code) for c in node.billable_codes)
            for outside in (low - 1, high):
                if 0 <= outside < len(leaves):
                    code = graph.core.codes[leaves[outside]]
                    assert not code.startswith(node.code)
    starts = [code[:3] for code in graph.codes("billable")]
    runs = [s for n, s in enumerate(starts) if n == 0 or starts[n - 1] != s]
    assert len(runs) == len(set(runs))


def test_sql_names_are_quoted():
    codes = toy().codes("M54.2")
    assert codes.to("sql-in", column='a"; DROP TABLE x --') == (
        '"a""; DROP TABLE x --" IN (\'M54.2\')\n'
    )
    for column in ("", "  ", "a\0b"):
        with pytest.raises(IcdGraphError, match="invalid column"):
            codes.to("sql-like", column=column)


def test_sql_lists_are_short_enough_for_oracle(graph):
    text = graph.codes("chapter 13 and billable").to("sql-in")
    sizes = [part.count("'") // 2 for part in text.split(" IN (")]
    assert max(sizes) == 1000
    assert sum(sizes) == len(graph.codes("chapter 13 and billable"))


def test_sql_like_ignores_headers():
    codes = toy().codes("=M54")
    assert codes.to("sql-in") == "code IN ('M54')\n"
    assert codes.to("sql-like") == "1 = 0\n"


def test_a_sparql_block_runs_in_the_store():
    graph = toy()
    codes = graph.codes("M54 and title sciatica")
    assert len(codes) == 3
    block = codes.to("sparql", column="c")
    rows = graph.sparql(f"SELECT ?n {{ {block} ?c skos:notation ?n }}")
    assert {str(row["n"]) for row in rows} == set(codes)
    assert PREFIXES["ICD10CM"] == formats.CONCEPTS
    empty = graph.codes([]).to("sparql")
    assert len(graph.sparql(f"SELECT ?code {{ {empty} }}")) == 0
    with pytest.raises(IcdGraphError, match="invalid variable 'a b'"):
        codes.to("sparql", column="a b")


@pytest.mark.parametrize("version", ["", ".R4B"])
@pytest.mark.parametrize("text", ["M54 and billable", "E11", "billable and header"])
def test_a_value_set_is_read_by_fhir_resources(graph, version, text):
    fhir = import_module(f"fhir.resources{version}.valueset")
    codes = graph.codes(text)
    value_set = fhir.ValueSet.model_validate_json(codes.to("fhir"))
    assert value_set.status in ("draft", "active", "retired", "unknown")
    if not codes:
        assert value_set.compose is None
        return
    (include,) = value_set.compose.include
    assert include.system == "http://hl7.org/fhir/sid/icd-10-cm"
    assert include.version == "2026"
    assert [concept.code for concept in include.concept] == list(codes)
    assert [c.display for c in include.concept] == [n.title for n in codes.nodes]


def test_the_url_of_a_value_set_is_that_of_its_codes(graph):
    codes, same = graph.codes("E11.8, E11.9"), graph.codes("E11.9 or E11.8")
    assert codes.to("fhir") == same.to("fhir")
    urls = {json.loads(s.to("fhir"))["url"] for s in (codes, same, codes.headers)}
    assert len(urls) == 2


@pytest.mark.parametrize("form", FORMATS)
def test_empty_sets_are_written(form):
    text = toy().codes([]).to(form)
    if form == "fhir":
        assert "compose" not in json.loads(text)
        return
    assert (
        text
        == {
            "text": "",
            "csv": "code,undotted,title,billable\n",
            "json": "[]\n",
            "jsonl": "",
            "sql-in": "1 = 0\n",
            "sql-like": "1 = 0\n",
            "sparql": "VALUES ?code {\n}\n",
        }[form]
    )


def test_an_unknown_format_is_refused():
    with pytest.raises(IcdGraphError, match=r"invalid format 'xml'.*text, csv"):
        toy().codes("M54").to("xml")
