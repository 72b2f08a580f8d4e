"""The picture of a node: what is in it, where it stands, how Chromium draws it."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import combinations

import pytest
from chromium import launched, wait_until_drawn

from icdgraph import Kind, NoteKind, Relation
from icdgraph.draw import draw
from icdgraph.draw.captions import summary
from icdgraph.draw.items import Role
from icdgraph.draw.layout import layout
from icdgraph.draw.neighborhood import CODES
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import scene
from icdgraph.toy import PATH, toy

DRAWN = ["M54.50", "S06.0X1A", "T36.0X5A", "E11", "chapter 13", "M50-M54", "D10-D36"]
HOSTILE = "<script>alert(1)</script> & </script><b>pain</b> $title"


@pytest.fixture(scope="module")
def hostile(grow):
    """The toy, with markup in a title, a note and an inclusion term."""
    evil = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").encode()
    raw = PATH.read_bytes()
    for words in (b"Low back pain, unspecified", b"low back strain", b"Loin pain"):
        assert words in raw
        raw = raw.replace(words, evil)
    return grow(raw)


# What is in it


def test_scene_of_m5450_is_what_the_toy_prints():
    shown = scene(toy().core["M54.50"])
    assert [(item.key, item.role) for item in shown.items] == [
        ("chapter:M00-M99", Role.ANCESTOR),
        ("section:M40-M54", Role.ANCESTOR),
        ("section:M50-M54", Role.ANCESTOR),
        ("category:M54", Role.ANCESTOR),
        ("subcategory:M54.5", Role.ANCESTOR),
        ("code:M54.50", Role.CENTRE),
        ("code:S39.012", Role.NAMED),
        ("subcategory:M51.2", Role.NAMED),
        ("subcategory:M54.4", Role.NAMED),
        ("code:F45.41", Role.NAMED),
        ("category:G89", Role.NAMING),
        ("synonym:code:M54.50:1", Role.SYNONYM),
        ("synonym:code:M54.50:2", Role.SYNONYM),
    ]
    assert {(link.source, link.relation, link.target) for link in shown.links} == {
        ("section:M40-M54", "parent", "chapter:M00-M99"),
        ("section:M50-M54", "parent", "section:M40-M54"),
        ("category:M54", "parent", "section:M50-M54"),
        ("subcategory:M54.5", "parent", "category:M54"),
        ("code:M54.50", "parent", "subcategory:M54.5"),
        ("subcategory:M54.5", "excludes1", "code:S39.012"),
        ("subcategory:M54.5", "excludes1", "subcategory:M51.2"),
        ("subcategory:M54.5", "excludes1", "subcategory:M54.4"),
        ("category:M54", "excludes1", "code:F45.41"),
        ("category:G89", "excludes2", "subcategory:M54.5"),
        ("category:G89", "excludes2", "category:M54"),
        ("code:M54.50", "synonym", "synonym:code:M54.50:1"),
        ("code:M54.50", "synonym", "synonym:code:M54.50:2"),
    }
    assert len(shown.links) == 13
    assert [item.text for item in shown.items[-2:]] == ["Loin pain", "Lumbago NOS"]


def test_a_link_carries_its_note_and_where_it_was_printed():
    links = {link.target: link for link in scene(toy().core["M54.50"]).links}
    card = links["code:F45.41"].card
    assert "psychogenic dorsalgia (F45.41)" in card
    assert "printed at M54" in card


def test_a_note_that_names_no_code_is_counted_and_shown_in_a_card():
    shown = scene(toy().core["M54.50"])
    assert [note.text for note in shown.silent] == [
        "current injury - see injury of spine by body region"
    ]
    cards = {item.key: item.card for item in shown.items}
    assert shown.silent[0].text in cards["section:M50-M54"]
    assert "1 note names no code" in summary(shown)


def test_children_are_all_shown(graph):
    node = graph.section("D10-D36")
    shown = scene(node)
    children = [item for item in shown.items if item.role == Role.CHILD]
    assert [item.name for item in children] == [child.code for child in node.children]
    assert len(children) == 27


def test_a_bound_says_how_many_it_left_out(graph):
    node = graph["T88.7"]
    shown = scene(node)
    group = [
        item
        for item in shown.items
        if (item.role, item.relation) == (Role.NAMED, Relation.EXCLUDES1)
    ]
    assert len([item for item in group if not item.rest]) == CODES
    rest = group[-1].rest
    assert group[-1].name == f"+{len(rest):,} more"
    named = {
        target
        for note in node.applicable_notes(NoteKind.EXCLUDES1)
        for target in note.targets
    }
    on_show = {item.key for item in shown.items}
    missing = {t for t in named if f"{t.kind}:{t.code}" not in on_show}
    assert set(rest) == {target.code for target in missing}
    assert f"{shown.left_out:,} of these are left out" in summary(shown)
    assert group[-1].key in {link.target for link in shown.links}
    assert ", ".join(rest) in draw(node).page()


def test_every_note_shows_its_first_code_before_any_shows_its_second(graph):
    shown = scene(graph["M54.50"])
    on_show = {item.key for item in shown.items}
    for note in graph["M54.50"].applicable_notes(NoteKind.EXCLUDES2):
        first = note.targets[0]
        assert f"{first.kind}:{first.code}" in on_show


def test_every_link_joins_two_items(graph):
    for text in DRAWN:
        shown = scene(graph.find(text))
        keys = [item.key for item in shown.items]
        assert len(keys) == len(set(keys))
        assert {end for link in shown.links for end in (link.source, link.target)} <= (
            set(keys)
        )


# Where it stands


def test_no_two_boxes_meet(graph):
    nodes = [*graph.nodes(Kind.CHAPTER), *list(graph.nodes())[::499]]
    nodes += map(graph.find, [*DRAWN, "T88.7", "K43.6", "G31", "S15.0", "T45.1X5"])
    for node in nodes:
        boxes = layout(scene(node))
        met = [(a.key, b.key) for a, b in combinations(boxes, 2) if a.meets(b)]
        assert met == [], node


def test_whole_titles_are_in_the_lines(graph):
    for text in DRAWN:
        for box in layout(scene(graph.find(text))):
            if box.item:
                words = f"{box.item.name} {box.item.text}"
                assert "".join(box.lines).replace(" ", "") == words.replace(" ", "")


# The page


def test_every_relation_has_a_look_of_its_own():
    assert set(LOOKS) == set(Relation)
    assert len({look.colour for look in LOOKS.values()}) == len(Relation)
    # Solid are the tree, which is grey and has no arrows, and Excludes1.
    assert len({look.dashes for look in LOOKS.values()}) == len(Relation) - 1


def test_same_node_same_bytes():
    code = (
        "import sys, hashlib; from icdgraph.draw import draw; "
        "from icdgraph.toy import toy; assert 'pyvis' not in sys.modules; "
        "print(hashlib.sha256(draw(toy().core['M54.5']).page().encode()).hexdigest())"
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


class _Tags(HTMLParser):
    """What a page's tags are, and what they refer to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.references: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.references += [v or "" for k, v in attrs if k in {"src", "href", "data"}]


def test_page_refers_to_nothing_outside(graph):
    html = draw(graph["M54.50"]).page()
    seen = _Tags(html)
    assert seen.references == []
    assert not {"link", "img", "iframe", "object", "embed"} & set(seen.tags)
    assert not re.search(r"url\(\s*[\"']?\s*(https?:|/|\.)", html)
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_markup_in_titles_and_notes_stays_text(hostile):
    html = draw(hostile["M54.50"]).page()
    assert "<script>alert" not in html
    seen = _Tags(html)
    assert seen.tags.count("script") == 2
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in html
    label = hostile.draw("M54.50").get_node("code:M54.50")["label"]
    assert label.replace("\n", " ").startswith("<b>M54.50</b> &lt;script>alert(1)")


# In Chromium


@pytest.fixture(scope="module")
def browser():
    with launched() as chromium:
        yield chromium


@pytest.fixture
def opened(browser, tmp_path):
    """Return a function that opens the page of a node, noting what goes wrong."""

    def open_(node, **options):
        path = tmp_path / "picture.html"
        path.write_text(draw(node).page(), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": 1400, "height": 900}, **options
        )
        tab = context.new_page()
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.on("dialog", lambda dialog: (tab.said.append("dialog"), dialog.dismiss()))
        tab.goto(path.as_uri())
        wait_until_drawn(tab)
        tab.asked = [
            url
            for url in tab.asked
            if url != path.as_uri() and not url.startswith(("data:", "blob:"))
        ]
        return tab

    yield open_
    for context in browser.contexts:
        context.close()


INKED = """() => {
  const canvas = document.querySelector("#picture canvas");
  const pixels = canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i]) inked++;
  return inked / (pixels.length / 4);
}"""

BOXES = """() => Object.fromEntries(seen().map(({ id }) => {
  const { left, right, top, bottom } = network.getBoundingBox(id);
  return [id, [right - left - 12, bottom - top - 12]];
}))"""

INSIDE = """() => seen().every(({ id }) => {
  const { left, right, top, bottom } = network.getBoundingBox(id);
  const a = network.canvasToDOM({ x: left, y: top });
  const b = network.canvasToDOM({ x: right, y: bottom });
  const frame = document.getElementById("picture");
  return a.x >= 0 && a.y >= 0
    && b.x <= frame.clientWidth && b.y <= frame.clientHeight;
})"""


@pytest.mark.browser
@pytest.mark.parametrize("text", DRAWN)
def test_page_draws_at_once_and_asks_for_nothing(opened, graph, text):
    node = graph.find(text)
    tab = opened(node)
    assert tab.asked == []
    assert tab.said == []
    assert tab.evaluate("Number(document.documentElement.dataset.drawn)") < 2000
    assert tab.evaluate(INKED) > 0.01
    assert tab.evaluate(INSIDE)
    legend = tab.locator("#legend li")
    listed = [
        legend.nth(n).get_attribute("data-relation") for n in range(legend.count())
    ]
    assert set(listed) == set(scene(node).relations)
    assert tab.locator("h1").inner_text().startswith(tab.title().split(" - ICD")[0])


@pytest.mark.browser
@pytest.mark.parametrize("text", DRAWN)
def test_boxes_are_drawn_as_they_were_computed(opened, graph, text):
    node = graph.find(text)
    drawn = opened(node).evaluate(BOXES)
    for box in layout(scene(node)):
        width, height = drawn[box.key]
        assert width <= box.width + 2, box
        assert height <= box.height + 2, box


@pytest.mark.browser
def test_cards_open_over_nodes(opened):
    tab = opened(toy().core["M54.50"])
    frame = tab.locator("#picture").bounding_box()
    at = tab.evaluate(
        "network.canvasToDOM(network.getPosition('subcategory:M54.5'))",
    )
    tab.mouse.move(frame["x"] + at["x"], frame["y"] + at["y"])
    card = tab.locator(".vis-tooltip")
    card.wait_for(state="visible")
    assert "low back strain (S39.012)" in card.inner_text()


@pytest.mark.browser
def test_markup_is_shown_not_run(opened, hostile):
    tab = opened(hostile["M54.50"])
    assert tab.said == []
    assert tab.locator("h1").inner_text().startswith(f"M54.50 {HOSTILE}")
    frame = tab.locator("#picture").bounding_box()
    at = tab.evaluate("network.canvasToDOM(network.getPosition('code:M54.50'))")
    tab.mouse.move(frame["x"] + at["x"], frame["y"] + at["y"])
    card = tab.locator(".vis-tooltip")
    card.wait_for(state="visible")
    assert "<script>alert(1)</script>" in card.inner_text()
    assert tab.said == []


@pytest.mark.browser
def test_page_is_dark_where_the_reader_prefers_it(opened):
    tab = opened(toy().core["M54.50"], color_scheme="dark")
    style = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(style) == "rgb(32, 32, 32)"
    assert tab.said == []
