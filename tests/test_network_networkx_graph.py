"""The graph in networkx and in igraph: the same nodes, edges and attributes."""

import sys

import networkx as nx
import pytest
from books import book, diag

import icdgraph
from icdgraph.coding.conflict_groups import conflict_groups
from icdgraph.model import Kind, Relation, State
from icdgraph.network import content
from icdgraph.network.attributes import EDGE_FIELDS, NODE_FIELDS, PART_FIELDS
from icdgraph.rdf.vocabulary import ROOT
from icdgraph.toy import toy


@pytest.fixture(scope="module")
def whole(graph):
    return graph.to_networkx()


def test_all_nodes_and_edges_are_there(graph, whole):
    assert type(whole) is nx.MultiDiGraph
    assert len(whole) == 98_505 + 1
    notes = {
        (a, b, key): data.get("note") for a, b, key, data in whole.edges.data(keys=True)
    }
    stated = {}
    for edge in graph.core.edges():
        if edge.note and edge.relation != Relation.SYNONYM:
            ends = edge.source.code, edge.target.code, edge.relation.value
            stated.setdefault(ends, set()).add(edge.note.id)
    assert {e: set(ids.split(" ")) for e, ids in notes.items() if ids} == stated
    assert sum(map(len, stated.values())) == 49_582
    tree = {edge for edge, ids in notes.items() if not ids}
    assert tree == {
        (n.code, n.parent.code if n.parent else "ICD-10-CM", "parent")
        for n in graph.nodes()
    }
    assert whole.graph == {"name": "ICD-10-CM 2026", "release": "2026-04-01"}


def test_one_root_is_above_all(graph, whole):
    root = whole.nodes["ICD-10-CM"]
    assert root == {
        "kind": "classification",
        "code": "ICD-10-CM",
        "title": "ICD-10-CM",
        "level": 0,
        "billable": False,
    }
    assert f"ICD10CM:{root['code']}" == ROOT, "RDF has another name"
    chapters = {code for code, _ in whole.in_edges("ICD-10-CM")}
    assert chapters == {node.code for node in graph.nodes(Kind.CHAPTER)}
    tree = graph.to_networkx(["parent"], multi=False)
    assert nx.is_arborescence(tree.reverse(copy=False))
    pairs = [("M54.50", "F45.41"), ("M54.50", "M54.59"), ("A00", "A00.0")]
    found = dict(nx.tree_all_pairs_lowest_common_ancestor(tree.reverse(), pairs=pairs))
    assert [found[pair] for pair in pairs] == ["ICD-10-CM", "M54.5", "A00"]


def test_a_key_selects_all_edges_of_a_relation(graph, whole):
    for relation in ("excludes1", "code-first", "parent"):
        chosen = [e for e in whole.edges(keys=True) if e[2] == relation]
        alone = graph.to_networkx(relation)
        assert nx.utils.edges_equal(whole.edge_subgraph(chosen).edges, alone.edges)
        assert alone.number_of_edges() == len(chosen) > 4_000
        assert nx.number_of_isolates(alone) == 0


def test_a_chapter_with_the_range_of_its_section_is_a_node_of_its_own(grow):
    graph = grow(book(diag("A00", "Cholera")))
    assert list(graph.to_networkx().edges(keys=False)) == [
        ("1", "ICD-10-CM"),
        ("A00-A99", "1"),
        ("A00", "A00-A99"),
    ]
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
    assert note.id == data["note"] == "M54.5/excludes1/4"
    assert note.owner.code == data["owner"] == "M54.5"
    assert data["text"] == note.text
    assert data["state"] == "resolved"
    assert "heading" not in data
    assert whole.edges["M54.50", "M54.5", "parent"] == {"relation": "parent"}
    spine = whole.edges["G89", "M54.5", "excludes2"]
    assert spine["heading"].startswith("localized pain, unspecified type")


def test_notes_between_the_same_nodes_are_all_kept(graph, whole):
    """A09 names K52.9 in four notes."""
    ((key, data),) = whole["A09"]["K52.9"].items()
    notes = list(map(graph.core.note, data["note"].split()))
    assert key == "excludes1"
    assert len(notes) == 4
    assert data["text"].split("\n") == [note.text for note in notes]
    assert (data["owner"], data["state"]) == ("A09", "resolved")


def test_edge_is_qualified_if_all_its_notes_are(graph, whole):
    several = 0
    for *_, data in whole.edges.data():
        states = {graph.core.note(n).state for n in data.get("note", "").split()}
        several += len(states) > 1
        assert (data.get("state") == "qualified") == (states == {State.QUALIFIED})
    assert several > 20


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
    edge = network.edges["M54.50", "term:Loin pain", "synonym"]
    assert edge["note"] == "M54.50/inclusionTerm/1"
    assert sum(kind == "term" for _, kind in network.nodes(data="kind")) == 4
    assert nx.number_of_isolates(network) == 0
    assert len(toy().to_networkx(["synonym"], isolated=True)) == 39 + 4


def test_one_term_of_two_codes_is_one_node(graph):
    network = graph.to_networkx(["synonym"])
    edges = list(graph.core.edges(Relation.SYNONYM))
    ends = {(e.source.code, f"term:{e.target}") for e in edges}
    assert set(nx.DiGraph(network).edges) == ends
    ids = " ".join(note for *_, note in network.edges(data="note")).split(" ")
    assert len(set(ids)) == len(ids) == len(edges) == 12_574


def test_nodes_without_an_edge_are_there_when_asked_for(graph):
    some = graph.to_networkx(["code-also"])
    everything = graph.to_networkx(["code-also"], isolated=True)
    assert len(everything) == 98_505
    assert nx.number_of_isolates(some) == 0
    assert nx.utils.edges_equal(some.edges, everything.edges)
    part = graph.to_networkx(["excludes1"], under="M54.50")
    assert not part
    assert list(graph.to_networkx(["excludes1"], "M54.50", isolated=True)) == ["M54.50"]


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
    notes = sum(len(n.split()) for *_, n in whole.edges(data="note", default="parent"))
    assert sum(w for *_, w in simple.edges(data="weight")) == notes
    assert simple.edges["A09", "K52.9"] == {"relation": "excludes1", "weight": 4}
    simple = graph.to_networkx(under="M1A", multi=False)
    assert simple.edges["M1A", "M10"] == {
        "relation": "excludes1 excludes2",
        "weight": 2,
    }


def test_too_much_is_refused_before_it_is_built(graph, monkeypatch):
    with pytest.raises(icdgraph.IcdGraphError, match="more than 2,000,000 edges"):
        graph.to_networkx(inherited=True)
    monkeypatch.setattr(content, "MOST", 3)
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
        ({"relations": ["conflicts", "parent"]}, "'conflicts'.*cannot be combined"),
        ({"relations": "conflicts", "inherited": True}, "inherited.*'conflicts'"),
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
        {"relations": ["code-first"], "under": "E08-E13", "isolated": True},
        {"relations": ["parent"]},
        {"relations": "conflicts"},
        {"relations": ["conflicts"], "under": "E10"},
    ],
    ids=str,
)
def test_igraph_has_what_networkx_has(graph, options):
    ours, theirs = graph.to_networkx(**options), graph.to_igraph(**options)
    assert theirs.is_directed() == ours.is_directed()
    assert theirs.vs["name"] == list(ours)
    rows = zip(ours.nodes(data=True), theirs.vs, strict=True)
    assert all(
        {"name": name} | data == given(vertex.attributes())
        for (name, data), vertex in rows
    )
    known = theirs.vs["name"]
    arcs = [
        (known[edge.source], known[edge.target], given(edge.attributes()))
        for edge in theirs.es
    ]
    assert sorted(arcs, key=str) == sorted(ours.edges(data=True), key=str)
    assert {name: theirs[name] for name in theirs.attributes()} == ours.graph


def test_conflicts_are_a_network_of_groups(graph):
    network = graph.to_networkx("conflicts")
    assert type(network) is nx.Graph
    assert (len(network), network.number_of_edges()) == (5_057, 53_609)
    codes = [code for _, group in network.nodes(data="codes") for code in group]
    assert sorted(codes) == sorted(n.code for n in graph.nodes() if n.is_billable)
    group_of = network.graph["group_of"]
    for group, data in network.nodes(data=True):
        assert data["size"] == len(data["codes"])
        assert {group_of[code] for code in data["codes"]} == {group}
    assert sum(n for *_, n in network.edges(data="pairs")) == 15_090_851
    qualified = sum(q for *_, q in network.edges(data="qualified"))
    assert qualified == sum(conflict_groups(graph.core).pairs.values()) > 1_000

    def conflict(a, b):
        return network.has_edge(group_of[a], group_of[b])

    assert conflict("M54.50", "F45.41")
    assert conflict("S39.012A", "M54.50")
    assert not conflict("M54.50", "G89.4")
    label = network.nodes[group_of["M54.50"]]["label"]
    assert label == "M54.50, M54.51, M54.59 (Low back pain)"


def test_part_of_the_conflicts_has_what_touches_it(graph):
    whole, part = (graph.to_networkx("conflicts", under=u) for u in (None, "E10"))
    inside = {whole.graph["group_of"][code] for code in graph["E10"].billable_codes}
    assert {g for g, is_inside in part.nodes(data="inside") if is_inside} == inside
    touching = nx.Graph(whole.edges(inside))
    assert nx.utils.edges_equal(part.edges, touching.edges)
    assert inside < set(part.graph["group_of"].values()) == set(part)


def given(attributes):
    return {name: value for name, value in attributes.items() if value is not None}


def test_missing_igraph_is_reported_with_an_install_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(icdgraph.MissingExtra, match='pip install "igraph'):
        toy().to_igraph()
