"""The page of a code: no note is lost, and every link leads somewhere."""

import re
from html import unescape

import pytest
from tables import rows

from icdgraph.model import LINKING
from icdgraph.web.addresses import FORMATS, address, find
from icdgraph.web.code_page import code_page
from icdgraph.web.linkify import linkify
from icdgraph.web.templates import Templates

SAMPLE = [
    "M54.50", "T36.0X1A", "T45.1X5S", "S52.501", "H54", "E11", "B99", "B99-B99",
    "S00-T88", "Z00-Z99", "O09", "F02", "R10.85", "D64.2", "J17", "S06.8A", "T88.7",
]  # fmt: skip


@pytest.fixture(scope="module")
def page(graph):
    templates = Templates(graph.core)

    def render(name):
        values = code_page(graph[name])
        return templates.render("code.html", formats=FORMATS, **values).decode()

    return render


def text_of(html):
    """Return the text of a page, without the picture."""
    html = re.sub(r"(?s)<svg.*?</svg>", "", html)
    html = re.sub(r"</?(?:a|b|span)\b[^>]*>", "", html)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_page_of_m5450_has_what_a_coder_needs(page):
    html = page("M54.50")
    text = text_of(html)
    for words in (
        "Also called Loin pain Lumbago NOS",
        "Inherited from M54 Dorsalgia psychogenic dorsalgia (F45.41)",
        "lumbago with sciatica (M54.4-)",
        "By a note at G89",
        "More specific M54.51",
        "Siblings of its parent M54.0",
        "On claims M5450",
    ):
        assert words in text
    assert "most accurately reflect what is known" in text
    assert '<a href="/F45.41">F45.41</a>' in html


@pytest.mark.parametrize("name", SAMPLE)
def test_every_note_that_applies_or_names_it_is_on_the_page(graph, page, name):
    node = graph[name]
    text = text_of(page(name))
    notes = [n for n in node.applicable_notes() if n.owner == node]
    notes += [n for n in node.applicable_notes() if n.kind.value != "inclusionTerm"]
    notes += [n for n in node.pointed_at_by if n.kind in LINKING]
    assert notes
    for note in notes:
        assert " ".join(note.text.split()) in text


@pytest.mark.parametrize("name", SAMPLE)
def test_every_link_of_a_page_leads_to_a_node(graph, page, name):
    links = set(re.findall(r'href="/([^"?#]*)"', page(name)))
    links -= {"", "tree", "compare", "sparql", "api/openapi.json"}
    suffixes = "|".join(re.escape(form.suffix) for form in FORMATS if form.suffix)
    for link in links:
        if not link.startswith("static/"):
            code = re.sub(rf"^picture/|({suffixes})$", "", link)
            assert address(find(graph.core, code)) == f"/{code}"


@pytest.mark.parametrize("name", SAMPLE)
def test_every_anchor_of_a_page_is_on_it(page, name):
    html = page(name)
    anchors = set(re.findall(r'href="#([^"]*)"', html))
    assert anchors <= set(re.findall(r'id="([^"]*)"', html))


@pytest.mark.parametrize(
    ("code", "section", "relation"),
    [
        ("M54.50", "may", "Excludes2"),
        ("T36.0X5A", "before", "Code first"),
        ("T36.0X5A", "before", "Use additional code notes that name it"),
        ("D57.2", "after", "Code first notes that name it"),
        ("T88.7", "after", "Use additional code"),
    ],
)
def test_omitted_codes_link_to_the_section_that_lists_them(
    page, code, section, relation
):
    label = rf"[+]\d+ more omitted from the picture: {relation}"
    assert re.search(f'<a href="#{section}" aria-label="{label}"', page(code))


# Text with links


def test_text_with_links_is_the_text_of_the_note(graph):
    linked = dangling = 0
    for text in {note.text for note in graph.notes(*LINKING)}:
        pieces = linkify(graph.core, text)
        assert "".join(piece.text for piece in pieces) == text
        for piece in pieces:
            if piece.href:
                linked += 1
                assert address(find(graph.core, piece.href[1:])) == piece.href
            dangling += "G31.90" in piece.text
    # About 10,000 of the 10,876 notes name codes (DOMAIN.md), many in the same words.
    assert linked > 8_500
    assert dangling == 1


@pytest.mark.parametrize(("text", "linked"), rows("notes/links.jsonl"))
def test_codes_in_a_text_are_links(graph, text, linked):
    pieces = linkify(graph.core, text)
    assert [piece.text for piece in pieces if piece.href] == linked
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text and piece.href.strip("/") in piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("code", "is_filled"),
    [
        ("S00.01XA", True),
        ("T36.0X1A", True),
        ("X50.0XXA", True),
        ("S52.501A", False),
        ("X50", False),
        ("M54.50", False),
    ],
)
def test_a_placeholder_is_explained(graph, page, code, is_filled):
    assert code_page(graph[code])["has_filler"] is is_filled
    assert ("X is a placeholder" in page(code)) is is_filled
