"""``icdgraph search`` as a user runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from icdgraph.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from icdgraph import CodeGraph

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(graph: CodeGraph, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command: exit code, stdout, stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["search", *arguments])
        code = ended.value.code
        assert isinstance(code, int)
        return code, *capsys.readouterr()

    return run


def test_results_are_lines_with_the_best_first(run: Run) -> None:
    code, out, err = run("low", "back", "pain", "--limit", "2")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "M54.50*  Low back pain, unspecified",
        "M54.5    Low back pain",
    ]


def test_the_wording_that_matched_is_printed(run: Run) -> None:
    _, out, _ = run("hip fracture", "--limit", "1")
    assert out.rstrip().endswith("[synonym at S72.00: Fracture of hip NOS]")
    assert "\x1b" not in out
    _, out, _ = run("hip fracture", "--limit", "1", "--color", "always")
    assert "\x1b[1mFracture\x1b[0m of \x1b[1mhip\x1b[0m NOS" in out


def test_a_correction_is_reported_on_stderr(run: Run) -> None:
    code, out, err = run("hemoroids", "--limit", "1")
    assert (code, err) == (0, "icdgraph: spelling corrected: hemorrhoids\n")
    assert out.startswith("K64.9*")


def test_no_results_are_no_error(run: Run) -> None:
    code, out, err = run("qqqqqqqq")
    assert (code, out) == (0, "")
    assert err.splitlines() == [
        "icdgraph: not in the release: qqqqqqqq",
        "icdgraph: no results",
    ]


def test_json(run: Run) -> None:
    code, out, err = run("hemoroids", "--json", "--billable")
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["query"] == "hemoroids"
    assert document["interpretations"] == [
        {"typed": "hemoroids", "read_as": "hemorrhoids", "source": "spelling"}
    ]
    assert document["results"][0]["code"] == "K64.9"
    assert all(result["billable"] for result in document["results"])
    assert json.loads(run("qqqqqqqq", "--json")[1])["results"] == []


def test_json_lines(run: Run) -> None:
    _, out, _ = run("lumbago", "--jsonl", "--limit", "3")
    codes = [json.loads(line)["code"] for line in out.splitlines()]
    assert codes[0] == "M54.50"
    assert len(codes) == 3


def test_filters(run: Run) -> None:
    _, out, _ = run("fracture", "sequela", "--under", "S52", "--limit", "3")
    assert all(line.startswith("S52.") for line in out.splitlines())
    assert out.splitlines()[0].split("*")[0].endswith("S")
    _, out, _ = run("fracture", "--header", "--kind", "category")
    assert out
    assert "*" not in out
    _, out, _ = run("pain", "--kind", "SECTION")
    assert all("-" in line.split()[0] for line in out.splitlines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "TEXT"),
        ([""], "TEXT"),
        (["x", "--limit", "0"], "--limit"),
        (["x", "--kind", "disease"], "disease"),
        (["x", "--under", "M99.999"], "M99.999"),
        (["x", "--under", ""], "--under"),
        (["x", "--json", "--jsonl"], "--jsonl"),
        (["x", "--release", "nowhere.xml"], "nowhere.xml"),
    ],
    ids=str,
)
def test_wrong_input_exits_with_2(run: Run, arguments: list[str], words: str) -> None:
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert "Traceback" not in err
