"""``icdgraph codes`` as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from icdgraph.cli.codes import FORMS
from icdgraph.codesets import FORMATS

LISTS = Path(__file__).parent / "data" / "codesets"
DIABETES = str(LISTS / "diabetes.txt")


@pytest.fixture(scope="module")
def run(graph):
    """Run the command; the fixture `graph` has filled the cache before."""

    def run(*arguments, code=0, **options):
        done = subprocess.run(
            [sys.executable, "-m", "icdgraph", "codes", *map(str, arguments)],
            capture_output=True,
            timeout=120,
            check=False,
            **({"encoding": "utf-8"} | options),
        )
        assert done.returncode == code, done.stderr
        return done

    return run


def test_one_code_per_line(run):
    done = run("M54.4 and billable")
    assert done.stdout == "M54.40\nM54.41\nM54.42\n"
    assert done.stderr == ""


def test_an_expression_is_read_from_a_file_or_stdin(run, tmp_path):
    path = tmp_path / "set.txt"
    path.write_bytes(
        "\ufeff# sciatica\r\nM54.4 except M54.40\r\nand billable\r\n".encode()
    )
    expected = "M54.41\nM54.42\n"
    assert run("--file", path).stdout == expected
    for arguments in (["-"], ["--file", "-"]):
        assert run(*arguments, input=path.read_text("utf-8")).stdout == expected


def test_json_and_json_lines(run):
    records = json.loads(run("M54.4 and billable", "--json").stdout)
    assert [record["code"] for record in records] == ["M54.40", "M54.41", "M54.42"]
    lines = run("M54.4 and billable", "--jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == records


def test_an_empty_set_is_reported_on_stderr(run):
    done = run("I10 and M54")
    assert done.stdout == ""
    assert done.stderr == "icdgraph: no codes\n"
    assert run("I10 and M54", "--json").stdout == "[]\n"


def test_an_ambiguous_expression_is_shown_as_it_was_read(run):
    done = run("E11 or E13 except E13.9", "--count")
    assert "read as E11 or (E13 except E13.9)" in done.stderr
    assert run("E11 except E11.9 and billable", "--count").stderr == ""


def test_column_that_a_list_lacks_is_named(run):
    done = run("--lint", LISTS / "crosswalk.csv", "--column", "third", code=2)
    assert (done.stdout, "'third'" in done.stderr) == ("", True)


def test_count(run, graph):
    codes = graph.codes("E11")
    assert run("E11", "--count").stdout == f"{codes.count}\n"
    assert run("E11", "--count", "--json").stdout == f"{len(codes)}\n"


def test_an_error_is_underlined(run):
    done = run("M54 adn billable", code=2)
    assert done.stdout == ""
    assert done.stderr.splitlines()[1:] == ["  M54 adn billable", "      ^^^"]


def test_the_formats_are_those_of_the_library():
    assert list(FORMATS) == list(FORMS)


def test_output_to_a_file(run, tmp_path):
    path = tmp_path / "set.json"
    done = run("M54.5-", "--format", "fhir", "-o", path)
    assert done.stdout == ""
    assert str(path) in done.stderr
    assert json.loads(path.read_text("utf-8"))["resourceType"] == "ValueSet"
    assert run("M54.51", "-o", "-").stdout == "M54.51\n"


def test_sql_has_the_column_and_no_dots(run):
    done = run("M54.5-", "--format", "sql-like", "--column", "c.dx", "--compact")
    assert done.stdout == "c.dx LIKE 'M545%'\n"


def test_lint_exits_with_1_if_there_are_errors_or_warnings(run, tmp_path):
    done = run("--lint", DIABETES, code=1)
    assert "line 7: error: unknown code 'E11.99'" in done.stdout
    assert "4 errors, 5 warnings" in done.stderr
    clean = tmp_path / "clean.txt"
    clean.write_text("I10\n")
    assert run("--lint", clean).stdout == ""
    assert json.loads(run("--lint", clean, "--json").stdout)["clean"]


def test_findings_are_json_lines(run):
    done = run("--lint", DIABETES, "--jsonl", code=1)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert {record["severity"] for record in records} == {"error", "warning", "remark"}


def test_lint_reads_stdin_in_any_encoding(run):
    done = run(
        "--lint", "-", input="I10\r\nI10\r\n".encode("utf-16"), code=1, encoding=None
    )
    assert done.stdout.startswith(b"line 2: warning")


def test_condense_reports_invalid_entries(run):
    done = run("--condense", "-", input="E11.8\nE11.9\nE11.99\n", code=1)
    assert done.stdout == "E11.8-E11.9\n"
    assert "line 3: error: unknown code 'E11.99'" in done.stderr
    done = run("--condense", "-", "--jsonl", input="E11.8\nE11.9\n")
    assert json.loads(done.stdout)["expression"] == "E11.8-E11.9"


def test_condense_is_the_inverse_of_an_expression(run):
    expression = "E11 except E11.9 and billable"
    done = run("--condense", "-", input=run(expression).stdout)
    assert done.stdout == f"{expression}\n"


def test_diff(run, tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("M54.5\nI10\n")
    new.write_text("M54.50\nM54.51\nM54.59\nI10\n")
    done = run("--diff", old, new)
    assert done.stdout == (
        "split    M54.5 Low back pain: M54.50, M54.51, M54.59 (3 codes)\n"
    )
    (record,) = json.loads(run("--diff", old, new, "--json").stdout)
    assert record["change"] == "split"
    assert json.loads(run("--diff", old, new, "--jsonl").stdout) == record
    done = run("--diff", old, old)
    assert done.stdout == ""
    assert "same codes" in done.stderr
