"""The picture of an explanation: what is in it, and how Chromium draws it."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from chromium import launched

from icdgraph.draw import svg
from icdgraph.draw.explanation import page, picture
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.text_metrics import ems
from icdgraph.draw.why_layout import DIRECT, Plan, shown_paths
from icdgraph.toy import PATH, toy

SVG = "{http://www.w3.org/2000/svg}"
ASKED = [
    ("M54.50", "F45.41"),
    ("M54.50", "S39.012A"),
    ("M54.50", "M51.26"),
    ("M54.50", "M54.2"),
    ("M54", "M54.50"),
    ("M54", "S39"),
    ("D72", "D72.824"),
    ("Z00.00", "V00.01XA"),
    ("M54", "M54"),
    ("chapter 13", "chapter 19"),
    ("T36.0X1A", "D64.2"),
]


def meet(one, other):
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def words(text):
    return "".join(ET.fromstring(text).itertext())


@pytest.fixture(scope="module")
def answers(graph):
    return [graph.why(a, b) for a, b in ASKED]


def test_boxes_neither_meet_nor_leave_the_paper(answers):
    for answer in answers:
        plan = Plan(answer)
        boxes = list(plan.boxes())
        assert [(a, b) for a, b in combinations(boxes, 2) if meet(a, b)] == []
        for box in boxes:
            assert box.x >= 0
            assert box.x + box.width <= plan.size[0]
            assert box.y + box.height <= plan.size[1]
            assert max(map(ems, box.lines)) * 14 <= box.width, box


def test_every_note_drawn_is_there_in_its_own_words(answers):
    for answer in answers:
        seen = "".join(words(picture(answer)).split())
        for path in shown_paths(answer):
            for note in path.notes:
                assert "".join(note.text.split()) in seen
                assert "".join(note.kind.heading.split()) in seen


def test_relations_have_their_colours(answers):
    for answer in answers:
        drawn = picture(answer)
        shown = {step.relation for path in shown_paths(answer) for step in path.steps}
        for relation, look in LOOKS.items():
            if relation not in {"parent", "synonym"}:
                assert (look.colour in drawn) == (relation in shown), relation


def test_an_arrow_leads_from_the_note_to_what_it_names(graph):
    forward, back = (
        picture(graph.why(*ends)) for ends in (("G89", "M54"), ("M54", "G89"))
    )
    assert "l-9 -4.5v9z" in forward
    assert "l9 -4.5v9z" not in forward
    assert "l9 -4.5v9z" in back
    assert "l-9 -4.5v9z" not in back


def test_what_is_left_out_is_counted(graph):
    answer = graph.why("chapter 13", "chapter 19", limit=20)
    assert len(answer.notes) > DIRECT
    rest = len(answer.notes) - DIRECT + answer.more_notes
    assert f"{rest:,} more paths are not drawn." in words(picture(answer))
    assert "not drawn" not in words(picture(graph.why("M54.50", "F45.41")))


def test_picture_is_told_to_those_who_do_not_see_it():
    root = ET.fromstring(picture(toy().why("M54.50", "F45.41")))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title about")
    assert root.find(f"{SVG}title").text == "M54.50 and F45.41 in ICD-10-CM 2026"
    assert "not be coded together" in root.find(f"{SVG}desc").text


def test_markup_in_a_note_stays_text(grow):
    raw = PATH.read_bytes()
    evil = b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;/svg&gt;"
    answer = grow(raw.replace(b"psychogenic dorsalgia", evil)).why("M54.50", "F45.41")
    for text in (picture(answer), page(answer)):
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;/svg&gt;" in text
    assert "<script>alert(1)</script> &" in words(picture(answer))


def test_control_characters_are_left_out():
    drawn = svg.document((10, 10), "a\x00b\x1bc", "", [])
    assert ET.fromstring(drawn).find(f"{SVG}title").text == "abc"


def test_same_answer_same_bytes():
    code = (
        "import sys, hashlib; from icdgraph.draw.explanation import page; "
        "from icdgraph.toy import toy; text = page(toy().why('M54.2', 'F45.42')); "
        "assert 'pyvis' not in sys.modules; "
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


# In Chromium


@pytest.fixture(scope="module")
def tab():
    with launched() as chromium:
        yield chromium.new_page(viewport={"width": 2400, "height": 1600})


OUTSIDE = """() => [...document.querySelectorAll("rect + text")].filter(text => {
  const box = text.previousElementSibling.getBoundingClientRect();
  const ink = text.getBoundingClientRect();
  return ink.left < box.left || ink.right > box.right
    || ink.top < box.top - 1 || ink.bottom > box.bottom + 1;
}).map(text => text.textContent)"""


@pytest.mark.browser
def test_words_stay_in_their_boxes(tab, answers, tmp_path):
    path = tmp_path / "why.html"
    for answer in answers:
        path.write_text(page(answer), encoding="utf-8")
        tab.goto(path.as_uri())
        assert tab.evaluate("document.querySelectorAll('rect + text').length") >= 1
        assert tab.evaluate(OUTSIDE) == []


@pytest.mark.browser
def test_picture_is_dark_where_the_reader_prefers_it(tab, tmp_path):
    path = tmp_path / "why.svg"
    path.write_text(picture(toy().why("M54.50", "F45.41")), encoding="utf-8")
    for scheme, paper in (("light", "255, 255, 255"), ("dark", "32, 32, 32")):
        tab.emulate_media(color_scheme=scheme)
        tab.goto(path.as_uri())
        fill = "getComputedStyle(document.querySelector('.paper')).fill"
        assert tab.evaluate(fill) == f"rgb({paper})"
