"""Notes that connect two nodes directly, and the shortest chains of several notes.

If a chain starts or ends at a header and its note concerns a part of that header, each
level between the header and the part is one more step.  Two notes of a chain meet in
the lower of the two nodes where they end:

    A ── Excludes1 ──> M50-M54  ⊃  M54.5 <── Excludes2 ── B       they meet in M54.5

`notes_between` finds the notes that connect two nodes, `chains` the shortest chains
through other nodes.  Of chains of one length, those with the most specific notes come
first: notes that cover the fewest pairs of billable codes.
"""

from __future__ import annotations

from functools import cache, cached_property
from heapq import nsmallest
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.explain.paths import Path, Paths, Step, down, up
from icdgraph.hierarchy import SubtreeIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icdgraph.graph import Graph, Node


class Arrow(NamedTuple):
    """The edge of a note, seen from one of its ends, *near*; *far* is the other."""

    note: int
    near: int
    far: int
    forward: bool

    @property
    def reversed(self) -> Arrow:
        """The same edge, seen from its other end."""
        return Arrow(self.note, self.far, self.near, not self.forward)


Chain = tuple[Arrow, ...]


def notes_between(graph: Graph, a: Node, b: Node, limit: int | None = None) -> Paths:
    """Return the paths along one note between *a* and *b*, then between their parts.

    All notes that apply to or name all of *a* and all of *b* come first, in both
    directions; at most *limit* paths between parts of headers follow.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> notes_between(g, g["M54.50"], g["F45.41"]).paths[0].notes
    (<excludes1 at M54: 'psychogenic dorsalgia (F45.41)' -> F45.41>,)
    """
    return _Search(graph, a.number, b.number).between(limit)


def chains(graph: Graph, a: Node, b: Node, limit: int | None = None) -> Paths:
    """Return the shortest paths from *a* to *b* along two notes, or else three.

    At most *limit* paths are returned, and the others counted.  Notes that apply to
    both *a* and *b*, or name both, are left out: they say no more than the common
    ancestor does.  Of paths through three notes there is one for each middle note.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> chains(g, g["M54.59"], g["M51.26"]).paths
    ()
    >>> chains(g, g["F45.42"], g["M54.2"]).paths[0].steps
    (<F45.42 --code-also--> G89>, <G89 --excludes2--> M54.2>)
    """
    return _Search(graph, a.number, b.number).chains(limit)


class _Search:
    """The search for notes between two nodes, all by number."""

    def __init__(self, graph: Graph, a: int, b: int) -> None:
        self.graph, self.a, self.b = graph, a, b
        self.tree = graph.tree

    # One note

    def between(self, limit: int | None) -> Paths:
        overlap, end = self.tree.overlap, self.b
        arrows = [x for x in _arrows(self.graph, self.a) if overlap(x.far, end)]
        # If one node is above the other, a note may be seen from both of its ends.
        by_edge = {(x.note, frozenset((x.near, x.far))): x for x in reversed(arrows)}
        ranked = sorted(self._rank((arrow,)) for arrow in by_edge.values())
        whole = sum(length == 1 for length, *_ in ranked)
        kept = ranked if limit is None else ranked[: whole + limit]
        return self._paths([chain for *_, chain in kept], len(ranked))

    # Several notes

    def chains(self, limit: int | None) -> Paths:
        for search in (self._by_two, self._by_three):
            ranked = [self._rank(chain) for chain in search()]
            if ranked:
                shortest = min(length for length, *_ in ranked)
                ranked = [rank for rank in ranked if rank[0] == shortest]
                best = nsmallest(len(ranked) if limit is None else limit, ranked)
                return self._paths([chain for *_, chain in best], len(ranked))
        return Paths()

    @cached_property
    def _ends(self) -> tuple[list[Arrow], list[Arrow]]:
        """The arrows that lead away from *a*, and those that lead away from *b*."""
        return self._away(self.a, self.b), self._away(self.b, self.a)

    def _away(self, start: int, end: int) -> list[Arrow]:
        """Return the arrows from *start*, without those that concern both nodes."""
        top = self.tree.lca(start, end)
        return [
            x
            for x in _arrows(self.graph, start)
            if not (top >= 0 and self.tree.subsumes(x.near, top))
            and not self.tree.overlap(x.far, end)
        ]

    def _by_two(self) -> Iterator[Chain]:
        first, last = self._ends
        at_end = SubtreeIndex(self.tree, ((arrow.far, arrow) for arrow in last))
        return ((x, y.reversed) for x in first for y in at_end.overlapping(x.far))

    def _by_three(self) -> Iterator[Chain]:
        first, last = self._ends
        from_a = self._most_specific(self.a, first)
        from_b = self._most_specific(self.b, last)
        middles = {
            middle
            for far in self._outermost({arrow.far for arrow in first})
            for middle in _arrows(self.graph, far)
        }
        for middle in middles:
            end = from_b(middle.far)
            start = from_a(middle.near) if end else None
            if start and end:
                yield start, middle, end.reversed

    def _outermost(self, nodes: set[int]) -> Iterator[int]:
        """Yield those of *nodes* that have no other above: their arrows are all."""
        end = -1
        for node in sorted(nodes):
            if node > end:
                end = self.tree.last[node]
                yield node

    def _most_specific(
        self, start: int, arrows: list[Arrow]
    ) -> Callable[[int], Arrow | None]:
        """Return a function from a node to the arrow that leads to it from *start*.

        Of several, it is the one nearest to all of *start*, with the fewest codes.
        """
        index = SubtreeIndex(self.tree, ((arrow.far, arrow) for arrow in arrows))
        depth = self.tree.depth

        @cache
        def rank(arrow: Arrow) -> tuple[int, int, Arrow]:
            levels = max(0, depth[arrow.near] - depth[start])
            return levels, self._breadth((arrow,)), arrow

        return cache(lambda node: min(index.overlapping(node), key=rank, default=None))

    # Measures

    def _rank(self, chain: Chain) -> tuple[int, int, Chain]:
        """Return what chains are sorted by: length, breadth, place in the book."""
        return self._length(chain), self._breadth(chain), chain

    def _length(self, chain: Chain) -> int:
        """Return the steps of *chain*: its notes, and the levels within both ends."""
        depth = self.tree.depth
        return (
            len(chain)
            + max(0, depth[chain[0].near] - depth[self.a])
            + max(0, depth[chain[-1].far] - depth[self.b])
        )

    def _breadth(self, chain: Chain) -> int:
        """Return the product of the pairs of billable codes that the notes cover."""
        spans = (self.tree.span(end) for x in chain for end in (x.near, x.far))
        return prod(high - low for low, high in spans)

    # Paths

    def _paths(self, chains: list[Chain], count: int) -> Paths:
        return Paths(tuple(map(self._path, chains)), count - len(chains))

    def _path(self, chain: Chain) -> Path:
        # Of two nodes one above the other, the lower has the greater number.
        stops = [max(self.a, chain[0].near)]
        stops += [max(x.far, y.near) for x, y in pairwise(chain)]
        stops.append(max(chain[-1].far, self.b))
        steps = map(self._step, stops, chain, stops[1:])
        return Path(
            (
                *down(self.graph, self.a, stops[0]),
                *steps,
                *up(self.graph, stops[-1], self.b),
            )
        )

    def _step(self, source: int, arrow: Arrow, target: int) -> Step:
        node, note = self.graph.node, self.graph.note(arrow.note)
        ends = node(arrow.near), node(arrow.far)
        applies_to, names = ends if arrow.forward else ends[::-1]
        relation = note.kind.relation
        assert relation is not None
        return Step(
            node(source), relation, node(target), arrow.forward, note, applies_to, names
        )


def _arrows(graph: Graph, node: int) -> Iterator[Arrow]:
    """Yield the arrows from *node*, its ancestors and its descendants, each once."""
    around = (node, *graph.tree.ancestors(node), *graph.tree.descendants(node))
    for near in around:
        for note in graph.notes_from(near):
            for far in graph.targets_of(note):
                yield Arrow(note, near, far, True)
    for near in around:
        for note in graph.notes_naming(near):
            for far in graph.speakers_of(note):
                yield Arrow(note, near, far, False)
