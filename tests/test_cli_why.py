"""``icdgraph why`` as a user runs it."""

import json
import xml.etree.ElementTree as ET

import pytest


def test_answer_names_both_codes_and_how_they_are_connected(run):
    code, out, err = run("why", "m5450", "F45.41")
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
    _, out, _ = run("why", "M54", "m54")
    assert out == "M54  Dorsalgia\n\nBoth are M54 Dorsalgia.\n"


def test_json_is_one_document(run):
    record = json.loads(run("why", "M54.50", "chapter 6", "--json")[1])
    assert record["notes"][0]["steps"][0]["note"]["owner"] == "G89"
    assert json.loads(run("why", "M54.50", "chapter 6", "--jsonl")[1]) == record


def test_limit_and_through_are_options(run):
    few, none = (
        json.loads(run("why", "G89.4", "M51.2", *options, "--json")[1])
        for options in (("--through", "--limit", "0"), ("--no-through",))
    )
    assert (few["through"], few["more_through"] > 0) == ([], True)
    assert (none["through"], none["more_through"]) == ([], 0)


@pytest.mark.parametrize("ending", ["svg", "html", "SVG"])
def test_picture_is_written_also_with_json(run, tmp_path, ending):
    path = tmp_path / f"why.{ending}"
    code, out, err = run("why", "M54.50", "F45.41", "-o", path)
    assert (code, out) == (0, "")
    assert f"wrote {path}" in err
    text = path.read_text("utf-8")
    assert "psychogenic dorsalgia (F45.41)" in text
    if ending != "html":
        assert ET.fromstring(text).tag.endswith("svg")
    path.unlink()
    _, out, _ = run("why", "M54.50", "F45.41", "--json", "-o", path)
    assert json.loads(out)["a"]["code"] == "M54.50"
    assert path.exists()
