"""What notes speak of, as areas in the plane of billable codes.

Take every billable code twice, as a column and as a row.  A note that speaks for one
subtree and names another speaks of a rectangle of pairs:

                    M51.26 ┌──┐           Excludes1 at M54.5 "(M51.2-)":
                    M51.27 └──┘           columns M54.50, M54.51, M54.59,
                       M54.50 M54.59      rows M51.26, M51.27

Two subtrees of a tree lie one inside the other or apart, so two rectangles meet in one
again.  `Plane` holds the rectangles of some kinds of note and finds those that meet a
given one; `pairs` counts the pairs in several that may overlap, each pair once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph
    from icdgraph.hierarchy import Hierarchy


class Area(NamedTuple):
    """What a note speaks of: the subtree it speaks *for*, and one it *names*."""

    note: int
    speaker: int
    named: int

    @property
    def turned(self) -> Area:
        """The same pairs seen from the other side."""
        return Area(self.note, self.named, self.speaker)


def areas(graph: Graph, *kinds: NoteKind) -> Iterator[Area]:
    """Yield the areas of all notes of *kinds*, in the order of the book.

    >>> from icdgraph.model import NoteKind
    >>> from icdgraph.toy import toy
    >>> len(list(areas(toy().core, NoteKind.EXCLUDES1)))
    4
    """
    for note in graph.note_numbers(*kinds):
        for speaker, named in product(graph.speakers_of(note), graph.targets_of(note)):
            yield Area(note, speaker, named)


class Plane:
    """The areas of some notes, indexed by both of their sides.

    >>> from icdgraph.model import NoteKind
    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> plane = Plane(g.tree, areas(g, NoteKind.EXCLUDES1))
    >>> m5450, f4541 = g["M54.50"].number, g["F45.41"].number
    >>> [g.note(area.note).owner.code for area in plane.meeting(m5450, f4541)]
    ['M54']
    """

    def __init__(self, tree: Hierarchy, found: Iterable[Area]) -> None:
        self.tree = tree
        self.areas = list(found)
        self._by_speaker = Index(tree, [area.speaker for area in self.areas])
        self._by_named = Index(tree, [area.named for area in self.areas])

    def meeting(self, speaker: int, named: int) -> Iterator[Area]:
        """Yield the areas that have pairs in common with that of the two subtrees."""
        by_speaker = self._by_speaker.around(speaker)
        by_named = self._by_named.around(named)
        if len(by_speaker) <= len(by_named):
            chosen = (self.areas[n] for n in sorted(by_speaker))
            return (a for a in chosen if meet(self.tree, a.named, named))
        chosen = (self.areas[n] for n in sorted(by_named))
        return (a for a in chosen if meet(self.tree, a.speaker, speaker))


class Index:
    """Positions in a list of nodes, found by a node at, above or beneath them."""

    def __init__(self, tree: Hierarchy, nodes: list[int]) -> None:
        self._tree = tree
        self._order = sorted(range(len(nodes)), key=nodes.__getitem__)
        self._nodes = [nodes[n] for n in self._order]

    def around(self, node: int) -> list[int]:
        """Return the positions of *node*, of what is above and of what is beneath."""
        found = self._between(node, self._tree.last[node])
        for above in self._tree.ancestors(node):
            found += self._between(above, above)
        return found

    def _between(self, low: int, high: int) -> list[int]:
        start = bisect_left(self._nodes, low)
        return self._order[start : bisect_right(self._nodes, high, start)]


def by_note(found: Iterable[Area]) -> dict[int, list[Area]]:
    """Return the areas *found* by the number of their note, in the order they come."""
    own: dict[int, list[Area]] = {}
    for area in found:
        own.setdefault(area.note, []).append(area)
    return own


def back(answers: Plane, own: Iterable[Area]) -> list[tuple[int, int]]:
    """Return what notes of *answers* say of the pairs of *own* from the other side."""
    return [
        common(area, match.turned)
        for area in own
        for match in answers.meeting(area.named, area.speaker)
        if match.note != area.note
    ]


def meet(tree: Hierarchy, one: int, other: int) -> bool:
    """Say whether two subtrees meet: whether one holds the other."""
    return tree.subsumes(one, other) or tree.subsumes(other, one)


def common(one: Area, other: Area) -> tuple[int, int]:
    """Return the two subtrees of the pairs that two areas, which meet, have in common.

    Of two subtrees that meet, the inner one has the greater number.
    """
    return max(one.speaker, other.speaker), max(one.named, other.named)


def pairs(tree: Hierarchy, rectangles: Iterable[tuple[int, int]]) -> int:
    """Count the pairs of different billable codes in *rectangles*, each pair once.

    A rectangle is two nodes: all codes of the one with all codes of the other.  The
    order within a pair does not matter.  The codes are cut where any side begins or
    ends, so that what is left are blocks that lie in a rectangle wholly or not at all.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> m545, m54, m512 = (g[code].number for code in ("M54.5", "M54", "M51.2"))
    >>> pairs(g.tree, [(m545, m512)]), pairs(g.tree, [(m545, m512), (m512, m545)])
    (4, 4)
    >>> pairs(g.tree, [(m54, m545)])
    7
    """
    spans = [(tree.span(one), tree.span(other)) for one, other in rectangles]
    cuts = sorted({cut for sides in spans for side in sides for cut in side})
    place = {cut: number for number, cut in enumerate(cuts)}
    blocks = {
        (min(one, other), max(one, other))
        for (a, b), (c, d) in spans
        for one in range(place[a], place[b])
        for other in range(place[c], place[d])
    }
    size = [high - low for low, high in pairwise(cuts)]
    return sum(
        size[one] * (size[one] - 1) // 2 if one == other else size[one] * size[other]
        for one, other in blocks
    )


def example(graph: Graph, rectangles: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """Return the first pair of different billable codes in *rectangles*, if any.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> example(g, [(g["M54.5"].number, g["M51.2"].number)])
    ('M54.50', 'M51.26')
    """
    leaves, codes = graph.leaves, graph.codes
    for one, other in rectangles:
        (low, high), (start, end) = graph.tree.span(one), graph.tree.span(other)
        # Two of each side are enough to find two that differ.
        firsts, seconds = (
            range(low, min(high, low + 2)),
            range(start, min(end, start + 2)),
        )
        for first, second in product(firsts, seconds):
            if first != second:
                return codes[leaves[first]], codes[leaves[second]]
    return ()
