"""What goes first: the notes that put codes in order, and which of them follow which.

Two relations put codes in order, and they say it in opposite directions:

    code-first at E89.1, "diabetes mellitus (E13.-)"   E13      goes before  E89.1
    use-additional at E89.1, "absence of pancreas"     E89.1    goes before  Z90.41

A note speaks for everything beneath where it is printed, and names everything beneath
its targets.  So a note puts every code of one set before every code of another, and two
notes follow each other exactly where the later set of the one and the earlier set of
the other share a code.  They are compared as sets, not as nodes as printed: D64.2 names
T36.0X1, and T36-T50, which stands above that, names D56-D76.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.graph import Graph

ORDERED = (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)
"""The kinds of note that say which code goes first (Guidelines I.A.13, I.B.7)."""


class Sequencing:
    """The notes of *graph* that put codes in order, by number.

    *earlier* has the nodes that a note puts first, *later* those that it puts after
    them; the subtrees are meant.

    >>> from icdgraph.toy import toy
    >>> Sequencing(toy().core).earlier
    {}
    """

    def __init__(self, graph: Graph) -> None:
        self._tree = graph.tree
        self.earlier: dict[int, Sequence[int]] = {}
        self.later: dict[int, Sequence[int]] = {}
        self._read(graph)
        self._by_start: dict[int, set[int]] = {}
        for note, nodes in self.earlier.items():
            for node in nodes:
                self._by_start.setdefault(node, set()).add(note)
        self._starts = sorted(self._by_start)
        self._followers: dict[int, list[int]] = {}

    def _read(self, graph: Graph) -> None:
        for note in graph.note_numbers(*ORDERED):
            ends = graph.speakers_of(note), graph.targets_of(note)
            if ends[1]:
                is_first = graph.kind_of_note(note) is NoteKind.CODE_FIRST
                self.earlier[note], self.later[note] = ends[::-1] if is_first else ends

    def followers(self, note: int) -> list[int]:
        """Return the notes that start where *note* ends, itself perhaps among them."""
        if note not in self._followers:
            found: set[int] = set()
            for node in set(self.later[note]):
                low = bisect_left(self._starts, node)
                high = bisect_right(self._starts, self._tree.last[node], low)
                for start in (*self._starts[low:high], *self._tree.ancestors(node)):
                    found |= self._by_start.get(start, set())
            self._followers[note] = sorted(found)
        return self._followers[note]
