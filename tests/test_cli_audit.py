"""``icdgraph audit`` and ``icdgraph coverage`` as a user meets them."""

import csv
import io
import json

import pytest

from icdgraph import toy
from icdgraph.audit import CHECKS, report
from icdgraph.cli import main

TOY = ("--release", str(toy.PATH))


@pytest.fixture
def run(capsys):
    """Run the command line here; return its exit code and what it printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as done:
            main([*arguments, *TOY])
        return done.value.code or 0, *capsys.readouterr()

    return run


def test_every_check_is_counted_and_its_first_cases_are_shown(run):
    code, out, err = run("audit")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Audit of ICD-10-CM 2026 (toy.xml): 6 cases"
    assert [line.split()[0] for line in lines[2 : 2 + len(CHECKS)]] == list(CHECKS)
    assert "    and 2 more, with --check C106" in lines


def test_check_shows_every_case_of_that_check(run):
    _, out, _ = run("audit", "--check", "c106")
    assert "more, with" not in out
    assert out.count("states it in return") == 4
    assert "C101" not in out


def test_all_shows_every_case_of_every_check(run):
    _, out, _ = run("audit", "--all")
    assert "more, with" not in out
    assert "C404" in out


def test_json_has_every_case(run):
    document = json.loads(run("audit", "--json")[1])
    assert [check["id"] for check in document["checks"]] == list(CHECKS)
    counts = {check["id"]: check["count"] for check in document["checks"]}
    assert [len(c["cases"]) for c in document["checks"]] == list(counts.values())
    records = list(map(json.loads, run("audit", "--jsonl")[1].splitlines()))
    assert [r["check"] for r in records] == ["C106"] * 4 + ["C401"] * 2
    assert [
        {"check": c["id"]} | case for c in document["checks"] for case in c["cases"]
    ] == records


def test_csv_has_a_row_for_each_note(run):
    rows = list(
        csv.DictReader(io.StringIO(run("audit", "--check", "C401", "--csv")[1]))
    )
    assert list(rows[0]) == list(report.COLUMNS)
    assert [(row["check"], row["case"], row["note_owner"]) for row in rows] == [
        ("C401", "1", "F45.4"),
        ("C401", "2", "S00-T88"),
    ]


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv", "txt"])
def test_file_has_every_case_in_the_form_of_its_ending(run, tmp_path, ending):
    path = tmp_path / f"audit.{ending}"
    code, out, err = run("audit", "-o", str(path))
    assert (code, out) == (0, "")
    assert str(path) in err
    option = "--all" if ending == "txt" else f"--{ending}"
    assert path.read_text("utf-8") == run("audit", option)[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("audit", "--check", "A101"), ["unknown check 'A101'", "C101, C102"]),
        (("audit", "--check", ""), ["--check", "empty"]),
        (("audit", "--json", "--csv"), ["--json and --csv"]),
        (("audit", "-o", "report.xyz"), ["'report.xyz'", ".json, .jsonl, .csv"]),
        (("coverage", "-o", "read.csv"), ["'read.csv'", ".txt, .json, .jsonl"]),
        (("coverage", "--order", "nope"), ["'nope'", "icd10cm_order_2026.txt"]),
    ],
)
def test_wrong_input_is_refused(run, arguments, words):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    message = " ".join(err.split())
    assert all(word in message for word in words), message
    assert "Traceback" not in err


def test_coverage_counts_what_was_read(run, tmp_path):
    code, out, err = run("coverage")
    assert (code, err) == (0, "")
    assert "References to codes that do not exist: 2" in out
    document = json.loads(run("coverage", "--json")[1])
    assert document["nodes"]["total"] == 39
    assert json.loads(run("coverage", "--jsonl")[1]) == document
    path = tmp_path / "read.json"
    run("coverage", "-o", str(path))
    assert json.loads(path.read_text("utf-8")) == document
