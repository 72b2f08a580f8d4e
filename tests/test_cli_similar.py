"""``icdgraph similar`` as a user runs it."""

import json

import pytest


def test_the_most_similar_come_first(run):
    assert run("similar", "m5450", "-n", "3") == (
        0,
        "0.942  M54.59    Other low back pain\n"
        "0.791  M54.2     Cervicalgia\n"
        "0.788  M54.41    Lumbago with sciatica, right side\n",
        "",
    )


def test_records(run):
    records = json.loads(run("similar", "M54.50", "--measure", "PATH", "--json")[1])
    assert len(records) == 10
    assert records[0] == {
        "kind": "code",
        "code": "M54.59",
        "title": "Other low back pain",
        "similarity": pytest.approx(1 / 3),
    }


def test_nodes_of_other_kinds_are_compared(run):
    kinds = "--kind", "section", "--kind", "chapter"
    _, out, _ = run("similar", "M50-M54", *kinds, "-n2")
    assert [line.split()[1] for line in out.splitlines()] == ["M40-M54", "M00-M99"]
    assert run("similar", "B99", *kinds[:2], "-n1")[1].split()[1] == "B99-B99"


def test_the_content_can_be_chosen(run):
    _, out, _ = run("similar", "M54.50", "--content", "seco", "--kind", "chapter")
    # Of 40 nodes with the root 15 are in chapter 13: 2 log(40 / 15) / log(40² / 15).
    assert [line[:15].strip() for line in out.splitlines()] == [
        "0.420  M00-M99",
        "0.000  A00-B99",
        "0.000  F01-F99",
        "0.000  G00-G99",
        "0.000  S00-T88",
    ]
