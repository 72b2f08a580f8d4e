"""SPARQL from Python: frames, rdflib over the same store, and the notebook magic."""

import pytest

from icdgraph import QueryError
from icdgraph.rdf.results import Iri, Table
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.toy import toy

TERMS = "SELECT ?c ?n ?b ?none { ?c ig:level ?n ; ig:billable ?b } ORDER BY ?c"


def test_sparql_takes_a_text_or_a_name_and_not_both():
    assert toy().sparql("ASK { ICD10CM:M54 ig:billable false }") is True
    for wrong in ({}, {"text": "ASK {}", "name": "never-with"}):
        with pytest.raises(QueryError, match="either a query or the name"):
            toy().sparql(**wrong)
    with pytest.raises(QueryError, match="unexpected parameters code"):
        toy().sparql("ASK {}", code="M54")


def test_limit_cuts_and_says_so():
    table = toy().sparql("SELECT ?s { ?s a skos:Concept }", limit=3)
    assert len(table) == 3
    assert table.is_cut
    assert "cut at the limit" in repr(table)
    assert not toy().sparql("SELECT ?s { ?s a ig:Chapter }", limit=5).is_cut


EMPTY = "SELECT ?a ?b { ?a ig:level ?b ; a ig:Chapter, ig:Code }"


def test_frame_of_pandas_has_plain_values():
    pandas = pytest.importorskip("pandas")
    frame = toy().sparql(TERMS).to_pandas()
    assert toy().sparql(EMPTY).to_pandas().shape == (0, 2)
    assert list(frame.columns) == ["c", "n", "b", "none"]
    assert type(frame["c"][0]) is str
    assert frame["n"].dtype == "int64"
    assert frame["b"].dtype == "bool"
    assert pandas.isna(frame["none"]).all()


def test_frame_of_polars_has_the_same_values():
    polars = pytest.importorskip("polars")
    table = toy().sparql(TERMS)
    frame = table.to_polars()
    assert toy().sparql(EMPTY).to_polars().shape == (0, 2)
    assert frame.schema["n"] == polars.Int64
    assert frame["c"].to_list() == [row["c"] for row in table]


def test_pandas_takes_the_names_of_columns_from_an_answer():
    pandas = pytest.importorskip("pandas")
    table = toy().sparql(TERMS)
    assert pandas.DataFrame(table).equals(table.to_pandas())
    triples = toy().sparql("CONSTRUCT WHERE { ?s skos:altLabel ?o }")
    frame = pandas.DataFrame(triples)
    assert list(frame.columns) == ["subject", "predicate", "object"]
    assert frame["object"].tolist() == [triple.object for triple in triples]
    assert frame.equals(triples.table.to_pandas())


def test_html_escapes_what_it_shows():
    table = Table(["<b>"], [["<script>alert(1)</script>"], [Iri('http://x/"><i>')]])
    html = table._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "2 rows" in html


def test_html_links_codes():
    html = toy().sparql("SELECT ?c { ICD10CM:M54 ig:excludes1 ?c }")._repr_html_()
    assert f'<a href="{PREFIXES["ICD10CM"]}F45.41">ICD10CM:F45.41</a>' in html


def test_rdflib_reads_the_same_store(graph):
    rdflib = pytest.importorskip("rdflib")
    pytest.importorskip("oxrdflib")
    found = graph.to_rdflib()
    assert isinstance(found, rdflib.Graph)
    code = rdflib.URIRef(PREFIXES["ICD10CM"] + "M54.50")
    skos = rdflib.Namespace(PREFIXES["skos"])
    assert str(found.value(code, skos.prefLabel)) == "Low back pain, unspecified"
    assert [
        str(row.c)
        for row in found.query("SELECT ?c { ?c skos:broader+ ICD10CM:M54.5 }")
    ]
    ((count,),) = toy().sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert len(toy().to_rdflib()) == count


def test_rdflib_graph_cannot_be_written(graph):
    rdflib = pytest.importorskip("rdflib")
    pytest.importorskip("oxrdflib")
    node = rdflib.URIRef("http://example.org/")
    with pytest.raises((OSError, RuntimeError), match="read"):
        graph.to_rdflib().add((node, node, node))


@pytest.fixture
def shell():
    testing = pytest.importorskip("IPython.testing.globalipapp")
    shell = testing.start_ipython() or testing.get_ipython()
    shell.run_line_magic("load_ext", "icdgraph")
    shell.user_ns["toy"] = toy()
    return shell


def test_magic_answers_a_cell(shell):
    cell = "SELECT ?c { ICD10CM:M54 ig:excludes1 ?c }"
    table = shell.run_cell_magic("sparql", "--graph toy", cell)
    assert [row[0].short for row in table] == ["ICD10CM:F45.41"]


def test_magic_gives_a_frame_in_a_variable(shell):
    pytest.importorskip("pandas")
    cell = "SELECT ?c { ?c a ig:Chapter }"
    assert (
        shell.run_cell_magic("sparql", "--graph toy --as pandas --out df", cell) is None
    )
    assert shell.user_ns["df"].shape == (5, 1)


def test_magic_gives_a_frame_of_triples(shell):
    pytest.importorskip("pandas")
    cell = "CONSTRUCT WHERE { ?s skos:altLabel ?o }"
    frame = shell.run_cell_magic("sparql", "--graph toy --as pandas", cell)
    assert frame.shape == (4, 3)


def test_magic_answers_a_named_query(shell):
    line = "--graph toy --name billable-under --param code=M54.4"
    assert len(shell.run_line_magic("sparql", line)) == 2


@pytest.mark.parametrize(
    ("line", "cell", "message"),
    [
        ("--graph nothing", "ASK {}", "unknown graph 'nothing'"),
        ("--graph toy --param x", "ASK {}", "name=value"),
        ("--graph toy", "SELECT ?x { ?x skso:broader ?y }", "Did you mean 'skos:'"),
    ],
)
def test_magic_explains_errors(shell, line, cell, message):
    from IPython.core.error import UsageError

    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        shell.run_cell_magic("sparql", line, cell)


def test_a_notebook_shows_how_far_the_store_is():
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient")
    source = (
        "from icdgraph.toy import toy\n"
        'answer = toy().sparql("ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }")'
    )
    cell = nbformat.v4.new_code_cell(source)
    client.NotebookClient(nbformat.v4.new_notebook(cells=[cell])).execute()
    (bar,) = cell.outputs
    assert bar["data"]["text/html"].startswith("<progress")
    assert bar["data"]["text/plain"].endswith("56/56")
