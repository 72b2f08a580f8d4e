"""``icdgraph query``: formats, limits, and what it refuses."""

import json

import pytest
from click.testing import CliRunner
from serving import SLOW

from icdgraph import toy
from icdgraph.cli.query import query
from icdgraph.errors import QueryError
from icdgraph.rdf.named_queries import queries

TITLES = "SELECT ?c ?title { ?c skos:broader ICD10CM:M54 ; skos:prefLabel ?title }"


@pytest.fixture
def run(fresh_cache):
    def invoke(*arguments):
        words = [*arguments, "--release", str(toy.PATH)]
        return CliRunner().invoke(query, words, catch_exceptions=True)

    return invoke


def test_table_shows_codes(run):
    text = f"{TITLES} ORDER BY ?c"
    assert run(text).stdout.splitlines()[:3] == [
        "c      title",
        "-----  ---------------------",
        "M54.2  Cervicalgia",
    ]


def test_table_shows_other_iris_short(run):
    text = "SELECT ?n ?kind { ICD10CM:M54 ig:note ?n . ?n a ?kind }"
    assert run(text).stdout.splitlines()[2:] == [
        "<note/M54/excludes1/1>  ig:Excludes1Note"
    ]


def test_json_and_jsonl_hold_the_same_rows(run):
    rows = json.loads(run(TITLES, "--json").stdout)
    lines = run(TITLES, "--jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert {row["title"] for row in rows} >= {"Cervicalgia"}
    assert run(TITLES, "--format", "json").stdout == run(TITLES, "--json").stdout


def test_triples_are_turtle_or_jsonld(run):
    text = "DESCRIBE ICD10CM:M54.50"
    assert "@prefix" in run(text).stdout
    assert json.loads(run(text, "--format", "jsonld").stdout)


def test_longer_answer_is_cut_and_reported(run):
    result = run(TITLES, "--limit", "2", "--format", "csv")
    assert len(result.stdout.splitlines()) == 3
    assert "first 2 rows" in result.stderr


def test_named_queries_are_listed_in_each_form(run):
    names = list(queries())
    assert [line.split()[0] for line in run("--list").stdout.splitlines()] == names
    records = json.loads(run("--list", "--json").stdout)
    assert [record["name"] for record in records] == names
    assert records[0]["parameters"][0]["default"] == "M54"
    lines = run("--list", "--jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == records


def test_query_is_stopped_at_its_time(run):
    error = run(SLOW, "--timeout", "0.5").exception
    assert isinstance(error, QueryError)
    assert "longer than 0.5 s" in str(error)


def test_no_limit_of_time_leaves_that_of_memory(run):
    """A cross product is sorted, and so kept in memory."""
    text = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
    error = run(text, "--timeout", "0").exception
    assert "more than 2 GB of memory" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:a> <a:a> }",
        "LOAD <http://127.0.0.1:1/>",
        "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_the_graph_is_read_only(run, text):
    assert "read-only" in str(run(text).exception)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Give a query"),
        (("ASK {}", "--name", "defects"), "Give a query"),
        (("ASK {}", "--json", "--format", "csv"), "Choose one"),
        (("ASK {}", "--json", "--jsonl"), "Choose one"),
        (("ASK {}", "--graph", "http://x"), "requires --endpoint"),
        (("ASK {}", "--timeout", "-1"), "--timeout"),
        (("ASK {}", "--format", "turtle"), "no triples"),
        (("DESCRIBE <a:a>", "--json"), "triples"),
        (("--name", "siblings", "--param", "code"), "expected NAME=VALUE"),
        (("--list", "--format", "csv"), "as csv"),
        (("",), "empty string"),
        (("ASK {}", "--endpoint", ""), "empty string"),
    ],
)
def test_wrong_use_is_refused(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
