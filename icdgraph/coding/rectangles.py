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

from itertools import groupby, pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.coding.note_edges import note_edges
from icdgraph.hierarchy import SubtreeIndex
from icdgraph.model import INSTRUCTIONS, NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph, Note
    from icdgraph.hierarchy import Hierarchy

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
        self.tree, self.rectangles = tree, list(rectangles)
        numbered = list(enumerate(self.rectangles))
        self._sources = SubtreeIndex(tree, ((r.source, n) for n, r in numbered))
        self._targets = SubtreeIndex(tree, ((r.target, n) for n, r in numbered))

    def overlapping(self, source: int, target: int) -> Iterator[Rectangle]:
        """Yield the rectangles that share pairs with that of *source* and *target*."""
        overlap = self.tree.overlap
        by_source = self._sources.overlapping(source)
        by_target = self._targets.overlapping(target)
        fewest = by_source if len(by_source) <= len(by_target) else by_target
        for number in sorted(fewest):
            match = self.rectangles[number]
            if overlap(match.source, source) and overlap(match.target, target):
                yield match


def shared_pairs(
    a: RectangleIndex, b: RectangleIndex, *, flipped: bool
) -> dict[tuple[int, int], list[Sides]]:
    """Return the pairs that notes of *a* share with those of *b*, *flipped* or not.

    The pairs are given by the numbers of the two notes.
    """
    shared: dict[tuple[int, int], list[Sides]] = {}
    for rectangle in a.rectangles:
        wanted = rectangle.flipped if flipped else rectangle
        for match in b.overlapping(*wanted.sides):
            other = match.flipped if flipped else match
            sides = intersection(rectangle.sides, other.sides)
            shared.setdefault((rectangle.note, match.note), []).append(sides)
    return shared


def contradictions(graph: Graph) -> dict[tuple[int, int], list[Sides]]:
    """Return the pairs that an Excludes1 note excludes and an instruction asks for.

    They are given by the numbers of the two notes, Excludes1 first, in their order.
    Notes that share only a code with itself do not contradict each other.

    >>> from icdgraph.toy import toy
    >>> contradictions(toy().core)
    {}
    """
    excluding = RectangleIndex(graph.tree, rectangles(graph, NoteKind.EXCLUDES1))
    asking = RectangleIndex(graph.tree, rectangles(graph, *INSTRUCTIONS))
    shared = shared_pairs(excluding, asking, flipped=False)
    for notes, sides in shared_pairs(excluding, asking, flipped=True).items():
        shared.setdefault(notes, []).extend(sides)
    return {
        notes: sides
        for notes, sides in sorted(shared.items())
        if count_pairs(graph.tree, sides)
    }


class Unreturned(NamedTuple):
    """A note with *total* pairs; other notes state *returned* of them in return."""

    note: Note
    total: int
    returned: int
    example: tuple[str, ...]


def unreturned(graph: Graph, kind: NoteKind, answer: NoteKind) -> Iterator[Unreturned]:
    """Yield the notes of *kind* with pairs that no note of kind *answer* returns.

    A note returns a pair if it applies to what the other names and names what the other
    applies to.
    """
    index = RectangleIndex(graph.tree, rectangles(graph, answer))
    for number, group in groupby(rectangles(graph, kind), key=lambda r: r.note):
        own = [rectangle.sides for rectangle in group]
        total = count_pairs(graph.tree, own)
        returned = count_pairs(
            graph.tree,
            (
                intersection(sides, match.flipped.sides)
                for sides in own
                for match in index.overlapping(*sides[::-1])
                if match.note != number
            ),
        )
        if returned < total:
            yield Unreturned(
                graph.note(number), total, returned, example_pair(graph, own)
            )


def intersection(a: Sides, b: Sides) -> Sides:
    """Return the sides of the pairs that two overlapping rectangles share.

    Of two subtrees that overlap, the inner one has the greater number.
    """
    return max(a[0], b[0]), max(a[1], b[1])


def count_pairs(tree: Hierarchy, rectangles: Iterable[Sides]) -> int:
    """Count the pairs of different billable codes in *rectangles*, each pair once.

    The order within a pair does not matter.  The codes are cut where any side begins or
    ends, into blocks that lie in a rectangle completely or not at all.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> m545, m54, m512 = (g[code].number for code in ("M54.5", "M54", "M51.2"))
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
