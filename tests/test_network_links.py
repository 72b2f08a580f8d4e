"""Links: every edge of the graph once, named and turned as they should be."""

from collections import Counter

import pytest

from icdgraph import IcdGraphError
from icdgraph.model import Kind, NoteKind, Relation
from icdgraph.network.links import (
    CROSS,
    DEFAULT,
    Link,
    Selection,
    chapters,
    names,
    relations_of,
)
from icdgraph.toy import toy


def test_every_edge_of_the_graph_is_there_once(graph):
    numbers = {
        (note.owner.number, note.kind, note.position): number
        for number, note in enumerate(graph.notes())
    }
    expected = Counter()
    for edge in graph.edges():
        end = edge.target if isinstance(edge.target, str) else edge.target.number
        note = edge.note
        number = -1
        if note:
            number = numbers[note.owner.number, note.kind, note.position]
        expected[Link(edge.source.number, end, edge.relation, number)] += 1
    assert Counter(Selection(graph, tuple(Relation)).links()) == expected
    assert expected.total() == 98_483 + 49_582 + 12_574


def test_names_are_98_505_and_find_takes_them_all(graph):
    known = names(graph)
    assert len(set(known)) == len(known) == 98_505
    assert [graph.find(name).number for name in known] == list(range(98_505))
    assert known[graph.chapter(13).number] == "M00-M99"
    assert known[graph.section("B99").number] == "B99-B99"


@pytest.mark.data
@pytest.mark.parametrize("year", ["2017", "2021", "2025"])
def test_names_differ_in_other_releases(release, year):
    known = names(release(year))
    assert len(set(known)) == len(known)


CLASH = """<ICD10CM.tabular><version>2030</version>
<chapter><name>1</name><desc>Only (A00-A09)</desc>
<section id="A00-A09"><desc>Only (A00-A09)</desc>
<diag><name>A00</name><desc>Cholera</desc></diag></section></chapter>
<chapter><name>2</name><desc>No range</desc></chapter>
</ICD10CM.tabular>"""


def test_chapter_with_the_range_of_its_section_is_named_by_number(grow):
    graph = grow(CLASH)
    assert names(graph) == ["chapter 1", "A00-A09", "A00", "chapter 2"]
    assert [graph.find(name).number for name in names(graph)] == [0, 1, 2, 3]
    kinds = [graph.find(name).kind for name in names(graph)[:2]]
    assert kinds == [Kind.CHAPTER, Kind.SECTION]


def test_chapters_are_those_of_the_nodes():
    expected = [node.chapter.number for node in toy().nodes()]
    assert chapters(toy()) == expected


def test_relations_turn_as_they_are_said_to():
    def ends(relation):
        links = Selection(toy(), (relation,)).links()
        known = names(toy())
        return [(known[link.source], known[link.target]) for link in links]

    assert ("M54.50", "M54.5") in ends(Relation.PARENT)
    assert ends(Relation.EXCLUDES2) == [("G89", "M54.5"), ("G89", "M54")]
    assert ends(Relation.CODE_ALSO) == [("F45.42", "G89"), ("G89", "F45.42")]


def test_narrowed_note_stands_at_its_scope(graph):
    scoped = graph.tables.scopes
    assert scoped
    links = list(Selection(graph, CROSS).links())
    for note, scope in scoped.items():
        assert {link.source for link in links if link.note == note} <= set(scope)


@pytest.mark.parametrize("name", ["M54", "M54.50", "chapter 13", "B99-B99"])
def test_under_is_every_edge_with_an_end_there(graph, name):
    top = graph.find(name)
    inside = {top.number, *(node.number for node in top.descendants)}
    part = Selection(graph, DEFAULT, under=top)
    expected = [
        link
        for link in Selection(graph, DEFAULT).links()
        if link.source in inside or link.target in inside
    ]
    assert list(part.links()) == expected
    numbers, terms = part.ends()
    assert set(numbers) >= inside
    assert terms == []


@pytest.mark.parametrize("name", ["M54.5", "G31", "I25", "E11.62"])
def test_inherited_is_what_applies_at_each_node(graph, name):
    top = graph.find(name)
    part = Selection(graph, CROSS, under=top, inherited=True)
    found = Counter((a, b, relation) for a, b, relation, _ in part.links())
    kinds = [kind for kind in NoteKind if kind.relation in CROSS]
    for node in (top, *top.descendants):
        expected = Counter(
            (node.number, target.number, note.kind.relation)
            for note in node.applicable_notes(*kinds)
            for target in note.targets
            if target != node or note.owner == node
        )
        assert {e: n for e, n in found.items() if e[0] == node.number} == expected


def test_terms_are_not_inherited():
    part = Selection(toy(), (Relation.SYNONYM,), toy()["M54"], inherited=True)
    assert [link.target for link in part.links()] == ["Loin pain", "Lumbago NOS"]


def test_relations_are_told_apart_from_other_words():
    assert relations_of(None) == DEFAULT
    assert relations_of("parent") == (Relation.PARENT,)
    assert relations_of(iter(CROSS)) == CROSS
    with pytest.raises(IcdGraphError, match="'child' is not a relation; parent, "):
        relations_of(["parent", "child"])
    with pytest.raises(IcdGraphError, match="no relation is named"):
        relations_of([])
