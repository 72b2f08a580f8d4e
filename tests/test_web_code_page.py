"""What the page of a code says, on the whole release: nothing is lost or made up."""

import re

import pytest

pytest.importorskip("starlette", reason='pip install "icdgraph[web]"')
pytest.importorskip("jinja2", reason='pip install "icdgraph[web]"')

from icdgraph.model import LINKING
from icdgraph.web.addresses import address, find
from icdgraph.web.code_page import article, choices
from icdgraph.web.linkify import pieces
from icdgraph.web.neighbours import neighbours
from icdgraph.web.templates import Templates

SAMPLE = [
    "M54.50", "T36.0X1A", "T45.1X5S", "S52.501", "H54", "E11", "B99", "B99-B99",
    "S00-T88", "Z00-Z99", "O09", "F02", "R10.85", "D64.2", "J17", "S06.8A",
]  # fmt: skip


def section(node, anchor):
    found = {part.heading.anchor: part for part in article(node)["sections"]}
    return found[anchor]


def words(groups):
    return {
        group.owner.code: ["".join(p.text for p in line.words) for line in group.lines]
        for group in groups
    }


def test_m5450_says_what_a_coder_must_know(graph):
    node = graph["M54.50"]
    never = words(section(node, "never").said)
    assert "lumbago with sciatica (M54.4-)" in never["M54.5"]
    assert never["M54"] == ["psychogenic dorsalgia (F45.41)"]
    may = words(section(node, "may").turned)
    assert "lumbar region pain (M54.5-)" in may["G89"]
    assert may["G89"][0].endswith("such as:")
    assert article(node)["siblings"][0] == node
    assert article(node)["identifiers"]["On claims"] == "M5450"


@pytest.mark.parametrize("name", SAMPLE)
def test_every_note_that_applies_or_names_it_is_on_the_page(graph, name):
    node = graph.find(name)
    page = article(node)
    said = [
        text
        for part in page["sections"]
        for groups in (part.said, part.turned)
        for lines in words(groups).values()
        for text in lines
    ]
    said += [text for lines in words(page["included"]).values() for text in lines]
    said += node.synonyms
    applying = {n.text for n in node.applicable_notes() if n.owner == node}
    applying |= {
        n.text for n in node.applicable_notes() if n.kind.value != "inclusionTerm"
    }
    naming = {n.text for n in node.pointed_at_by if n.kind in LINKING}
    assert applying | naming <= set(said)


@pytest.mark.parametrize("name", SAMPLE)
def test_every_link_of_a_page_leads_to_a_node(graph, name):
    from icdgraph.web.addresses import FORMATS

    html = (
        Templates(graph.core)
        .render("node.html", formats=FORMATS, **article(graph.find(name)))
        .decode()
    )
    links = set(re.findall(r'href="/([^"?#]*)"', html))
    links -= {"", "tree", "compare", "sparql", "api/openapi.json"}
    links = {link for link in links if not link.startswith("static/")}
    suffixes = tuple(form.suffix for form in FORMATS if form.suffix)
    for link in links:
        bare = link
        for suffix in suffixes:
            bare = bare.removesuffix(suffix)
        assert address(find(graph.core, bare)) == f"/{bare}"


def test_notes_in_pieces_are_the_notes(graph):
    linked = dangling = 0
    for text in {note.text for note in graph.notes(*LINKING)}:
        found = pieces(graph.core, text)
        assert "".join(piece.text for piece in found) == text
        for piece in found:
            if piece.href:
                linked += 1
                assert address(find(graph.core, piece.href[1:])) == piece.href
            dangling += "G31.90" in piece.text
    assert linked > 8_500
    assert dangling == 1


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("lumbago with sciatica (M54.4-)", ["M54.4-"]),
        ("certain infectious and parasitic diseases (A00-B99)", ["A00-B99"]),
        ("range of no name (I63.3-I63.5-)", ["I63.3", "I63.5"]),
        ("list (T84.84, T85.84-)", ["T84.84", "T85.84-"]),
        ("any type in A15 (J65)", ["A15", "J65"]),
        ("vitamin B12 deficiency, CD30-positive, A/H1N1, G6PD", []),
        ("points nowhere (G31.90)", []),
        ("torticollis NOS M43.6", ["M43.6"]),
    ],
)
def test_what_is_a_link_in_a_note(graph, text, linked):
    assert [piece.text for piece in pieces(graph.core, text) if piece.href] == linked


def test_seventh_characters_end_in_whole_codes(graph):
    found = choices(graph["S52.501"])
    assert [c.character for c in found] == list("ABCDEFGHJKMNPQRS")
    assert all(c.node.is_billable and c.node.code.endswith(c.character) for c in found)
    assert choices(graph["S00.01"])[0].node.code == "S00.01XA"
    assert choices(graph["S52.501A"]) == found
    assert choices(graph["S52.5"]) == choices(graph["M54.50"]) == []
    # The note under S06 takes D and S away.
    lost = [node for node in graph["S06"].descendants if node.code == "S06.8A7"]
    assert all({c.character for c in choices(node)} == {"A"} for node in lost)


def test_x_is_explained_where_it_fills_a_place(graph):
    for code, is_filled in (
        ("S00.01XA", True),
        ("T36.0X1A", True),
        ("S52.501A", False),
    ):
        assert article(graph[code])["has_filler"] is is_filled
    # An X at its end, or one of a category such as X50, fills nothing.
    assert article(graph.find("X50.0XXA"))["has_filler"] is True
    assert article(graph["M54.50"])["has_filler"] is False


@pytest.mark.parametrize("name", SAMPLE)
def test_neighbours_are_few_and_lines_have_both_ends(graph, name):
    found = neighbours(graph.find(name))
    names = [node["name"] for node in found["nodes"]]
    assert len(set(names)) == len(names) <= 80
    lines = [(line["from"], line["relation"], line["to"]) for line in found["lines"]]
    assert len(set(lines)) == len(lines)
    assert {end for a, _, b in lines for end in (a, b)} <= set(names)
    more = neighbours(graph.find(name), 50)
    assert set(names) <= {node["name"] for node in more["nodes"]}
    assert sum(more["left_out"].values()) <= sum(found["left_out"].values())
