"""The graph in networkx and in igraph: the same nodes, edges and attributes."""

import sys
from collections import Counter

import networkx as nx
import pytest
from books import book, diag

import icdgraph
from icdgraph.model import Relation
from icdgraph.network import networkx_graph
from icdgraph.network.attributes import EDGE_FIELDS, NODE_FIELDS, PART_FIELDS
from icdgraph.toy import toy


@pytest.fixture(scope="module")
def whole(graph):
    return graph.to_networkx()


def test_all_nodes_and_edges_are_there(graph, whole):
    assert type(whole) is nx.MultiDiGraph
    assert len(whole) == 98_505
    counts = Counter(relation for *_, relation in whole.edges(data="relation"))
    assert counts == Counter(
        edge.relation.value
        for edge in graph.core.edges()
        if edge.relation != Relation.SYNONYM
    )
    assert whole.graph == {"name": "ICD-10-CM 2026", "release": "2026-04-01"}


def test_a_chapter_with_the_range_of_its_section_is_a_node_of_its_own(grow):
    graph = grow(book(diag("A00", "Cholera")))
    edges = [("A00-A99", "1", "parent"), ("A00", "A00-A99", "parent")]
    assert list(graph.to_networkx().edges) == edges
    assert graph["A00-A99"].kind == "section"
    assert graph.chapter(1).code == "1"


def test_nodes_have_the_attributes_of_the_graph(graph, whole):
    for node in graph.nodes():
        assert whole.nodes[node.code] == {
            "kind": node.kind.value,
            "code": node.code,
            "title": node.title,
            "level": node.level,
            "billable": node.is_billable,
            "chapter": node.chapter.code,
            "number": node.number,
        }


def test_edges_carry_their_notes(graph, whole):
    data = whole.edges["M54.5", "M51.2", "excludes1"]
    note = graph.core.note(data["note"])
    assert note.owner.code == data["owner"] == "M54.5"
    assert data["text"] == note.text
    assert data["state"] == "resolved"
    assert "heading" not in data
    assert whole.edges["M54.50", "M54.5", "parent"] == {"relation": "parent"}
    spine = whole.edges["G89", "M54.5", "excludes2"]
    assert spine["heading"].startswith("localized pain, unspecified type")


def test_notes_between_the_same_nodes_are_all_kept(whole):
    """A09 names K52.9 in four notes."""
    edges = whole["A09"]["K52.9"]
    assert list(edges) == [f"excludes1{n}" for n in ("", " 2", " 3", " 4")]
    assert len({data["note"] for data in edges.values()}) == 4


def test_values_have_the_declared_types(graph):
    part = graph.to_networkx(list(Relation), under="B99-B99")
    fields = NODE_FIELDS | PART_FIELDS | EDGE_FIELDS
    for data in [t for _, t in part.nodes(data=True)] + [
        t for *_, t in part.edges.data()
    ]:
        assert {name: fields[name] for name in data} == {
            n: type(v) for n, v in data.items()
        }


def test_edges_of_one_note_do_not_share_what_a_user_changes():
    network = toy().to_networkx()
    network.edges["M54.4", "M54", "parent"]["seen"] = True
    assert "seen" not in network.edges["M54.5", "M54", "parent"]


def test_terms_are_nodes_when_asked_for():
    network = toy().to_networkx(["synonym"])
    assert network.nodes["term:Loin pain"] == {"kind": "term", "title": "Loin pain"}
    assert network.edges["M54.50", "term:Loin pain", "synonym"]["position"] == 1
    assert len(network) == 39 + 4


def test_one_term_of_two_codes_is_one_node(graph):
    network = graph.to_networkx(["synonym"])
    assert len(network) == 98_505 + len(
        {e.target for e in graph.core.edges(Relation.SYNONYM)}
    )
    assert network.number_of_edges() == 12_574


def test_a_part_includes_the_other_ends_of_its_edges(graph):
    part = graph.to_networkx(under="M54.50", relations=["parent", "code-also"])
    assert dict(part.nodes(data="inside")) == {"M54.5": False, "M54.50": True}
    whole_part = graph.to_networkx(under="M54")
    inside = {name for name, data in whole_part.nodes(data=True) if data["inside"]}
    assert inside == {n.code for n in (graph["M54"], *graph["M54"].descendants)}
    assert ("G89", "M54.5", "excludes2") in whole_part.edges
    assert graph.to_networkx(under=graph["M54"]).edges == whole_part.edges


def test_inherited_edges_name_where_their_note_is_defined():
    part = toy().to_networkx(["excludes1"], under="M54.50", inherited=True)
    assert part.edges["M54.50", "F45.41", "excludes1"]["owner"] == "M54"


def test_a_digraph_has_one_edge_per_pair(graph):
    whole = graph.to_networkx(under="A00-A09")
    simple = graph.to_networkx(under="A00-A09", multi=False)
    assert type(simple) is nx.DiGraph
    assert set(simple.edges) == set(nx.DiGraph(whole).edges)
    assert sum(w for *_, w in simple.edges(data="weight")) == whole.number_of_edges()
    assert simple.edges["A09", "K52.9"] == {"relation": "excludes1", "weight": 4}
    simple = graph.to_networkx(under="M1A", multi=False)
    assert simple.edges["M1A", "M10"] == {
        "relation": "excludes1 excludes2",
        "weight": 2,
    }


def test_too_much_is_refused_before_it_is_built(graph, monkeypatch):
    with pytest.raises(icdgraph.IcdGraphError, match="more than 2,000,000 edges"):
        graph.to_networkx(inherited=True)
    monkeypatch.setattr(networkx_graph, "MOST", 3)
    for convert in (toy().to_networkx, toy().to_igraph):
        with pytest.raises(icdgraph.IcdGraphError, match="Choose fewer relations"):
            convert(inherited=True)
    assert toy().to_networkx(["code-also"], "F45.42", True).number_of_edges() == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"relations": ["is-a"]}, "'is-a'.*Choose from: parent"),
        ({"under": "M54.5O"}, r"'M54\.5O'.*Did you mean M54\.50"),
        ({"under": "nonsense"}, "'nonsense'"),
    ],
)
def test_wrong_options_are_refused(options, message):
    for convert in (toy().to_networkx, toy().to_igraph):
        with pytest.raises(icdgraph.IcdGraphError, match=message):
            convert(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"under": "C00-D49"},
        {"relations": list(Relation), "under": "M00-M99"},
        {"under": "M54", "inherited": True},
        {"relations": ["code-first"], "under": "E08-E13"},
    ],
    ids=str,
)
def test_igraph_has_what_networkx_has(graph, options):
    ours, theirs = graph.to_networkx(**options), graph.to_igraph(**options)
    assert theirs.is_directed()
    assert theirs.vs["name"] == list(ours)
    rows = zip(ours.nodes(data=True), theirs.vs, strict=True)
    assert all(
        {"name": name} | data == given(vertex.attributes())
        for (name, data), vertex in rows
    )
    known = theirs.vs["name"]
    arcs = {
        (known[edge.source], known[edge.target], edge["key"]): given(edge.attributes())
        for edge in theirs.es
    }
    expected = {
        (a, b, key): {"key": key} | data
        for a, b, key, data in ours.edges(keys=True, data=True)
    }
    assert arcs == expected
    assert {name: theirs[name] for name in theirs.attributes()} == ours.graph


def given(attributes):
    return {name: value for name, value in attributes.items() if value is not None}


def test_missing_igraph_is_reported_with_an_install_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(icdgraph.MissingExtra, match='pip install "igraph'):
        toy().to_igraph()
