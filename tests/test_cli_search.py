"""``icdgraph search`` as a user runs it."""

import json
from functools import partial

import pytest


@pytest.fixture
def run(run, graph):
    return partial(run, "search", release=None)


def test_results_are_lines_with_the_best_first(run):
    assert run("low", "back", "pain", "--limit", "2") == (
        0,
        "M54.50*  Low back pain, unspecified\nM54.5    Low back pain\n",
        "",
    )


def test_the_wording_that_matched_is_printed(run):
    _, out, _ = run("hip fracture", "--limit", "1")
    assert out.rstrip().endswith("[synonym at S72.00: Fracture of hip NOS]")
    assert "\x1b" not in out
    _, out, _ = run("hip fracture", "--limit", "1", "--color", "always")
    assert "\x1b[1mFracture\x1b[0m of \x1b[1mhip\x1b[0m NOS" in out


def test_a_correction_is_reported_on_stderr(run):
    code, out, err = run("hemoroids", "--limit", "1")
    assert (code, err) == (0, "icdgraph: spelling corrected: hemorrhoids\n")
    assert out.startswith("K64.9*")


def test_no_results_are_no_error(run):
    code, out, err = run("qqqqqqqq")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        "icdgraph: not in the release: qqqqqqqq",
        "icdgraph: no results",
    ]


def test_json(run):
    document = json.loads(run("hemoroids", "--json", "--billable")[1])
    assert document["query"] == "hemoroids"
    assert document["interpretations"] == [
        {"typed": "hemoroids", "read_as": "hemorrhoids", "source": "spelling"}
    ]
    assert document["results"][0]["code"] == "K64.9"
    assert all(result["billable"] for result in document["results"])
    lines = run("hemoroids", "--jsonl", "--billable")[1].splitlines()
    assert list(map(json.loads, lines)) == document["results"]


def test_filters(run):
    _, out, _ = run("fracture", "sequela", "--under", "S52", "--limit", "3")
    assert all(line.startswith("S52.") for line in out.splitlines())
    assert out.splitlines()[0].split("*")[0].endswith("S")
    _, out, _ = run("fracture", "--header", "--kind", "category")
    assert out
    assert "*" not in out
    _, out, _ = run("pain", "--kind", "SECTION")
    assert all("-" in line.split()[0] for line in out.splitlines())
