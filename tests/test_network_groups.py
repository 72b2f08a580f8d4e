"""Communities and components: the same in every process, and described correctly."""

import networkx as nx
import pytest
from processes import printed_by_processes

from icdgraph import IcdGraphError
from icdgraph.network import groups
from icdgraph.toy import toy


def undirected(network):
    graph = nx.Graph()
    for a, b, weight in network.edges(data="weight"):
        before = graph.get_edge_data(a, b, {"weight": 0.0})["weight"]
        graph.add_edge(a, b, weight=before + weight)
    return graph


@pytest.fixture(scope="module")
def categories(graph):
    return undirected(graph.network.weighted(group_by="category"))


@pytest.fixture(scope="module")
def communities(graph):
    return graph.network.communities()


def test_every_node_with_a_note_is_in_one_community(categories, communities):
    members = [code for group in communities for code in group.codes]
    assert len(set(members)) == len(members)
    assert set(members) == set(categories)
    parts = [group.codes for group in communities]
    assert nx.community.modularity(categories, parts) > 0.6


def test_groups_are_described(graph, categories, communities):
    sizes = [group.size for group in communities]
    assert sizes == sorted(sizes, reverse=True)
    assert [g.number for g in communities] == list(range(1, len(sizes) + 1))
    for group in communities:
        inner = categories.subgraph(group.codes)
        assert group.size == len(group.codes)
        assert group.notes == pytest.approx(inner.size(weight="weight"), abs=0.006)
        weights = dict(inner.degree(weight="weight"))
        assert weights[group.hub] == pytest.approx(max(weights.values()))
        assert group.title == graph[group.hub].title
        assert set(group.chapters) == {graph[c].chapter.code for c in group.codes}
        numbers = [graph[code].number for code in group.codes]
        assert numbers == sorted(numbers)


def test_notes_in_both_directions_add_up():
    """Without the note from 0 to 1, all four nodes would be one community."""
    network = nx.DiGraph()
    network.add_weighted_edges_from([(0, 1, 10), (1, 0, 1), (1, 2, 5), (2, 3, 5)])
    codes = list(toy().core.codes)
    communities = groups.communities(toy().core, network, 1.0, 0)
    assert [group.codes for group in communities] == [
        tuple(codes[:2]),
        tuple(codes[2:4]),
    ]


def test_resolution_makes_groups_smaller_and_a_seed_changes_them(graph):
    network = graph.network
    coarse = network.communities(under="M00-M99")
    assert len(network.communities(under="M00-M99", resolution=4)) > len(coarse)
    others = [network.communities(under="M00-M99", seed=seed) for seed in (1, 2, 3)]
    assert any(other != coarse for other in others)


SCRIPT = """
import icdgraph
print(icdgraph.load().network.communities(under="M00-M99", seed=3))
"""


def test_communities_are_the_same_in_every_process(graph):
    answers = printed_by_processes(SCRIPT)
    assert answers == {f"{graph.network.communities(under='M00-M99', seed=3)}\n"}


@pytest.mark.parametrize("kind", ["category", "section", None])
def test_components_are_those_of_networkx(graph, kind):
    network = undirected(graph.network.weighted(["excludes1"], group_by=kind))
    parts = graph.network.components(group_by=kind)
    assert sorted(map(sorted, nx.connected_components(network))) == sorted(
        sorted(part.codes) for part in parts
    )


def test_components_known_from_the_book(graph):
    """Excludes1 notes keep the trisomies apart, and the kinds of hypertension."""
    parts = {part.codes for part in graph.network.components()}
    assert ("Q90", "Q91", "Q92") in parts
    assert ("I10", "O10", "O11", "O13", "O14", "O15", "O16") in parts


def test_no_notes_make_no_groups():
    network = toy().network
    assert network.communities(under="B99-B99") == []
    assert network.components(["code-first"]) == []


def test_invalid_options_are_refused():
    with pytest.raises(IcdGraphError, match="resolution 0: expected a number above 0"):
        toy().network.communities(resolution=0)
    with pytest.raises(IcdGraphError, match="'block'"):
        toy().network.components(group_by="block")
