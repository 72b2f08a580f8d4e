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

from icdgraph.cli import VERBS
from icdgraph.toy import PATH


def start(*arguments, **options):
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "icdgraph", *arguments]
    return subprocess.run(
        command, encoding="utf-8", timeout=120, **{"capture_output": True} | options
    )


WRONG = {
    "no command": ["xyz", "No such command", "Choose from: tour, show"],
    "no code": ["show", "Missing argument 'CODE...'"],
    "unknown code": ["show M54.5O", "'M54.5O'", "Did you mean M54.50"],
    "no shape of a code": ["show 99999", "'99999'", "icdgraph search 99999"],
    "words": ["show 'back pain'", "'back pain'", "icdgraph search 'back pain'"],
    "unknown range": ["show M54 M50-M55", "'M50-M55'", "Did you mean M50-M54?"],
    "unknown chapter": ["tree 'chapter 23'", "'23'", "or by its range"],
    "two forms": ["show M54 --json --jsonl", "--json and --jsonl"],
    "forms of audit": ["audit --json --csv", "--json and --csv"],
    "unknown release": ["show M54 --release nowhere.xml", "nowhere.xml", "'bundled'"],
    "depth": ["tree M54 --depth -1", "--depth", "-1"],
    "notes of nothing": ["notes --inherited", "--inherited requires a CODE"],
    "kind of note": ["notes --kind excludes3", "excludes3", "excludes1"],
    "no words": ["search", "Missing argument 'TEXT...'"],
    "limit": ["search x --limit 0", "--limit"],
    "kind": ["search x --kind disease", "'disease' is not one of", "category"],
    "under": ["search x --under M99.999", "M99.999"],
    "order": ["order M54.50 zz", "'zz'", "M54.50"],
    "measure": ["similar M54 --measure linn", "'linn' is not one of", "lin"],
    "content": ["similar M54 --measure path --content seco", "'path'"],
    "one code of two": ["why M54.50", "Missing argument 'B'"],
    "three codes": ["why M54.50 M54.2 M51", "unexpected extra argument"],
    "picture of why": ["why M54.50 F45.41 -o why.png", "expected .svg or .html"],
    "check": ["audit --check A101", "unknown check 'A101'", "C101, C102"],
    "file of audit": ["audit -o report.xyz", "'report.xyz'", ".json, .jsonl, .csv"],
    "file of coverage": ["coverage -o read.csv", "'read.csv'", ".txt, .json, .jsonl"],
    "order file": ["coverage --order nope", "'nope'", "icd10cm_order_2026.txt"],
    "query": ["query SELECT", "SELECT"],
    "format": ["export csv", "'csv' is not one of", "turtle"],
    "root": ["export turtle --root M5O", "'M5O'"],
    "folder": ["export turtle --root M54 -o none/x.ttl", "no folder"],
    "relations": ["draw M54.50 --relations never", "'never': expected parent"],
    "layout": ["draw M54.50 --layout circle", "--layout"],
    "picture": ["draw M54.50 -o x.pdf", "'x.pdf': expected"],
    "folder of a picture": ["draw M54.50 -o deep/x.svg", "no folder"],
    "kind of picture": ["overview pie", "'pie'", "treemap"],
    "counts": ["overview treemap --counts none.csv", "none.csv"],
    "relations of a matrix": ["overview matrix --relations parent", "'parent'"],
    "relations of a treemap": ["overview treemap --relations parent", "matrix"],
    "endpoint": ["load-endpoint nowhere", "'nowhere'", "http://"],
    "password": ["load-endpoint http://x --user me", "ICDGRAPH_PASSWORD"],
    "port": ["serve --port 99999", "--port", "65535"],
    "empty code": ["show ''", "CODE", "got an empty string"],
    "empty after a code": ["show M54 ''", "CODE", "got an empty string"],
    "empty optional": ["tree ''", "CODE", "got an empty string"],
    "empty words": ["search ''", "TEXT", "got an empty string"],
    "empty root": ["export turtle --root ''", "--root", "got an empty string"],
    "nothing after =": ["export turtle --root=", "--root", "got an empty string"],
    "empty output": ["export turtle -o ''", "--output", "got an empty string"],
    "empty kind": ["notes --kind ''", "--kind", "got an empty string"],
    "empty query": ["query ''", "TEXT", "got an empty string"],
    "empty list": ["codes --diff a.txt ''", "--diff", "got an empty string"],
    "empty relations": ["draw M54 --relations ''", "--relations", "got an empty"],
    "spaces": ["show ' '", "CODE", "got ' '"],
    "endless query": ["query 'ASK {}' --timeout nan", "invalid timeout nan"],
    "no form of a query": ["query 'SELEC ?x'", "expected one of SELECT, ASK"],
    "device": ["coverage --order /dev/null", "'/dev/null' is not a regular file"],
    "folder first": ["audit --check no -o none/x.csv", "no folder"],
    "host": ["serve --host 'x y'", "x y port", "Choose another --host"],
    "empty check": ["audit --check ''", "--check", "got an empty string"],
}
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
