"""Where notes lead from one chapter into another.

The tree keeps chapters apart: no code of one stands beneath another.  Notes do not:
they lead from eye disease to diabetes, from anemia to the drug that caused it.  (The
bridges of graph theory, edges whose loss breaks a graph in two, are something else.)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icdgraph.network.digraph import select
from icdgraph.network.links import CROSS, chapters, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph
    from icdgraph.model import Relation


@dataclass(frozen=True, slots=True)
class Bridge:
    """The notes of a relation from one chapter into another, and the edges they make.

    A note that names nodes of two chapters counts in both.
    """

    source: str
    target: str
    relation: str
    notes: int
    edges: int


@dataclass(frozen=True, slots=True)
class Bridgehead:
    """A node with notes that lead out of its chapter: how many, and into which ones.

    *chapters* has the one that most of the notes lead into first.
    """

    node: str
    kind: str
    title: str
    chapter: str
    notes: int
    reached: int
    chapters: tuple[str, ...]


Crossing = tuple[int, int, int, "Relation", int]
"""A node, its chapter, another chapter, the relation that leads there, and a note."""


def bridges(graph: Graph, relations: Iterable[str] = CROSS) -> list[Bridge]:
    """Return how many notes lead from chapter to chapter, by relation; most first.

    Chapters are named by their ranges, as in `to_networkx`.  Raises `IcdGraphError` for
    a relation that there is not.

    >>> from icdgraph.toy import toy
    >>> bridges(toy().core, ["code-also"])[0]
    Bridge(source='F01-F99', target='G00-G99', relation='code-also', notes=1, edges=1)
    """
    crossed = list(_crossings(graph, relations))
    edges = Counter((a, b, relation) for _, a, b, relation, _ in crossed)
    notes = Counter(
        (a, b, relation) for a, b, relation, _ in {link[1:] for link in crossed}
    )
    known = names(graph)
    order = sorted(notes, key=lambda pair: (-notes[pair], *pair))
    return [
        Bridge(known[a], known[b], r.value, notes[a, b, r], edges[a, b, r])
        for a, b, r in order
    ]


def bridgeheads(graph: Graph, relations: Iterable[str] = CROSS) -> list[Bridgehead]:
    """Return the nodes whose notes lead out of their chapter, to most chapters first.

    >>> from icdgraph.toy import toy
    >>> head = bridgeheads(toy().core)[0]
    >>> head.node, head.chapter, head.chapters
    ('G89', 'G00-G99', ('M00-M99', 'F01-F99'))
    """
    reached: defaultdict[int, Counter[int]] = defaultdict(Counter)
    notes: defaultdict[int, set[int]] = defaultdict(set)
    for node, _, other, _, note in dict.fromkeys(_crossings(graph, relations)):
        reached[node][other] += 1
        notes[node].add(note)
    known, top = names(graph), chapters(graph)
    order = sorted(reached, key=lambda n: (-len(reached[n]), -len(notes[n]), n))
    return [
        Bridgehead(
            known[number],
            graph.node(number).kind.value,
            graph.node(number).title,
            known[top[number]],
            len(notes[number]),
            len(reached[number]),
            tuple(known[n] for n, _ in reached[number].most_common()),
        )
        for number in order
    ]


def _crossings(graph: Graph, relations: Iterable[str]) -> Iterator[Crossing]:
    """Yield every edge of a note from one chapter into another, an edge a time."""
    top = chapters(graph)
    for source, target, relation, note in select(graph, relations).links():
        if isinstance(target, int) and top[source] != top[target]:
            yield source, top[source], top[target], relation, note
