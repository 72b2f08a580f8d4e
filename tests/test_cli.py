"""The command line as a user meets it: processes, their streams and exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from icdgraph import toy
from icdgraph.cli import VERBS


@pytest.fixture(scope="module")
def run(graph):
    """Run the command line; the fixture `graph` has filled the cache before."""

    def run(*arguments, check=True, **options):
        done = subprocess.run(
            [sys.executable, "-m", "icdgraph", *arguments],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
            **options,
        )
        if check:
            assert done.returncode == 0, done.stderr
        return done

    return run


TOY = ["--release", str(toy.PATH)]


def test_show_is_json_on_stdout_alone(run):
    done = run("show", "m5450", "--json")
    assert json.loads(done.stdout)["code"] == "M54.50"
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "zz"),
        ("show", "M50-M55"),
        ("show", "chapter 23"),
        ("show", "M54", "--release", "nowhere.xml"),
        ("tree", "M99.999"),
        ("notes", "Q"),
        ("notes", "--inherited"),
        ("notes", "--kind", "excludes3"),
        ("coverage", "--order", "nowhere.txt"),
        ("query", "SELECT", *TOY),
        ("export", "turtle", "--root", "M5O"),
        ("export", "csv"),
        ("draw", "M54.5O"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_wrong_input_is_one_sentence_and_exit_code_2(run, arguments):
    done = run(*arguments, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("show", ""), "CODE"),
        (("show", "M54", ""), "CODE"),
        (("show", "M54", "--release", ""), "--release"),
        (("tree", ""), "CODE"),
        (("export", "turtle", "--root", ""), "--root"),
        (("export", "turtle", "--root="), "--root"),
        (("export", "turtle", "-o", ""), "--output"),
        (("notes", "--kind", ""), "--kind"),
        (("query", ""), "TEXT"),
        (("query", "--name", "never-with", "--param", ""), "--param"),
        (("codes", "--diff", "a.txt", ""), "--diff"),
        (("search", ""), "TEXT"),
    ],
    ids=str,
)
def test_empty_argument_is_refused(run, arguments, name):
    done = run(*arguments, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "expected a value, got an empty string" in done.stderr
    assert name in done.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.xml", toy.PATH.read_bytes()[:3000]),
        ("other.xml", b"<html><body/></html>"),
        ("prose.xml", b"Cholera"),
        ("empty.xml", b""),
        ("bad.zip", b"PK\x03\x04 no zip"),
        ("bad.gz", b"\x1f\x8b\x08\x00 no gzip"),
    ],
)
def test_damaged_file_is_told_by_name_and_line(run, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    done = run("show", "M54", "--release", str(path), check=False)
    assert done.returncode == 2
    assert f"{name}, line " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("word", "suggested"), [("serach", "search"), ("overveiw", "overview"), ("x", None)]
)
def test_unknown_command_is_told_with_similar_ones(run, word, suggested):
    done = run(word, check=False)
    assert done.returncode == 2
    assert f"{word!r}" in done.stderr
    assert ("Did you mean" in done.stderr) == bool(suggested)
    assert (suggested or "") in done.stderr


def test_help_lists_every_command_with_a_whole_sentence(run):
    out = run("--help").stdout
    assert "..." not in out.partition("Commands:")[2]
    listed = re.findall(r"^  ([a-z-]+)  ", out.partition("Commands:")[2], re.MULTILINE)
    assert listed == list(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example_on_a_line_of_its_own(run, verb):
    done = run(verb, "--help")
    assert re.search(r"^  Examples?:$", done.stdout, re.MULTILINE)
    assert f"    icdgraph {verb}" in done.stdout


def test_query_in_each_format(run):
    text = "SELECT ?title { ICD10CM:M54.5 skos:prefLabel ?title }"
    assert run("query", text, *TOY).stdout == "title\n-------------\nLow back pain\n"
    for form in ("csv", "tsv"):
        done = run("query", text, "--format", form, *TOY)
        assert done.stdout == "title\nLow back pain\n"
    done = run("query", text, "--format", "json", *TOY)
    assert json.loads(done.stdout) == [{"title": "Low back pain"}]


def test_export_gives_the_same_bytes_to_file_and_stdout(run, tmp_path):
    for form in ("turtle", "jsonld"):
        path = tmp_path / f"toy.{form}"
        done = run("export", form, "-o", str(path), *TOY)
        assert done.stdout == ""
        assert str(path) in done.stderr
        assert path.read_text("utf-8") == run("export", form, *TOY).stdout
        assert list(tmp_path.glob(".*")) == []


def test_draw_writes_a_page(run, tmp_path):
    path = tmp_path / "page.html"
    run("draw", "M54.50", "-o", str(path), *TOY)
    assert path.read_text("utf-8").lower().startswith("<!doctype html>")


def test_closed_pipe_is_no_error(run):
    command = f"{sys.executable} -m icdgraph notes | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[1] == "141"
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("notes",), ("show", "M54")], ids=" ".join)
def test_full_disk_below_stdout_is_one_sentence(run, arguments):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "icdgraph", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "icdgraph: No space left on device\n"


def test_closed_stdout_is_no_error(run):
    command = f"{sys.executable} -m icdgraph show M54 >&-"
    done = subprocess.run(
        ["bash", "-c", command], stderr=subprocess.PIPE, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


INTERRUPTED_IMPORT = """
import runpy, sys
interrupted, sys.argv[1:] = sys.argv[1], ["show", "M54"]
class Interrupt:
    def find_spec(self, name, *_):
        if name == interrupted:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
runpy.run_module("icdgraph", run_name="__main__")
"""


@pytest.mark.parametrize("module", ["icdgraph.cli", "click", "icdgraph.loading"])
def test_interrupt_of_an_import_is_quiet(module):
    command = [sys.executable, "-c", INTERRUPTED_IMPORT, module]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr in ("icdgraph: interrupted\n", "")


def test_interrupt_while_it_waits_is_quiet(run):
    with subprocess.Popen(
        [sys.executable, "-m", "icdgraph", "codes", "--file", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        process.wait(20)
        assert process.stderr.read() in ("icdgraph: interrupted\n", "")
    assert process.returncode == 130


def test_output_that_cannot_be_written_is_told(run, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = run("draw", "M54", "-o", str(blocked / "page.html"), *TOY, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_terminal_without_unicode_gets_other_characters(run):
    done = run("tree", "M54.4", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert "M54.41* Lumbago" in done.stdout


def test_version(run):
    assert run("--version").stdout.startswith("icdgraph, version ")
