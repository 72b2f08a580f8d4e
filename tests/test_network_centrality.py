"""Centrality: PageRank by its own equation, degrees as networkx counts them."""

import sys
from collections import Counter

import pytest

import icdgraph
from icdgraph.model import Relation
from icdgraph.network import centrality, degrees, pagerank
from icdgraph.network.links import CROSS, Selection, names
from icdgraph.network.weights import votes
from icdgraph.toy import toy


@pytest.mark.parametrize("damping", [0.0, 0.5, 0.85, 0.99])
def test_scores_solve_the_equation(graph, damping):
    """Each score is what the others pass on, those without a note to all alike."""
    found = pagerank(graph, under="M00-M99", damping=damping)
    known = names(graph)
    scores = {rank.node: rank.score for rank in found}
    weights = votes(Selection(graph, CROSS, graph.chapter(13)))
    out = Counter()
    for (a, _), weight in weights.items():
        out[a] += weight
    stuck = sum(
        score for name, score in scores.items() if not out[graph.number_of(name)]
    )
    expected = dict.fromkeys(scores, (1 - damping + damping * stuck) / len(scores))
    for (a, b), weight in weights.items():
        expected[known[b]] += damping * scores[known[a]] * weight / out[a]
    assert scores == pytest.approx(expected, abs=1e-7)
    assert sum(scores.values()) == pytest.approx(1)
    assert [rank.rank for rank in found] == list(range(1, len(found) + 1))


def test_ranks_fall_and_equals_stand_in_the_order_of_the_book(graph):
    found = pagerank(graph)
    order = [(-rank.score, graph.number_of(rank.node)) for rank in found]
    assert order == sorted(order)
    assert {"F10", "B95-B97", "F17"} <= {rank.node for rank in found[:10]}
    assert found[0].title == graph.find(found[0].node).title


def test_nodes_without_a_note_have_no_rank():
    assert "M54.2" not in {rank.node for rank in pagerank(toy())}
    assert pagerank(toy(), ["parent"]) == []
    assert pagerank(toy(), under="B99-B99") == []


def test_degrees_are_those_of_networkx(graph):
    network = graph.to_networkx(["parent", "excludes1", "code-first"], under="K00-K95")
    incoming, outgoing = Counter(), Counter()
    for a, b, relation in network.edges(data="relation"):
        outgoing[a, relation] += 1
        incoming[b, relation] += 1
    found = degrees(graph, ["parent", "excludes1", "code-first"], under="K00-K95")
    assert {(d.node, d.relation): (d.incoming, d.outgoing) for d in found} == {
        pair: (incoming[pair], outgoing[pair]) for pair in incoming | outgoing
    }
    totals = [d.incoming + d.outgoing for d in found]
    assert totals == sorted(totals, reverse=True)


def test_terms_have_no_degree():
    found = degrees(toy(), [Relation.SYNONYM])
    assert {(d.node, d.incoming, d.outgoing) for d in found} == {
        ("M51.2", 0, 1),
        ("F45.41", 0, 1),
        ("M54.50", 0, 2),
    }


@pytest.mark.parametrize("damping", [1, -0.1, 2.0, float("nan")])
def test_damping_out_of_range_is_told(damping):
    with pytest.raises(icdgraph.IcdGraphError, match="from 0 up to below 1"):
        pagerank(toy(), damping=damping)


def test_damping_that_does_not_settle_is_told(monkeypatch):
    monkeypatch.setattr(centrality, "ROUNDS", 3)
    with pytest.raises(
        icdgraph.IcdGraphError, match=r"0\.999 PageRank does not settle"
    ):
        pagerank(toy(), damping=0.999)


def test_missing_scipy_is_told_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(icdgraph.MissingExtra, match=r"'icdgraph\[network\]'"):
        pagerank(toy())
