"""Cycles of notes that put codes in order: A before B, B before C, C before A.

Notes follow one another as `icdgraph.coding.sequence` says, and networkx finds the
cycles; what is added here are billable codes to which all notes of a cycle apply.

A cycle does not prove an error in the book.  Many notes hold only under a condition,
"if known" or "if applicable", that is not applied here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from icdgraph.coding.sequence import Sequencing
from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Graph


@dataclass(frozen=True, slots=True)
class CycleStep:
    """A step of a cycle: the note because of which *before* goes before *after*.

    *cycle* counts the cycles from 1; the steps of a cycle follow each other, *length*
    in all.  The codes are billable examples of what the notes name.  *owner* is the
    code where the note is defined, and *note* its number, which `Graph.note` takes.
    """

    cycle: int
    length: int
    before: str
    before_title: str
    after: str
    after_title: str
    owner: str
    relation: str
    heading: str | None
    """The line that heads the list of the note; it often has the condition."""
    text: str
    note: int


def cycles(graph: Graph, longest: int) -> list[CycleStep]:
    """Return the cycles of at most *longest* notes, step by step, the shortest first.

    Raises `IcdGraphError` where *longest* is below 1.
    """
    import networkx as nx

    if longest < 1:
        raise IcdGraphError(f"invalid longest {longest!r}: expected 1 or more")
    sequence = Sequencing(graph)
    follows = nx.DiGraph({note: sequence.followers(note) for note in sequence.earlier})
    circles = list(map(_from_its_least, nx.simple_cycles(follows, longest)))
    circles.sort(key=lambda notes: (len(notes), notes))
    # Without the cycles to all notes of which no codes apply.
    found = [(n, codes) for n in circles if (codes := _codes(graph, sequence, n))]
    return [
        step
        for number, (notes, codes) in enumerate(found, start=1)
        for step in _steps(graph, number, notes, codes)
    ]


def _from_its_least(notes: Sequence[int]) -> list[int]:
    """Return the cycle *notes*, starting with the note that is first in the book."""
    start = notes.index(min(notes))
    return [*notes[start:], *notes[:start]]


def _codes(graph: Graph, sequence: Sequencing, notes: Sequence[int]) -> tuple[int, ...]:
    """Return different billable codes, each before the next by one of *notes*.

    There are none where, for example, two notes share a single code.
    """
    size = max(len(notes), 2)
    later = [_leaves(graph, sequence.later[note]) for note in notes]
    earlier = [_leaves(graph, sequence.earlier[note]) for note in notes]
    both = zip([later[-1], *later], earlier, strict=False)
    shared = [sorted(before & after)[:size] for before, after in both]
    if len(notes) == 1:
        shared *= 2
    different = (leaves for leaves in product(*shared) if len({*leaves}) == len(leaves))
    return tuple(graph.leaves[leaf] for leaf in next(different, ()))


def _leaves(graph: Graph, nodes: Iterable[int]) -> set[int]:
    return {leaf for node in nodes for leaf in range(*graph.tree.span(node))}


def _steps(
    graph: Graph, cycle: int, notes: Sequence[int], nodes: Sequence[int]
) -> Iterator[CycleStep]:
    codes, titles = graph.codes, graph.titles
    for place, number in enumerate(notes):
        note = graph.note(number)
        before, after = nodes[place], nodes[(place + 1) % len(nodes)]
        yield CycleStep(
            cycle,
            len(notes),
            codes[before],
            titles[before],
            codes[after],
            titles[after],
            note.owner.code,
            str(note.kind.relation),
            note.heading,
            note.text,
            number,
        )
