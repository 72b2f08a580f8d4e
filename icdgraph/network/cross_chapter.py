"""Notes that lead from one chapter into another.

The tree keeps chapters apart, notes connect them: eye disease with diabetes, anemia
with the drug that caused it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icdgraph.coding.note_edges import note_edges
from icdgraph.model import Kind
from icdgraph.network.weights import group_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from icdgraph.graph import Graph
    from icdgraph.model import Relation


@dataclass(frozen=True, slots=True)
class CrossChapter:
    """How many notes of a relation lead from one chapter into another.

    They make *edges* edges.  A note that names nodes of two chapters counts for both.
    """

    source: str
    source_title: str
    target: str
    target_title: str
    relation: str
    notes: int
    edges: int


def cross_chapter(graph: Graph, relations: Collection[Relation]) -> list[CrossChapter]:
    """Return the pairs of chapters that notes of *relations* connect, most notes first.

    Pairs with the same number of notes are in book order.
    """
    chapter_of = group_of(graph, Kind.CHAPTER)
    edges = Counter(
        (chapter_of[source], chapter_of[target], relation, note)
        for source, target, relation, note in note_edges(graph, relations)
        if chapter_of[source] != chapter_of[target]
    )
    notes = Counter(key[:3] for key in edges)
    edges_of_pair = Counter(key[:3] for key in edges.elements())
    order = sorted(notes, key=lambda pair: (-notes[pair], *pair))
    codes, titles = graph.codes, graph.titles
    return [
        CrossChapter(
            codes[source],
            titles[source],
            codes[target],
            titles[target],
            relation.value,
            notes[source, target, relation],
            edges_of_pair[source, target, relation],
        )
        for source, target, relation in order
    ]
