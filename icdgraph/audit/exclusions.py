"""Checks of exclusions that contradict each other, or an instruction.

Excludes1 says that two codes are not used together unless the conditions are unrelated;
Excludes2 says that both may be used (Official Guidelines I.A.12).  Both apply to all
codes below the node where they are defined and name all codes below their targets, so
two notes far apart in the book may apply to the same two codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.checks import (
    AuditCase,
    AuditCheck,
    AuditSeverity,
    describe,
    first_names,
)
from icdgraph.audit.rectangles import (
    Rectangle,
    RectangleIndex,
    Sides,
    by_note,
    count_pairs,
    example_pair,
    intersection,
    rectangles,
    stated_in_return,
)
from icdgraph.model import Kind, NoteKind
from icdgraph.serialize import node_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Note

_INSTRUCTIONS = (
    NoteKind.USE_ADDITIONAL_CODE,
    NoteKind.CODE_FIRST,
    NoteKind.CODE_ALSO,
)

_Shared = dict[tuple[int, int], list[Sides]]
"""The pairs of codes that two notes share, by the numbers of the notes."""


def both_at_one_node(graph: Graph) -> Iterator[AuditCase]:
    """Yield Excludes1 and Excludes2 notes of one node that share pairs."""
    for case in _both(graph, flipped=False):
        excludes1, excludes2 = case.notes
        if excludes1.owner == excludes2.owner:
            yield case


def both_on_one_path(graph: Graph) -> Iterator[AuditCase]:
    """Yield Excludes1 and Excludes2 notes, one above the other, that share pairs."""
    for case in _both(graph, flipped=False):
        excludes1, excludes2 = case.notes
        if excludes1.owner != excludes2.owner:
            yield case


def both_on_two_sides(graph: Graph) -> Iterator[AuditCase]:
    """Yield Excludes1 notes and Excludes2 notes that allow their pairs in return."""
    return _both(graph, flipped=True)


def _both(graph: Graph, *, flipped: bool) -> Iterator[AuditCase]:
    excluding = RectangleIndex(graph.tree, rectangles(graph, NoteKind.EXCLUDES1))
    allowing = RectangleIndex(graph.tree, rectangles(graph, NoteKind.EXCLUDES2))
    for numbers, shared in _shared(excluding, allowing, flipped=flipped).items():
        excludes1, excludes2 = map(graph.note, numbers)
        group = _positions(excludes1, excludes2, flipped=flipped)
        yield from _case(graph, (excludes1, excludes2), shared, group)


def _positions(excludes1: Note, excludes2: Note, *, flipped: bool) -> str:
    """Describe where the two notes are defined."""
    is_chapter = excludes2.owner.kind == Kind.CHAPTER
    if flipped:
        level = "a chapter" if is_chapter else "another node"
        return f"Excludes2 at {level} on the other side"
    if excludes1.owner == excludes2.owner:
        return "at the same node"
    if excludes2.owner.subsumes(excludes1.owner):
        level = "a chapter" if is_chapter else "a node"
        return f"Excludes2 at {level} above the Excludes1"
    return "Excludes1 above the Excludes2"


def against_instructions(graph: Graph) -> Iterator[AuditCase]:
    """Yield Excludes1 notes for pairs that an instruction asks to code together."""
    excluding = RectangleIndex(graph.tree, rectangles(graph, NoteKind.EXCLUDES1))
    asking = RectangleIndex(graph.tree, rectangles(graph, *_INSTRUCTIONS))
    shared = _shared(excluding, asking, flipped=False)
    for notes, sides in _shared(excluding, asking, flipped=True).items():
        shared.setdefault(notes, []).extend(sides)
    for numbers, sides in sorted(shared.items()):
        excludes1, instruction = map(graph.note, numbers)
        group = f"against {instruction.kind.heading}"
        yield from _case(graph, (excludes1, instruction), sides, group)


def _shared(a: RectangleIndex, b: RectangleIndex, *, flipped: bool) -> _Shared:
    """Return the pairs that notes of *a* share with those of *b*, *flipped* or not."""
    shared: _Shared = {}
    for rectangle in a.rectangles:
        wanted = rectangle.flipped if flipped else rectangle
        for match in b.overlapping(*wanted.sides):
            sides = intersection(rectangle, match.flipped if flipped else match)
            shared.setdefault((rectangle.note, match.note), []).append(sides)
    return shared


def _case(
    graph: Graph, notes: tuple[Note, Note], shared: list[Sides], group: str
) -> Iterator[AuditCase]:
    """Yield the case of two notes, unless all they share is a code with itself."""
    count = count_pairs(graph.tree, shared)
    if not count:
        return
    a, b = (node_name(graph.node(n)) for n in shared[0])
    more = f" and {len(shared) - 1:,} more" if len(shared) > 1 else ""
    yield AuditCase(
        group,
        tuple(dict.fromkeys(graph.node(n) for sides in shared for n in sides)),
        notes,
        f"{describe(notes[0])} and {describe(notes[1])} both apply to {a} with "
        f"{b}{more}.",
        count,
        example_pair(graph, shared),
    )


def of_own_relatives(graph: Graph) -> Iterator[AuditCase]:
    """Yield exclusions that name their own node, or one above or below it."""
    for rectangle in rectangles(graph, NoteKind.EXCLUDES1, NoteKind.EXCLUDES2):
        relation = _relation(graph, rectangle)
        if relation:
            note = graph.note(rectangle.note)
            source, target = map(graph.node, rectangle.sides)
            yield AuditCase(
                f"{note.kind.heading} of {relation}",
                (source, target),
                (note,),
                f"{describe(note)} names {node_name(target)}, {relation} of "
                f"{node_name(source)}, to which it applies.",
            )


def _relation(graph: Graph, rectangle: Rectangle) -> str:
    source, target = rectangle.sides
    if source == target:
        return "the same node"
    if graph.tree.subsumes(source, target):
        return "a descendant"
    return "an ancestor" if graph.tree.subsumes(target, source) else ""


def on_one_side(graph: Graph) -> Iterator[AuditCase]:
    """Yield Excludes1 notes that are not stated in return, or only in part."""
    index = RectangleIndex(graph.tree, rectangles(graph, NoteKind.EXCLUDES1))
    for number, own in by_note(index.rectangles).items():
        total = count_pairs(graph.tree, (r.sides for r in own))
        returned = count_pairs(graph.tree, stated_in_return(index, own))
        if returned < total:
            note = graph.note(number)
            where = f"at {first_names(note.targets)}"
            answer = (
                f"Excludes1 notes {where} state it for {returned:,} of {total:,} pairs"
                if returned
                else f"no Excludes1 note {where} states it in return"
            )
            yield AuditCase(
                "stated in return in part" if returned else "not stated in return",
                (note.owner, *note.targets),
                (note,),
                f"{describe(note)}: {answer}.",
                total - returned,
                example_pair(graph, (r.sides for r in own)),
            )


CHECKS = (
    AuditCheck(
        "C101",
        "Excludes1 and Excludes2 at one node for the same codes",
        AuditSeverity.CONTRADICTION,
        "One note says that two codes are not used together, the other that they may "
        "be, and both are defined at the same node. Often the words name two "
        "conditions that share a code, and one of them is NOS: the words differ, the "
        "codes do not, and a claim shows only codes.",
        both_at_one_node,
    ),
    AuditCheck(
        "C102",
        "Excludes1 and Excludes2 for the same codes, one defined above the other",
        AuditSeverity.QUESTION,
        "A note applies to all codes below its node. A chapter has an Excludes2 note "
        "for another chapter, and a node in it has an Excludes1 note for a part of "
        "that other chapter. The nearer note is probably meant to win, but the "
        "Guidelines do not say so.",
        both_on_one_path,
    ),
    AuditCheck(
        "C103",
        "Excludes1 on one side, Excludes2 on the other",
        AuditSeverity.QUESTION,
        "A note at the first code excludes the pair; a note at the second code allows "
        "it. A coder who looks up only one of the codes sees half of the answer.",
        both_on_two_sides,
    ),
    AuditCheck(
        "C104",
        "Excludes1 for codes that an instruction asks to code together",
        AuditSeverity.CONTRADICTION,
        "Code first, Use additional code and Code also ask for two codes on one "
        "claim; an Excludes1 note excludes the same two. A coder cannot follow both.",
        against_instructions,
    ),
    AuditCheck(
        "C105",
        "Exclusion of a node's own ancestor or descendant",
        AuditSeverity.QUESTION,
        "The note applies to all codes below its node, and names some of these codes "
        "or a node above it: read literally, a code is excluded from itself. Usually "
        "the other codes below the node are meant.",
        of_own_relatives,
    ),
    AuditCheck(
        "C106",
        "Excludes1 stated on one side only",
        AuditSeverity.OBSERVATION,
        "An Excludes1 note excludes a pair whichever of the two codes has the note, so "
        "this is not an error. But a coder who looks up the other code does not see "
        "it there.",
        on_one_side,
    ),
)
