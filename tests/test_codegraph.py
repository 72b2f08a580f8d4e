"""The facade that users hold: small enough to learn, and equal to what it stands on."""

import pickle

import pytest

import icdgraph
from icdgraph import ParseError
from icdgraph.toy import toy

ONE_SCREEN = 40
"""Names that a notebook shows without scrolling, in columns of ten."""


@pytest.fixture
def g():
    return toy()


def public_names(thing):
    return {name for name in dir(thing) if not name.startswith("_")}


def test_what_completion_shows_fits_on_one_screen(g):
    assert len(public_names(g)) <= ONE_SCREEN


def test_two_loads_of_a_release_have_equal_nodes(graph):
    again = icdgraph.load()
    assert again is not graph
    assert again["M54.50"] == graph["M54.50"]
    assert hash(again["M54.50"]) == hash(graph["M54.50"])


def test_a_check_and_an_order_take_nodes_and_no_single_text(g):
    nodes = [g["M54.50"], g["F45.41"]]
    assert [f.rule for f in g.check(nodes)] == ["E201"]
    assert g.order(nodes).codes == ("M54.50", "F45.41")
    for ask in g.check, g.order:
        with pytest.raises(ParseError, match="a list of codes"):
            ask("M54.50")


def test_a_pickled_facade_asks_the_same(g):
    again = pickle.loads(pickle.dumps(g))
    assert again["M54.50"].title == g["M54.50"].title
    assert again.search("lumbago", limit=1)[0].node.code == "M54.50"


def test_arrays_answer_as_the_graph_does(g):
    codes = list(g)
    numbers = g.arrays.numbers(codes)
    a, b = numbers[:, None], numbers[None, :]
    lowest, steps, above = (
        g.arrays.lca(a, b),
        g.arrays.distance(a, b),
        g.arrays.subsumes(a, b),
    )
    for i, one in enumerate(codes):
        for j, other in enumerate(codes):
            node = g.lca(one, other)
            (code,) = g.arrays.codes([lowest[i, j]])
            assert code == (node.code if node else None)
            assert steps[i, j] == g.distance(one, other)
            assert above[i, j] == g.subsumes(one, other)


def test_a_notebook_completes_codes(g):
    assert "M54.50" in g._ipython_key_completions_()
