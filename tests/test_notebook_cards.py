"""Nodes and notes in a notebook."""

from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from icdgraph.notebook.cards import NAMES, NOTES
from icdgraph.toy import PATH, toy


class _Text(HTMLParser):
    """The tags of some HTML, each of which must close, and its words."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def words(thing):
    return "".join(_Text(thing._repr_html_()).words)


def test_card_of_m5450_has_what_applies_and_where_it_is_printed(graph):
    said = words(graph["M54.50"])
    for part in (
        "M54.50 Low back pain, unspecified",
        "code, billable, ICD-10-CM 2026",
        "Chapter 13 › M40-M54 › M50-M54 › M54 › M54.5",
        "Lumbago NOS",
        "psychogenic dorsalgia (F45.41)M54F45.41",
        "Excludes2 that points here",
    ):
        assert part in said


def test_long_cards_say_how_much_more_there_is(graph):
    node = graph.section("D10-D36")
    said = words(node)
    assert f"and {len(node.children) - NAMES} more" in said
    rows = _Text(graph["T36.0X5A"]._repr_html_()).tags.count("tr")
    assert rows <= NOTES + 1
    assert all(_Text(n._repr_html_()).words for n in list(graph.nodes())[::997])


def test_note_has_its_words_its_state_and_what_it_names():
    said = words(toy()["M54"].notes[0])
    assert said.startswith("Excludes1 at M54 Dorsalgia“psychogenic dorsalgia (F45.41)”")
    assert "resolved" in said
    assert "Pain disorder exclusively related to psychological factors" in said


def test_markup_in_titles_and_notes_stays_text(grow):
    evil = b"&lt;script&gt;alert(1)&lt;/script&gt; &amp;"
    raw = PATH.read_bytes()
    for old in (b"psychogenic dorsalgia", b"Dorsalgia", b"Loin pain"):
        raw = raw.replace(old, evil)
    g = grow(raw)
    for thing in (g["M54.50"], g["M54"], g["M54"].notes[0]):
        html = thing._repr_html_()
        assert "<script" not in html
        assert "<script>alert(1)</script> &" in words(thing)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda g: g.search("lumbago"), "Low back pain"),
        (lambda g: g.search("lumbago")[0], "Low back pain"),
        (lambda g: g.check(["M54.50", "F45.41"]), "psychogenic dorsalgia"),
        (lambda g: g.check(["M54.50", "F45.41"])[0], "psychogenic dorsalgia"),
        (lambda g: g.codes("M54.5"), "Low back pain"),
        (lambda g: g.why("M54.50", "F45.41"), "psychogenic dorsalgia"),
    ],
    ids=["search", "result", "check", "finding", "codes", "why"],
)
def test_answers_show_as_tables(make, words):
    html = make(toy())._repr_html_()
    assert words in html
    assert html.count("<table") == html.count("</table>")


def test_pictures_bring_a_still_one_for_paper():
    for picture in (toy().draw("M54.50"), toy().overview("treemap")):
        svg = picture._repr_mimebundle_()["image/svg+xml"]
        assert ElementTree.fromstring(svg).tag.endswith("svg")
