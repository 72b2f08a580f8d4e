"""Communities and pieces: the same in every process, and what they say they are."""

import os
import subprocess
import sys

import networkx as nx
import pytest

import icdgraph
from icdgraph.network import communities, pieces
from icdgraph.network.links import CROSS, Selection, names
from icdgraph.network.weights import votes
from icdgraph.toy import toy


def linked(graph, relations, at="category", **options):
    known, found = names(graph), nx.Graph()
    for (a, b), weight in votes(Selection(graph, relations, **options), at).items():
        before = found.get_edge_data(known[a], known[b], {"weight": 0.0})["weight"]
        found.add_edge(known[a], known[b], weight=before + weight)
    return found


@pytest.fixture(scope="module")
def found(graph):
    return communities(graph)


def test_every_node_with_a_note_is_in_one_community(graph, found):
    network = linked(graph, CROSS)
    members = [name for group in found for name in group.nodes]
    assert len(set(members)) == len(members)
    assert set(members) == set(network)
    assert nx.community.modularity(network, [g.nodes for g in found]) > 0.6


def test_groups_tell_of_themselves_what_is_so(graph, found):
    network = linked(graph, CROSS)
    sizes = [group.size for group in found]
    assert sizes == sorted(sizes, reverse=True)
    assert [group.number for group in found] == list(range(1, len(found) + 1))
    for group in found:
        inner = network.subgraph(group.nodes)
        assert group.size == len(group.nodes)
        assert group.notes == pytest.approx(inner.size(weight="weight"), abs=0.006)
        weights = dict(inner.degree(weight="weight"))
        assert weights[group.hub] == pytest.approx(max(weights.values()))
        assert group.title == graph.find(group.hub).title
        assert set(group.chapters) == {graph.find(n).chapter.range for n in group.nodes}
        numbers = [graph.number_of(name) for name in group.nodes]
        assert numbers == sorted(numbers)


def test_resolution_makes_groups_smaller_and_seed_changes_them(graph):
    part = {"under": "M00-M99"}
    coarse = communities(graph, **part)
    assert len(communities(graph, resolution=4, **part)) > len(coarse)
    others = [communities(graph, seed=seed, **part) for seed in (1, 2, 3)]
    assert any(other != coarse for other in others)


GROUPS = """
import icdgraph
from icdgraph.network import communities
print(communities(icdgraph.load(), under="M00-M99", seed=3))
"""


def test_communities_are_the_same_in_every_process(graph):
    answers = {
        subprocess.run(
            [sys.executable, "-c", GROUPS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert answers == {f"{communities(graph, under='M00-M99', seed=3)}\n"}


@pytest.mark.parametrize("at", ["category", "section", None])
def test_pieces_are_the_connected_components(graph, at):
    found = pieces(graph, at=at)
    network = linked(graph, ("excludes1",), at)
    expected = {frozenset(piece) for piece in nx.connected_components(network)}
    assert {frozenset(piece.nodes) for piece in found} == expected
    assert sum(piece.size for piece in found) == len(network)


def test_pieces_by_hand(graph):
    found = {piece.nodes for piece in pieces(graph)}
    assert ("Q90", "Q91", "Q92") in found
    assert ("I10", "O10", "O11", "O13", "O14", "O15", "O16") in found


def test_nothing_gives_nothing():
    assert communities(toy(), under="B99-B99") == []
    assert pieces(toy(), ["code-first"]) == []


def test_wrong_options_are_told():
    with pytest.raises(icdgraph.IcdGraphError, match="0 is no resolution"):
        communities(toy(), resolution=0)
    with pytest.raises(icdgraph.IcdGraphError, match="'block' is not a kind"):
        pieces(toy(), at="block")
