"""Which code goes first: the notes that put codes in order.

Two kinds of note put codes in order, in opposite directions:

    Code first at E89.1, "diabetes mellitus (E13.-)"             E13 before E89.1
    Use additional code at E89.1, "absence of pancreas (Z90.41-)"
                                                                 E89.1 before Z90.41

A note applies to everything below its node, and names everything below its targets.  It
therefore puts every code of one set before every code of another, and one note follows
another where the later set of the first and the earlier set of the second share a code.
Comparing only the nodes as printed would miss some: a note at D64.2 names T36.0X1, and
a note at T36-T50, above T36.0X1, names D56-D76.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from icdgraph.hierarchy import SubtreeIndex
from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.graph import Graph

ORDERED = (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)
"""The kinds of note that say which code goes first (Guidelines I.A.13, I.B.7)."""


class Sequencing:
    """The notes of *graph* that put codes in order, by number.

    For each note *earlier* has the nodes that go first, and *later* the nodes that go
    after them, each with everything below it.

    >>> from icdgraph.toy import toy
    >>> Sequencing(toy().core).earlier
    {}
    """

    def __init__(self, graph: Graph) -> None:
        self.earlier: dict[int, Sequence[int]] = {}
        self.later: dict[int, Sequence[int]] = {}
        for note in graph.note_numbers(*ORDERED):
            sources, targets = graph.speakers_of(note), graph.targets_of(note)
            if not targets:
                continue
            is_first = graph.kind_of_note(note) is NoteKind.USE_ADDITIONAL_CODE
            self.earlier[note] = sources if is_first else targets
            self.later[note] = targets if is_first else sources
        starts = ((n, note) for note, nodes in self.earlier.items() for n in nodes)
        self._starts = SubtreeIndex(graph.tree, starts)
        self._followers: dict[int, list[int]] = {}

    def followers(self, note: int) -> list[int]:
        """Return the notes that start where *note* ends, possibly including itself."""
        if note not in self._followers:
            followers = map(self._starts.overlapping, set(self.later[note]))
            self._followers[note] = sorted(set(chain.from_iterable(followers)))
        return self._followers[note]
