"""``icdgraph why`` as a user meets it."""

import json
import xml.etree.ElementTree as ET

import pytest

from icdgraph import toy
from icdgraph.cli import main

TOY = ("--release", str(toy.PATH))


@pytest.fixture
def run(capsys):
    """Run the command line here; return its exit code and what it printed."""

    def run(*arguments):
        with pytest.raises(SystemExit) as done:
            main(["why", *arguments])
        return done.value.code or 0, *capsys.readouterr()

    return run


def test_answer_names_both_codes_and_how_they_are_connected(run):
    code, out, err = run("m5450", "F45.41", *TOY)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "M54.50  Low back pain, unspecified",
        "F45.41  Pain disorder exclusively related to psychological factors",
        "",
        "The two are in different chapters: M54.50 in chapter 13 (M00-M99) and F45.41 "
        "in chapter 5 (F01-F99).",
        "M54.50 and F45.41 should not be coded together unless the conditions are "
        "unrelated: Excludes1 “psychogenic dorsalgia (F45.41)”, inherited from M54 "
        "Dorsalgia.",
    ]


def test_same_code_is_named_once(run):
    _, out, _ = run("M54", "m54", *TOY)
    assert out == "M54  Dorsalgia\n\nBoth are M54 Dorsalgia.\n"


def test_json_is_one_document(run):
    code, out, err = run("M54.50", "chapter 6", "--json", *TOY)
    record = json.loads(out)
    assert (code, err) == (0, "")
    assert list(record) == [
        "a",
        "b",
        "lca",
        "tree",
        "notes",
        "more_notes",
        "through",
        "more_through",
        "sentences",
    ]
    assert record["notes"][0]["steps"][0]["note"]["owner"] == "G89"
    _, out, _ = run("M54.50", "chapter 6", "--jsonl", *TOY)
    assert json.loads(out) == record


def test_limit_and_through_are_options(run):
    few = json.loads(
        run("G89.4", "M51.2", "--through", "--limit", "0", "--json", *TOY)[1]
    )
    assert (few["through"], few["more_through"] > 0) == ([], True)
    none = json.loads(run("G89.4", "M51.2", "--no-through", "--json", *TOY)[1])
    assert (none["through"], none["more_through"]) == ([], 0)


@pytest.mark.parametrize("ending", ["svg", "html", "SVG"])
def test_picture_is_written(run, tmp_path, ending):
    path = tmp_path / f"why.{ending}"
    code, out, err = run("M54.50", "F45.41", "-o", str(path), *TOY)
    assert (code, out) == (0, "")
    assert f"wrote {path}" in err
    text = path.read_text("utf-8")
    assert "psychogenic dorsalgia (F45.41)" in text
    if ending != "html":
        assert ET.fromstring(text).tag.endswith("svg")


def test_picture_goes_with_json(run, tmp_path):
    path = tmp_path / "why.svg"
    _, out, _ = run("M54.50", "F45.41", "--json", "-o", str(path), *TOY)
    assert json.loads(out)["a"]["code"] == "M54.50"
    assert path.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("M54.50", "M54.5O"), "Did you mean M54.50"),
        (("M54.50", "zz"), "'zz'"),
        (("M54.50",), "Missing argument"),
        (("M54.50", "M54.2", "M51"), "unexpected extra argument"),
        (("M54.50", "F45.41", "--limit", "-1"), "-1"),
        (("M54.50", "F45.41", "-o", "why.png"), "expected .svg or .html"),
        (("M54.50", ""), "empty"),
    ],
)
def test_wrong_input_is_refused(run, arguments, words):
    code, out, err = run(*arguments, *TOY)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
    assert "Traceback" not in err
