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

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.coding.note_edges import edges_of
from icdgraph.explain.paths import Path, Paths, Step, down, up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.hierarchy import Hierarchy


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
        arrows = [
            x for x in _arrows(self.graph, self.a) if self._overlap(x.far, self.b)
        ]
        # If one node is above the other, a note may be seen from both of its ends.
        by_edge = {(x.note, frozenset((x.near, x.far))): x for x in reversed(arrows)}
        ranked = sorted(self._rank((arrow,)) for arrow in by_edge.values())
        whole = sum(length == 1 for length, *_ in ranked)
        kept = ranked if limit is None else ranked[: whole + limit]
        return self._paths([chain for *_, chain in kept], len(ranked))

    # Several notes

    def chains(self, limit: int | None) -> Paths:
        for search in (self._by_two, self._by_three):
            best, count = self._best(search(), limit)
            if count:
                return self._paths(best, count)
        return Paths()

    @cached_property
    def _ends(self) -> tuple[list[Arrow], list[Arrow]]:
        """The arrows that lead away from *a*, and those that lead away from *b*."""
        a, b = self.a, self.b
        top = self.tree.lca(a, b)
        return (
            [x for x in _arrows(self.graph, a) if self._leads_away(x, b, top)],
            [x for x in _arrows(self.graph, b) if self._leads_away(x, a, top)],
        )

    def _leads_away(self, arrow: Arrow, other: int, top: int) -> bool:
        concerns_both = top >= 0 and self.tree.subsumes(arrow.near, top)
        return not concerns_both and not self._overlap(arrow.far, other)

    def _by_two(self) -> Iterator[Chain]:
        first, last = self._ends
        at_end = _FarEnds(self.graph, self.b, last)
        return ((x, y.reversed) for x in first for y in at_end.overlapping(x.far))

    def _by_three(self) -> Iterator[Chain]:
        first, last = self._ends
        from_a = _FarEnds(self.graph, self.a, first)
        from_b = _FarEnds(self.graph, self.b, last)
        middles = {
            middle
            for far in self._outermost({arrow.far for arrow in first})
            for middle in _arrows(self.graph, far)
            if from_b.any_overlapping(middle.far)
        }
        return (
            (
                from_a.most_specific(middle.near),
                middle,
                from_b.most_specific(middle.far).reversed,
            )
            for middle in middles
        )

    def _outermost(self, nodes: set[int]) -> Iterator[int]:
        """Yield those of *nodes* that have no other above: their arrows are all."""
        end = -1
        for node in sorted(nodes):
            if node > end:
                end = self.tree.last[node]
                yield node

    def _best(
        self, chains: Iterable[Chain], limit: int | None
    ) -> tuple[list[Chain], int]:
        """Return the first of the shortest *chains*, and how many are as short."""
        ranked = [self._rank(chain) for chain in chains]
        shortest = min((length for length, *_ in ranked), default=0)
        ranked = [rank for rank in ranked if rank[0] == shortest]
        best = nsmallest(len(ranked) if limit is None else limit, ranked)
        return [chain for *_, chain in best], len(ranked)

    # Measures

    def _overlap(self, a: int, b: int) -> bool:
        return self.tree.subsumes(a, b) or self.tree.subsumes(b, a)

    def _rank(self, chain: Chain) -> tuple[int, int, Chain]:
        """Return what chains are sorted by: length, breadth, place in the book."""
        return self._length(chain), _breadth(self.tree, chain), chain

    def _length(self, chain: Chain) -> int:
        """Return the steps of *chain*: its notes, and the levels within both ends."""
        depth = self.tree.depth
        return (
            len(chain)
            + max(0, depth[chain[0].near] - depth[self.a])
            + max(0, depth[chain[-1].far] - depth[self.b])
        )

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


class _FarEnds:
    """Arrows from *start*, sorted by their far ends to find those around a node."""

    def __init__(self, graph: Graph, start: int, arrows: list[Arrow]) -> None:
        self._tree, self._start = graph.tree, start
        self._arrows = sorted(arrows, key=lambda arrow: (arrow.far, arrow))
        self._ends = [arrow.far for arrow in self._arrows]
        self._count = Counter(self._ends)
        self._any: dict[int, bool] = {}
        self._chosen: dict[int, Arrow] = {}

    def overlapping(self, node: int) -> list[Arrow]:
        """Return the arrows whose far end is *node*, an ancestor or a descendant."""
        low = bisect_left(self._ends, node)
        high = bisect_right(self._ends, self._tree.last[node])
        arrows = self._arrows[low:high]
        for above in self._tree.ancestors(node):
            if above in self._count:
                start = bisect_left(self._ends, above)
                arrows += self._arrows[start : start + self._count[above]]
        return arrows

    def any_overlapping(self, node: int) -> bool:
        """Return True if there is such an arrow."""
        if node not in self._any:
            self._any[node] = bool(self.overlapping(node))
        return self._any[node]

    def most_specific(self, node: int) -> Arrow:
        """Return the one that is nearest to all of *start*, with the fewest codes."""
        if node not in self._chosen:
            self._chosen[node] = min(self.overlapping(node), key=self._rank)
        return self._chosen[node]

    def _rank(self, arrow: Arrow) -> tuple[int, int, Arrow]:
        depth = self._tree.depth
        levels = max(0, depth[arrow.near] - depth[self._start])
        return levels, _breadth(self._tree, (arrow,)), arrow


def _breadth(tree: Hierarchy, chain: Chain) -> int:
    """Return the product of the pairs of billable codes that the notes cover."""
    breadth = 1
    for arrow in chain:
        for end in (arrow.near, arrow.far):
            low, high = tree.span(end)
            breadth *= high - low
    return breadth


def _arrows(graph: Graph, node: int) -> Iterator[Arrow]:
    """Yield the arrows from *node*, its ancestors and its descendants, each once."""
    subsumes = graph.tree.subsumes
    for note in _notes_around(graph, node):
        for edge in edges_of(graph, note):
            if subsumes(edge.source, node) or subsumes(node, edge.source):
                yield Arrow(note, edge.source, edge.target, True)
    for end in (node, *graph.tree.ancestors(node), *graph.tree.descendants(node)):
        for note in graph.notes_naming(end):
            for source in graph.speakers_of(note):
                yield Arrow(note, end, source, False)


def _notes_around(graph: Graph, node: int) -> Iterator[int]:
    """Yield the notes defined at the ancestors of *node*, at it and below it."""
    for above in graph.tree.ancestors(node):
        yield from graph.notes_at(above)
    last = graph.tree.last[node]
    yield from range(graph.notes_at(node).start, graph.notes_at(last).stop)
