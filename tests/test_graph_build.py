import re
from collections import Counter

import pytest
from tables import rows

from icdgraph.graph.build import build
from icdgraph.model import LINKING, NoteKind, Relation, State
from icdgraph.read import references, tabular

CODE = re.compile(
    r"(?<![A-Za-z0-9./])[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.[0-9A-Z]{1,4})?(?![A-Za-z0-9])"
)


def test_every_note_has_one_of_four_states(graph):
    linking = Counter(note.state for note in graph.notes(*LINKING))
    assert sum(linking.values()) == 10_876
    # About 10,000 name codes (DOMAIN.md); in two, 'G31.90' and 'R10.1-R10.4' dangle.
    assert linking[State.TEXT] == 870
    assert linking[State.DEFECT] <= 5
    others = Counter(n.state for n in graph.notes() if n.kind not in LINKING)
    assert set(others) == {State.TEXT}


def test_excludes1_notes_that_name_no_code(graph):
    texts = [n for n in graph.notes(NoteKind.EXCLUDES1) if n.state == State.TEXT]
    assert len(texts) == 128
    assert not any(note.targets for note in texts)


def test_states_say_what_was_found(graph):
    faulty = {defect.note for defect in graph.core.defects}
    for note in graph.notes():
        if note.state == State.RESOLVED:
            assert note.targets or note.scope
        if note.state == State.TEXT:
            assert not note.targets
        if note.state == State.DEFECT:
            assert note in faulty


def test_no_code_in_a_note_is_overlooked(graph):
    for note in graph.notes(*LINKING):
        reading = references.parse(note.text)
        spans = [r.span for r in reading.references]
        spans += [item.span for item in (*reading.scope, *reading.mentions)]
        for match in CODE.finditer(note.text):
            start, end = match.span()
            assert any(a <= start and end <= b for a, b in spans), note


def test_mentions_are_no_targets(graph):
    found = {
        (note.owner.code, target.code)
        for note in graph.notes(*LINKING)
        if "any type in A15" in note.text
        for target in note.targets
    }
    assert found == {(o, "J65") for o in ("A15-A19", "J60", "J61", "J62", "J63", "J64")}


@pytest.mark.parametrize(("owner", "words", "targets"), rows("notes/traps.jsonl"))
def test_traps_of_the_print(graph, owner, words, targets):
    (note,) = [n for n in graph[owner].notes if words in n.text and n.kind.refers]
    assert [target.code for target in note.targets] == targets


def test_a_scope_narrows_its_note_and_the_list_it_heads(graph):
    scoped = [note for note in graph.notes() if note.scope and note.owner.code == "G31"]
    assert len(scoped) == 7
    heading = scoped[0].text
    assert heading.startswith("code, if applicable, for codes G31.0-G31.83")
    assert [note.heading for note in scoped] == [None] + [heading] * 6
    for note in scoped:
        assert note.applies_to(graph["G31.83"])
        assert note.applies_to(graph["G31.01"])
        assert note.applies_to(graph["G31.9"])
        assert not note.applies_to(graph["G31.84"])
        assert not note.applies_to(graph["G31"])
    at_83 = graph["G31.83"].applicable_notes(NoteKind.USE_ADDITIONAL_CODE)
    assert {n for n in at_83 if n.owner.code == "G31"} == set(scoped)
    at_84 = graph["G31.84"].applicable_notes(NoteKind.USE_ADDITIONAL_CODE)
    assert {note.owner.code for note in at_84} == {"G31.84"}
    edges = graph["G31.83"].edges
    assert any(e.note in scoped for e in edges if e.relation == Relation.USE_ADDITIONAL)
    assert not any(edge.note in scoped for edge in graph["G31"].edges)


def test_for_adverse_effects_speaks_of_adverse_effects(graph):
    scoped = [note for note in graph.notes() if note.scope]
    assert {note.owner.code for note in scoped} == {"G31", "T36-T50"}
    drugs = [note for note in scoped if note.owner.code == "T36-T50"]
    assert [note.kind for note in drugs] == [NoteKind.CODE_FIRST] * 7
    for note in drugs:
        codes = [code for node in note.scope for code in node.billable_codes]
        expected = [
            code
            for code in graph.section("T36-T50").billable_codes
            if "Adverse effect" in graph[code].title
        ]
        assert codes == expected
        assert note.applies_to(graph["T50.A15A"])
        assert not note.applies_to(graph["T36.0X1A"])


def test_scopes_of_the_made_up(toy_text, grow):
    graph = grow(
        toy_text.replace(
            "psychogenic dorsalgia (F45.41)", "for codes M54.4-M54.5, pain (F45.41)"
        )
    )
    (note,) = graph["M54"].notes
    assert [node.code for node in note.scope] == ["M54.4", "M54.5"]
    assert graph.excludes1("M54.50", "F45.41") == (note,)
    assert graph.excludes1("M54.2", "F45.41") == ()
    assert graph.excludes1("F45.41", "M54.2") == ()


def test_nodes_of_two_graphs_without_a_file_are_not_equal(toy_text, grow):
    assert grow(toy_text)["M54"] != grow(toy_text)["M54"]


def test_notes_stand_in_the_order_of_the_book(graph):
    owners = [note.owner.number for note in graph.notes()]
    assert owners == sorted(owners)
    lines = [note.line for note in graph.notes()]
    assert len(set(zip(owners, lines, strict=True))) == len(lines)


def test_an_order_file_decides_and_provenance_is_kept(toy_text):
    release = tabular.read(toy_text.encode())
    columns = build(release, source="x.xml", digest="d", listed={"S39.012A"})
    assert [c for c in columns.codes if c.startswith("S39.012")] == [
        "S39.012",
        "S39.012A",
    ]
    assert (columns.version, columns.source, columns.digest) == ("2026", "x.xml", "d")


def test_a_fault_of_the_toy_is_reported_with_its_note(grow, toy_text):
    defects = grow(toy_text).core.defects
    assert [(d.kind.value, d.text, d.note.owner.code) for d in defects] == [
        ("dangling", "R52", "F45.4"),
        ("dangling", "Z18", "S00-T88"),
    ]
