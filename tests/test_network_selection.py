"""Selections: every edge of the graph once, with the right ends, in book order."""

from collections import Counter

import pytest

from icdgraph import IcdGraphError
from icdgraph.coding.note_edges import NOTE_RELATIONS
from icdgraph.model import Kind, NoteKind, Relation
from icdgraph.network.selection import (
    ABOVE,
    DEFAULT,
    NetworkEdge,
    Selection,
    relations_of,
)
from icdgraph.toy import toy


def test_every_edge_of_the_graph_is_there_once(graph):
    numbers = {note: number for number, note in enumerate(graph.notes())}
    expected = Counter()
    for edge in graph.core.edges():
        end = edge.target if isinstance(edge.target, str) else edge.target.number
        note = numbers[edge.note] if edge.note else -1
        expected[NetworkEdge(edge.source.number, end, edge.relation, note)] += 1
    for chapter in graph.nodes(Kind.CHAPTER):
        expected[NetworkEdge(chapter.number, ABOVE, Relation.PARENT)] += 1
    edges = list(Selection(graph.core, Relation).edges())
    assert Counter(edges) == expected
    assert [edge.source for edge in edges] == sorted(edge.source for edge in edges)


@pytest.mark.parametrize("year", ["2017", "2021", "2025", "2026"])
def test_codes_are_names_that_no_two_nodes_share(release, year):
    """A network keyed by `Node.code` loses no node: B99 is not B99-B99."""
    core = release(year).core
    assert len(set(core.codes)) == core.node_count
    for number, code in enumerate(core.codes):
        assert core.number_of(code) == number


def test_edges_lead_from_child_to_parent_and_from_note_to_target():
    core = toy().core

    def ends(relation):
        edges = Selection(core, relation).edges()
        return [(core.codes[edge.source], core.codes[edge.target]) for edge in edges]

    assert ("M54.50", "M54.5") in ends("parent")
    assert ends("excludes2") == [("G89", "M54.5"), ("G89", "M54")]
    assert ends("code-also") == [("F45.42", "G89"), ("G89", "F45.42")]


@pytest.mark.parametrize("name", ["M54.5", "G31", "I25", "E11.62"])
def test_inherited_edges_are_those_of_the_notes_that_apply(graph, name):
    top = graph[name]
    part = Selection(graph.core, NOTE_RELATIONS, top, inherited=True)
    edges = Counter(edge[:3] for edge in part.edges())
    kinds = [kind for kind in NoteKind if kind.relation in NOTE_RELATIONS]
    for node in (top, *top.descendants):
        expected = Counter(
            (node.number, target.number, note.kind.relation)
            for note in node.applicable_notes(*kinds)
            for target in note.targets
            if target != node or note.owner == node
        )
        assert {e: n for e, n in edges.items() if e[0] == node.number} == expected


def test_terms_are_not_inherited():
    part = Selection(toy().core, "synonym", "M54", inherited=True)
    assert [edge.target for edge in part.edges()] == ["Loin pain", "Lumbago NOS"]


def test_relations_are_chosen_by_name():
    assert relations_of(None) == DEFAULT
    assert relations_of("parent") == (Relation.PARENT,)
    assert relations_of(reversed(NOTE_RELATIONS)) == NOTE_RELATIONS
    with pytest.raises(IcdGraphError, match=r"'child'.*Choose from: parent, excludes1"):
        relations_of(["parent", "child"])
    with pytest.raises(IcdGraphError, match=r"no relation.*Choose from: parent"):
        relations_of([])
