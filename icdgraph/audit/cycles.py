"""Checks of sequence: instructions that put codes in a cycle.

Code first at b naming a, and Use additional code at a naming b, both say that a goes
before b.  A note says so for all codes it applies to and all codes it names, so one
note follows another if the later codes of the first and the earlier codes of the second
overlap:

    E13 ──before──> E89.1 ──before──> Z90.41 ──before──> E13

No order of such codes follows all their notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.checks import AuditCase, describe
from icdgraph.coding.rectangles import (
    RectangleIndex,
    Sides,
    count_pairs,
    example_pair,
    rectangles,
    shared_pairs,
)
from icdgraph.coding.sequence import Sequencing
from icdgraph.model import NoteKind
from icdgraph.serialize import node_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph


def of_two(graph: Graph) -> Iterator[AuditCase]:
    """Yield two notes, or one, that put the same two codes in both orders."""
    for numbers, shared in _opposed(graph).items():
        notes = tuple(graph.note(n) for n in dict.fromkeys(numbers))
        a, b = map(graph.node, shared[0])
        yield AuditCase(
            "as printed",
            (a, b),
            notes,
            f"{node_name(a)} goes before {node_name(b)} by {describe(notes[0])}, "
            f"and after it by {describe(notes[-1])}.",
            count_pairs(graph.tree, shared),
            example_pair(graph, shared),
        )


def _opposed(graph: Graph) -> dict[tuple[int, int], list[Sides]]:
    """Return the pairs in both orders, by the numbers of the two notes."""
    first = (r.flipped for r in rectangles(graph, NoteKind.CODE_FIRST))
    after = rectangles(graph, NoteKind.USE_ADDITIONAL_CODE)
    index = RectangleIndex(graph.tree, (*first, *after))
    return {
        notes: sides
        for notes, sides in shared_pairs(index, index, flipped=True).items()
        if notes[0] <= notes[1] and count_pairs(graph.tree, sides)
    }


def longer(graph: Graph) -> Iterator[AuditCase]:
    """Yield the shortest cycle of three notes or more through each note in one.

    A note in a cycle of two is reported by `of_two`, not here, unless it is part of the
    cycle of another note.
    """
    done = {note for notes in _opposed(graph) for note in notes}
    order = Sequencing(graph)
    seen: set[frozenset[int]] = set()
    for note in order.earlier:
        notes = cycle(order, note) if note not in done else ()
        if len(notes) > 2:
            done.add(note)
            if frozenset(notes) not in seen:
                seen.add(frozenset(notes))
                yield _case(graph, order, notes)


def _case(graph: Graph, order: Sequencing, numbers: tuple[int, ...]) -> AuditCase:
    notes = tuple(map(graph.note, numbers))
    nodes = tuple(
        graph.node(_junction(graph, order, before, after))
        for before, after in zip((numbers[-1], *numbers), numbers, strict=False)
    )
    line = " before ".join(node_name(node) for node in (*nodes, nodes[0]))
    reasons = "; ".join(map(describe, notes))
    return AuditCase("as printed", nodes, notes, f"{line}, by {reasons}.")


def cycle(order: Sequencing, note: int) -> tuple[int, ...]:
    """Return the shortest way from *note* back to itself, empty if there is none.

    A cycle has more than one note: a note that follows itself is not a cycle.
    """
    ways: list[tuple[int, ...]] = [(note,)]
    seen = {note}
    for way in ways:  # grows while it is read
        for after in order.followers(way[-1]):
            if after == note and len(way) > 1:
                return way
            if after not in seen:
                seen.add(after)
                ways.append((*way, after))
    return ()


def _junction(graph: Graph, order: Sequencing, before: int, after: int) -> int:
    """Return a node that goes after others by one note and first by the next."""
    return next(
        max(end, start)
        for end in order.later[before]
        for start in order.earlier[after]
        if graph.tree.overlap(end, start)
    )
