"""Note edges: one for each place a note applies to and each node that it names."""

from collections import Counter

from icdgraph.coding.note_edges import NOTE_RELATIONS, edges_of, note_edges
from icdgraph.model import Relation
from icdgraph.toy import toy


def codes(graph, edges):
    return [(graph.codes[edge.source], graph.codes[edge.target]) for edge in edges]


def test_edges_are_those_that_nodes_have(graph):
    expected = Counter(
        (edge.source.number, edge.target.number, edge.relation, edge.note)
        for edge in graph.core.edges(*NOTE_RELATIONS)
    )
    edges = note_edges(graph.core)
    found = Counter((*edge[:3], graph.core.note(edge.note)) for edge in edges)
    assert found == expected


def test_edges_follow_the_order_of_notes(graph):
    notes = [edge.note for edge in note_edges(graph.core)]
    assert notes == sorted(notes)


def test_only_the_relations_asked_for():
    graph = toy().core
    edges = list(note_edges(graph, [Relation.EXCLUDES2, Relation.PARENT]))
    assert codes(graph, edges) == [("G89", "M54.5"), ("G89", "M54")]
    assert {edge.relation for edge in edges} == {Relation.EXCLUDES2}
    assert not list(note_edges(graph, [Relation.PARENT, Relation.SYNONYM]))
    assert not list(note_edges(graph, []))


def test_a_note_with_a_scope_starts_there(graph):
    """G31 says "for codes G31.0-G31.83, G31.85-G31.9", which leaves out G31.84."""
    core = graph.core
    note = next(
        note
        for note in core.notes_at(core.number_of("G31"))
        if core.text_of(note).startswith("mild neurocognitive disorder")
    )
    edges = codes(core, edges_of(core, note))
    scope = "G31.0 G31.1 G31.2 G31.80 G31.81 G31.82 G31.83 G31.85 G31.86 G31.87 G31.89"
    assert edges == [(code, "F06.7") for code in (*scope.split(), "G31.9")]


def test_inclusion_terms_make_no_edges():
    graph = toy().core
    notes = graph.notes_at(graph.number_of("M54.50"))
    assert {graph.kind_of_note(note).relation for note in notes} == {Relation.SYNONYM}
    assert not [edge for note in notes for edge in edges_of(graph, note)]
