"""The JSON side: its answers, its description, and the shape of the NLM's search."""

import re

import pytest
from serving import fetch

from icdgraph.toy import toy

EXAMPLES = {
    "/api/search": ["terms=low+back", "terms=m54&maxList=", "terms=x&ef=code"],
    "/api/complete": ["q=M54"],
    "/api/check": ["codes=M54.50,F45.41&setting=inpatient&age=46"],
    "/api/queries/{name}": ["code=M54"],
}
"""Queries for the operations that need some."""

NAMES = {"/api/queries/{name}": "billable-under"}


@pytest.fixture(scope="module")
def ask(server):
    return lambda path: fetch(server.address + path.lstrip("/"))


@pytest.fixture(scope="module")
def search(ask):
    def searched(query):
        got = ask(f"/api/search?{query}")
        assert got.status == 200, got.text
        return got.json

    return searched


# The shape of the Clinical Table Search Service


def test_search_answers_as_an_array(search):
    total, codes, extra, rows = search("terms=lumbago&maxList=2")
    assert total >= 2
    assert codes[0] == "M54.50"
    assert extra is None
    assert rows[0] == ["M54.50", "Low back pain, unspecified"]
    assert len(codes) == len(rows) == 2


def test_only_billable_codes_are_found_unless_all_are_asked_for(search):
    graph = toy()
    assert all(graph[code].is_billable for code in search("terms=m54.5")[1])
    assert "M54.5" in search("terms=m54.5&billable=any")[1]
    assert search("terms=nought")[:3] == [0, [], None]


def test_fields_are_chosen(search):
    _, codes, extra, rows = search(
        "terms=lumbago&maxList=1&df=name&cf=name&ef=code,billable,field,text,marks,href"
    )
    assert rows == [["Low back pain, unspecified"]]
    assert codes == ["Low back pain, unspecified"]
    assert extra == {
        "code": ["M54.50"],
        "billable": [True],
        "field": ["synonym"],
        "text": ["Lumbago NOS"],
        "marks": [[[0, 7]]],
        "href": ["/M54.50"],
    }


def test_pages_of_an_answer_are_parts_of_it(search):
    whole = search("terms=pain&maxList=")
    assert whole[0] == len(whole[1]) > 3
    first, second = search("terms=pain&count=2"), search("terms=pain&count=2&offset=2")
    assert first[1] + second[1] == whole[1][:4]
    assert first[0] == second[0] == whole[0]
    assert search("terms=pain&offset=500")[1] == []
    assert len(search("terms=pain")[1]) <= 7


def test_what_is_searched_can_be_narrowed(search):
    assert search("terms=m54&sf=name")[1] == []
    assert "M54.50" in search("terms=m54&sf=code")[1]
    assert search("terms=lumbago&sf=code")[1] == []
    assert set(search("terms=pain&under=M54")[1]) == {"M54.50", "M54.59"}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "terms is required"),
        ("terms=a&q=code:M54", "unknown parameter 'q'"),
        ("terms=a&df=title", "df 'title'"),
        ("terms=a&maxList=501", "maxList '501'.*500"),
        ("terms=a&billable=no", "billable 'no'.*'any'"),
    ],
)
def test_unsupported_and_invalid_parameters_are_named(ask, query, message):
    got = ask(f"/api/search?{query}")
    assert got.status == 400
    assert re.search(message, got.text)


def test_the_parameter_of_jquery_is_ignored(search):
    assert search("terms=lumbago&_=1700000000")[1][0] == "M54.50"


# The rest


def test_tree_has_every_node_once(ask):
    names, counts = [], {}

    def walk(branch):
        for child in branch["children"]:
            names.append(child["name"])
            counts[child["name"]] = child["billable_codes"]
            if not child["is_leaf"]:
                walk(ask(f"/api/tree/{child['name']}").json)

    walk(ask("/api/tree").json)
    assert names == [node.code for node in toy().nodes()]
    assert counts["M54"] == len(toy()["M54"].billable_codes)


# The description


def test_description_is_valid_openapi(ask):
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(ask("/api/openapi.json").json)


def test_every_operation_answers_as_described(ask):
    jsonschema = pytest.importorskip("jsonschema")
    paths = ask("/api/openapi.json").json["paths"]
    described = [path for path in paths if path.startswith("/api/")]
    assert {"/api/search", "/api/check", "/api/codes/{name}"} <= set(described)
    for path in described:
        operation = paths[path]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        for query in EXAMPLES.get(path, [""]):
            filled = path.replace("{name}", NAMES.get(path, "M54.5"))
            got = ask(f"{filled}?{query}")
            assert got.status == 200, (filled, got.text)
            jsonschema.validate(got.json, schema)
        if "{name}" in path:
            assert ask(path.replace("{name}", "M54.5O")).status in (400, 404)
