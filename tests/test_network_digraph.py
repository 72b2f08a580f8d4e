"""The graph in networkx and in igraph: the same nodes, edges and words in both."""

import sys
from collections import Counter

import networkx as nx
import pytest

import icdgraph
from icdgraph.model import Relation
from icdgraph.network import digraph
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
        for edge in graph.edges()
        if edge.relation != Relation.SYNONYM
    )
    assert whole.graph == {"name": "ICD-10-CM 2026", "release": "2026-04-01"}


def test_nodes_say_what_the_graph_says(graph, whole):
    for node in graph.nodes():
        name = node.range
        assert whole.nodes[name] == {
            "kind": node.kind.value,
            "code": node.code,
            "title": node.title,
            "level": node.level,
            "billable": node.is_billable,
            "chapter": node.chapter.range,
            "number": node.number,
        }


def test_edges_carry_their_notes(graph, whole):
    told = whole.edges["M54.5", "M51.2", "excludes1"]
    note = graph.note(told["note"])
    assert note.owner.code == told["owner"] == "M54.5"
    assert told["text"] == note.text
    assert told["state"] == "resolved"
    assert "heading" not in told
    assert whole.edges["M54.50", "M54.5", "parent"] == {"relation": "parent"}
    spine = whole.edges["G89", "M54.5", "excludes2"]
    assert spine["heading"].startswith("localized pain, unspecified type")


def test_notes_that_say_the_same_are_all_kept(whole):
    """A09 names K52.9 in four notes."""
    found = whole["A09"]["K52.9"]
    assert list(found) == [f"excludes1{n}" for n in ("", " 2", " 3", " 4")]
    assert len({told["note"] for told in found.values()}) == 4


def test_values_are_of_the_types_that_are_declared(graph):
    part = graph.to_networkx(list(Relation), under="B99-B99")
    fields = NODE_FIELDS | PART_FIELDS | EDGE_FIELDS
    for told in [t for _, t in part.nodes(data=True)] + [
        t for *_, t in part.edges.data()
    ]:
        assert {name: fields[name] for name in told} == {
            n: type(v) for n, v in told.items()
        }


def test_edges_of_one_note_do_not_share_what_a_user_changes():
    found = toy().to_networkx()
    found.edges["M54.4", "M54", "parent"]["seen"] = True
    assert "seen" not in found.edges["M54.5", "M54", "parent"]


def test_terms_are_nodes_when_asked_for():
    found = toy().to_networkx(["synonym"])
    assert found.nodes["term:Loin pain"] == {"kind": "term", "title": "Loin pain"}
    assert found.edges["M54.50", "term:Loin pain", "synonym"]["position"] == 1
    assert len(found) == 39 + 4


def test_one_term_of_two_codes_is_one_node(graph):
    found = graph.to_networkx(["synonym"])
    assert len(found) == 98_505 + len({e.target for e in graph.edges(Relation.SYNONYM)})
    assert found.number_of_edges() == 12_574


def test_part_brings_the_other_ends_along(graph):
    part = graph.to_networkx(under="M54.50", relations=["parent", "code-also"])
    assert dict(part.nodes(data="inside")) == {"M54.5": False, "M54.50": True}
    whole_part = graph.to_networkx(under="M54")
    inside = {name for name, told in whole_part.nodes(data=True) if told["inside"]}
    assert inside == {n.code for n in (graph["M54"], *graph["M54"].descendants)}
    assert ("G89", "M54.5", "excludes2") in whole_part.edges
    assert graph.to_networkx(under=graph["M54"]).edges == whole_part.edges


def test_inherited_names_where_a_note_is_printed():
    part = toy().to_networkx(["excludes1"], under="M54.50", inherited=True)
    assert part.edges["M54.50", "F45.41", "excludes1"]["owner"] == "M54"


def test_digraph_has_one_edge_a_pair(graph):
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
    monkeypatch.setattr(digraph, "MOST", 3)
    for convert in (toy().to_networkx, toy().to_igraph):
        with pytest.raises(icdgraph.IcdGraphError, match="with under, would be right"):
            convert(inherited=True)
    assert toy().to_networkx(["code-also"], "F45.42", True).number_of_edges() == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"relations": ["is-a"]}, "'is-a' is not a relation"),
        ({"under": "M54.5O"}, "'M54.5O' is not a code"),
        ({"under": "nonsense"}, "'nonsense' is not a code"),
    ],
)
def test_wrong_options_are_told(options, message):
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
        {"name": name} | told == _said(vertex.attributes())
        for (name, told), vertex in rows
    )
    known = theirs.vs["name"]
    arcs = {
        (known[edge.source], known[edge.target], edge["key"]): _said(edge.attributes())
        for edge in theirs.es
    }
    expected = {
        (a, b, key): {"key": key} | told
        for a, b, key, told in ours.edges(keys=True, data=True)
    }
    assert arcs == expected
    assert {name: theirs[name] for name in theirs.attributes()} == ours.graph


def _said(attributes):
    return {name: value for name, value in attributes.items() if value is not None}


@pytest.mark.parametrize("package", ["networkx", "igraph"])
def test_missing_package_is_told_with_its_extra(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    extra = "network" if package == "networkx" else package
    with pytest.raises(icdgraph.MissingExtra, match=rf"'icdgraph\[{extra}\]'"):
        getattr(toy(), f"to_{package}")()
