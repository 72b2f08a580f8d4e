"""Shortest paths: as short as networkx finds them, and along edges that exist."""

import itertools

import networkx as nx
import pytest

from icdgraph import IcdGraphError, UnknownCode
from icdgraph.toy import toy


def walks(steps):
    """Return each path as the list of its steps."""
    return [list(path) for _, path in itertools.groupby(steps, key=lambda s: s.path)]


def test_paths_of_the_toy_are_all_shortest_paths():
    network = toy().to_networkx().to_undirected()
    names = [name for name in network if name != "ICD-10-CM"]
    for a, b in itertools.product(names, repeat=2):
        nodes = [
            [step.source for step in walk] + [walk[-1].target]
            for walk in walks(toy().network.paths(a, b, limit=None))
        ]
        expected = []
        if a != b and nx.has_path(network, a, b):
            expected = list(nx.all_shortest_paths(nx.Graph(network), a, b))
        assert sorted(nodes) == sorted(expected)


@pytest.mark.parametrize(("a", "b"), [("M54.50", "F45.41"), ("I10", "E11.9")])
def test_every_step_is_an_edge_of_the_graph(graph, a, b):
    steps = graph.network.paths(a, b)
    for walk in walks(steps):
        assert (walk[0].source, walk[-1].target) == (a, b)
        assert [step.step for step in walk] == list(range(1, len(walk) + 1))
        for one, other in itertools.pairwise(walk):
            assert one.target == other.source
        for step in walk:
            ends = [graph[step.source], graph[step.target]]
            assert [step.source_title, step.target_title] == [n.title for n in ends]
            start, end = ends if step.forward else ends[::-1]
            edges = [e for e in start.edges if e.target == end]
            notes = [e.note.text if e.note else None for e in edges]
            assert (step.relation, step.note) in zip(
                [e.relation for e in edges], notes, strict=True
            )


def test_relations_and_the_number_of_paths_are_limited(graph):
    network = graph.network
    assert len(walks(network.paths("I10", "E11.9"))) > 2
    assert len(walks(network.paths("I10", "E11.9", limit=2))) == 2
    assert network.paths("I10", "E11.9", limit=0) == []
    tree = network.paths("M54.50", "M51.26", ["parent"])
    assert len(tree) == graph.distance("M54.50", "M51.26")
    assert [step.forward for step in tree] == [True] * 3 + [False] * 3
    tree = network.paths("M54.50", "F45.41", "parent")
    assert len(tree) == graph.distance("M54.50", "F45.41")
    root = next(step for step in tree if not step.forward)
    assert root.source == root.source_title == "ICD-10-CM"
    assert network.paths("A00", "A00.0", "code-also") == []


def test_of_several_notes_between_two_nodes_the_first_is_given(graph):
    notes = [e.note.text for e in graph["A09"].edges if e.target == graph["K52.9"]]
    assert len(set(notes)) > 1
    assert graph.network.paths("A09", "K52.9")[0].note == notes[0]


def test_two_codes_with_one_term_are_two_steps_apart(graph):
    """Synonyms are edges to terms, which a path may go through."""
    terms = {}
    for edge in graph.core.edges("synonym"):
        owners = terms.setdefault(edge.target, [])
        owners.append(edge.source.code)
    term, (a, b, *_) = next(i for i in terms.items() if len(set(i[1])) > 1)
    down, up = graph.network.paths(a, b, ["synonym"], limit=1)
    assert (down.target, down.target_title, down.forward) == (
        f"term:{term}",
        term,
        True,
    )
    assert (up.source, up.forward, up.note) == (f"term:{term}", False, term)


def test_wrong_input_is_refused():
    with pytest.raises(UnknownCode, match=r"M54\.55"):
        toy().network.paths("M54.55", "M54")
    with pytest.raises(IcdGraphError, match="limit -1: expected 0 or more"):
        toy().network.paths("M54.5", "M54", limit=-1)
    with pytest.raises(IcdGraphError, match="'is-a'"):
        toy().network.paths("M54.5", "M54", ["is-a"])
