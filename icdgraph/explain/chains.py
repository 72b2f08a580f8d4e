"""Which notes join two nodes, and the shortest chains of notes where none does.

Where a chain starts or ends at a header and the note concerns a part of it, each level
down to that part, or up from it, is one step more.  Two steps meet in the narrower of
their ends:

    A ── Excludes1 ──> M50-M54  ⊃  M54.5 <── Excludes2 ── B       they meet in M54.5

`notes_between` finds the notes that join two nodes, `chains` the shortest ways through
other nodes.  Among ways of one length those come first whose notes are the narrowest:
that speak of the fewest pairs of billable codes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cached_property
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.explain.paths import Found, Path, Step, down, up
from icdgraph.model import LINKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph, Node


class Arrow(NamedTuple):
    """A note seen from one side: *near* is the end looked from, *far* the other."""

    note: int
    near: int
    far: int
    forward: bool


Way = tuple[Arrow, ...]


def notes_between(graph: Graph, a: Node, b: Node, limit: int | None = None) -> Found:
    """Return the paths along one note: between *a* and *b*, then between their parts.

    Notes between the whole of *a* and the whole of *b* all come first, forwards and
    backwards; at most *limit* of the paths between parts of headers follow.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> notes_between(g, g["M54.50"], g["F45.41"]).paths[0].notes
    (<excludes1 at M54: 'psychogenic dorsalgia (F45.41)' -> F45.41>,)
    """
    return _Finder(graph, a.number, b.number).between(limit)


def chains(graph: Graph, a: Node, b: Node, limit: int | None = None) -> Found:
    """Return the shortest paths from *a* to *b* along two notes, or else three.

    At most *limit* are kept, and the others counted.  Left out are notes that treat
    both alike, speaking for or naming something above *a* and *b*: they say no more
    than that ancestor.  A path through three notes is given once for each middle note.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> chains(g, g["M54.59"], g["M51.26"]).paths
    ()
    >>> chains(g, g["F45.42"], g["M54.2"]).paths[0].steps
    (<F45.42 --code-also--> G89>, <G89 --excludes2--> M54.2>)
    """
    return _Finder(graph, a.number, b.number).chains(limit)


class _Finder:
    """The search between two nodes, all in node numbers."""

    def __init__(self, graph: Graph, a: int, b: int) -> None:
        self.graph, self.a, self.b = graph, a, b
        self.last = graph.tree.last

    # One note

    def between(self, limit: int | None) -> Found:
        met = (x for x in _arrows(self.graph, self.a) if self._overlap(x.far, self.b))
        # Where a node stands above the other, a note may be seen from both its ends.
        edges = {(x.note, frozenset((x.near, x.far))): (x,) for x in reversed([*met])}
        found: list[Way] = list(edges.values())
        found.sort(key=lambda way: (self._stretch(way), self._breadth(way), way))
        whole = sum(self._stretch(way) == 1 for way in found)
        kept = found if limit is None else found[: whole + limit]
        return Found(tuple(map(self._path, kept)), len(found) - len(kept))

    # Several

    def chains(self, limit: int | None) -> Found:
        for search in (self._by_two, self._by_three):
            found, count = self._best(search(), limit)
            if count:
                return Found(tuple(map(self._path, found)), count - len(found))
        return Found()

    @cached_property
    def _ends(self) -> tuple[list[Arrow], list[Arrow]]:
        """The arrows that leave *a* and *b* for elsewhere."""
        a, b, top = self.a, self.b, self.graph.tree.lca(self.a, self.b)
        return (
            [x for x in _arrows(self.graph, a) if self._leads_away(x, b, top)],
            [x for x in _arrows(self.graph, b) if self._leads_away(x, a, top)],
        )

    def _leads_away(self, arrow: Arrow, other: int, top: int) -> bool:
        treats_alike = top >= 0 and self._above(arrow.near, top)
        return not treats_alike and not self._overlap(arrow.far, other)

    def _by_two(self) -> Iterator[Way]:
        first, second = self._ends
        meeting = _Meeting(self.graph, second)
        return ((one, _turned(other)) for one in first for other in meeting.of(one.far))

    def _by_three(self) -> Iterator[Way]:
        first, third = self._ends
        from_a, from_b = _Meeting(self.graph, first), _Meeting(self.graph, third)
        middles = {
            middle
            for far in self._outermost({one.far for one in first})
            for middle in _arrows(self.graph, far)
            if from_b.any(middle.far)
        }
        return (
            (
                self._narrowest(from_a, middle.near),
                middle,
                _turned(self._narrowest(from_b, middle.far)),
            )
            for middle in middles
        )

    def _outermost(self, nodes: set[int]) -> Iterator[int]:
        """Yield those of *nodes* that no other stands above: their arrows are all."""
        end = -1
        for node in sorted(nodes):
            if node > end:
                end = self.last[node]
                yield node

    def _narrowest(self, meeting: _Meeting, node: int) -> Arrow:
        if node not in meeting.chosen:
            meeting.chosen[node] = min(meeting.of(node), key=self._size)
        return meeting.chosen[node]

    def _best(self, ways: Iterable[Way], limit: int | None) -> tuple[list[Way], int]:
        """Return the narrowest of the shortest *ways*, and how many are as short."""
        ranked = [(self._stretch(way), self._breadth(way), way) for way in ways]
        shortest = min((stretch for stretch, *_ in ranked), default=0)
        ranked = [rank for rank in ranked if rank[0] == shortest]
        best = nsmallest(len(ranked) if limit is None else limit, ranked)
        return [way for *_, way in best], len(ranked)

    # Measures

    def _above(self, top: int, node: int) -> bool:
        return top <= node <= self.last[top]

    def _overlap(self, one: int, other: int) -> bool:
        return self._above(one, other) or self._above(other, one)

    def _size(self, arrow: Arrow) -> tuple[int, int, Arrow]:
        return self._stretch((arrow,)), self._breadth((arrow,)), arrow

    def _breadth(self, way: Way) -> int:
        """Return of how many pairs of billable codes the notes of *way* speak."""
        found = 1
        for arrow in way:
            for end in (arrow.near, arrow.far):
                low, high = self.graph.tree.span(end)
                found *= high - low
        return found

    def _stretch(self, way: Way) -> int:
        """Return the steps of *way*: its notes, and levels within both ends."""
        depth = self.graph.tree.depth
        return (
            len(way)
            + max(0, depth[way[0].near] - depth[self.a])
            + max(0, depth[way[-1].far] - depth[self.b])
        )

    # Telling it

    def _path(self, way: Way) -> Path:
        stops = [max(self.a, way[0].near)]
        # Of two nodes one above the other, the lower has the greater number.
        stops += [max(one.far, other.near) for one, other in pairwise(way)]
        stops.append(max(way[-1].far, self.b))
        steps = [
            self._step(source, arrow, target)
            for source, arrow, target in zip(stops, way, stops[1:], strict=False)
        ]
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
        speaker, named = ends if arrow.forward else ends[::-1]
        relation = note.kind.relation
        if relation is None:
            raise ValueError(f"{note!r} states no relation")
        return Step(
            node(source), relation, node(target), arrow.forward, note, speaker, named
        )


class _Meeting:
    """Arrows sorted by their far end, to find those that end at or around a node."""

    def __init__(self, graph: Graph, arrows: list[Arrow]) -> None:
        self._tree = graph.tree
        self._arrows = sorted(arrows, key=lambda arrow: (arrow.far, arrow))
        self._ends = [arrow.far for arrow in self._arrows]
        self._at = Counter(self._ends)
        self._known: dict[int, bool] = {}
        self.chosen: dict[int, Arrow] = {}

    def of(self, node: int) -> list[Arrow]:
        """Return the arrows whose far end is *node*, above it or beneath it."""
        low = bisect_left(self._ends, node)
        high = bisect_right(self._ends, self._tree.last[node])
        found = self._arrows[low:high]
        for above in self._tree.ancestors(node):
            if above in self._at:
                start = bisect_left(self._ends, above)
                found += self._arrows[start : start + self._at[above]]
        return found

    def any(self, node: int) -> bool:
        """Say whether `of` finds any."""
        if node not in self._known:
            self._known[node] = bool(self.of(node))
        return self._known[node]


def _turned(arrow: Arrow) -> Arrow:
    return Arrow(arrow.note, arrow.far, arrow.near, not arrow.forward)


def _arrows(graph: Graph, node: int) -> Iterator[Arrow]:
    """Yield the arrows with an end at *node*, above it, or beneath it, each once."""
    last = graph.tree.last
    for note in _printed_around(graph, node):
        if graph.kind_of_note(note) in LINKING:
            named = graph.targets_of(note)
            for speaker in graph.speakers_of(note):
                if speaker <= node <= last[speaker] or node < speaker <= last[node]:
                    yield from (Arrow(note, speaker, end, True) for end in named)
    for end, note in _pointing_around(graph, node):
        for speaker in graph.speakers_of(note):
            yield Arrow(note, end, speaker, False)


def _printed_around(graph: Graph, node: int) -> Iterator[int]:
    """Yield the numbers of the notes printed above *node*, at it and beneath it."""
    for above in graph.tree.ancestors(node):
        yield from graph.notes_at(above)
    last = graph.tree.last[node]
    yield from range(graph.notes_at(node).start, graph.notes_at(last).stop)


def _pointing_around(graph: Graph, node: int) -> Iterator[tuple[int, int]]:
    """Yield what notes name above *node*, at it and beneath it, with each note."""
    for end in (node, *graph.tree.ancestors(node), *graph.tree.descendants(node)):
        yield from ((end, note) for note in graph.notes_naming(end))
