"""Nodes, notes and the graph in a notebook."""

from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from icdgraph.explain.card import ADVICE
from icdgraph.notebook.cards import NAMES, NOTES, QUESTIONS
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


def test_card_of_m5450_has_what_applies_and_where_it_is_defined(graph):
    text = words(graph["M54.50"])
    for part in (
        "M54.50 Low back pain, unspecified",
        "billable code, ICD-10-CM 2026",
        "chapter 13 (M00-M99) › M40-M54 › M50-M54 › M54 › M54.5",
        "also called: Loin pain; Lumbago NOS",
        ADVICE,
        "Never coded with (Excludes1)psychogenic dorsalgia (F45.41)M54F45.41",
        "not shown: M00-M99",
        "more specific: M54.51, M54.59",
        "NCHS browser · CMS",
    ):
        assert part in text


def test_a_header_shows_what_to_choose_from():
    assert "choose a billable code below it: M54.41, M54.42" in words(toy()["M54.4"])
    assert "7th characters: S39.012A, S39.012D, S39.012S" in words(toy()["S39.012"])
    assert "below it: M40-M54" in words(toy()["M00-M99"])


def test_what_a_code_inherits_is_shown_with_its_owner(graph):
    assert "Includesinjuries of eyeS00-S09" in words(graph["S06.0X1A"])


def test_long_cards_say_how_much_more_there_is(graph):
    node = graph.section("D10-D36")
    assert f"and {len(node.children) - NAMES} more" in words(node)
    rows = _Text(graph["T36.0X5A"]._repr_html_()).tags.count("tr")
    assert rows <= NOTES + 1
    assert all(_Text(n._repr_html_()).words for n in list(graph.nodes())[::997])


def test_note_has_its_words_its_state_and_what_it_names(grow, toy_text):
    text = words(toy()["M54"].notes[0])
    assert text.startswith("Excludes1 at M54 Dorsalgia“psychogenic dorsalgia (F45.41)”")
    assert "resolved" in text
    assert "Pain disorder exclusively related to psychological factors" in text
    g = grow(toy_text.replace("(F45.41)", "(F45.41 unless it rains)"))
    assert "[condition in words, not applied]" in words(g["M54.50"])


def test_graph_shows_its_release_its_counts_and_how_to_ask(graph):
    text = words(graph)
    assert text.startswith("ICD-10-CM 2026")
    assert "98,505 nodes, 22 chapters, 297 sections, 74,719 billable codes" in text
    for question in QUESTIONS:
        assert question in text


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_on_the_card_of_the_graph_works(question):
    assert eval(question, {"g": toy()}) is not None


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
