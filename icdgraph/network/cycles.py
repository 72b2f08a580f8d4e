"""Where what comes first goes round in a circle.

Two relations put codes in order, and they say it in opposite directions:

    code-first at E89.1, "diabetes mellitus (E13.-)"   E13      goes before  E89.1
    use-additional at E89.1, "absence of pancreas"     E89.1    goes before  Z90.41

A note speaks for everything beneath where it is printed, and names everything beneath
its targets.  So a note puts every code of one set before every code of another, and two
notes follow each other exactly where the later set of the one and the earlier set of
the other share a code.  A circle of notes is found on these sets, not on the nodes as
printed: D64.2 names T36.0X1, and T36-T50, which stands above that, names D56-D76.

A circle is no proof of a fault of the book.  Notes are often conditions, "if known" or
"if applicable", which are not applied here; read the notes' words and headings.  It is
where a program that sorts codes by these notes must not trust them blindly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from icdgraph.errors import IcdGraphError
from icdgraph.model import NoteKind
from icdgraph.network.digraph import import_networkx
from icdgraph.network.links import chapters, names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from icdgraph.graph import CodeGraph
    from icdgraph.hierarchy import Span

ORDERED = (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)
"""The kinds of note that say which code goes first (Guidelines I.A.13, I.B.7)."""

LONGEST = 3


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a circle: by which note the code *before* goes before the one *after*.

    *cycle* counts circles from 1; the steps of one follow each other.  The codes are
    billable examples of what the notes name; a note's number is what `CodeGraph.note`
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


class Order(NamedTuple):
    """What a note puts before what, as nodes whose subtrees are meant."""

    before: Sequence[int]
    after: Sequence[int]


def cycles(graph: CodeGraph, longest: int = LONGEST) -> list[Step]:
    """Return the circles of at most *longest* notes, step by step, the shortest first.

    A circle of notes counts where different codes can stand in it.  Their number grows
    fast with *longest*.  Raises `IcdGraphError` where that is below 1, `MissingExtra`
    without networkx.

    >>> from icdgraph.toy import toy
    >>> cycles(toy())
    []
    """
    if longest < 1:
        raise IcdGraphError(
            f"no circle has {longest!r} notes; 1 or more would be right"
        )
    orders = _orders(graph)
    found = import_networkx().simple_cycles(_following(graph, orders), longest)
    rounds = sorted(map(_from_its_least, found), key=lambda notes: (len(notes), notes))
    circles = [(notes, _codes(graph, orders, notes)) for notes in rounds]
    real = enumerate((circle for circle in circles if circle[1]), start=1)
    return [step for number, circle in real for step in _steps(graph, number, *circle)]


def knots(graph: CodeGraph) -> list[Knot]:
    """Return the sets of notes that lead round to each other, the largest first.

    They are the strongly connected components of the notes that put codes in order,
    of two notes or more: every circle of more than one note lies in one of them.

    >>> from icdgraph.toy import toy
    >>> knots(toy())
    []
    """
    following = _following(graph, _orders(graph))
    found = import_networkx().strongly_connected_components(following)
    knotted = (sorted(notes) for notes in found if len(notes) > 1)
    order = sorted(knotted, key=lambda notes: (-len(notes), notes))
    return [_knot(graph, number, notes) for number, notes in enumerate(order, start=1)]


def _knot(graph: CodeGraph, number: int, notes: Sequence[int]) -> Knot:
    known, top = names(graph), chapters(graph)
    owners = dict.fromkeys(graph.tables.note_owners[note] for note in notes)
    return Knot(
        number,
        len(notes),
        tuple(known[owner] for owner in owners),
        tuple(dict.fromkeys(known[top[owner]] for owner in owners)),
    )


def _orders(graph: CodeGraph) -> dict[int, Order]:
    """Return what each note puts before what, by the number of the note."""
    found = {}
    kinds = list(NoteKind)
    for number, kind in enumerate(graph.tables.note_kinds):
        if kinds[kind] not in ORDERED:
            continue
        note = graph.note(number)
        owners = [node.number for node in note.scope or (note.owner,)]
        targets = [node.number for node in note.targets]
        first = note.kind is NoteKind.CODE_FIRST
        found[number] = Order(targets, owners) if first else Order(owners, targets)
    return found


def _following(graph: CodeGraph, orders: Mapping[int, Order]) -> Any:
    """Return a networkx graph of notes: from each to those it can lead on to."""
    starts: dict[int, list[int]] = {}
    for note, order in orders.items():
        for node in order.before:
            starts.setdefault(node, []).append(note)
    found = import_networkx().DiGraph()
    found.add_nodes_from(orders)
    tree = graph.tree
    for note, order in orders.items():
        for node in order.after:
            for place in (*tree.ancestors(node), node, *tree.descendants(node)):
                found.add_edges_from((note, other) for other in starts.get(place, ()))
    return found


def _from_its_least(notes: Sequence[int]) -> list[int]:
    """Return the circle *notes* turned to begin with its first note in the book."""
    start = notes.index(min(notes))
    return [*notes[start:], *notes[:start]]


def _codes(
    graph: CodeGraph, orders: Mapping[int, Order], notes: Sequence[int]
) -> tuple[str, ...]:
    """Return different billable codes that go before each other round *notes*.

    The first one is what the first note puts first.  Empty where there are none.
    """
    size = max(len(notes), 2)
    shared = [
        list(islice(_common(graph, orders[before].after, orders[note].before), size))
        for before, note in zip((notes[-1], *notes), notes, strict=False)
    ]
    if len(notes) == 1:
        shared *= 2
    for codes in product(*shared):
        if len(set(codes)) == len(codes):
            return tuple(graph.tables.codes[graph.leaves[code]] for code in codes)
    return ()


def _common(
    graph: CodeGraph, one: Sequence[int], other: Sequence[int]
) -> Iterator[int]:
    """Yield the leaves that two sets of nodes have in common, by leaf number."""
    for a in one:
        for b in other:
            low, high = _overlap(graph.tree.span(a), graph.tree.span(b))
            yield from range(low, high)


def _overlap(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _steps(
    graph: CodeGraph, cycle: int, notes: Sequence[int], codes: Sequence[str]
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
