"""Where what comes first goes round in a circle.

Notes put codes in order and follow one another as `icdgraph.coding.sequence` says; a
circle of notes is one that leads back to its first, as in E13 before E89.1 before
Z90.41 before E13.

A circle is no proof of a fault of the book.  Notes are often conditions, "if known" or
"if applicable", which are not applied here; read the notes' words and headings.  It is
where a program that sorts codes by these notes must not trust them blindly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from icdgraph.coding.sequence import Sequencing
from icdgraph.errors import IcdGraphError
from icdgraph.network.digraph import import_networkx
from icdgraph.network.links import chapters, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icdgraph.graph import Graph
    from icdgraph.hierarchy import Span

LONGEST = 3


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a circle: by which note the code *before* goes before the one *after*.

    *cycle* counts circles from 1; the steps of one follow each other.  The codes are
    billable examples of what the notes name; a note's number is what `Graph.note`
    takes.
    """

    cycle: int
    length: int
    before: str
    after: str
    owner: str
    relation: str
    heading: str | None
    """The line that heads the list the note stands in; often it has the condition."""
    text: str
    note: int


@dataclass(frozen=True, slots=True)
class Knot:
    """Notes that all lead to each other: how many, and where they are printed."""

    number: int
    notes: int
    owners: tuple[str, ...]
    chapters: tuple[str, ...]


def cycles(graph: Graph, longest: int = LONGEST) -> list[Step]:
    """Return the circles of at most *longest* notes, step by step, the shortest first.

    A circle of notes counts where different codes can stand in it.  Their number grows
    fast with *longest*.  Raises `IcdGraphError` where that is below 1, `MissingExtra`
    without networkx.

    >>> from icdgraph.toy import toy
    >>> cycles(toy().core)
    []
    """
    if longest < 1:
        raise IcdGraphError(
            f"no circle has {longest!r} notes; 1 or more would be right"
        )
    sequence = Sequencing(graph)
    found = import_networkx().simple_cycles(_following(sequence), longest)
    rounds = sorted(map(_from_its_least, found), key=lambda notes: (len(notes), notes))
    circles = [(notes, _codes(graph, sequence, notes)) for notes in rounds]
    real = enumerate((circle for circle in circles if circle[1]), start=1)
    return [step for number, circle in real for step in _steps(graph, number, *circle)]


def knots(graph: Graph) -> list[Knot]:
    """Return the sets of notes that lead round to each other, the largest first.

    They are the strongly connected components of the notes that put codes in order,
    of two notes or more: every circle of more than one note lies in one of them.

    >>> from icdgraph.toy import toy
    >>> knots(toy().core)
    []
    """
    following = _following(Sequencing(graph))
    found = import_networkx().strongly_connected_components(following)
    knotted = (sorted(notes) for notes in found if len(notes) > 1)
    order = sorted(knotted, key=lambda notes: (-len(notes), notes))
    return [_knot(graph, number, notes) for number, notes in enumerate(order, start=1)]


def _knot(graph: Graph, number: int, notes: Sequence[int]) -> Knot:
    known, top = names(graph), chapters(graph)
    owners = dict.fromkeys(graph.owner_of(note) for note in notes)
    return Knot(
        number,
        len(notes),
        tuple(known[owner] for owner in owners),
        tuple(dict.fromkeys(known[top[owner]] for owner in owners)),
    )


def _following(sequence: Sequencing) -> Any:
    """Return a networkx graph of notes: from each to those it can lead on to."""
    return import_networkx().DiGraph(
        {note: sequence.followers(note) for note in sequence.earlier}
    )


def _from_its_least(notes: Sequence[int]) -> list[int]:
    """Return the circle *notes* turned to begin with its first note in the book."""
    start = notes.index(min(notes))
    return [*notes[start:], *notes[:start]]


def _codes(graph: Graph, sequence: Sequencing, notes: Sequence[int]) -> tuple[str, ...]:
    """Return different billable codes that go before each other round *notes*.

    The first one is what the first note puts first.  Empty where there are none.
    """
    size = max(len(notes), 2)
    shared = [
        list(
            islice(_common(graph, sequence.later[before], sequence.earlier[note]), size)
        )
        for before, note in zip((notes[-1], *notes), notes, strict=False)
    ]
    if len(notes) == 1:
        shared *= 2
    for codes in product(*shared):
        if len(set(codes)) == len(codes):
            return tuple(graph.codes[graph.leaves[code]] for code in codes)
    return ()


def _common(graph: Graph, one: Sequence[int], other: Sequence[int]) -> Iterator[int]:
    """Yield the leaves that two sets of nodes have in common, by leaf number."""
    for a in one:
        for b in other:
            low, high = _overlap(graph.tree.span(a), graph.tree.span(b))
            yield from range(low, high)


def _overlap(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _steps(
    graph: Graph, cycle: int, notes: Sequence[int], codes: Sequence[str]
) -> Iterator[Step]:
    known = names(graph)
    for place, number in enumerate(notes):
        note = graph.note(number)
        yield Step(
            cycle,
            len(notes),
            codes[place],
            codes[(place + 1) % len(codes)],
            known[note.owner.number],
            str(note.kind.relation),
            note.heading,
            note.text,
            number,
        )
