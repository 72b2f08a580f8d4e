"""Checks of sequence: instructions that put codes in a circle.

Code first at b naming a, and Use additional code at a naming b, both say that a goes
before b.  A note says so for all codes it applies to and all codes it names, so one
note follows another if the later codes of the first and the earlier codes of the second
overlap:

    E13 ──before──> E89.1 ──before──> Z90.41 ──before──> E13

No order of such codes follows all their notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.checks import AuditCase, AuditCheck, AuditSeverity, describe
from icdgraph.audit.rectangles import (
    Rectangle,
    RectangleIndex,
    Sides,
    count_pairs,
    example_pair,
    intersection,
    overlap,
    rectangles,
)
from icdgraph.coding.sequence import Sequencing
from icdgraph.model import NoteKind
from icdgraph.serialize import node_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from icdgraph.graph import Graph
    from icdgraph.hierarchy import Hierarchy


def before_and_after(graph: Graph) -> Iterator[Rectangle]:
    """Yield the pairs that notes put in order: ``source`` goes before ``target``.

    >>> from icdgraph.toy import toy
    >>> len(list(before_and_after(toy().core)))
    0
    """
    for rectangle in rectangles(graph, NoteKind.CODE_FIRST):
        yield rectangle.flipped
    yield from rectangles(graph, NoteKind.USE_ADDITIONAL_CODE)


def opposed(graph: Graph) -> Iterator[AuditCase]:
    """Yield two notes, or one, that put the same two codes in both orders."""
    for numbers, shared in _opposed(graph).items():
        count = count_pairs(graph.tree, shared)
        if count:
            notes = tuple(graph.note(n) for n in dict.fromkeys(numbers))
            a, b = (graph.node(n) for n in shared[0])
            yield AuditCase(
                "as printed",
                (a, b),
                notes,
                f"{node_name(a)} goes before {node_name(b)} by {describe(notes[0])}, "
                f"and after it by {describe(notes[-1])}.",
                count,
                example_pair(graph, shared),
            )


def _opposed(graph: Graph) -> dict[tuple[int, int], list[Sides]]:
    """Return the pairs in both orders, by the numbers of the two notes."""
    index = RectangleIndex(graph.tree, before_and_after(graph))
    shared: dict[tuple[int, int], list[Sides]] = {}
    for rectangle in index.rectangles:
        for match in index.overlapping(*rectangle.flipped.sides):
            if rectangle.note <= match.note:
                sides = intersection(rectangle, match.flipped)
                shared.setdefault((rectangle.note, match.note), []).append(sides)
    return shared


def longer(graph: Graph) -> Iterator[AuditCase]:
    """Yield the shortest circle of three notes or more through each note in one.

    A note in a circle of two is reported by `opposed`, not here, unless it is part of
    the circle of another note.
    """
    done = {
        note
        for notes, shared in _opposed(graph).items()
        if count_pairs(graph.tree, shared)
        for note in notes
    }
    order = Sequencing(graph)
    seen: set[frozenset[int]] = set()
    for note in order.earlier:
        notes = circle(order, note) if note not in done else ()
        if len(notes) > 2:
            done.add(note)
            if frozenset(notes) not in seen:
                seen.add(frozenset(notes))
                yield _case(graph, order, notes)


def _case(graph: Graph, order: Sequencing, numbers: tuple[int, ...]) -> AuditCase:
    notes = tuple(map(graph.note, numbers))
    nodes = tuple(
        graph.node(_junction(graph.tree, order, before, after))
        for before, after in zip((numbers[-1], *numbers), numbers, strict=False)
    )
    line = " before ".join(node_name(node) for node in (*nodes, nodes[0]))
    reasons = "; ".join(map(describe, notes))
    return AuditCase("as printed", nodes, notes, f"{line}, by {reasons}.")


def circle(order: Sequencing, note: int) -> tuple[int, ...]:
    """Return the shortest way from *note* back to itself, empty if there is none.

    A circle has more than one note: a note that follows itself is not a circle.
    """
    previous: dict[int, int] = {}
    reached = [note]
    while reached:
        last, reached = reached, []
        for before in last:
            for after in order.followers(before):
                if after == note != before:
                    return _way(previous, note, before)
                if after not in previous and after != note:
                    previous[after] = before
                    reached.append(after)
    return ()


def _way(previous: Mapping[int, int], note: int, last: int) -> tuple[int, ...]:
    way = [last]
    while way[-1] != note:
        way.append(previous[way[-1]])
    return tuple(way[::-1])


def _junction(tree: Hierarchy, order: Sequencing, before: int, after: int) -> int:
    """Return a node that goes after others by one note and first by the next."""
    return next(
        max(end, start)
        for end in order.later[before]
        for start in order.earlier[after]
        if overlap(tree, end, start)
    )


CHECKS = (
    AuditCheck(
        "C201",
        "Two codes that each go before the other",
        AuditSeverity.CONTRADICTION,
        "One note puts the first code before the second, another puts the second "
        "before the first: no order of the two codes follows both notes.",
        opposed,
    ),
    AuditCheck(
        "C202",
        "A circle of three notes or more",
        AuditSeverity.CONTRADICTION,
        "Each note puts one code before the next, and the last note puts the last code "
        "before the first. Each note alone can be followed; a claim that needs all of "
        "these codes has no order that follows all notes. For each note in such "
        "circles the shortest circle is listed.",
        longer,
    ),
)
