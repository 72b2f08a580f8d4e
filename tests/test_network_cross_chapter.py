"""Notes from chapter to chapter, counted from the edges of the nodes."""

from collections import Counter

from icdgraph.coding.note_edges import NOTE_RELATIONS
from icdgraph.toy import toy


def test_notes_and_edges_are_counted_by_pair_and_relation(graph):
    edges, notes = Counter(), {}
    for edge in graph.core.edges(*NOTE_RELATIONS):
        source, target = edge.source.chapter.code, edge.target.chapter.code
        if source != target:
            pair = source, target, edge.relation.value
            edges[pair] += 1
            notes.setdefault(pair, set()).add(edge.note)
    rows = graph.network.cross_chapter()
    assert {(r.source, r.target, r.relation): r.edges for r in rows} == edges
    for row in rows:
        assert row.notes == len(notes[row.source, row.target, row.relation])
        assert row.source_title == graph[row.source].title
        assert row.target_title == graph[row.target].title
    order = [
        (-r.notes, graph[r.source].number, graph[r.target].number, r.relation)
        for r in rows
    ]
    assert order == sorted(order)


def test_relations_can_be_chosen():
    network = toy().network
    assert {row.relation for row in network.cross_chapter("excludes2")} == {"excludes2"}
    assert network.cross_chapter(["parent", "synonym"]) == []
