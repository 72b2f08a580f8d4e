"""The set of codes as a value of Python."""

import pytest

from icdgraph import IcdGraphError, ParseError, UnknownCode
from icdgraph.codesets import CodeSet
from icdgraph.toy import toy


@pytest.fixture
def g():
    return toy()


def test_a_list_holds_each_code_alone(g):
    assert list(g.codes(["m545", " M54.2", "M54.2"])) == ["M54.2", "M54.5"]
    assert list(g.codes([g["M54.5"]])) == ["M54.5"]
    assert list(g.codes(iter(()))) == []


def test_a_list_of_what_is_no_code_is_refused(g):
    with pytest.raises(UnknownCode, match=r"Did you mean M54\.50"):
        g.codes(["M54.5O"])
    with pytest.raises(UnknownCode, match="is no code"):
        g.codes([g.section("M50-M54")])
    with pytest.raises(UnknownCode, match="is no code"):
        g.codes([g.section("B99-B99")])
    with pytest.raises(UnknownCode, match=r"codes\('M50-M54'\), a text, would be"):
        g.codes(["M50-M54"])
    for gap in (None, float("nan"), 13, b"M54"):
        with pytest.raises(ParseError, match="expected a code as text"):
            g.codes(["M54.50", gap])


def test_contains_takes_codes_however_written_and_nodes(g, graph):
    found = g.codes("M54.5")
    for code in ("M54.50", "m5450", g["M54.50"], graph["M54.50"]):
        assert code in found
    for other in ("M54.2", "M54.51", "nonsense", "", 54, None, g.chapter(13)):
        assert other not in found
    assert g.section("B99") not in g.codes("B99")


def test_length_truth_and_parts(g):
    found = g.codes("M54")
    assert len(found) == 8
    assert [str(code) for code in found.headers] == ["M54", "M54.4", "M54.5"]
    assert found.billable | found.headers == found
    assert [node.code for node in found.nodes] == list(found)
    assert not g.codes([])
    assert found


def test_sets_are_equal_by_what_they_hold(g):
    assert g.codes("M54.5") == g.codes(["M54.59", "M54.5", "M54.50"])
    assert hash(g.codes("M54.5")) == hash(g.codes("=M54.5, M54.5-"))
    assert g.codes("M54.5") != g.codes("M54.5-")


def test_a_set_never_changes(g):
    with pytest.raises(AttributeError):
        g.codes("M54").bits = 0


def test_sets_of_two_releases_do_not_mix(g, graph):
    with pytest.raises(IcdGraphError, match="two releases"):
        g.codes("M54") | graph.codes("M54")
    with pytest.raises(IcdGraphError, match="two releases"):
        g.codes("M54").changes(since=graph.codes("M54"))
    assert g.codes("M54") != graph.codes("M54")


def test_other_collections_are_refused(g):
    with pytest.raises(TypeError, match=r"g\.codes"):
        g.codes("M54") | {"M54"}


def test_repr_shows_a_few(g):
    assert repr(g.codes([])) == "<CodeSet of 0 codes>"
    assert repr(g.codes("=M54.2")) == "<CodeSet of 1 code, all billable: M54.2>"
    assert repr(g.codes("M54")).endswith("M54.42, M54.5, ...>")


def test_html_is_escaped_and_capped(g, graph):
    html = g.codes("M54.5")._repr_html_()
    assert html.count("<tr>") == 4
    assert "<td>M54.50</td><td>Low back pain, unspecified</td><td>yes</td>" in html
    assert html.endswith("<p>3 codes, 2 billable</p>")
    large = graph.codes("E11 or title /[<>&]/")._repr_html_()
    assert large.count("<tr>") == 101
    assert "100 shown" in large


def test_a_look_up_loads_no_code_sets():
    import subprocess
    import sys

    script = (
        "import sys, icdgraph; from icdgraph.toy import toy; toy()['M54.50'].title;"
        "assert not [m for m in sys.modules if 'codeset' in m]"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_bits_are_the_only_state(g):
    found = g.codes("M54")
    assert CodeSet(g.core, found.bits) == found
