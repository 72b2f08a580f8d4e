"""Cycles: circles that the notes really make, and none that they do not."""

import itertools

import pytest

import icdgraph
from icdgraph.model import NoteKind
from icdgraph.network import cycles, knots
from icdgraph.toy import toy

BOOK = """<ICD10CM.tabular><version>2030</version>
<chapter><name>1</name><desc>One (A00-A09)</desc>
<section id="A00-A09"><desc>One (A00-A09)</desc>{}</section></chapter>
</ICD10CM.tabular>"""


def book(grow, **notes):
    """Return a graph of A00 to A04, each with A0n.0 and A0n.1, and *notes* at them."""
    parts = []
    for code in ("A00", "A01", "A02", "A03", "A04"):
        below = "".join(
            f"<diag><name>{code}.{n}</name><desc>x</desc>{notes.get(f'{code}_{n}', '')}"
            "</diag>"
            for n in (0, 1)
        )
        own = notes.get(code, "") + below
        parts.append(f"<diag><name>{code}</name><desc>x</desc>{own}</diag>")
    return grow(BOOK.format("".join(parts)))


def first(text):
    return f"<codeFirst><note>{text}</note></codeFirst>"


def additional(text):
    return f"<useAdditionalCode><note>{text}</note></useAdditionalCode>"


def circles(graph, longest=3):
    steps = cycles(graph, longest)
    return [
        [(step.before, step.after) for step in group]
        for _, group in itertools.groupby(steps, key=lambda step: step.cycle)
    ]


def test_two_that_both_want_to_come_first(grow):
    graph = book(grow, A00=first("x (A01)"), A01=first("y (A00)"))
    assert circles(graph) == [[("A01.0", "A00.0"), ("A00.0", "A01.0")]]
    assert knots(graph)[0].owners == ("A00", "A01")


def test_code_first_and_use_additional_that_agree_are_no_circle(grow):
    graph = book(grow, A00=first("x (A01)"), A01=additional("y (A00)"))
    assert circles(graph) == []
    assert knots(graph) == []


def test_circle_through_what_stands_above_and_below(grow):
    """A01 is named, A01.1 prints: the note at A01.1 speaks for a part of A01."""
    graph = book(grow, A00_0=first("x (A01.-)"), A01_1=first("y (A00.-)"))
    assert circles(graph) == [[("A01.1", "A00.0"), ("A00.0", "A01.1")]]


def test_siblings_do_not_meet(grow):
    graph = book(grow, A00_0=first("x (A01.0)"), A01_1=first("y (A00.1)"))
    assert circles(graph) == []


def test_longer_circles_are_found_up_to_the_length_asked_for(grow):
    graph = book(
        grow,
        A00=additional("x (A01)"),
        A01=additional("x (A02)"),
        A02=additional("x (A03)"),
        A03=additional("x (A00)"),
    )
    assert circles(graph) == []
    (circle,) = circles(graph, longest=4)
    assert [before for before, _ in circle] == ["A00.0", "A01.0", "A02.0", "A03.0"]
    assert [after for _, after in circle] == ["A01.0", "A02.0", "A03.0", "A00.0"]
    assert knots(graph)[0].notes == 4


def test_note_that_names_its_own_is_a_circle_of_two_codes(grow):
    graph = book(grow, A00=additional("x (A00)"), A01=additional("x (A01.0)"))
    (circle,) = circles(graph)
    assert circle == [("A00.0", "A00.1")]


def test_code_alone_is_no_circle(grow):
    """A00.0 goes before itself in both notes, and before nothing else that returns."""
    graph = book(
        grow, A00_0=first("x (A00.0)") + additional("y (A00.0)"), A01=first("(A00.1)")
    )
    assert circles(graph) == []


def test_heading_is_told(grow):
    notes = "<codeFirst><note>if known, such as:</note><note>x (A01)</note></codeFirst>"
    graph = book(grow, A00=notes, A01=first("y (A00)"))
    assert [step.heading for step in cycles(graph)] == ["if known, such as:", None]


def test_circles_of_the_release_are_real(graph):
    """Each step holds by its note, said in the graph's own words."""
    steps = cycles(graph)
    assert steps
    for step in steps:
        note = graph.note(step.note)
        ends = [graph[step.before], graph[step.after]]
        if note.kind is NoteKind.CODE_FIRST:
            ends.reverse()
        assert note.applies_to(ends[0])
        assert note.names(ends[1])
        assert step.text == note.text
        assert step.owner == note.owner.range
    for _, group in itertools.groupby(steps, key=lambda step: step.cycle):
        circle = list(group)
        assert len(circle) == circle[0].length
        befores, afters = zip(*((s.before, s.after) for s in circle), strict=True)
        assert afters == (*befores[1:], befores[0])
        assert len(set(befores)) == len(befores)


def test_circles_of_two_notes_are_all_found(graph):
    """By trying every two notes on every billable code they meet in."""
    sets = []
    for number, note in enumerate(graph.notes()):
        if note.kind in (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE):
            spoken = {
                c for top in note.scope or (note.owner,) for c in top.billable_codes
            }
            named = set(note.billable())
            pair = (
                (named, spoken) if note.kind is NoteKind.CODE_FIRST else (spoken, named)
            )
            sets.append((number, *pair))
    expected = {
        frozenset((one, other))
        for (one, a, b), (other, c, d) in itertools.combinations(sets, 2)
        if len(b & c) and len(a & d) and len((b & c) | (a & d)) > 1
    }
    steps = [step for step in cycles(graph, 2) if step.length == 2]
    found = {}
    for step in steps:
        found.setdefault(step.cycle, set()).add(step.note)
    # Before the words "for adverse effects" were heeded there were seven.
    assert {frozenset(notes) for notes in found.values()} == expected == set()


def test_pancreas_goes_round(graph):
    """E13 before E89.1 before Z90.41 before E13: each note says so in words."""
    owners = [
        [step.owner for step in group]
        for _, group in itertools.groupby(cycles(graph), key=lambda s: s.cycle)
    ]
    assert ["E89.1", "E89.1", "Z90.41"] in owners
    assert {"E89.1", "Z90.41"} in [set(knot.owners) for knot in knots(graph)]


def test_length_below_one_is_told():
    with pytest.raises(icdgraph.IcdGraphError, match="no circle has 0 notes"):
        cycles(toy(), 0)
