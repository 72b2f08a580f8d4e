"""The pairs of billable codes that notes apply to, as rectangles.

Take every billable code twice, as a column and as a row.  A note that applies to one
subtree and names another covers a rectangle of pairs:

                    M51.26 ┌──┐           Excludes1 at M54.5 "(M51.2-)":
                    M51.27 └──┘           columns M54.50, M54.51, M54.59,
                       M54.50 M54.59      rows M51.26, M51.27

Of two subtrees of a tree, one contains the other or they are disjoint, so the overlap
of two rectangles is a rectangle again.  `RectangleIndex` finds the rectangles that
overlap a given one; `count_pairs` counts the pairs in several, each pair once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.coding.note_edges import note_edges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph
    from icdgraph.hierarchy import Hierarchy
    from icdgraph.model import NoteKind

Sides = tuple[int, int]
"""The two subtrees of a rectangle, each by the number of its top node."""


class Rectangle(NamedTuple):
    """The pairs of a note: it applies to the subtree *source* and names *target*."""

    note: int
    source: int
    target: int

    @property
    def flipped(self) -> Rectangle:
        """The same pairs, as a note at the target would state them."""
        return Rectangle(self.note, self.target, self.source)

    @property
    def sides(self) -> Sides:
        """The source and the target."""
        return self.source, self.target


def rectangles(graph: Graph, *kinds: NoteKind) -> Iterator[Rectangle]:
    """Yield the rectangles of all notes of *kinds*, in book order.

    >>> from icdgraph.model import NoteKind
    >>> from icdgraph.toy import toy
    >>> len(list(rectangles(toy().core, NoteKind.EXCLUDES1)))
    4
    """
    relations = [kind.relation for kind in kinds if kind.relation]
    for source, target, _, note in note_edges(graph, relations):
        yield Rectangle(note, source, target)


class RectangleIndex:
    """Rectangles, indexed by both of their sides.

    >>> from icdgraph.model import NoteKind
    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> index = RectangleIndex(g.tree, rectangles(g, NoteKind.EXCLUDES1))
    >>> m5450, f4541 = g["M54.50"].number, g["F45.41"].number
    >>> [g.note(r.note).owner.code for r in index.overlapping(m5450, f4541)]
    ['M54']
    """

    def __init__(self, tree: Hierarchy, rectangles: Iterable[Rectangle]) -> None:
        self.tree = tree
        self.rectangles = list(rectangles)
        self._by_source = SubtreeIndex(tree, [r.source for r in self.rectangles])
        self._by_target = SubtreeIndex(tree, [r.target for r in self.rectangles])

    def overlapping(self, source: int, target: int) -> Iterator[Rectangle]:
        """Yield the rectangles that share pairs with that of *source* and *target*."""
        by_source = self._by_source.overlapping(source)
        by_target = self._by_target.overlapping(target)
        if len(by_source) <= len(by_target):
            candidates = (self.rectangles[n] for n in sorted(by_source))
            return (r for r in candidates if overlap(self.tree, r.target, target))
        candidates = (self.rectangles[n] for n in sorted(by_target))
        return (r for r in candidates if overlap(self.tree, r.source, source))


class SubtreeIndex:
    """Positions in a list of nodes, found by a node at, above or below them."""

    def __init__(self, tree: Hierarchy, nodes: list[int]) -> None:
        self._tree = tree
        self._positions = sorted(range(len(nodes)), key=nodes.__getitem__)
        self._nodes = [nodes[n] for n in self._positions]

    def overlapping(self, node: int) -> list[int]:
        """Return the positions of *node*, of its descendants and of its ancestors."""
        positions = self._between(node, self._tree.last[node])
        for ancestor in self._tree.ancestors(node):
            positions += self._between(ancestor, ancestor)
        return positions

    def _between(self, low: int, high: int) -> list[int]:
        start = bisect_left(self._nodes, low)
        return self._positions[start : bisect_right(self._nodes, high, start)]


def by_note(rectangles: Iterable[Rectangle]) -> dict[int, list[Rectangle]]:
    """Return *rectangles* by the number of their note, in their order."""
    groups: dict[int, list[Rectangle]] = {}
    for rectangle in rectangles:
        groups.setdefault(rectangle.note, []).append(rectangle)
    return groups


def stated_in_return(
    index: RectangleIndex, rectangles: Iterable[Rectangle]
) -> list[Sides]:
    """Return the parts of *rectangles* that notes of *index* state at the target."""
    return [
        intersection(rectangle, match.flipped)
        for rectangle in rectangles
        for match in index.overlapping(rectangle.target, rectangle.source)
        if match.note != rectangle.note
    ]


def overlap(tree: Hierarchy, a: int, b: int) -> bool:
    """Return True if one of the subtrees *a* and *b* contains the other."""
    return tree.subsumes(a, b) or tree.subsumes(b, a)


def intersection(a: Rectangle, b: Rectangle) -> Sides:
    """Return the sides of the pairs that two overlapping rectangles share.

    Of two subtrees that overlap, the inner one has the greater number.
    """
    return max(a.source, b.source), max(a.target, b.target)


def count_pairs(tree: Hierarchy, rectangles: Iterable[Sides]) -> int:
    """Count the pairs of different billable codes in *rectangles*, each pair once.

    The order within a pair does not matter.  The codes are cut where any side begins or
    ends, into blocks that lie in a rectangle completely or not at all.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> m545, m54, m512 = (g[code].number for code in ("M54.5", "M54", "M51.2"))
    >>> count_pairs(g.tree, [(m545, m512)])
    4
    >>> count_pairs(g.tree, [(m545, m512), (m512, m545)])
    4
    >>> count_pairs(g.tree, [(m54, m545)])
    7
    """
    spans = [(tree.span(a), tree.span(b)) for a, b in rectangles]
    cuts = sorted({cut for sides in spans for side in sides for cut in side})
    place = {cut: number for number, cut in enumerate(cuts)}
    blocks = {
        (min(a, b), max(a, b))
        for (low, high), (start, end) in spans
        for a in range(place[low], place[high])
        for b in range(place[start], place[end])
    }
    size = [high - low for low, high in pairwise(cuts)]
    return sum(
        size[a] * (size[a] - 1) // 2 if a == b else size[a] * size[b] for a, b in blocks
    )


def example_pair(graph: Graph, rectangles: Iterable[Sides]) -> tuple[str, ...]:
    """Return the first pair of different billable codes in *rectangles*, if any.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> example_pair(g, [(g["M54.5"].number, g["M51.2"].number)])
    ('M54.50', 'M51.26')
    """
    leaves, codes, span = graph.leaves, graph.codes, graph.tree.span
    for sides in rectangles:
        # Two codes of each side are enough to find two that differ.
        first_two = (leaves[slice(*span(side))][:2] for side in sides)
        for a, b in product(*first_two):
            if a != b:
                return codes[a], codes[b]
    return ()
