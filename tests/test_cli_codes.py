"""``icdgraph codes`` as a user meets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from icdgraph.cli.codes import FORMS
from icdgraph.codesets import FORMATS

LISTS = Path(__file__).parent / "data" / "codesets"


@pytest.fixture(scope="module")
def run(graph):
    """Run the verb; the fixture `graph` has filled the cache before."""

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


def test_codes_come_a_line_each(run):
    done = run("M54.4 and billable")
    assert done.stdout == "M54.40\nM54.41\nM54.42\n"
    assert done.stderr == ""


def test_expressions_come_from_files_and_stdin(run, tmp_path):
    path = tmp_path / "set.txt"
    path.write_bytes(
        "\ufeff# sciatica\r\nM54.4 except M54.40\r\nand billable\r\n".encode()
    )
    expected = "M54.41\nM54.42\n"
    assert run("--file", path).stdout == expected
    for arguments in (["-"], ["--file", "-"]):
        assert run(*arguments, input=path.read_text("utf-8")).stdout == expected


def test_an_empty_set_is_told_on_stderr(run):
    done = run("I10 and M54")
    assert done.stdout == ""
    assert done.stderr == "icdgraph: there is no code in this set\n"
    assert run("I10 and M54", "--json").stdout == "[]\n"


def test_a_mixture_is_told_as_it_was_read(run):
    done = run("E11 or E13 except E13.9", "--count")
    assert "read as E11 or (E13 except E13.9)" in done.stderr
    assert run("E11 except E11.9 and billable", "--count").stderr == ""


def test_count(run):
    assert run("E11", "--count").stdout == "117 codes, 87 billable\n"
    assert run("E11", "--count", "--json").stdout == "117\n"


def test_an_error_is_underlined(run):
    done = run("M54 adn billable", code=2)
    assert done.stdout == ""
    assert done.stderr.splitlines()[1:] == ["  M54 adn billable", "      ^^^"]


def test_formats_of_the_option_are_those_there_are():
    assert list(FORMATS) == list(FORMS)


def test_output_goes_to_a_file(run, tmp_path):
    path = tmp_path / "deep" / "set.json"
    done = run("M54.5-", "--format", "fhir", "-o", path)
    assert done.stdout == ""
    assert str(path) in done.stderr
    assert json.loads(path.read_text("utf-8"))["resourceType"] == "ValueSet"


def test_sql_has_the_column_and_no_dots(run):
    done = run("M54.5-", "--format", "sql-like", "--column", "c.dx", "--compact")
    assert done.stdout == "c.dx LIKE 'M545%'\n"


def test_lint_exits_with_1_where_there_is_something(run, tmp_path):
    done = run("--lint", LISTS / "diabetes.txt", code=1)
    assert "line 7: error: 'E11.99'" in done.stdout
    assert "4 errors, 5 warnings" in done.stderr
    clean = tmp_path / "clean.txt"
    clean.write_text("I10\n")
    done = run("--lint", clean)
    assert done.stdout == ""
    record = json.loads(run("--lint", clean, "--json").stdout)
    assert record["clean"]


def test_lint_reads_stdin_in_any_encoding(run):
    done = run(
        "--lint", "-", input="I10\r\nI10\r\n".encode("utf-16"), code=1, encoding=None
    )
    assert done.stdout.startswith(b"line 2: warning")


def test_condense_says_what_it_could_not_use(run):
    done = run("--condense", "-", input="E11.8\nE11.9\nE11.99\n", code=1)
    assert done.stdout == "E11.8-E11.9\n"
    assert "line 3: error: 'E11.99'" in done.stderr


def test_condense_undoes_the_list(run):
    listed = run("E11 except E11.9 and billable").stdout
    done = run("--condense", "-", input=listed)
    assert done.stdout == "E11 except E11.9 and billable\n"


def test_diff(run, tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("M54.5\nI10\n")
    new.write_text("M54.50\nM54.51\nM54.59\nI10\n")
    done = run("--diff", old, new)
    assert done.stdout == (
        "split    M54.5 Low back pain: M54.50, M54.51, M54.59 (3 codes)\n"
    )
    (record,) = json.loads(run("--diff", old, new, "--json").stdout)
    assert record["way"] == "split"
    done = run("--diff", old, old)
    assert done.stdout == ""
    assert "same codes" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("M54", "--file", str(LISTS / "diabetes.txt")),
        ("--lint", "nowhere.txt"),
        ("--diff", "nowhere.txt"),
        ("M54", "--format", "xml"),
        ("M54", "--format", "sql-in", "--column", ""),
        ("M54", "--count", "-o", "x"),
        ("M54", "--json", "--format", "csv"),
        ("--condense", str(LISTS / "diabetes.txt"), "--format", "json"),
        ("--lint", str(LISTS / "diabetes.txt"), "--count"),
        ("--lint", str(LISTS / "diabetes.txt"), "--compact"),
        ("--diff", "-", "-"),
        ("--lint", str(LISTS / "crosswalk.csv"), "--column", "third"),
        ("M54.5O",),
        ("",),
    ],
    ids=" ".join,
)
def test_wrong_input_is_one_sentence_and_exit_code_2(run, arguments):
    done = run(*arguments, code=2)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_closed_pipe_is_no_error(run):
    command = f"{sys.executable} -m icdgraph codes billable | head -1; "
    done = subprocess.run(
        ["bash", "-c", command + "echo ${PIPESTATUS[0]}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == ["A00.0", "141"]
    assert done.stderr == ""
