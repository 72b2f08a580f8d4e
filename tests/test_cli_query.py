"""``icdgraph query``: formats, limits, and what it refuses."""

import json
from functools import partial

import pytest
from serving import SLOW

from icdgraph.rdf.named_queries import by_group, queries

TITLES = "SELECT ?c ?title { ?c skos:broader ICD10CM:M54 ; skos:prefLabel ?title }"


@pytest.fixture
def run(run):
    return partial(run, "query")


def test_table_shows_codes(run):
    text = f"{TITLES} ORDER BY ?c"
    assert run(text)[1].splitlines()[:3] == [
        "c      title",
        "-----  ---------------------",
        "M54.2  Cervicalgia",
    ]


def test_table_shows_other_iris_short(run):
    text = "SELECT ?n ?p { ?n ig:target ICD10CM:F45.41 . ?n ?p ICD10CM:F45.41 }"
    assert run(text)[1].splitlines()[2:] == ["<note/M54/excludes1/1>  ig:target"]


def test_json_and_jsonl_hold_the_same_rows(run):
    rows = json.loads(run(TITLES, "--json")[1])
    lines = run(TITLES, "--jsonl")[1].splitlines()
    assert [json.loads(line) for line in lines] == rows
    assert {row["title"] for row in rows} >= {"Cervicalgia"}
    assert run(TITLES, "--format", "json")[1] == run(TITLES, "--json")[1]


def test_triples_are_turtle_or_jsonld(run):
    text = "DESCRIBE ICD10CM:M54.50"
    assert "@prefix" in run(text)[1]
    assert json.loads(run(text, "--format", "jsonld")[1])


def test_longer_answer_is_cut_and_reported(run):
    _, out, err = run(TITLES, "--limit", "2", "--format", "csv")
    assert len(out.splitlines()) == 3
    assert "first 2 rows" in err
    triples = "CONSTRUCT WHERE { ?s a ig:Chapter }"
    assert "first 3 triples" in run(triples, "--limit", "3")[2]
    assert run(triples, "--limit", "5")[2] == ""


def test_named_queries_are_listed_in_each_form(run):
    groups = by_group()
    lines = run("--list")[1].splitlines()
    assert [line for line in lines if line[0] != " "] == list(groups)
    names = [query.name for members in groups.values() for query in members]
    assert [line.split()[0] for line in lines if line[0] == " "] == names
    assert sorted(names) == list(queries())
    records = json.loads(run("--list", "--json")[1])
    assert [(record["name"], record["group"]) for record in records] == [
        (query.name, group) for group, members in groups.items() for query in members
    ]
    assert records[0]["parameters"][0]["default"] == "M54.50"


def test_file_that_is_not_text_is_an_error(run, tmp_path):
    path = tmp_path / "query.rq"
    path.write_bytes(b"ASK {} # \xff")
    code, _, err = run("--file", path)
    assert code == 2
    assert "query.rq' is not UTF-8 text" in err
    path.write_bytes(b"\xef\xbb\xbfASK {}")
    assert run("--file", path) == (0, "true\n", "")


CROSS = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c"
"""A cross product, which is kept in memory because it is sorted."""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((SLOW, "--timeout", "0.5"), "longer than 0.5 s"),
        ((CROSS, "--timeout", "0"), "2 GB"),
    ],
)
def test_a_query_that_takes_too_much_exits_with_2(run, arguments, words):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())


@pytest.mark.parametrize("timeout", ["0", "60"])
def test_a_mistake_is_told_on_stderr(run, timeout):
    text = 'SELECT ?c { ?c ig:exclude1 ICD10CM:M54.55 ; ig:billable "true" }'
    code, out, err = run(text, "--format", "csv", "--timeout", timeout)
    assert (code, out) == (0, "c\n")
    assert [line.split("Did you mean ")[1] for line in err.splitlines()] == [
        "ig:excludes1?",
        "true?",
    ]
