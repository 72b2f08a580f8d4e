"""The picture of several nodes: depth, relations, layouts, pyvis, files, Chromium."""

import json
import re
import sys
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from chromium import launched, wait_until_drawn

from icdgraph import Relation, UnknownCode
from icdgraph.draw import png
from icdgraph.draw.boxes import MANY, forest
from icdgraph.draw.captions import summary
from icdgraph.draw.collapsed import FOLDED
from icdgraph.draw.items import Role
from icdgraph.draw.layout import LAYOUTS, layout
from icdgraph.draw.neighborhood import LIMIT
from icdgraph.draw.scene import scene
from icdgraph.errors import MissingExtra, ParseError
from icdgraph.toy import toy

SVG = "{http://www.w3.org/2000/svg}"
ASKED = [
    (("M54.50", "F45.41"), {}),
    (("E11",), {"depth": 2}),
    (("S06.0X1A", "T36.0X5A", "M54"), {}),
    (("S52",), {"depth": 3, "relations": ["parent"]}),
    (("chapter 13",), {"depth": 0}),
]


def scene_of(graph, codes, options):
    return scene(*map(graph.find, codes), **options)


# What is in it


def test_two_codes_meet_at_their_common_ancestors(graph):
    shown = scene(graph["M54.50"], graph["M51.26"])
    keys = [item.key for item in shown.items]
    assert len(keys) == len(set(keys))
    roles = {item.key: item.role for item in shown.items}
    assert roles["code:M54.50"] == roles["code:M51.26"] == Role.CENTRE
    assert roles["section:M50-M54"] == Role.ANCESTOR
    joined = {
        link.source
        for link in shown.links
        if link.relation == "parent" and link.target == "section:M50-M54"
    }
    assert joined == {"category:M54", "category:M51"}


def test_depth_goes_down_the_tree_and_along_notes():
    g = toy().core
    none, one, two = (scene(g["M54"], depth=n) for n in (0, 1, 2))
    names = [{item.key for item in shown.items} for shown in (none, one, two)]
    assert names[0] < names[1] < names[2]
    assert "code:M54.50" not in names[1]
    assert "code:M54.50" in names[2]
    assert all(item.role != Role.CHILD for item in none.items)


def test_whole_subtree_is_drawn_where_depth_and_room_allow(graph):
    shown = scene(graph["S52"], depth=9, relations=["parent"])
    below = {f"{n.kind}:{n.code}" for n in graph["S52"].descendants}
    drawn = {item.key for item in shown.items if item.role == Role.CHILD}
    assert drawn <= below
    assert len(shown.items) == LIMIT
    assert shown.beyond > 0
    assert f"{shown.beyond:,} more" in summary(shown)


def test_relations_narrow_the_picture():
    shown = scene(toy().core["M54.50"], relations=["excludes1"])
    assert set(shown.relations) == {Relation.EXCLUDES1}
    assert {item.key for item in shown.items if item.role == Role.ANCESTOR} == {
        "subcategory:M54.5",
        "category:M54",
    }


def test_without_inherited_notes_only_own_ones_are_drawn():
    shown = scene(toy().core["M54.50"], inherited=False)
    assert set(shown.relations) == {Relation.PARENT, Relation.SYNONYM}
    assert shown.silent == ()
    own = scene(toy().core["M54"], inherited=False)
    assert [item.key for item in own.items if item.role == Role.NAMED] == [
        "code:F45.41"
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"relations": ["never"]}, "'never' is not a relation"),
        ({"relations": []}, "'' is not a relation"),
        ({"depth": -1}, "depth -1"),
        ({"layout": "circle"}, "'circle' is not a layout"),
    ],
)
def test_what_cannot_be_drawn_is_told(options, said):
    with pytest.raises(ParseError, match=said):
        toy().draw("M54.50", **options)


def test_unknown_code_and_no_code_are_told():
    with pytest.raises(UnknownCode):
        toy().draw("X99.9")
    with pytest.raises(ParseError, match="0 nodes"):
        toy().draw()


def test_what_is_left_out_lies_folded_in_the_file(graph):
    shown = scene(graph["M54.50"])
    (rest,) = [item for item in shown.items if item.rest]
    inside = [item for item in shown.folded if item.by == rest.key]
    assert {item.name for item in inside} >= {"M45-M49"} & set(rest.rest)
    assert len(inside) == len(rest.rest)
    assert len(shown.folded) <= FOLDED
    keys = {item.key for item in (*shown.items, *shown.folded)}
    assert len(keys) == len(shown.items) + len(shown.folded)
    ends = {end for link in shown.folded_links for end in (link.source, link.target)}
    assert ends <= keys


def test_every_item_hangs_in_the_forest(graph):
    for codes, options in ASKED:
        shown = scene_of(graph, codes, options)
        roots, brought = forest(shown)
        reached, more = set(), list(roots)
        while more:
            key = more.pop()
            assert key not in reached
            reached.add(key)
            more += brought.get(key, [])
        assert reached == {item.key for item in shown.items}


# Where it stands


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_two_boxes_meet_in_any_layout(graph, name):
    for codes, options in ASKED:
        shown = scene_of(graph, codes, options)
        boxes = layout(shown, name)
        assert {b.key for b in boxes if b.item} == {item.key for item in shown.items}
        assert [(a.key, b.key) for a, b in combinations(boxes, 2) if a.meets(b)] == []


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_comes_out_the_same_again(graph, name):
    shown = scene(graph["M54.50"], graph["F45.41"])
    assert layout(shown, name) == layout(shown, name)


def test_large_pictures_show_codes_alone(graph):
    shown = scene(graph["S52"], depth=2)
    assert len(shown.items) > MANY
    box = next(b for b in layout(shown) if b.key == "subcategory:S52.0")
    assert box.lines == ("S52.0",)


def test_a_large_force_layout_without_scipy_names_the_extra(graph, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    shown = scene(graph["S52"], depth=4, relations=["parent"])
    with pytest.raises(MissingExtra, match=r"icdgraph\[network\]"):
        layout(shown, "force")


# As a pyvis network


def options_of(page):
    return json.loads(re.search(r"const picture = (.*);\n", page)[1])["options"]


def test_network_is_pyvis_with_places_and_without_physics():
    net = toy().draw("M54.50")
    assert options_of(net.page())["physics"]["enabled"] is False
    drawn = [node for node in net.nodes if not node.get("hidden")]
    assert len(drawn) == 13 + 3  # three headings
    assert all({"x", "y"} <= node.keys() for node in drawn)
    assert len([edge for edge in net.edges if not edge.get("hidden")]) == 13


@pytest.mark.parametrize("on", [True, False])
def test_physics_is_as_asked_for_and_can_be_turned(on):
    net = toy().draw("M54.50", physics=on)
    assert options_of(net.page())["physics"]["enabled"] is on
    net.toggle_physics(not on)
    assert options_of(net.page())["physics"]["enabled"] is not on


def test_network_goes_on_with_pyvis(tmp_path):
    net = toy().draw("M54.50", physics=True)
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


def test_in_a_notebook_the_page_stands_in_a_frame():
    html = toy().draw("M54.50")._repr_html_()
    assert html.startswith("<iframe srcdoc=")
    assert html.count("<") == 2


# Files


def test_svg_says_all_and_is_told_to_those_who_do_not_see_it(graph):
    net = graph.draw("M54.50", "F45.41")
    root = ET.fromstring(net.svg())
    text = "".join("".join(root.itertext()).split())
    for item in net.scene.items:
        assert "".join(f"{item.name}{item.text}".split()) in text
    assert root.find(f"{SVG}title").text == "M54.50 and F45.41"
    assert root.find(f"{SVG}desc").text == summary(net.scene)
    assert "Excludes1 18" in "".join(root.itertext())


def test_png_is_drawn_with_words(tmp_path):
    pytest.importorskip("resvg_py")
    net = toy().draw("M54.50")
    data = net.write(tmp_path / "deep" / "net.PNG").read_bytes()
    assert data.startswith(b"\x89PNG")
    wide, high = (int.from_bytes(data[n : n + 4]) for n in (16, 20))
    assert (wide, high) == tuple(round(2 * n) for n in png.size(net.svg()))
    bare = re.sub(r"<text.*?</text>", "", net.svg())
    assert len(data) > 1.5 * len(png.png(bare))


def test_png_without_resvg_names_the_extra(monkeypatch, tmp_path):
    png.family.cache_clear()
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingExtra, match=r"icdgraph\[png\]"):
        toy().draw("M54.50").write(tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()


def test_png_without_a_font_is_refused(monkeypatch):
    blank = png._rendered(png._BLANK, 1, "Arial")
    monkeypatch.setattr(png, "_rendered", lambda *_: blank)
    png.family.cache_clear()
    with pytest.raises(Exception, match="needs a font"):
        png.png(toy().draw("M54.50").svg())
    png.family.cache_clear()


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ParseError, match=r"\.html, \.svg, \.png"):
        toy().draw("M54.50").write(tmp_path / "x.pdf")


# In Chromium


@pytest.fixture(scope="module")
def tab():
    with launched() as chromium:
        # Past the policy of the page, which would forbid Playwright to wait.
        yield chromium.new_page(
            viewport={"width": 1400, "height": 900}, bypass_csp=True
        )


@pytest.fixture
def opened(tab, tmp_path):
    """Return a function that opens a picture in the one tab, noting what goes wrong."""
    said = []
    note = lambda event: said.append(str(event))  # noqa: E731
    tab.on("pageerror", note)
    tab.on("console", note)

    def open_(net):
        path = net.write(tmp_path / "net.html")
        tab.goto(path.as_uri())
        wait_until_drawn(tab)
        return tab

    yield open_
    tab.remove_listener("pageerror", note)
    tab.remove_listener("console", note)
    assert said == []


MEETING = """async () => {
  // Bounding boxes are those of the last drawing.
  network.redraw();
  await new Promise(requestAnimationFrame);
  const boxes = seen().map(({ id }) => [id, network.getBoundingBox(id)]);
  const met = [];
  for (const [n, [a, p]] of boxes.entries()) for (const [b, q] of boxes.slice(n + 1))
    // vis-network adds the margin of 6 on each side once more.
    if (p.left < q.right - 12 && q.left < p.right - 12
      && p.top < q.bottom - 12 && q.top < p.bottom - 12) met.push([a, b]);
  return met;
}"""

WIDER = """() => seen().filter((node) => {
  const { left, right } = network.getBoundingBox(node.id);
  return right - left > node.w + 14;
}).map((node) => node.id)"""

SEEN = "() => seen().map((node) => node.id)"


@pytest.mark.browser
@pytest.mark.parametrize("name", LAYOUTS)
def test_boxes_neither_meet_nor_grow_in_chromium(opened, graph, name):
    for codes, options in ASKED[:3]:
        tab = opened(graph.draw(*map(graph.find, codes), layout=name, **options))
        assert tab.evaluate(MEETING) == []
        assert tab.evaluate(WIDER) == []


@pytest.mark.browser
def test_double_click_unfolds_and_folds_without_overlap(opened, graph):
    net = graph.draw("M54.50")
    tab = opened(net)
    before = tab.evaluate(SEEN)
    (rest,) = [item for item in net.scene.items if item.rest]
    inside = [item.key for item in net.scene.folded if item.by == rest.key]
    spot = tab.evaluate(f"network.canvasToDOM(network.getPosition({rest.key!r}))")
    frame = tab.locator("#picture").bounding_box()
    tab.mouse.dblclick(frame["x"] + spot["x"], frame["y"] + spot["y"])
    tab.wait_for_function(f"seen().length === {len(before) + len(inside)}")
    assert set(tab.evaluate(SEEN)) == {*before, *inside}
    assert tab.evaluate(MEETING) == []
    tab.evaluate(f"turn({inside[0]!r})")
    tab.evaluate(f"turn({rest.key!r})")
    assert tab.evaluate(SEEN) == before
    assert tab.evaluate(MEETING) == []


@pytest.mark.browser
def test_folding_an_ancestor_hides_what_it_brought(opened):
    tab = opened(toy().draw("M54.50"))
    tab.evaluate("turn('subcategory:M54.5')")
    kept = tab.evaluate(SEEN)
    assert "code:M54.50" not in kept
    assert "code:F45.41" in kept
    tab.evaluate("turn('subcategory:M54.5')")
    assert "code:M54.50" in tab.evaluate(SEEN)


@pytest.mark.browser
def test_a_switch_hides_its_relation_and_what_hangs_on_it(opened):
    tab = opened(toy().draw("M54.50"))
    tab.locator("#legend input[value=excludes1]").uncheck()
    kept = tab.evaluate(SEEN)
    assert "code:S39.012" not in kept
    assert "category:G89" in kept
    hidden = (
        "edges.get().filter((edge) => edge.relation === 'excludes1' && !edge.hidden)"
    )
    assert tab.evaluate(hidden) == []
    tab.locator("#legend input[value=excludes1]").check()
    assert "code:S39.012" in tab.evaluate(SEEN)


@pytest.mark.browser
def test_search_finds_words_and_goes_from_hit_to_hit(opened):
    tab = opened(toy().draw("M54.50"))
    tab.locator("#find").fill("PAIN low")
    assert tab.locator("#found").inner_text() == "2 found"
    tab.locator("#find").press("Enter")
    assert tab.locator("#found").inner_text() == "1 of 2"
    assert "Low back pain" in tab.locator("#card").inner_text()
    tab.locator("#find").fill("nothing of the kind")
    assert tab.locator("#found").inner_text() == "0 found"
    tab.locator("#find").press("Escape")
    assert tab.locator("#card").inner_text() == ""


@pytest.mark.browser
def test_keys_go_from_box_to_box(opened):
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


@pytest.mark.browser
def test_click_focuses_and_dims_the_rest(opened):
    tab = opened(toy().draw("M54.50"))
    spot = tab.evaluate("network.canvasToDOM(network.getPosition('category:M54'))")
    frame = tab.locator("#picture").bounding_box()
    tab.mouse.click(frame["x"] + spot["x"], frame["y"] + spot["y"])
    assert "Dorsalgia" in tab.locator("#card").inner_text()
    assert tab.evaluate("nodes.get('code:F45.41').opacity") == 1
    assert tab.evaluate("nodes.get('code:S39.012').opacity") < 0.5
    tab.mouse.click(frame["x"] + 5, frame["y"] + 5)
    assert tab.evaluate("nodes.get('code:S39.012').opacity") == 1


@pytest.mark.browser
def test_a_large_picture_opens_where_it_can_be_read(opened, graph):
    tab = opened(graph.draw("S52", depth=3, relations=["parent"]))
    assert tab.evaluate("network.getScale()") >= 0.45
    spot = tab.evaluate("network.canvasToDOM(network.getPosition('category:S52'))")
    assert 0 < spot["x"] < 1400
    assert 0 < spot["y"] < 900


@pytest.mark.browser
def test_physics_moves_boxes_and_buttons_are_shown(opened):
    net = toy().draw("M54.50", physics=True)
    net.show_buttons(filter_=["physics"])
    tab = opened(net)
    assert tab.locator(".vis-configuration-wrapper").bounding_box()["x"] == 0
    (before,) = [n["y"] for n in net.nodes if n["id"] == "chapter:M00-M99"]
    moved = "Math.abs(network.getPosition('chapter:M00-M99').y - {}) > 5"
    tab.wait_for_function(moved.format(before), timeout=10_000)


@pytest.mark.browser
def test_it_draws_in_a_frame_as_in_a_notebook(tab, tmp_path):
    path = tmp_path / "cell.html"
    path.write_text(
        f"<!DOCTYPE html><meta charset=utf-8>{toy().draw('M54.50')._repr_html_()}",
        encoding="utf-8",
    )
    tab.goto(path.as_uri())
    inner = tab.frames[1]
    wait_until_drawn(inner)
    assert "M54.50" in inner.locator("h1").inner_text()
