"""The picture of an explanation: what is in it, and how Chromium draws it."""

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from icdgraph.draw import svg
from icdgraph.draw.explanation import DIRECT, layout, page, picture, shown_paths
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene_svg import MARGIN
from icdgraph.toy import PATH, toy

SVG = "{http://www.w3.org/2000/svg}"
PAIRS = [
    ("M54.50", "F45.41"),
    ("M54.50", "S39.012A"),
    ("M54.50", "M51.26"),
    ("M54.50", "M54.2"),
    ("M54", "M54.50"),
    ("M54", "S39"),
    ("D72", "D72.824"),
    ("Z00.00", "V00.01XA"),
    ("M54", "M54"),
    ("M00-M99", "S00-T88"),
    ("T36.0X1A", "D64.2"),
]


def words(text):
    return "".join(ET.fromstring(text).itertext())


@pytest.fixture(scope="module")
def answers(graph):
    return [graph.why(a, b) for a, b in PAIRS]


def test_boxes_neither_overlap_nor_leave_the_picture(answers):
    for answer in answers:
        boxes, _ = layout(answer)
        assert [(a, b) for a, b in combinations(boxes, 2) if a.overlaps(b)] == []
        right = max(box.x + box.width / 2 for box in boxes)
        left = min(box.x - box.width / 2 for box in boxes)
        width = float(ET.fromstring(picture(answer)).get("width"))
        assert width >= round(right - left + 2 * MARGIN, 1)


def test_every_note_is_drawn_with_its_text(answers):
    for answer in answers:
        text = "".join(words(picture(answer)).split())
        for path in shown_paths(answer):
            for note in path.notes:
                assert "".join(note.text.split()) in text
                assert "".join(note.kind.heading.split()) in text


def test_relations_have_their_colors(answers):
    for answer in answers:
        drawn = picture(answer)
        shown = {step.relation for path in shown_paths(answer) for step in path.steps}
        for relation, look in LOOKS.items():
            if relation not in {"parent", "synonym"}:
                assert (look.color in drawn) == (relation in shown), relation


def test_an_arrow_leads_from_the_note_to_what_it_names(graph):
    forward, back = (
        picture(graph.why(*ends)) for ends in (("G89", "M54"), ("M54", "G89"))
    )
    assert "l-9 -4.5v9z" in forward
    assert "l9 -4.5v9z" not in forward
    assert "l9 -4.5v9z" in back
    assert "l-9 -4.5v9z" not in back


def test_paths_that_are_not_drawn_are_counted(graph):
    answer = graph.why("M00-M99", "S00-T88", limit=20)
    assert len(answer.notes) > DIRECT
    rest = len(answer.notes) - DIRECT + answer.more_notes
    assert f"{rest:,} more paths are not drawn." in words(picture(answer))
    assert "not drawn" not in words(picture(graph.why("M54.50", "F45.41")))


def test_picture_has_a_title_and_a_description():
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


def test_control_characters_are_removed():
    drawn = svg.document((10, 10), "a\x00b\x1bc", "", [])
    assert ET.fromstring(drawn).find(f"{SVG}title").text == "abc"


# In Chromium


OUTSIDE = """() => [...document.querySelectorAll("rect + text")].filter(text => {
  const box = text.previousElementSibling.getBoundingClientRect();
  const ink = text.getBoundingClientRect();
  return ink.left < box.left || ink.right > box.right
    || ink.top < box.top - 1 || ink.bottom > box.bottom + 1;
}).map(text => text.textContent)"""


def test_text_stays_in_its_box(open_file, answers):
    for answer in answers:
        tab = open_file(page(answer), viewport={"width": 2400, "height": 1600})
        assert tab.evaluate("document.querySelectorAll('rect + text').length") >= 1
        assert tab.evaluate(OUTSIDE) == []


@pytest.mark.parametrize(
    ("scheme", "color"), [("light", "255, 255, 255"), ("dark", "32, 32, 32")]
)
def test_picture_is_dark_where_the_reader_prefers_that(open_file, scheme, color):
    drawn = picture(toy().why("M54.50", "F45.41"))
    tab = open_file(drawn, "why.svg", color_scheme=scheme)
    fill = "getComputedStyle(document.querySelector('.background')).fill"
    assert tab.evaluate(fill) == f"rgb({color})"
