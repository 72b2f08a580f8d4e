"""The set of codes as a Python value."""

import pickle

import pytest

from icdgraph import IcdGraphError, ParseError, UnknownCode, load
from icdgraph.codesets import CodeSet
from icdgraph.toy import PATH, toy


@pytest.fixture
def g():
    return toy()


def test_in_a_list_each_code_is_only_itself(g):
    assert list(g.codes(["m545", " M54.2", "M54.2"])) == ["M54.2", "M54.5"]
    assert list(g.codes([g["M54.5"]])) == ["M54.5"]
    assert list(g.codes(iter(()))) == []


def test_a_list_has_codes_only(g):
    with pytest.raises(UnknownCode, match=r"'M54\.5O'.*Did you mean M54\.50"):
        g.codes(["M54.5O"])
    for section in (g.section("M50-M54"), "M50-M54"):
        with pytest.raises(UnknownCode, match=r"section 'M50-M54'.*codes\('M50-M54'\)"):
            g.codes([section])
    for value in (None, float("nan"), 13, b"M54"):
        with pytest.raises(ParseError, match="expected a code as text"):
            g.codes(["M54.50", value])


def test_contains_takes_codes_in_any_spelling_and_nodes(g, graph):
    codes = g.codes("M54.5")
    for code in ("M54.50", "m5450", g["M54.50"], graph["M54.50"]):
        assert code in codes
    for other in ("M54.2", "M54.51", "nonsense", "", 54, None, g.chapter(13)):
        assert other not in codes
    assert g.section("B99") not in g.codes("B99")


def test_length_truth_and_parts(g):
    codes = g.codes("M54")
    assert len(codes) == 8
    assert list(codes.headers) == ["M54", "M54.4", "M54.5"]
    assert codes.billable | codes.headers == codes
    assert [node.code for node in codes.nodes] == list(codes)
    assert codes
    assert not g.codes([])


def test_sets_are_equal_if_they_have_the_same_codes_of_one_release(g, graph):
    assert g.codes("M54.5") == g.codes(["M54.59", "M54.5", "M54.50"])
    assert hash(g.codes("M54.5")) == hash(g.codes("=M54.5, M54.5-"))
    assert g.codes("M54.5") != g.codes("M54.5-")
    assert g.codes("M54") != graph.codes("M54")
    assert CodeSet(g.core, g.codes("M54").bits) == g.codes("M54")


def test_two_loads_of_a_release_have_the_same_sets():
    g, again = load(PATH), load(PATH).codes("M54.5")
    assert again == g.codes("M54.5")
    assert again <= g.codes("M54")
    assert len(pickle.dumps(again)) < 500
    assert pickle.loads(pickle.dumps(again)) == again


def test_a_set_never_changes(g):
    with pytest.raises(AttributeError):
        g.codes("M54").bits = 0


def test_only_sets_of_the_same_release_are_combined(g, graph):
    with pytest.raises(IcdGraphError, match="same release"):
        g.codes("M54") | graph.codes("M54")
    with pytest.raises(IcdGraphError, match="same release"):
        g.codes("M54").changes(since=graph.codes("M54"))
    with pytest.raises(TypeError, match=r"'set'.*g\.codes"):
        g.codes("M54") | {"M54"}


def test_a_section_without_codes_is_not_billable(grow, toy_text, g):
    empty = '<section id="N00-N99"><desc>Nothing</desc></section>'
    graph = grow(toy_text.replace("</chapter>", f"{empty}</chapter>", 1))
    assert not graph.section("N00-N99").is_billable
    assert list(graph.codes("billable")) == list(g.codes("billable"))


def test_html_is_escaped_and_limited(g, graph):
    html = g.codes("M54.5")._repr_html_()
    assert html.count("<tr>") == 4
    assert "<td>M54.50</td><td>Low back pain, unspecified</td><td>yes</td>" in html
    assert html.endswith("<p>3 codes, 2 billable</p>")
    large = graph.codes("E11 or title /[<>&]/")._repr_html_()
    assert large.count("<tr>") == 101
    assert "100 shown" in large
