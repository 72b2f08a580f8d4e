"""``icdgraph audit`` and ``icdgraph coverage`` as a user runs them."""

import csv
import io
import json

import pytest

from icdgraph.audit import CHECKS, report


def test_every_check_is_counted_and_its_first_cases_are_shown(run):
    code, out, err = run("audit")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Audit of ICD-10-CM 2026 (toy.xml): 6 cases"
    assert [line.split()[0] for line in lines[2 : 2 + len(CHECKS)]] == list(CHECKS)
    assert "    and 2 more, with --check C106" in lines


@pytest.mark.parametrize(
    ("options", "checks"),
    [(["--check", "c106"], {"C106"}), (["--all"], {"C106", "C401"})],
)
def test_every_case_of_a_check_or_of_all(run, options, checks):
    _, out, _ = run("audit", *options)
    assert "more, with" not in out
    assert out.count("states it in return") == 4
    assert ("G31.90" in out or "R52" in out) == ("C401" in checks)


def test_json_has_every_case(run):
    document = json.loads(run("audit", "--json")[1])
    assert [check["id"] for check in document["checks"]] == list(CHECKS)
    assert all(len(c["cases"]) == c["count"] for c in document["checks"])
    records = list(map(json.loads, run("audit", "--jsonl")[1].splitlines()))
    assert [r["check"] for r in records] == ["C106"] * 4 + ["C401"] * 2
    assert [
        {"check": c["id"]} | case for c in document["checks"] for case in c["cases"]
    ] == records


def test_csv_has_a_row_for_each_note(run):
    page = run("audit", "--check", "C401", "--csv")[1]
    rows = list(csv.DictReader(io.StringIO(page)))
    assert list(rows[0]) == list(report.COLUMNS)
    assert [(row["check"], row["case"], row["note_owner"]) for row in rows] == [
        ("C401", "1", "F45.4"),
        ("C401", "2", "S00-T88"),
    ]


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv", "txt"])
def test_file_has_every_case_in_the_form_of_its_ending(run, tmp_path, ending):
    path = tmp_path / f"audit.{ending}"
    code, out, err = run("audit", "-o", path)
    assert (code, out) == (0, "")
    assert str(path) in err
    option = "--all" if ending == "txt" else f"--{ending}"
    assert path.read_text("utf-8") == run("audit", option)[1]


def test_coverage_counts_what_was_read(run, tmp_path):
    code, out, err = run("coverage")
    assert (code, err) == (0, "")
    assert "References to codes that do not exist: 2" in out
    document = json.loads(run("coverage", "--json")[1])
    assert document["nodes"]["total"] == 39
    assert json.loads(run("coverage", "--jsonl")[1]) == document
    path = tmp_path / "read.json"
    run("coverage", "-o", path)
    assert json.loads(path.read_text("utf-8")) == document
