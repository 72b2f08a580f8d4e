"""Checks of the exclusions: where they contradict each other, or an instruction.

Excludes1 forbids two codes together unless the conditions are unrelated; Excludes2 says
that both may be coded (Official Guidelines I.A.12).  Both hold for all that stands
beneath the node they are printed at and beneath what they name, so that two notes far
apart in the book may speak of the same two codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.cases import Case, Check, Weight, named, said, some
from icdgraph.audit.rectangles import (
    Area,
    Plane,
    areas,
    back,
    by_note,
    common,
    example,
    pairs,
)
from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Note

_INSTRUCTIONS = (
    NoteKind.USE_ADDITIONAL_CODE,
    NoteKind.CODE_FIRST,
    NoteKind.CODE_ALSO,
)

_Shared = dict[tuple[int, int], list[tuple[int, int]]]
"""The pairs of codes that two notes share, as rectangles, by the notes' numbers."""


def both_at_one_node(graph: Graph) -> Iterator[Case]:
    """Yield Excludes1 and Excludes2 notes printed at one node that share pairs."""
    for case in _both(graph, turned=False):
        one, other = case.notes
        if one.owner == other.owner:
            yield case


def both_on_one_side(graph: Graph) -> Iterator[Case]:
    """Yield Excludes1 and Excludes2 notes, one above the other, that share pairs."""
    for case in _both(graph, turned=False):
        one, other = case.notes
        if one.owner != other.owner:
            yield case


def both_on_two_sides(graph: Graph) -> Iterator[Case]:
    """Yield pairs that one side forbids by Excludes1, the other allows by Excludes2."""
    return _both(graph, turned=True)


def _both(graph: Graph, *, turned: bool) -> Iterator[Case]:
    forbidding = Plane(graph.tree, areas(graph, NoteKind.EXCLUDES1))
    allowing = Plane(graph.tree, areas(graph, NoteKind.EXCLUDES2))
    for (one, other), found in _shared(forbidding, allowing, turned=turned).items():
        notes = graph.note(one), graph.note(other)
        yield from _case(graph, notes, found, _standing(*notes, turned=turned))


def _standing(one: Note, other: Note, *, turned: bool) -> str:
    """Say how the Excludes1 note *one* and the Excludes2 note *other* stand."""
    if turned:
        level = "a chapter" if other.owner.level == 1 else "another node"
        return f"Excludes2 said by {level} on the other side"
    if one.owner == other.owner:
        return "at the same node"
    if other.owner.subsumes(one.owner):
        level = "a chapter" if other.owner.level == 1 else "a node"
        return f"Excludes2 at {level} above the Excludes1"
    return "Excludes1 above the Excludes2"


def against_instructions(graph: Graph) -> Iterator[Case]:
    """Yield Excludes1 notes for pairs that an instruction says to code together."""
    forbidding = Plane(graph.tree, areas(graph, NoteKind.EXCLUDES1))
    telling = Plane(graph.tree, areas(graph, *_INSTRUCTIONS))
    found = _shared(forbidding, telling, turned=False)
    for both, shared in _shared(forbidding, telling, turned=True).items():
        found.setdefault(both, []).extend(shared)
    for (one, other), shared in sorted(found.items()):
        notes = graph.note(one), graph.note(other)
        yield from _case(graph, notes, shared, f"against {notes[1].kind.heading}")


def _shared(one: Plane, other: Plane, *, turned: bool) -> _Shared:
    """Return what the notes of *one* and *other* share, these *turned* if asked."""
    found: _Shared = {}
    for area in one.areas:
        side = area.turned if turned else area
        for match in other.meeting(side.speaker, side.named):
            met = common(area, match.turned if turned else match)
            found.setdefault((area.note, match.note), []).append(met)
    return found


def _case(
    graph: Graph,
    notes: tuple[Note, Note],
    shared: list[tuple[int, int]],
    group: str,
) -> Iterator[Case]:
    """Yield the case of two notes, unless all they share is a code with itself."""
    count = pairs(graph.tree, shared)
    if not count:
        return
    first, second = (named(graph.node(n)) for n in shared[0])
    more = f" and {len(shared) - 1:,} more" if len(shared) > 1 else ""
    yield Case(
        group,
        tuple(dict.fromkeys(graph.node(n) for both in shared for n in both)),
        notes,
        f"{said(notes[0])}, and {said(notes[1])}: both speak of {first} with "
        f"{second}{more}.",
        count,
        example(graph, shared),
    )


def of_own_kin(graph: Graph) -> Iterator[Case]:
    """Yield exclusions that name their own node, or one above or beneath it."""
    for area in areas(graph, NoteKind.EXCLUDES1, NoteKind.EXCLUDES2):
        speaker, named_node = graph.node(area.speaker), graph.node(area.named)
        kin = _kinship(graph, area)
        if kin:
            note = graph.note(area.note)
            yield Case(
                f"{note.kind.heading} of {kin}",
                (speaker, named_node),
                (note,),
                f"{said(note)} names {named(named_node)}, {kin} of "
                f"{named(speaker)}, for which it speaks.",
            )


def _kinship(graph: Graph, area: Area) -> str:
    if area.speaker == area.named:
        return "the very node"
    if graph.tree.subsumes(area.speaker, area.named):
        return "a descendant"
    return "an ancestor" if graph.tree.subsumes(area.named, area.speaker) else ""


def on_one_side(graph: Graph) -> Iterator[Case]:
    """Yield Excludes1 notes of which the other side says nothing, or only a part."""
    plane = Plane(graph.tree, areas(graph, NoteKind.EXCLUDES1))
    for number, own in by_note(plane.areas).items():
        whole = pairs(graph.tree, ((area.speaker, area.named) for area in own))
        said_back = back(plane, own)
        count = pairs(graph.tree, said_back)
        if count < whole:
            yield _one_sided(graph, graph.note(number), own, whole, count)


def _one_sided(
    graph: Graph, note: Note, own: list[Area], whole: int, count: int
) -> Case:
    told = f"for {count:,} of its {whole:,} pairs" if count else "by none"
    return Case(
        "said back in part" if count else "not said back",
        (note.owner, *note.targets),
        (note,),
        f"{said(note)}: of the Excludes1 notes that speak for {some(note.targets)} it "
        f"is said back {told}.",
        whole - count,
        example(graph, ((area.speaker, area.named) for area in own)),
    )


CHECKS = (
    Check(
        "A101",
        "Excludes1 and Excludes2 at one node for the same codes",
        Weight.CONTRADICTION,
        "The one note forbids two codes together, the other allows them, and both are "
        "printed at the same node. Often the words name two conditions that share a "
        "code, one of them NOS: the words can be told apart, the codes cannot, and a "
        "claim shows only codes.",
        both_at_one_node,
    ),
    Check(
        "A102",
        "Excludes1 and Excludes2 of the same codes, one printed above the other",
        Weight.QUESTION,
        "A note holds for all beneath its node. A chapter says Excludes2 of another "
        "chapter, and a node in it says Excludes1 of a part of that other: read "
        "together, the nearer note is presumably meant to win, but the Guidelines do "
        "not say so.",
        both_on_one_side,
    ),
    Check(
        "A103",
        "Excludes1 on the one side, Excludes2 on the other",
        Weight.QUESTION,
        "The first code's note forbids the pair, the second code's allows it. Whoever "
        "looks up only one of them gets only half of the answer.",
        both_on_two_sides,
    ),
    Check(
        "A104",
        "Excludes1 for codes that an instruction puts together",
        Weight.CONTRADICTION,
        "Code first, Use additional code and Code also call for two codes on one "
        "claim; an Excludes1 note forbids the same two. One cannot be followed.",
        against_instructions,
    ),
    Check(
        "A105",
        "Exclusion of one's own ancestor or descendant",
        Weight.QUESTION,
        "The note speaks for all beneath its node, and names a part of just that, or "
        "something that holds it: taken at its word a code is excluded from itself. "
        "Mostly the neighbours of the part are meant.",
        of_own_kin,
    ),
    Check(
        "A106",
        "Excludes1 said on one side only",
        Weight.OBSERVATION,
        "An Excludes1 note forbids a pair whichever of the two codes prints it, so "
        "this is no fault. But a coder who looks up the code on the silent side does "
        "not see it there: each case is a note that could be printed a second time.",
        on_one_side,
    ),
)
