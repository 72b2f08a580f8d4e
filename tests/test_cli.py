"""The command line as a user meets it: processes, their streams and exit codes."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tables import rows

from icdgraph.cli import VERBS
from icdgraph.toy import PATH


def start(*arguments, **options):
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "icdgraph", *arguments]
    return subprocess.run(
        command, encoding="utf-8", timeout=120, **{"capture_output": True} | options
    )


WRONG = {name: words for name, *words in rows("wrong_commands.jsonl")}
"""What is wrong: a command, and what its message contains."""


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_exits_with_2_and_names_the_remedy(
    run, monkeypatch, tmp_path, name
):
    monkeypatch.chdir(tmp_path)
    command, *words = WRONG[name]
    arguments = shlex.split(command)
    code, out, err = run(*arguments, release=None if "--release" in arguments else PATH)
    assert (code, out) == (2, "")
    message = " ".join(err.split())
    assert all(word in message for word in words), message
    assert "Traceback" not in err
    assert "g.codes" not in err
    assert list(tmp_path.iterdir()) == []


def test_empty_release_is_refused(run):
    code, _, err = run("show", "M54", "--release", "", release=None)
    assert code == 2
    assert "got an empty string" in err


@pytest.mark.parametrize(
    "arguments",
    [
        "show M54 M54.2",
        "notes M54.50 --inherited",
        "codes M54",
        "similar M54.50",
        "query --list",
        "check --list",
    ],
)
def test_jsonl_has_the_records_of_json(run, arguments):
    words = arguments.split()
    records = json.loads(run(*words, "--json")[1])
    assert records
    assert list(map(json.loads, run(*words, "--jsonl")[1].splitlines())) == records


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.xml", PATH.read_bytes()[:3000]),
        ("other.xml", b"<html><body/></html>"),
        ("prose.xml", b"Cholera"),
        ("empty.xml", b""),
        ("bad.zip", b"PK\x03\x04 no zip"),
        ("bad.gz", b"\x1f\x8b\x08\x00 no gzip"),
    ],
)
def test_damaged_file_is_named_with_its_line(run, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    code, _, err = run("show", "M54", release=path)
    assert code == 2
    assert f"{name}, line " in err
    assert "Traceback" not in err


def test_similar_commands_are_suggested(run):
    assert "'serach'" in run("serach")[2]
    assert "Did you mean search?" in run("serach")[2]


def test_help_lists_every_command_with_a_whole_sentence(run):
    out = run("--help", release=None)[1]
    assert "..." not in out.partition("Commands:")[2]
    listed = re.findall(r"^  ([a-z-]+)  ", out.partition("Commands:")[2], re.MULTILINE)
    assert listed == list(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example_on_a_line_of_its_own(run, verb):
    out = run(verb, "--help", release=None)[1]
    assert re.search(
        rf"^  Examples:\n(    .*\n)?    icdgraph {verb}", out, re.MULTILINE
    )


def test_export_gives_the_same_bytes_to_file_and_stdout(run, tmp_path):
    for form in ("turtle", "jsonld"):
        path = tmp_path / f"toy.{form}"
        _, out, err = run("export", form, "-o", path)
        assert out == ""
        assert str(path) in err
        assert path.read_text("utf-8") == run("export", form)[1]
        assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("verb", ["notes", "codes billable"])
def test_closed_pipe_is_no_error(graph, verb):
    command = f"{sys.executable} -m icdgraph {verb} | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[1] == "141"
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [("notes",), ("show", "M54")], ids=" ".join)
def test_full_disk_below_stdout_is_one_sentence(graph, arguments):
    with Path("/dev/full").open("w") as full:
        done = start(
            *arguments, stdout=full, stderr=subprocess.PIPE, capture_output=False
        )
    assert done.returncode == 2
    assert done.stderr == "icdgraph: No space left on device\n"


def test_closed_stdout_is_no_error(graph):
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


def test_interrupt_while_it_waits_is_quiet(graph):
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


def test_terminal_without_unicode_gets_other_characters(graph):
    done = start("tree", "M54.4", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert "M54.41* Lumbago" in done.stdout


def test_version(run):
    assert run("--version", release=None)[1].startswith("icdgraph, version ")
