"""``icdgraph check`` as a user meets it."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from icdgraph import toy
from icdgraph.cli import cli
from icdgraph.errors import IcdGraphError

TOY = ["--release", str(toy.PATH)]


@pytest.fixture
def run():
    """Run the command line in this process, on the toy."""

    def run(*arguments, **options):
        return CliRunner().invoke(
            cli, [*arguments, *TOY], standalone_mode=False, **options
        )

    return run


def test_findings_for_a_coder(run):
    done = run("check", "M54.50", "F45.41")
    assert done.return_value == 1
    assert "M54 Dorsalgia, inherited by M54.50 < M54.5 < M54)" in done.stdout
    assert "Guidelines I.A.12.a" in done.stdout
    assert done.stdout.endswith("1 error\n")


def test_without_an_error_the_exit_code_is_0(run):
    done = run("check", "M54.41")
    assert (done.return_value, done.stdout) == (0, "no findings for M54.41\n")
    done = run("check", "S39.012S")
    assert (done.return_value, "warning" in done.stdout) == (0, True)
    done = run("check", "S39.012S", "--severity", "error")
    assert done.stdout == "no findings for S39.012S\n"


def test_notes_are_shown_on_demand(graph):
    def told(*options):
        arguments = ["check", "M17.10", *options]
        return CliRunner().invoke(cli, arguments, standalone_mode=False).stdout

    assert told() == "no findings for M17.10\n"
    assert told("--notes").startswith("note\n  N503  M17.10 is for an unspecified side")
    assert told("--severity", "note") == told("--notes") == told("--rules", "N5")


@pytest.mark.parametrize(
    "text", ["M5450,\r\n F45.41\r\n", "\ufeffm54.50;F4541", "M54.50\tF45.41"]
)
def test_codes_from_stdin(run, text):
    done = run("check", "-", "--json", input=text)
    document = json.loads(done.stdout)
    assert document["codes"] == ["M54.50", "F45.41"]
    assert [f["rule"] for f in document["findings"]] == ["E201"]


def test_a_record_a_line(run):
    done = run("check", "M54.50", "F45.41", "zz", "--jsonl")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["rule"] for record in records] == ["E101", "E201"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "--list", "M54.50"),
        ("check", "M54.50", "--age", "x"),
        ("check", "M54.50", "--setting", "home"),
        ("check", "M54.50", "--sex", "x"),
        ("check", "M54.50", "--rules", "Q"),
        ("check", "--explain", "E999"),
        ("check", "--with", "M54.5O"),
    ],
    ids=" ".join,
)
def test_wrong_input_is_refused(run, arguments):
    done = run(*arguments)
    assert isinstance(done.exception, IcdGraphError) or hasattr(
        done.exception, "exit_code"
    )
    assert done.stdout == ""


def test_rules_are_listed_and_explained(run):
    assert "E201  I.A.12.a      Excludes1" in run("check", "--list").stdout
    listed = json.loads(run("check", "--list", "--json").stdout)
    assert listed[0]["rule"] == "E101"
    page = run("check", "--explain", "e201").stdout
    assert page.startswith("## E201: Excludes1\n")
    assert "$ icdgraph check --rules E201 M54.50 F45.41" in page


def test_what_may_go_with_a_code(run):
    done = run("check", "--with", "M54.50")
    assert "Not together with\n  M54.5: low back strain (S39.012)" in done.stdout
    assert "May be used with\n  G89: " in done.stdout
    groups = json.loads(run("check", "--with", "M54.50", "--json").stdout)
    assert list(groups) == ["apart", "may", "before", "after", "beside"]
    assert (
        run("check", "--with", "B99.9").stdout
        == "no note links this code to other codes\n"
    )


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("--list",), "rule"),
        (("--explain", "E2,W3"), "rule"),
        (("--with", "M54.50"), "group"),
        (("M54.50", "F45.41"), "rule"),
    ],
    ids=lambda value: value[0],
)
def test_json_lines_are_the_records_of_the_json(run, arguments, key):
    lines = run("check", *arguments, "--jsonl").stdout.splitlines()
    document = json.loads(run("check", *arguments, "--json").stdout)
    records = [json.loads(line) for line in lines]
    assert records
    if key == "group":
        groups = [{"group": k, **r} for k, group in document.items() for r in group]
        assert records == groups
    else:
        assert records == (
            document
            if "--list" in arguments or "--explain" in arguments
            else document["findings"]
        )


def test_numpy_is_not_loaded_to_check_an_encounter():
    """It takes half as long to import as the check may take."""
    code = (
        "import sys; from icdgraph.toy import toy; "
        "assert toy().check(['M54.50', 'F45.41']); "
        "sys.exit('numpy' in sys.modules or 'pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_exit_code_of_the_process(graph):
    command = [sys.executable, "-m", "icdgraph", "check", "M54.50", "F45.41"]
    done = subprocess.run(
        [*command, *TOY], capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr == ""


@pytest.fixture
def table(tmp_path):
    """Return a CSV of three encounters, one row of which cannot be read."""
    path = tmp_path / "dx.csv"
    path.write_bytes(b"id,dx\r\n1,M5450\r\n1,F4541\r\n2,M5441\r\n3\r\n")
    return path


def test_a_table_to_files(run, table, tmp_path):
    out, report = tmp_path / "found.jsonl", tmp_path / "report.html"
    where = ("--encounter", "id", "--code", "dx")
    done = run(
        "check", "--table", str(table), *where, "-o", str(out), "--report", str(report)
    )
    assert done.return_value == 1
    assert "1 of 2 encounters are clean; errors in 1, " in done.stdout
    assert "1 row rejected" in done.stdout
    assert json.loads(out.read_text("utf-8").splitlines()[0])["rule"] == "E201"
    assert (tmp_path / "found.rejected.csv").is_file()
    assert "psychogenic dorsalgia" in report.read_text("utf-8")


def test_findings_of_a_table_as_json_lines(run, table):
    where = ("--table", str(table), "--encounter", "id", "--code", "dx")
    done = run("check", *where, "--jsonl")
    (finding,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (finding["encounter"], finding["rule"]) == ("1", "E201")
    assert done.return_value == 1
    assert "1 row rejected" in done.stderr
    summary = json.loads(run("check", *where, "--json").stdout)
    assert (summary["encounters"], summary["rejected"]["rows"]) == (2, 1)


@pytest.mark.parametrize("name", ["nowhere/f.csv", "f.xls", "."])
def test_findings_that_cannot_be_written(run, table, tmp_path, name):
    where = ("--table", str(table), "--encounter", "id", "--code", "dx")
    path = str(tmp_path / name)
    done = run("check", *where, "-o", path)
    assert path.removesuffix("/f.csv") in str(done.exception)
    assert [p.name for p in tmp_path.iterdir()] == [table.name]


@pytest.mark.parametrize("more", [(), ("--code", "dx")])
def test_a_folder_without_tables(run, tmp_path, more):
    done = run("check", "--table", str(tmp_path), *more)
    assert f"no Parquet files in the folder '{tmp_path}'. Give a .csv" in str(
        done.exception
    )


def test_a_table_without_its_column_of_codes(run, table):
    done = run("check", "--table", str(table))
    message = done.exception.format_message()
    assert message.startswith("--table requires --code")
    assert "id, dx" in message


def test_a_clean_table(run, table):
    table.write_text("id,dx\n1,M54.41\n", encoding="utf-8")
    done = run("check", "--table", str(table), "--encounter", "id", "--code", "dx")
    assert done.return_value == 0
    assert done.stdout.startswith("1 of 1 encounters are clean; ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("--table", "x.csv", "--code", "dx", "I10"),
            "--table cannot be combined with CODE",
        ),
        (("--order", "seq", "I10"), "--order requires --table"),
        (("-o", "f.csv", "I10"), "--output requires --table"),
        (("--setting-column", "s", "I10"), "--setting-column requires --table"),
        (("--json", "--jsonl", "I10"), "Choose one of --json and --jsonl"),
        (
            ("--table", "x.csv", "--code", "dx", "--jsonl", "-o", "f.csv"),
            "Choose one of --jsonl and --output",
        ),
    ],
)
def test_options_that_do_not_go_together(run, arguments, words):
    done = run("check", *arguments)
    assert words in done.exception.format_message()
