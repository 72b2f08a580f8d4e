"""Checks of exclusions that contradict each other, or an instruction.

Excludes1 says that two codes are not used together unless the conditions are unrelated;
Excludes2 says that both may be used (Official Guidelines I.A.12).  Both apply to all
codes below the node where they are defined and name all codes below their targets, so
two notes far apart in the book may apply to the same two codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.checks import AuditCase, describe, first_names
from icdgraph.coding.rectangles import (
    RectangleIndex,
    Sides,
    contradictions,
    count_pairs,
    example_pair,
    rectangles,
    shared_pairs,
    unreturned,
)
from icdgraph.model import Kind, NoteKind
from icdgraph.serialize import node_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Note


def both_on_one_side(graph: Graph, *, at_one_node: bool) -> Iterator[AuditCase]:
    """Yield Excludes1 and Excludes2 notes that share pairs.

    Both are defined at one node, or one is defined above the other.
    """
    for case in _both(graph, flipped=False):
        excludes1, excludes2 = case.notes
        if (excludes1.owner == excludes2.owner) is at_one_node:
            yield case


def both_on_two_sides(graph: Graph) -> Iterator[AuditCase]:
    """Yield Excludes1 notes and Excludes2 notes that allow their pairs in return."""
    return _both(graph, flipped=True)


def _both(graph: Graph, *, flipped: bool) -> Iterator[AuditCase]:
    excluding = RectangleIndex(graph.tree, rectangles(graph, NoteKind.EXCLUDES1))
    allowing = RectangleIndex(graph.tree, rectangles(graph, NoteKind.EXCLUDES2))
    for numbers, shared in shared_pairs(excluding, allowing, flipped=flipped).items():
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
    for numbers, sides in contradictions(graph).items():
        excludes1, instruction = map(graph.note, numbers)
        group = f"against {instruction.kind.heading}"
        yield from _case(graph, (excludes1, instruction), sides, group)


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
        note = graph.note(rectangle.note)
        source, target = map(graph.node, rectangle.sides)
        if source == target:
            relation = "the same node"
        elif source.subsumes(target):
            relation = "a descendant"
        elif target.subsumes(source):
            relation = "an ancestor"
        else:
            continue
        yield AuditCase(
            f"{note.kind.heading} of {relation}",
            (source, target),
            (note,),
            f"{describe(note)} names {node_name(target)}, {relation} of "
            f"{node_name(source)}, to which it applies.",
        )


def not_returned(graph: Graph) -> Iterator[AuditCase]:
    """Yield Excludes1 notes that are not stated in return, or only in part."""
    for note, total, returned, example in unreturned(
        graph, NoteKind.EXCLUDES1, NoteKind.EXCLUDES1
    ):
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
            example,
        )
