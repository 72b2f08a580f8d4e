"""``icdgraph show``, ``notes`` and ``tree`` as a user runs them."""

import json
from functools import partial

import pytest


@pytest.fixture
def run(run, graph):
    return partial(run, release=None)


def output(done):
    code, out, err = done
    assert (code, err) == (0, "")
    return out


def test_show_prints_the_card_of_each_code(run):
    out = output(run("show", "m5450", "M54.2"))
    assert out.startswith("M54.50  Low back pain, unspecified\n")
    assert "\n\nM54.2  Cervicalgia\n" in out


def test_show_all_unfolds_what_is_folded(run):
    assert "--all" in output(run("show", "M54.50"))
    assert "--all" not in output(run("show", "M54.50", "--all"))


def test_show_gives_an_object_for_one_code_and_an_array_for_several(run):
    one = json.loads(output(run("show", "M54", "--json")))
    assert one["code"] == "M54"
    names = ("M54", "B99-B99", "chapter 13", "M00-M99")
    several = json.loads(output(run("show", *names, "--json")))
    assert [(r["kind"], r["code"]) for r in several] == [
        ("category", "M54"),
        ("section", "B99-B99"),
        ("chapter", "M00-M99"),
        ("chapter", "M00-M99"),
    ]
    lines = output(run("show", *names, "--jsonl")).splitlines()
    assert list(map(json.loads, lines)) == several


def test_tree_draws_the_levels_asked_for(run):
    assert output(run("tree", "M54.4")).splitlines()[0] == "M54.4 Lumbago with sciatica"
    assert len(output(run("tree")).splitlines()) == 22
    assert len(output(run("tree", "--depth", "1", "M54")).splitlines()) == 10
    assert output(run("tree", "--depth", "0", "M54")) == "M54 Dorsalgia\n"


def test_tree_as_records(run):
    nested = json.loads(output(run("tree", "M54", "--json")))
    flat = list(map(json.loads, output(run("tree", "M54", "--jsonl")).splitlines()))

    def flattened(record, level=0):
        rest = {key: value for key, value in record.items() if key != "children"}
        yield rest | {"level": level}
        for child in record["children"]:
            yield from flattened(child, level + 1)

    assert list(flattened(nested)) == flat
    assert [r["code"] for r in flat if r["level"] == 0] == ["M54"]
    shallow = json.loads(output(run("tree", "M54", "--depth", "1", "--json")))
    assert [set(child) & {"children"} for child in shallow["children"]] == [set()] * 9
    assert len(json.loads(output(run("tree", "--json")))) == 22


def test_notes_by_kind_as_records(run):
    options = ("M54.50", "--inherited", "--kind", "excludes1")
    lines = output(run("notes", *options, "--jsonl")).splitlines()
    records = [json.loads(line) for line in lines]
    assert json.loads(output(run("notes", *options, "--json"))) == records
    assert {record["kind"] for record in records} == {"excludes1"}
    assert {record["owner"] for record in records} == {"M54.5", "M54", "M50-M54"}


def test_notes_of_a_code_are_its_own(run, graph):
    records = json.loads(output(run("notes", "M54.5", "--json")))
    assert [r["text"] for r in records] == [n.text for n in graph["M54.5"].notes]
    text = output(run("notes", "M54.5"))
    assert text.startswith("M54.5 Low back pain: Excludes1\n")
    assert "  low back strain (S39.012)\n    -> S39.012\n" in text


def test_notes_expand_to_billable_codes(run):
    (record,) = json.loads(output(run("notes", "M54", "--expand", "--json")))
    assert record["billable"] == ["F45.41"]
    assert "    =  F45.41\n" in output(run("notes", "M54", "--expand"))


def test_all_notes_come_a_line_each(run, graph):
    lines = output(run("notes", "--jsonl")).splitlines()
    assert len(lines) == graph.core.note_count
    assert json.loads(lines[0])["owner"] == "A00-B99"


def test_no_notes_are_reported_on_stderr(run, graph):
    code, out, err = run("notes", "A00-A09")
    assert (code, out) == (0, "")
    count = len(graph["A00-A09"].applicable_notes())
    assert f"section A00-A09. It inherits {count} notes: add --inherited" in err
    _, out, err = run("notes", "A00", "--inherited", "--kind", "codeFirst")
    assert (out, err) == ("", "icdgraph: no codeFirst notes apply to A00\n")
    assert output(run("notes", "M54.41", "--json")) == "[]\n"
