"""Overviews: what they count, and that their text fits."""

import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from tables import rows

from icdgraph import Kind, NoteKind
from icdgraph.draw.overview import KINDS
from icdgraph.draw.overview.tally import read, tally
from icdgraph.draw.overview.treemap import SIZE, areas
from icdgraph.errors import ParseError
from icdgraph.toy import toy

SVG = "{http://www.w3.org/2000/svg}"


def titles(overview):
    root = ET.fromstring(overview.svg())
    return [title.text for title in root.iter(f"{SVG}title")][1:]


# What is counted


def test_billable_codes_are_counted_by_default(graph):
    counted = tally(graph.core)
    assert sum(counted.own) == 74_719
    for node in (graph["M54"], graph.chapter(13), graph.section("M50-M54")):
        assert counted.of(node) == len(node.billable_codes)


def test_own_counts_add_up_and_unknown_codes_are_named(graph):
    counts = Counter({"m5450": 3, "M54.5": 2, "M00-M99": 1, "X99.ZZ": 4, "no code": 1})
    counted = tally(graph.core, counts)
    assert counted.of(graph["M54.5"]) == 5
    assert counted.own[graph["M54.5"].number] == 2
    assert counted.of(graph.chapter(13)) == 6
    assert counted.unknown == {"X99.ZZ": 4, "no code": 1}
    about = graph.overview("treemap", counts).about
    assert about.startswith("6 counted in 1 category. 2 unknown codes")
    assert "count of 5: X99.ZZ, no code." in about


def test_a_series_counts(graph):
    pandas = pytest.importorskip("pandas")
    series = pandas.Series({"M54.50": 3, "E11.9": 2})
    assert sum(graph.overview("sunburst", series).unknown.values()) == 0
    assert tally(graph.core, series).of(graph["E11"]) == 2


@pytest.mark.parametrize("count", [-1, float("nan"), float("inf"), "many", None])
def test_an_invalid_count_is_an_error(count):
    with pytest.raises(ParseError, match=rf"{count!r} of 'M54\.50'"):
        tally(toy().core, {"M54.50": count})


@pytest.mark.parametrize("text", rows("counts.jsonl"))
def test_counts_are_read_from_files_as_people_write_them(text):
    assert read(text, "c.csv") == {"M54.50": 3.0, "E11.9": 2.0}


@pytest.mark.parametrize(("text", "message"), rows("wrong_counts.jsonl"))
def test_an_invalid_file_of_counts_is_an_error_with_its_line(text, message):
    with pytest.raises(ParseError, match=f"^{message}"):
        read(text, "c.csv")


# What is drawn


def test_areas_are_as_large_as_their_counts(graph):
    counted = tally(graph.core)
    sizes = {chapter: counted.of(chapter) for chapter in graph.nodes(Kind.CHAPTER)}
    drawn = dict(areas(sizes, (0, 0, *SIZE)))
    assert drawn.keys() == sizes.keys()
    for node, (_, _, wide, high) in drawn.items():
        share = counted.of(node) / 74_719
        assert wide * high == pytest.approx(SIZE[0] * SIZE[1] * share, rel=1e-6)


@pytest.mark.parametrize("kind", ["treemap", "sunburst"])
def test_every_category_is_there_with_its_count(graph, kind):
    shown = titles(graph.overview(kind))
    assert f"M54 Dorsalgia\n{len(graph['M54'].billable_codes)} billable codes" in shown
    named = {title.split()[0] for title in shown}
    assert {node.code for node in graph.nodes(Kind.CATEGORY)} <= named


def test_one_count_fills_the_sunburst(graph):
    overview = graph.overview("sunburst", {"M54.50": 1})
    assert [title.split("\n")[1] for title in titles(overview)] == ["1 counted"] * 3


def test_an_overview_of_nothing_is_empty_and_says_so(graph):
    for kind in ("treemap", "sunburst"):
        overview = graph.overview(kind, {"X99.ZZ": 2})
        assert overview.about.startswith("0 counted in 0 categories. 1 unknown code")
        assert titles(overview) == []


def test_matrix_counts_each_note_once_for_each_chapter_it_names(graph):
    shown = titles(graph.overview("matrix", relations=["excludes1"]))
    five, thirteen = graph.chapter(5), graph.chapter(13)
    expected = sum(
        note.owner.chapter == thirteen
        and any(target.chapter == five for target in note.targets)
        for note in graph.notes(NoteKind.EXCLUDES1)
    )
    assert expected > 0
    words = f"{expected} note{'s' if expected > 1 else ''} defined in M00-M99 "
    assert [t for t in shown if t.startswith(words) and "codes of F01-F99 " in t]
    assert len(shown) == 22 + 22 * 22


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pie",), "'pie'.*treemap"),
        (("matrix", {"M54": 1}), "counts.*treemap"),
        (("treemap", None, ["parent"]), "relations.*matrix"),
        (("matrix", None, ["parent"]), "'parent'.*excludes1"),
        (("matrix", None, ["never"]), "'never'.*excludes1"),
    ],
)
def test_invalid_arguments_are_named(arguments, message):
    with pytest.raises(ParseError, match=message):
        toy().overview(*arguments)


@pytest.mark.parametrize("kind", KINDS)
def test_overviews_are_written_the_same_again_and_load_nothing(tmp_path, kind):
    for ending in ("html", "svg", "png"):
        first, second = (
            toy().overview(kind).write(tmp_path / f"{n}.{ending}") for n in "ab"
        )
        assert first.read_bytes() == second.read_bytes()
    html = (tmp_path / "a.html").read_text("utf-8")
    assert not re.search(r"(src|href)=", html)
    assert "default-src 'none'" in html
    assert toy().overview(kind)._repr_html_().startswith("<iframe srcdoc=")


def test_markup_in_a_title_stays_text(grow):
    from icdgraph.toy import PATH

    evil = b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; $title"
    g = grow(PATH.read_bytes().replace(b"Dorsalgia", evil))
    html = g.overview("treemap").page()
    assert "<script" not in html
    assert "M54 <script>alert(1)</script> & $title\n" in "\n".join(
        titles(g.overview("treemap"))
    )


# In Chromium

CUT = """() => {
  const paper = document.querySelector("svg").getBoundingClientRect();
  return [...document.querySelectorAll("svg text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < paper.left || box.right > paper.right
      || box.top < paper.top || box.bottom > paper.bottom;
  }).map((text) => text.textContent);
}"""

OUTSIDE = """() => [...document.querySelectorAll("rect.part ~ text")].filter((text) => {
  const part = text.parentNode.querySelector("rect.part").getBoundingClientRect();
  const box = text.getBoundingClientRect();
  return box.left < part.left - 0.5 || box.right > part.right + 0.5
    || box.top < part.top - 2 || box.bottom > part.bottom + 2;
}).map((text) => text.textContent)"""


@pytest.mark.parametrize("kind", KINDS)
def test_text_leaves_neither_the_picture_nor_its_part(open_file, graph, kind):
    tab = open_file(graph.overview(kind))
    assert tab.locator("svg text").count() > 40
    assert tab.evaluate(CUT) == []
    if kind != "sunburst":  # its text is rotated, and bounding boxes are not
        assert tab.evaluate(OUTSIDE) == []


INSIDE_ARCS = """() => [...document.querySelectorAll("g > path.part ~ g text")].filter(
  (text) => {
    const path = text.closest("g").parentNode.querySelector("path.part");
    const box = text.getBBox();
    const turned = path.getCTM().inverse().multiply(text.getCTM());
    return [[box.x, -3], [box.x + box.width, -3], [box.x, 3], [box.x + box.width, 3]]
      .some(([x, y]) => {
        const { x: left, y: top } = new DOMPoint(x, y).matrixTransform(turned);
        return !path.isPointInFill(new DOMPoint(left, top));
      });
  }).map((text) => text.textContent)"""


def test_text_of_the_sunburst_stays_in_its_arc(open_file, graph):
    tab = open_file(graph.overview("sunburst"))
    assert tab.locator("g > path.part ~ g text").count() > 60
    assert tab.evaluate(INSIDE_ARCS) == []
