"""``icdgraph similar``, run in this process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from icdgraph import toy
from icdgraph.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

TOY = ["--release", str(toy.PATH)]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["similar", *arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_the_most_similar_come_first(run: Run) -> None:
    code, out, err = run("m5450", "-n", "3", *TOY)
    assert (code, err) == (0, "")
    assert out == (
        "0.942  M54.59    Other low back pain\n"
        "0.791  M54.2     Cervicalgia\n"
        "0.788  M54.41    Lumbago with sciatica, right side\n"
    )


def test_json_is_one_document(run: Run) -> None:
    code, out, _ = run("M54.50", "--measure", "PATH", "--json", *TOY)
    records = json.loads(out)
    assert code == 0
    assert len(records) == 10
    assert records[0] == {
        "kind": "code",
        "code": "M54.59",
        "title": "Other low back pain",
        "similarity": pytest.approx(1 / 3),
    }


def test_json_lines_are_the_same_records(run: Run) -> None:
    _, document, _ = run("M54.50", "-n", "3", "--json", *TOY)
    code, out, _ = run("M54.50", "-n", "3", "--jsonl", *TOY)
    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == json.loads(document)


def test_nodes_of_other_kinds_are_compared(run: Run) -> None:
    _, out, _ = run("M50-M54", "--kind", "section", "--kind", "chapter", "-n2", *TOY)
    assert [line.split()[1] for line in out.splitlines()] == ["M40-M54", "M00-M99"]
    assert run("B99", "--kind", "section", "-n1", *TOY)[1].split()[1] == "B99-B99"


def test_the_content_can_be_chosen(run: Run) -> None:
    code, out, _ = run("M54.50", "--content", "seco", "--kind", "chapter", *TOY)
    assert code == 0
    # Of 40 nodes with the root 15 are in chapter 13: 2 log(40 / 15) / log(40² / 15).
    assert [line[:15].strip() for line in out.splitlines()] == [
        "0.420  M00-M99",
        "0.000  A00-B99",
        "0.000  F01-F99",
        "0.000  G00-G99",
        "0.000  S00-T88",
    ]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["M54.5O"], "'M54.5O' in ICD-10-CM 2026. Did you mean M54.50"),
        (["M54", "--measure", "linn"], "'linn' is not one of"),
        (["M54", "-n", "0"], "0 is not in the range x>=1"),
        (["M54", "--measure", "path", "--content", "seco"], "'path'"),
        (["M54", "--kind", "codes"], "'codes' is not one of"),
        (["M54", "--json", "--jsonl"], "--json and --jsonl"),
        ([""], "CODE"),
        ([], "Missing argument 'CODE'"),
    ],
)
def test_wrong_input_exits_with_2(run: Run, arguments: list[str], what: str) -> None:
    code, out, err = run(*arguments, *TOY)
    assert (code, out) == (2, "")
    assert what in err
    assert "Traceback" not in err


def test_help_shows_an_example(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "\n    icdgraph similar M54.50\n" in out
