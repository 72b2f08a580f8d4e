"""SPARQL queries: results, errors, and stores that several processes share."""

import json
import os
import subprocess
import sys
import threading
from functools import partial

import pyoxigraph
import pytest

from icdgraph import load
from icdgraph import toy as toy_module
from icdgraph.errors import QueryError
from icdgraph.rdf import stores
from icdgraph.rdf.query import query
from icdgraph.rdf.results import Iri, Table, Triples
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.rdf.worker_pool import query_within
from icdgraph.release import cache
from icdgraph.toy import toy


def test_select_gives_values_of_python():
    (row,) = query(
        toy().core,
        "SELECT ?c ?billable ?level ?title ?none { ?c skos:notation 'M54.50' ; "
        "ig:billable ?billable ; ig:level ?level ; skos:prefLabel ?title }",
    )
    assert isinstance(row["c"], Iri)
    assert row["c"].short == "ICD10CM:M54.50"
    assert row[1:] == (True, 6, "Low back pain, unspecified", None)
    assert row.as_dict()["level"] == 6


def test_ask_and_describe():
    assert query(toy().core, "ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }") is True
    described = query(toy().core, "DESCRIBE ICD10CM:M54.50")
    assert isinstance(described, Triples)
    assert 'skos:altLabel "Loin pain"@en , "Lumbago NOS"@en' in str(described)
    assert described == query(toy().core, "DESCRIBE ICD10CM:M54.50")


def test_triples_are_counted_and_taken_apart():
    text = "CONSTRUCT { ?s skos:altLabel ?o ; a ?s } { ?s skos:altLabel ?o }"
    triples = query(toy().core, text)
    assert len(triples) == len(list(triples)) == 7
    assert not query(toy().core, "CONSTRUCT { ?s a ?o } { ?s a ig:Nothing, ?o }")
    code = Iri(PREFIXES["ICD10CM"] + "M54.50")
    assert (code, Iri(PREFIXES["skos"] + "altLabel"), "Loin pain") in triples
    assert repr(triples).splitlines()[-1] == "[7 triples]"
    assert "@prefix" not in repr(triples)
    cut = query(toy().core, text, limit=2)
    assert (len(cut), cut.is_cut, triples.is_cut) == (2, True, False)
    assert repr(cut).endswith("[2 triples, cut at the limit]")
    types = {
        document["@id"]: document["@type"] for document in json.loads(triples.jsonld())
    }
    assert types[code] == [code]


@pytest.mark.parametrize("comment", ["", "# SERVICE"])
def test_relative_iris_are_below_the_release(comment):
    text = f"ASK {{ <note/M54/excludes1/1> ig:target ICD10CM:F45.41 }} {comment}"
    assert query(toy().core, text) is True


def test_table_is_worth_reading():
    table = query(toy().core, "SELECT ?c { ?c a skos:Concept } ORDER BY ?c")
    assert repr(table).splitlines()[0] == "c"
    assert repr(table).splitlines()[-1] == "[40 rows, the first 20 shown]"
    assert len(repr(table).splitlines()) == 23
    assert repr(Table(["a"], [])) == "a\n-\n[0 rows]"


def test_csv_quotes_what_needs_it():
    table = Table(["a", "b"], [['x, "y"', None], [True, 1]])
    assert table.csv() == 'a,b\n"x, ""y""",\ntrue,1\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?x { ?x skso:broader ?y }", "Did you mean 'skos:'?"),
        ("SELECT ?x {\n ?x a skos:Concept", "missing '}'"),
        ("SELEC ?x", "line 1, column 1"),
    ],
)
def test_errors_are_explained(text, message):
    with pytest.raises(QueryError) as error:
        query(toy().core, text)
    assert message in str(error.value)
    assert "FFFD" not in str(error.value)


@pytest.fixture
def toy_file_graph(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return load(toy_module.PATH).core


def test_store_is_built_once_and_opened_by_two(toy_file_graph, tmp_path):
    seen = []
    stores.open_store(toy_file_graph, lambda *done: seen.append(done))
    assert seen
    assert seen[-1][0] == seen[-1][1]
    seen.clear()
    again = load(toy_module.PATH).core
    one = stores.open_store(again, lambda *done: seen.append(done))
    code = (
        "import icdgraph, sys; from icdgraph.rdf.stores import open_store; "
        "print(len(open_store(icdgraph.load(sys.argv[1]).core)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code, str(toy_module.PATH)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(other.stdout) == len(one)
    assert not seen


@pytest.mark.parametrize("ask", [query, partial(query_within, timeout=60)])
def test_a_mistake_is_found_before_the_store_is_built(toy_file_graph, ask):
    with pytest.raises(QueryError, match="missing '}'"):
        ask(toy_file_graph, "ASK {")
    assert not stores.is_built(toy_file_graph)
    assert ask(toy_file_graph, "ASK { ?s ?p ?o }")
    assert stores.is_built(toy_file_graph)
    assert stores.is_built(load(toy_module.PATH).core)


def test_two_threads_that_build_at_once_get_one_store(toy_file_graph):
    found = []
    threads = [
        threading.Thread(
            target=lambda: found.append(stores.open_store(load(toy_module.PATH).core))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({len(store) for store in found}) == 1
    assert len(found) == 4


def test_what_a_killed_build_left_is_cleared(toy_file_graph):
    place = (
        cache.folder() / f"{toy_file_graph.cache_key}-{stores.FORMAT}.store.building"
    )
    place.mkdir(parents=True)
    (place / "half").write_text("half")
    assert len(stores.open_store(toy_file_graph)) > 500
    assert not place.exists()


def test_damaged_store_is_built_again(toy_file_graph):
    whole = len(stores.open_store(toy_file_graph))
    (place,) = cache.folder().glob("*.store")
    for file in place.iterdir():
        file.write_bytes(b"")
    assert len(stores.open_store(load(toy_module.PATH).core)) == whole


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_cache_that_cannot_be_written_costs_time_alone(toy_file_graph, monkeypatch):
    cache.folder().chmod(0o500)
    assert isinstance(stores.open_store(toy_file_graph), pyoxigraph.Store)


def test_triples_lie_in_the_default_graph_which_the_release_names(toy_file_graph):
    # A named graph would take twice the space.
    assert list(stores.open_store(toy_file_graph).named_graphs()) == []
    release = f"https://w3id.org/icdgraph/release/{toy_file_graph.edition.identifier}"
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    (whole,) = query(toy_file_graph, count.format(""))
    assert [*query(toy_file_graph, count.format(f"FROM <{release}>"))] == [whole]
    assert query(toy_file_graph, count.format("FROM <urn:x>"))[0][0] == 0
