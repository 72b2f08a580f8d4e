"""The encounters that the Guidelines answer: real, balanced, in a known section?"""

import csv
import lzma
import re
from functools import cache
from pathlib import Path

import pytest

import icdgraph

ENCOUNTERS = Path(__file__).parent / "data" / "encounters.tsv"
GUIDELINES = Path(__file__).parents[2] / "shared" / "data" / "icd10cm"
HEADS = {
    "section": r"Section (I{1,3}|IV)\. ",
    "A": r"([A-Z])\. ?(?=\S)",
    "1": r"(\d+)\. (?=\S)",
    "a": r"([a-z])\. (?=\S)",
    "1)": r"(\d+)\) (?=\S)",
    "(a)": r"\(([a-z])\) (?=\S)",
    "(i)": r"\(([ivx]+)\) ?(?=\S)",
}
"""How a heading of each level begins, from the sections to the smallest part."""
LEVELS = list(HEADS)
ROMAN = ["I", "II", "III", "IV", "V", "VI"]
ABOUT_THE_CODE = {"I.A.3", "I.A.4", "I.A.5", "I.B.2", "IV.F.1", "IV.F.2"}
"""Sections that ask for a code at all: their errors hold one that is none."""


@cache
def encounters():
    with ENCOUNTERS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_code_is_real_and_billable():
    graph = icdgraph.load()

    def unfit(codes):
        nodes = {code: graph.get(code) for code in codes.split()}
        return {
            code for code, node in nodes.items() if node is None or not node.is_billable
        }

    for row in encounters():
        assert not unfit(row["instead"]), row["id"]
        if row["verdict"] == "error" and row["section"] in ABOUT_THE_CODE:
            assert unfit(row["codes"]), row["id"]
        else:
            assert not unfit(row["codes"]), row["id"]


def test_every_encounter_has_its_own_id_and_codes():
    rows = encounters()
    assert len({row["id"] for row in rows}) == len(rows) >= 250
    asked = {(row["codes"], row["setting"], row["age"], row["sex"]) for row in rows}
    assert len(asked) == len(rows)
    assert all(row["id"].startswith(row["section"] + "-") for row in rows)


def test_half_are_wrong_and_say_why():
    rows = encounters()
    assert {row["verdict"] for row in rows} == {"error", "warning", "right"}
    wrong = [row for row in rows if row["verdict"] != "right"]
    assert 0.45 <= len(wrong) / len(rows) <= 0.55
    assert all(row["what"] and row["source"] for row in wrong)
    assert all(row["instead"] != row["codes"] for row in wrong)
    assert not any(
        row["what"] or row["instead"] for row in rows if row["verdict"] == "right"
    )
    assert (
        sum(len(row["codes"].split()) >= 5 for row in rows if row["verdict"] == "right")
        >= 40
    )


def after(level, number):
    """Return the number that follows *number* in the headings of *level*."""
    if level in ("section", "(i)"):
        following = ROMAN[0 if number is None else ROMAN.index(number.upper()) + 1]
        return following if level == "section" else following.lower()
    if level in ("1", "1)"):
        return str(int(number or 0) + 1)
    return chr(ord(number) + 1) if number else level.strip("()")


def sections(lines):
    """Return the sections that *lines* of the Guidelines head, each with its title."""
    path = {}
    found = {}
    for line in lines:
        for depth, (level, head) in enumerate(HEADS.items()):
            match = re.match(head, line)
            if not match or match[1] != after(level, path.get(level)):
                continue
            if depth and "section" not in path:
                continue
            if level in ("a", "1)") and path.get("section") != "I":
                continue
            if (
                level in ("a", "(a)", "(i)")
                and {"a": "A", "(a)": "1)", "(i)": "1)"}[level] not in path
            ):
                continue
            if level == "1)" and "a" not in path:
                continue
            path = {known: path[known] for known in LEVELS[:depth] if known in path}
            path[level] = match[1]
            found[".".join(path.values())] = line[match.end() :]
            break
    return found


def test_every_section_is_one_of_the_guidelines():
    file = GUIDELINES / "official_guidelines_2026.txt.xz"
    if not file.exists():
        pytest.skip("../shared/data has no Official Guidelines to compare with")
    text = lzma.decompress(file.read_bytes()).decode()
    lines = [" ".join(line.split()) for line in text.splitlines()]
    begin = max(
        n for n, line in enumerate(lines) if line.startswith("Section I. Conventions")
    )
    end = max(n for n, line in enumerate(lines) if line == "Appendix I")
    known = sections(lines[begin:end])
    assert known["I.C.9.a.2"] == "Hypertensive Chronic Kidney Disease"
    assert known["IV.Q"].startswith("Encounters for routine health screenings")
    assert {row["section"] for row in encounters()} <= set(known)
    page = (Path(__file__).parents[1] / "docs" / "guidelines.md").read_text(
        encoding="utf-8"
    )
    described = re.findall(r"^\| (I[\w.]*|IV[\w.]*) \|", page, re.MULTILINE)
    assert described == list(known)
