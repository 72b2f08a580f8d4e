"""The picture: as a pyvis network, as a page, SVG and PNG, and in Chromium."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from browsing import wait_until_drawn
from processes import printed_by_processes
from test_draw_neighborhood import NODES, PICTURES

from icdgraph.draw import png
from icdgraph.draw.captions import summary
from icdgraph.draw.layout import LAYOUTS, layout, record
from icdgraph.draw.neighborhood import neighborhood
from icdgraph.draw.scene_svg import linked_svg
from icdgraph.errors import IcdGraphError, ParseError
from icdgraph.toy import PATH, toy

SVG = "{http://www.w3.org/2000/svg}"
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


def page(graph, *codes, **options):
    return graph.draw(*codes, **options).page()


# As a pyvis network


def options_of(html):
    return json.loads(re.search(r"const picture = (.*);\n", html)[1])["options"]


def test_network_is_pyvis_with_places_and_without_physics():
    net = toy().draw("M54.50")
    assert options_of(net.page())["physics"]["enabled"] is False
    drawn = [node for node in net.nodes if not node.get("hidden")]
    headings = [node for node in drawn if node["role"] == "heading"]
    assert len(headings) == 3
    assert len(drawn) == len(net.scene.items) + len(headings)
    assert all({"x", "y"} <= node.keys() for node in drawn)
    lines = [edge for edge in net.edges if not edge.get("hidden")]
    assert len(lines) == len(net.scene.links)


def test_methods_of_pyvis_work(tmp_path):
    net = toy().draw("M54.50", physics=True)
    net.toggle_physics(False)
    assert options_of(net.page())["physics"]["enabled"] is False
    net.toggle_physics(True)
    net.add_node("mine", label="My <b>own</b> & more", title="</script>")
    net.add_edge("mine", "code:M54.50", title="why")
    net.show_buttons(filter_=["physics"])
    net.barnes_hut()
    options = options_of(net.page())
    assert options["physics"]["enabled"] is True
    assert options["configure"]["enabled"] is True
    assert options["nodes"]["font"]["multi"] == "html"
    assert net.page().count("</script>") == 2
    net.write_html(str(tmp_path / "net.html"))
    assert "own" in (tmp_path / "net.html").read_text("utf-8")
    net.set_options('{"edges": {"width": 4}}')
    assert options_of(net.page())["edges"]["width"] == 4
    assert "cdnjs" not in net.generate_html()


# The page


def test_same_node_same_bytes():
    code = (
        "import sys, hashlib; from icdgraph.draw import draw; "
        "from icdgraph.draw.explanation import page; from icdgraph.toy import toy; "
        "text = page(toy().why('M54.2', 'F45.42')); assert 'pyvis' not in sys.modules; "
        "text += draw(toy()['M54.5']).page(); "
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    assert len(printed_by_processes(code)) == 1


class _Tags(HTMLParser):
    """The tags of a page, and the addresses in them."""

    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.references = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.references += [v or "" for k, v in attrs if k in {"src", "href", "data"}]


def test_page_loads_nothing(graph):
    html = page(graph, "M54.50")
    parsed = _Tags(html)
    assert parsed.references == []
    assert not {"link", "img", "iframe", "object", "embed"} & set(parsed.tags)
    assert not re.search(r"url\(\s*[\"']?\s*(https?:|/|\.)", html)
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_markup_in_titles_and_notes_stays_text(hostile):
    html = page(hostile, "M54.50")
    assert "<script>alert" not in html
    assert _Tags(html).tags.count("script") == 2
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in html
    net = hostile.draw("M54.50")
    label = net.get_node("code:M54.50")["label"]
    assert label.replace("\n", " ").startswith("<b>M54.50</b> &lt;script>alert(1)")
    linked = linked_svg(net.scene, net.boxes, "spine", lambda _: '/"><script>')
    for svg in (net.svg(), linked):
        assert "<script" not in svg
        assert HOSTILE in "".join(ET.fromstring(svg).itertext())


# As data, SVG and PNG


def test_scene_is_data_with_notes_and_places():
    scene = neighborhood(toy()["M54.50"])
    data = json.loads(json.dumps(record(scene)))
    nodes = {node["key"]: node for node in data["nodes"]}
    assert nodes.keys() == {item.key for item in scene.items}
    assert nodes["category:M54"]["y"] < nodes["code:M54.50"]["y"]
    assert (
        nodes["code:M54.50"] | {"role": "center", "code": "M54.50"}
        == (nodes["code:M54.50"])
    )
    (edge,) = [e for e in data["edges"] if e["target"] == "code:F45.41"]
    assert [note["owner"] for note in edge["notes"]] == ["M54"]


def test_svg_has_all_text_and_a_description(graph):
    net = graph.draw("M54.50", "F45.41")
    root = ET.fromstring(net.svg())
    text = "".join("".join(root.itertext()).split())
    for item in net.scene.items:
        assert "".join(item.label.split()) in text
    assert root.find(f"{SVG}title").text == "M54.50 and F45.41"
    assert root.find(f"{SVG}desc").text == summary(net.scene)
    count = net.scene.counts["excludes1"]
    assert f"Excludes1 ({count})" in "".join(root.itertext())


def test_svg_for_a_page_links_every_node_and_has_no_style_of_its_own(graph):
    scene = neighborhood(graph["M54.50"])

    def address(item):
        return f"/{item.node.code}" if item.node else "#more" if item.omitted else ""

    root = ET.fromstring(linked_svg(scene, layout(scene), "spine", address))
    links = {link.get("href"): link for link in root.iter(f"{SVG}a")}
    assert links.keys() == {address(item) for item in scene.items} - {""}
    assert links["/F45.41"].get("aria-label") == (
        "F45.41 Pain disorder exclusively related to psychological factors: Excludes1"
    )
    assert not list(root.iter(f"{SVG}style"))
    assert not [element for element in root.iter() if element.get("style")]


def test_png_is_drawn_with_text(tmp_path):
    net = toy().draw("M54.50")
    data = net.write(tmp_path / "net.PNG").read_bytes()
    assert data.startswith(b"\x89PNG")
    wide, high = (int.from_bytes(data[n : n + 4]) for n in (16, 20))
    assert (wide, high) == tuple(round(2 * n) for n in png.size(net.svg()))
    bare = re.sub(r"<text.*?</text>", "", net.svg())
    assert len(data) > 1.5 * len(png.png(bare))


def test_png_without_a_font_is_an_error(monkeypatch):
    blank = png._rendered(png._BLANK, 1, "Arial")
    monkeypatch.setattr(png, "_rendered", lambda *_: blank)
    png.family.cache_clear()
    with pytest.raises(IcdGraphError, match=r"font.*Arial.*svg"):
        png.png(toy().draw("M54.50").svg())
    png.family.cache_clear()


@pytest.mark.parametrize("name", ["x.pdf", "x", "svg"])
def test_another_ending_is_an_error(tmp_path, name):
    with pytest.raises(ParseError, match=r"\.html, \.svg or \.png"):
        toy().draw("M54.50").write(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


# In Chromium


@pytest.fixture
def opened(open_file):
    """Return a function that opens a picture and waits until it is drawn."""

    def open_(net, **options):
        tab = open_file(net, viewport={"width": 1400, "height": 900}, **options)
        wait_until_drawn(tab)
        return tab

    return open_


INKED = """() => {
  const canvas = document.querySelector("#picture canvas");
  const pixels = canvas.getContext("2d").getImageData(
    0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i]) inked++;
  return inked / (pixels.length / 4);
}"""

BOXES = """() => Object.fromEntries(visible().map(({ id }) => {
  const { left, right, top, bottom } = network.getBoundingBox(id);
  return [id, [right - left - 12, bottom - top - 12]];
}))"""

INSIDE = """() => visible().every(({ id }) => {
  const { left, right, top, bottom } = network.getBoundingBox(id);
  const a = network.canvasToDOM({ x: left, y: top });
  const b = network.canvasToDOM({ x: right, y: bottom });
  const frame = document.getElementById("picture");
  return a.x >= 0 && a.y >= 0
    && b.x <= frame.clientWidth && b.y <= frame.clientHeight;
})"""

OVERLAPPING = """async () => {
  // Bounding boxes are those of the last drawing.
  network.redraw();
  await new Promise(requestAnimationFrame);
  const boxes = visible().map(({ id }) => [id, network.getBoundingBox(id)]);
  const pairs = [];
  for (const [n, [a, p]] of boxes.entries()) for (const [b, q] of boxes.slice(n + 1))
    // vis-network adds the margin of 6 on each side once more.
    if (p.left < q.right - 12 && q.left < p.right - 12
      && p.top < q.bottom - 12 && q.top < p.bottom - 12) pairs.push([a, b]);
  return pairs;
}"""

VISIBLE = "() => visible().map((node) => node.id)"


def spot(tab, key):
    """Return where the box of *key* is on the screen."""
    frame = tab.locator("#picture").bounding_box()
    at = tab.evaluate(f"network.canvasToDOM(network.getPosition({key!r}))")
    return frame["x"] + at["x"], frame["y"] + at["y"]


@pytest.mark.parametrize("code", NODES)
def test_page_is_drawn_at_once_with_boxes_as_computed(opened, graph, code):
    net = graph.draw(code)
    tab = opened(net)
    assert tab.evaluate("Number(document.documentElement.dataset.drawn)") < 2000
    assert tab.evaluate(INKED) > 0.01
    assert tab.evaluate(INSIDE)
    items = tab.locator("#legend li").all()
    listed = {item.get_attribute("data-relation") for item in items}
    assert listed == set(net.scene.counts)
    assert tab.locator("h1").inner_text().startswith(tab.title().split(" - ICD")[0])
    drawn = tab.evaluate(BOXES)
    for box in net.boxes:
        width, height = drawn[box.key]
        assert width <= box.width + 2, box
        assert height <= box.height + 2, box


@pytest.mark.parametrize("name", LAYOUTS)
def test_boxes_do_not_overlap_in_chromium(opened, graph, name):
    for codes, options in PICTURES[:3]:
        tab = opened(graph.draw(*codes, layout=name, **options))
        assert tab.evaluate(OVERLAPPING) == []


def test_tooltips_open_over_nodes_and_markup_is_text(opened, hostile):
    tab = opened(hostile.draw("M54.50"))
    assert tab.locator("h1").inner_text().startswith(f"M54.50 {HOSTILE}")
    card = tab.locator(".vis-tooltip")
    tab.mouse.move(*spot(tab, "subcategory:M54.5"))
    card.wait_for(state="visible")
    assert "(S39.012)" in card.inner_text()
    assert "<script>alert(1)</script>" in card.inner_text()


def test_double_click_expands_and_collapses_without_overlap(opened, graph):
    net = graph.draw("M54.50")
    tab = opened(net)
    before = tab.evaluate(VISIBLE)
    (more,) = [item for item in net.scene.items if item.omitted]
    inside = [i.key for i in net.collapsed if i.brought_by == more.key]
    tab.mouse.dblclick(*spot(tab, more.key))
    tab.wait_for_function(f"visible().length === {len(before) + len(inside)}")
    assert set(tab.evaluate(VISIBLE)) == {*before, *inside}
    assert tab.evaluate(OVERLAPPING) == []
    tab.evaluate(f"toggle({inside[0]!r})")
    tab.evaluate(f"toggle({more.key!r})")
    assert tab.evaluate(VISIBLE) == before
    assert tab.evaluate(OVERLAPPING) == []


def test_boxes_are_hidden_by_an_ancestor_and_by_a_switch(opened):
    tab = opened(toy().draw("M54.50"))
    before = set(tab.evaluate(VISIBLE))
    tab.evaluate("toggle('subcategory:M54.5')")
    hidden = before - set(tab.evaluate(VISIBLE))
    assert {"code:M54.50", "code:S39.012"} <= hidden
    assert not {"subcategory:M54.5", "code:F45.41"} & hidden
    tab.evaluate("toggle('subcategory:M54.5')")
    before = set(tab.evaluate(VISIBLE))
    assert {"code:M54.50", "code:S39.012"} <= before
    switch = tab.locator("#legend input[value=excludes1]")
    switch.uncheck()
    hidden = before - set(tab.evaluate(VISIBLE))
    assert {"code:S39.012", "code:F45.41"} <= hidden
    assert "category:G89" not in hidden
    lines = "edges.get().filter((e) => e.relation === 'excludes1' && !e.hidden)"
    assert tab.evaluate(lines) == []
    switch.check()
    assert set(tab.evaluate(VISIBLE)) == before


def test_search_finds_words_and_moves_from_match_to_match(opened):
    tab = opened(toy().draw("M54.50"))
    tab.locator("#find").fill("PAIN low")
    assert tab.locator("#matches").inner_text() == "2 found"
    tab.locator("#find").press("Enter")
    assert tab.locator("#matches").inner_text() == "1 of 2"
    assert "Low back pain" in tab.locator("#card").inner_text()
    tab.locator("#find").fill("nothing of the kind")
    assert tab.locator("#matches").inner_text() == "0 found"
    tab.locator("#find").press("Escape")
    assert tab.locator("#card").inner_text() == ""


def test_arrow_keys_move_from_box_to_box(opened):
    tab = opened(toy().draw("M54.50"))
    tab.locator("#picture").focus()
    assert tab.evaluate("here") == "code:M54.50"
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("here") == "subcategory:M54.5"
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("here") in {
        "code:S39.012",
        "subcategory:M51.2",
        "subcategory:M54.4",
    }
    tab.keyboard.press("Enter")
    assert tab.evaluate("focus === here")
    scale = tab.evaluate("network.getScale()")
    tab.keyboard.press("+")
    assert tab.evaluate("network.getScale()") > scale
    tab.keyboard.press("Escape")
    assert tab.evaluate("focus") is None
    tab.keyboard.press("0")
    assert tab.evaluate("network.getScale()") <= scale


def test_click_focuses_and_dims_the_rest(opened):
    tab = opened(toy().draw("M54.50"))
    tab.mouse.click(*spot(tab, "category:M54"))
    assert "Dorsalgia" in tab.locator("#card").inner_text()
    assert tab.evaluate("nodes.get('code:F45.41').opacity") == 1
    assert tab.evaluate("nodes.get('code:S39.012').opacity") < 0.5
    frame = tab.locator("#picture").bounding_box()
    tab.mouse.click(frame["x"] + 5, frame["y"] + 5)
    assert tab.evaluate("nodes.get('code:S39.012').opacity") == 1


def test_a_large_picture_opens_at_its_center(opened, graph):
    tab = opened(graph.draw("S52", depth=3, relations=["parent"]))
    assert tab.evaluate("network.getScale()") >= 0.45
    x, y = spot(tab, "category:S52")
    assert 0 < x < 1400
    assert 0 < y < 900


def test_physics_moves_boxes_and_buttons_are_shown(opened):
    net = toy().draw("M54.50", physics=True)
    net.show_buttons(filter_=["physics"])
    tab = opened(net)
    assert tab.locator(".vis-configuration-wrapper").bounding_box()["x"] == 0
    (start,) = [node for node in net.nodes if node["id"] == "chapter:M00-M99"]
    at = "network.getPosition('chapter:M00-M99')"
    moved = f"Math.hypot({at}.x - {start['x']}, {at}.y - {start['y']}) > 5"
    tab.wait_for_function(moved, timeout=10_000)


def test_it_is_drawn_in_a_frame_as_in_a_notebook(open_file):
    frame = toy().draw("M54.50")._repr_html_()
    inner = open_file(f"<!DOCTYPE html><meta charset=utf-8>{frame}").frames[1]
    wait_until_drawn(inner)
    assert "M54.50" in inner.locator("h1").inner_text()


def test_page_and_its_policy_hold_in_the_dark(opened):
    tab = opened(toy().draw("M54.50"), color_scheme="dark", bypass_csp=False)
    style = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(style) == "rgb(32, 32, 32)"
