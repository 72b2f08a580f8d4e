"""Sets written for other tools, each read back by such a tool."""

import csv
import io
import json
import sqlite3

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


def test_text_is_a_code_a_line():
    found = toy().codes("M54.4 and billable")
    assert found.to("text") == "M54.41\nM54.42\n"
    assert found.to("text", compact=True) == "M5441\nM5442\n"


def test_csv_and_json_hold_the_same():
    found = toy().codes("M54.5, F45.4")
    rows = list(csv.DictReader(io.StringIO(found.to("csv"))))
    records = json.loads(found.to("json"))
    assert [row["code"] for row in rows] == list(found)
    for row, record in zip(rows, records, strict=True):
        assert row == record | {"billable": str(record["billable"]).lower()}
        assert record["undotted"] == compact(record["code"])


@pytest.fixture(scope="module")
def claims(graph):
    """Return a table of all billable codes, with dots and without."""
    with sqlite3.connect(":memory:") as base:
        base.execute('CREATE TABLE claims ("the dx" TEXT, dotless TEXT)')
        rows = [(code, compact(code)) for code in graph.codes("billable")]
        base.executemany("INSERT INTO claims VALUES (?, ?)", rows)
    yield base
    base.close()


@pytest.mark.parametrize("form", ["sql-in", "sql-like"])
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_sql_finds_the_set_in_sqlite(graph, claims, form, text):
    found = graph.codes(text).billable
    for column, short in (("the dx", False), ("dotless", True)):
        where = found.to(form, column=column, compact=short)
        rows = claims.execute(f"SELECT * FROM claims WHERE {where}").fetchall()
        assert [dotted for dotted, _ in rows] == list(found)


@pytest.mark.parametrize("form", ["sql-in", "sql-like"])
def test_large_sets_are_not_too_deep_for_sqlite(graph, claims, form):
    found = graph.codes("billable and lacks excludes1")
    where = found.to(form, column="the dx")
    some = "SELECT * FROM claims WHERE rowid % 50 = 0"
    rows = claims.execute(f"SELECT * FROM ({some}) WHERE {where}").fetchall()
    codes = [dotted for dotted, _ in claims.execute(some)]
    assert [dotted for dotted, _ in rows] == [code for code in codes if code in found]


@pytest.mark.parametrize("form", ["sql-in", "sql-like"])
@pytest.mark.parametrize("text", EXPRESSIONS[:4])
def test_sql_finds_the_set_in_duckdb(graph, form, text):
    duckdb = pytest.importorskip("duckdb")
    found = graph.codes(text).billable
    where = found.to(form, column="c.dx")
    with duckdb.connect() as base:
        codes = list(graph.codes("billable"))
        base.execute("CREATE TABLE t AS SELECT unnest(?) AS dx", [codes])
        rows = base.execute(f"SELECT dx FROM t AS c WHERE {where}").fetchall()
    assert {dx for (dx,) in rows} == set(found)


def test_a_prefix_is_a_subtree(graph):
    """The ground that sql-like stands on: no code starts as another one's subtree."""
    for node in graph.nodes():
        if node.kind in ("category", "subcategory"):
            low, high = graph.core.tree.span(node.number)
            assert all(c.startswith(node.code) for c in node.billable_codes)
            for outside in (low - 1, high):
                if 0 <= outside < len(graph.core.leaves):
                    code = graph.core.node(graph.core.leaves[outside]).code
                    assert not code.startswith(node.code)
    starts = [code[:3] for code in graph.codes("billable")]
    runs = [s for n, s in enumerate(starts) if n == 0 or starts[n - 1] != s]
    assert len(runs) == len(set(runs))


def test_sql_names_are_quoted():
    found = toy().codes("M54.2")
    assert found.to("sql-in", column='a"; DROP TABLE x --') == (
        '"a""; DROP TABLE x --" IN (\'M54.2\')\n'
    )
    for column in ("", "  ", "a\0b"):
        with pytest.raises(IcdGraphError, match="is not a column"):
            found.to("sql-like", column=column)


def test_sql_lists_are_cut_for_oracle(graph):
    written = graph.codes("chapter 13 and billable").to("sql-in")
    assert written.count(" IN (") == 7
    assert max(part.count("'") // 2 for part in written.split(" IN (")) == 1000


def test_headers_are_in_sql_in_and_not_in_sql_like():
    found = toy().codes("=M54")
    assert found.to("sql-in") == "code IN ('M54')\n"
    assert found.to("sql-like") == "1 = 0\n"


def test_sparql_block_runs_in_the_store():
    graph = toy()
    found = graph.codes("M54 and title sciatica")
    assert len(found) == 3
    block = found.to("sparql", column="c")
    rows = graph.sparql(f"SELECT ?n {{ {block} ?c skos:notation ?n }}")
    assert {str(row["n"]) for row in rows} == set(found)
    assert PREFIXES["ICD10CM"] == formats.CONCEPTS
    empty = graph.codes([]).to("sparql")
    assert len(graph.sparql(f"SELECT ?code {{ {empty} }}")) == 0
    with pytest.raises(IcdGraphError, match="variable"):
        found.to("sparql", column="a b")


@pytest.mark.parametrize("version", ["", ".R4B"])
@pytest.mark.parametrize("text", ["M54 and billable", "E11", "billable and header"])
def test_value_set_is_read_by_fhir_resources(graph, version, text):
    from importlib import import_module

    fhir = import_module(f"fhir.resources{version}.valueset")
    found = graph.codes(text)
    value_set = fhir.ValueSet.model_validate_json(found.to("fhir"))
    assert value_set.status in ("draft", "active", "retired", "unknown")
    if not found:
        assert value_set.compose is None
        return
    (include,) = value_set.compose.include
    assert include.system == "http://hl7.org/fhir/sid/icd-10-cm"
    assert include.version == "2026"
    assert [concept.code for concept in include.concept] == list(found)
    assert [c.display for c in include.concept] == [n.title for n in found.nodes]


def test_value_sets_of_the_same_codes_have_the_same_url(graph):
    one, other = graph.codes("E11.8, E11.9"), graph.codes("E11.9 or E11.8")
    assert formats.value_set(one) == formats.value_set(other)
    assert formats.value_set(one)["url"] != formats.value_set(one.headers)["url"]


@pytest.mark.parametrize("form", FORMATS)
def test_empty_sets_are_written(form):
    expected = {
        "text": "",
        "csv": "code,undotted,title,billable\n",
        "json": "[]\n",
        "sql-in": "1 = 0\n",
        "sql-like": "1 = 0\n",
        "sparql": "VALUES ?code {\n}\n",
    }
    written = toy().codes([]).to(form)
    if form in expected:
        assert written == expected[form]
    else:
        assert "compose" not in json.loads(written)


def test_a_format_that_there_is_not():
    with pytest.raises(IcdGraphError, match=r"'xml' is not a format.*text, csv"):
        toy().codes("M54").to("xml")
