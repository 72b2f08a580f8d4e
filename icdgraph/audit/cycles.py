"""Checks of the order: instructions that put codes in a circle.

Code first at b naming a, and Use additional code at a naming b, both say that a stands
before b.  A note says so of every code it speaks for and every code it names, so notes
follow one another where the later of the one meets the earlier of the other:

    E13 ──before──> E89.1 ──before──> Z90.41 ──before──> E13

No order of such codes follows all their notes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.cases import Case, Check, Weight, named, said
from icdgraph.audit.rectangles import (
    Area,
    Plane,
    areas,
    common,
    example,
    meet,
    pairs,
)
from icdgraph.coding.sequence import Sequencing
from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from icdgraph.graph import Graph
    from icdgraph.hierarchy import Hierarchy


def sequence(graph: Graph) -> Iterator[Area]:
    """Yield what the notes put in order: ``speaker`` stands before ``named``.

    >>> from icdgraph.toy import toy
    >>> len(list(sequence(toy().core)))
    0
    """
    for area in areas(graph, NoteKind.CODE_FIRST):
        yield area.turned
    yield from areas(graph, NoteKind.USE_ADDITIONAL_CODE)


def opposed(graph: Graph) -> Iterator[Case]:
    """Yield two notes, or one, that put the same two codes in both orders."""
    for (one, other), shared in _opposed(graph).items():
        count = pairs(graph.tree, shared)
        if count:
            notes = tuple(graph.note(n) for n in dict.fromkeys((one, other)))
            first, second = (graph.node(n) for n in shared[0])
            yield Case(
                "as printed",
                (first, second),
                notes,
                f"{named(first)} stands before {named(second)} by {said(notes[0])}, "
                f"and after it by {said(notes[-1])}.",
                count,
                example(graph, shared),
            )


def _opposed(graph: Graph) -> dict[tuple[int, int], list[tuple[int, int]]]:
    plane = Plane(graph.tree, sequence(graph))
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for area in plane.areas:
        for match in plane.meeting(area.named, area.speaker):
            if area.note <= match.note:
                shared = found.setdefault((area.note, match.note), [])
                shared.append(common(area, match.turned))
    return found


def longer(graph: Graph) -> Iterator[Case]:
    """Yield the shortest circle of three notes or more through each note in one.

    A note of a circle of two is left to `opposed`, unless it helps to close another's.
    """
    opposing = _opposed(graph).items()
    done = {n for both, met in opposing if pairs(graph.tree, met) for n in both}
    order = Sequencing(graph)
    seen: set[frozenset[int]] = set()
    for note in order.earlier:
        found = circle(order, note) if note not in done else ()
        if len(found) > 2:
            done.add(note)
            if frozenset(found) not in seen:
                seen.add(frozenset(found))
                yield _case(graph, order, found)


def _case(graph: Graph, order: Sequencing, found: tuple[int, ...]) -> Case:
    notes = tuple(map(graph.note, found))
    ends = [
        graph.node(_junction(graph.tree, order, one, other))
        for one, other in zip((found[-1], *found), found, strict=False)
    ]
    line = " before ".join(named(node) for node in (*ends, ends[0]))
    told = "; ".join(map(said, notes))
    return Case("as printed", tuple(ends), notes, f"{line}, by {told}.")


def circle(order: Sequencing, note: int) -> tuple[int, ...]:
    """Return the shortest way from *note* back to itself, empty where none is.

    Other notes are on the way: that a note may follow itself does not count.
    """
    came: dict[int, int] = {}
    front = [note]
    while front:
        reached = []
        for one in front:
            for other in order.followers(one):
                if other == note != one:
                    return _way(came, note, one)
                if other not in came and other != note:
                    came[other] = one
                    reached.append(other)
        front = reached
    return ()


def _way(came: Mapping[int, int], note: int, last: int) -> tuple[int, ...]:
    way = [last]
    while way[-1] != note:
        way.append(came[way[-1]])
    return tuple(way[::-1])


def _junction(tree: Hierarchy, order: Sequencing, one: int, other: int) -> int:
    """Return a node that stands after others by *one* and before by *other*."""
    return next(
        max(end, start)
        for end in order.later[one]
        for start in order.earlier[other]
        if meet(tree, end, start)
    )


CHECKS = (
    Check(
        "A201",
        "Two codes each said to go before the other",
        Weight.CONTRADICTION,
        "One note puts the first code before the second, another the second before "
        "the first: no order of the two follows both.",
        opposed,
    ),
    Check(
        "A202",
        "A circle of three notes or more",
        Weight.CONTRADICTION,
        "Each note puts one code before the next, and the last before the first. Each "
        "is sound alone; a claim that needs all of these codes has no order that "
        "follows them. Of each note that is in such circles the shortest is given.",
        longer,
    ),
)
