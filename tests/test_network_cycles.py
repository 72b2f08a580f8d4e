"""Cycles: those that the notes really make, and none that they do not."""

import itertools
from functools import partial

import pytest
from books import block, book, diag

import icdgraph
from icdgraph.model import NoteKind
from icdgraph.toy import toy

first, additional = partial(block, "codeFirst"), partial(block, "useAdditionalCode")


def linked(grow, **notes):
    """Return a graph of A00 to A04, each with A0n.0 and A0n.1, and *notes* at them."""

    def part(code, *inner):
        return diag(code, "x", notes.get(code.replace(".", "_"), ""), *inner)

    codes = ("A00", "A01", "A02", "A03", "A04")
    return grow(book(*(part(c, part(f"{c}.0"), part(f"{c}.1")) for c in codes)))


def pairs(graph, longest=3):
    steps = graph.network.cycles(longest)
    return [
        [(step.before, step.after) for step in group]
        for _, group in itertools.groupby(steps, key=lambda step: step.cycle)
    ]


def test_two_notes_that_both_ask_to_code_the_other_first(grow):
    graph = linked(grow, A00=first("x (A01)"), A01=first("y (A00)"))
    assert pairs(graph) == [[("A01.0", "A00.0"), ("A00.0", "A01.0")]]


def test_code_first_and_use_additional_that_agree_make_no_cycle(grow):
    graph = linked(grow, A00=first("x (A01)"), A01=additional("y (A00)"))
    assert pairs(graph) == []


def test_notes_at_different_levels_meet(grow):
    """One note names A01, the other is defined at A01.1, which is a part of A01."""
    graph = linked(grow, A00_0=first("x (A01.-)"), A01_1=first("y (A00.-)"))
    assert pairs(graph) == [[("A01.1", "A00.0"), ("A00.0", "A01.1")]]


def test_notes_at_siblings_do_not_meet(grow):
    graph = linked(grow, A00_0=first("x (A01.0)"), A01_1=first("y (A00.1)"))
    assert pairs(graph) == []


def test_longer_cycles_are_found_up_to_the_limit(grow):
    graph = linked(
        grow,
        A00=additional("x (A01)"),
        A01=additional("x (A02)"),
        A02=additional("x (A03)"),
        A03=additional("x (A00)"),
    )
    assert pairs(graph) == []
    (cycle,) = pairs(graph, longest=4)
    assert [before for before, _ in cycle] == ["A00.0", "A01.0", "A02.0", "A03.0"]
    assert [after for _, after in cycle] == ["A01.0", "A02.0", "A03.0", "A00.0"]


def test_a_note_that_names_its_own_category_makes_a_cycle_of_two_codes(grow):
    graph = linked(grow, A00=additional("x (A00)"), A01=additional("x (A01.0)"))
    (cycle,) = pairs(graph)
    assert cycle == [("A00.0", "A00.1")]


def test_a_single_code_makes_no_cycle(grow):
    """Both notes at A00.0 put A00.0 before itself, and nothing else leads back."""
    graph = linked(
        grow, A00_0=first("x (A00.0)") + additional("y (A00.0)"), A01=first("(A00.1)")
    )
    assert pairs(graph) == []


def test_the_heading_of_a_list_is_given(grow):
    notes = "<codeFirst><note>if known, such as:</note><note>x (A01)</note></codeFirst>"
    graph = linked(grow, A00=notes, A01=first("y (A00)"))
    assert [step.heading for step in graph.network.cycles()] == [
        "if known, such as:",
        None,
    ]


def test_cycles_of_the_release_are_real(graph):
    """The note of each step applies to one of its codes and names the other."""
    steps = graph.network.cycles()
    assert steps
    for step in steps:
        note = graph.core.note(step.note)
        ends = [graph[step.before], graph[step.after]]
        if note.kind is NoteKind.CODE_FIRST:
            ends.reverse()
        assert note.applies_to(ends[0])
        assert note.names(ends[1])
        assert step.text == note.text
        assert step.owner == note.owner.code
        assert step.before_title == graph[step.before].title
        assert step.after_title == graph[step.after].title
    for _, group in itertools.groupby(steps, key=lambda step: step.cycle):
        cycle = list(group)
        assert len(cycle) == cycle[0].length
        befores, afters = zip(*((s.before, s.after) for s in cycle), strict=True)
        assert afters == (*befores[1:], befores[0])
        assert len(set(befores)) == len(befores)


def test_all_cycles_of_two_notes_are_found(graph):
    """By comparing the billable codes of every two notes."""
    sets = []
    for number, note in enumerate(graph.notes()):
        if note.kind in (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE):
            nodes = note.scope or (note.owner,)
            ends = [{c for n in nodes for c in n.billable_codes}, set(note.billable())]
            if note.kind is NoteKind.CODE_FIRST:
                ends.reverse()
            sets.append((number, *ends))
    expected = {
        frozenset((one, other))
        for (one, a, b), (other, c, d) in itertools.combinations(sets, 2)
        if len(b & c) and len(a & d) and len((b & c) | (a & d)) > 1
    }
    steps = [step for step in graph.network.cycles(2) if step.length == 2]
    notes_of = {}
    for step in steps:
        notes_of.setdefault(step.cycle, set()).add(step.note)
    assert {frozenset(notes) for notes in notes_of.values()} == expected == set()


def test_a_cycle_known_from_the_book(graph):
    """E13 before E89.1 before Z90.41 before E13, each by the text of a note."""
    owners = [
        [step.owner for step in steps]
        for _, steps in itertools.groupby(graph.network.cycles(), lambda s: s.cycle)
    ]
    assert ["E89.1", "E89.1", "Z90.41"] in owners


def test_a_cycle_starts_with_the_note_that_is_first_in_the_book(graph):
    for _, steps in itertools.groupby(graph.network.cycles(6), lambda s: s.cycle):
        notes = [step.note for step in steps]
        assert notes[0] == min(notes)


def test_a_limit_below_one_is_refused():
    with pytest.raises(icdgraph.IcdGraphError, match="longest 0: expected 1 or more"):
        toy().network.cycles(0)
