"""Bridges: which chapters notes join, counted again from the notes themselves."""

from collections import Counter

from icdgraph.network import bridgeheads, bridges
from icdgraph.network.links import CROSS
from icdgraph.toy import toy


def crossings(graph):
    for edge in graph.edges():
        if edge.relation in CROSS and edge.source.chapter != edge.target.chapter:
            yield edge, edge.source.chapter.range, edge.target.chapter.range


def test_bridges_count_notes_and_edges(graph):
    edges, notes = Counter(), {}
    for edge, one, other in crossings(graph):
        pair = one, other, edge.relation.value
        edges[pair] += 1
        notes.setdefault(pair, set()).add(
            (edge.note.owner.number, edge.note.kind, edge.note.position)
        )
    found = bridges(graph)
    assert {(b.source, b.target, b.relation): b.edges for b in found} == edges
    for bridge in found:
        pair = bridge.source, bridge.target, bridge.relation
        assert bridge.notes == len(notes[pair])
    counts = [bridge.notes for bridge in found]
    assert counts == sorted(counts, reverse=True)
    assert all(bridge.source != bridge.target for bridge in found)


def test_bridgeheads_reach_the_chapters_they_name(graph):
    reached = {}
    for edge, _, other in crossings(graph):
        reached.setdefault(edge.source.range, set()).add(other)
    found = bridgeheads(graph)
    assert {head.node: set(head.chapters) for head in found} == reached
    assert all(head.reached == len(head.chapters) for head in found)
    order = [(-head.reached, -head.notes) for head in found]
    assert order == sorted(order)
    by_name = {head.node: head for head in found}
    assert by_name["G89"].chapter == "G00-G99"


def test_relations_narrow_both(graph):
    assert {bridge.relation for bridge in bridges(graph, ["code-first"])} == {
        "code-first"
    }
    assert bridges(toy(), ["parent", "synonym"]) == []
    assert bridgeheads(toy(), "excludes2")[0].notes == 2
