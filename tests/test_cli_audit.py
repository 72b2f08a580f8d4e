"""``icdgraph audit`` by the graph, as a user meets it."""

import csv
import io
import json

import pytest
from icdgraph.network.audit import CHECKS

from icdgraph import toy
from icdgraph.audit import report
from icdgraph.cli import main

TOY = ("--release", str(toy.PATH))


@pytest.fixture
def run(capsys):
    """Run the command line here; return its exit code and what it printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as done:
            main(["audit", *arguments, *TOY])
        return done.value.code or 0, *capsys.readouterr()

    return run


def test_without_graph_it_says_what_was_read(run):
    code, out, _ = run()
    assert code == 0
    assert "References that point nowhere: 2" in out
    assert json.loads(run("--json")[1])["nodes"]["total"] == 39


def test_graph_counts_every_check_and_shows_the_first_cases(run):
    code, out, err = run("--graph")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == (
        "ICD-10-CM 2026, read from toy.xml, audited by its graph: 6 cases"
    )
    assert [line.split()[0] for line in lines[2 : 2 + len(CHECKS)]] == list(CHECKS)
    assert "    and 2 more, with --check A106" in lines


def test_check_shows_every_case_and_means_graph(run):
    _, out, _ = run("--check", "a106")
    assert "more, with" not in out
    assert out.count("it is said back by") == 4
    assert "A101" not in out


def test_all_shows_every_case_of_every_check(run):
    _, out, _ = run("--all")
    assert "more, with" not in out
    assert "A404" in out


def test_json_holds_every_case(run):
    document = json.loads(run("--graph", "--json")[1])
    counts = {check["id"]: check["count"] for check in document["checks"]}
    assert (counts["A106"], counts["A401"]) == (4, 2)
    assert [len(c["cases"]) for c in document["checks"]] == list(counts.values())


def test_csv_has_a_row_for_each_note(run):
    rows = list(csv.DictReader(io.StringIO(run("--check", "A401", "--csv")[1])))
    assert list(rows[0]) == list(report.COLUMNS)
    assert [(row["check"], row["case"], row["note_owner"]) for row in rows] == [
        ("A401", "1", "F45.4"),
        ("A401", "2", "S00-T88"),
    ]


@pytest.mark.parametrize("ending", ["json", "csv", "txt"])
def test_file_is_written_by_its_ending_with_every_case(run, tmp_path, ending):
    path = tmp_path / f"audit.{ending}"
    code, out, err = run("--graph", "-o", str(path))
    assert (code, out) == (0, "")
    assert f"wrote {path}" in err
    text = path.read_text("utf-8")
    if ending == "json":
        assert [check["id"] for check in json.loads(text)["checks"]] == list(CHECKS)
    elif ending == "csv":
        rows = csv.DictReader(io.StringIO(text))
        assert [row["check"] for row in rows] == ["A106"] * 4 + ["A401"] * 2
    else:
        assert "more, with" not in text
        assert text.count("it is said back by") == 4


def test_what_was_read_is_written_too(run, tmp_path):
    path = tmp_path / "read.json"
    run("-o", str(path))
    assert json.loads(path.read_text("utf-8"))["nodes"]["total"] == 39


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--check", "A999"), "'A999' is not the number of a check"),
        (("--graph", "--order", "x.txt"), "--order goes without --graph"),
        (("--graph", "--json", "--csv"), "choose one"),
        (("-o", "read.csv"), "goes with --graph"),
    ],
)
def test_wrong_input_is_told(run, arguments, words):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
    assert "Traceback" not in err
