"""Centrality: PageRank by its own equation, and degrees counted from the notes."""

import pytest

from icdgraph import IcdGraphError
from icdgraph.toy import toy


def test_pagerank_solves_its_equation(graph):
    """Each score is what the others pass on; nodes without a note pass on to all."""
    scores = {n.code: n.score for n in graph.network.centrality(under="M00-M99")}
    network = graph.network.weighted(under="M00-M99")
    out = dict(network.out_degree(weight="weight"))
    stuck = sum(score for code, score in scores.items() if not out[code])
    expected = dict.fromkeys(scores, (0.15 + 0.85 * stuck) / len(scores))
    for a, b, weight in network.edges(data="weight"):
        expected[b] += 0.85 * scores[a] * weight / out[a]
    assert scores == pytest.approx(expected, abs=1e-7)
    assert sum(scores.values()) == pytest.approx(1)


@pytest.mark.parametrize("measure", ["degree", "in-degree", "out-degree"])
def test_degrees_count_nodes_that_notes_connect(graph, measure):
    part = graph["K00-K95"]
    edges = {
        (edge.source.code, edge.target.code)
        for edge in graph.core.edges("excludes1", "code-first")
        if part.subsumes(edge.source) or part.subsumes(edge.target)
        if edge.source != edge.target
    }
    ends = {"degree": (0, 1), "in-degree": (1,), "out-degree": (0,)}[measure]
    nodes = graph.network.centrality(measure, ["excludes1", "code-first"], part)
    assert {node.code for node in nodes} == {code for edge in edges for code in edge}
    for node in nodes:
        assert node.score == sum(
            edge[end] == node.code for edge in edges for end in ends
        )


def test_ranks_fall_and_equal_nodes_are_in_book_order(graph):
    nodes = graph.network.centrality()
    assert [node.rank for node in nodes] == list(range(1, len(nodes) + 1))
    order = [(-round(n.score, 10), graph[n.code].number) for n in nodes]
    assert order == sorted(order)
    # Many diseases ask to code alcohol and nicotine use with them, and the organism.
    assert {"F10", "B95-B97", "F17"} <= {node.code for node in nodes[:10]}
    first = graph[nodes[0].code]
    assert (nodes[0].title, nodes[0].kind) == (first.title, first.kind)


def test_nodes_without_a_note_are_left_out():
    network = toy().network
    assert "M54.2" not in {node.code for node in network.centrality()}
    assert network.centrality(relations=["parent"]) == []
    assert network.centrality(under="B99-B99") == []


def test_nodes_can_be_grouped():
    nodes = toy().network.centrality("in-degree", group_by="category")
    assert {node.code for node in nodes} == {"F45", "G89", "M51", "M54", "S39"}


def test_an_unknown_measure_is_refused():
    with pytest.raises(IcdGraphError, match=r"'rank'.*Choose from: pagerank, degree"):
        toy().network.centrality("rank")
