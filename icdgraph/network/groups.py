"""Groups of nodes that notes hold together: communities and connected components.

A community is a set of nodes with more notes inside than chance would give; a component
is a set of nodes that no note leads out of.  Both ignore the direction of notes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icdgraph.errors import IcdGraphError
from icdgraph.model import Kind
from icdgraph.network.weights import group_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import networkx as nx

    from icdgraph.graph import Graph


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """A community or a component; *number* 1 is the largest.

    *hub* is the node with the most notes inside the group, and *notes* how many there
    are inside, counting a note in part that leads there in part.  *chapters* are those
    of its nodes, the most frequent first, and *codes* its nodes in book order.
    """

    number: int
    size: int
    hub: str
    title: str
    notes: float
    chapters: tuple[str, ...]
    codes: tuple[str, ...]


def communities(
    graph: Graph, network: nx.DiGraph, resolution: float, seed: int
) -> list[NodeGroup]:
    """Return the communities of *network* by the Louvain method, the largest first.

    V. D. Blondel et al., "Fast unfolding of communities in large networks", J. Stat.
    Mech. 2008 P10008, doi:10.1088/1742-5468/2008/10/P10008.

    Raises `IcdGraphError` for an invalid *resolution*.
    """
    import networkx as nx

    if not resolution > 0:
        expected = "expected a number above 0"
        raise IcdGraphError(f"invalid resolution {resolution!r}: {expected}")
    undirected = nx.Graph()
    for a, b, weight in network.edges(data="weight"):
        back = network.get_edge_data(b, a, {"weight": 0.0})["weight"]
        undirected.add_edge(a, b, weight=weight + back)
    groups = nx.community.louvain_communities(
        undirected, weight="weight", resolution=resolution, seed=seed
    )
    return _described(graph, network, groups)


def components(graph: Graph, network: nx.DiGraph) -> list[NodeGroup]:
    """Return the weakly connected components of *network*, the largest first."""
    import networkx as nx

    return _described(graph, network, nx.weakly_connected_components(network))


def _described(
    graph: Graph, network: nx.DiGraph, groups: Iterable[Collection[int]]
) -> list[NodeGroup]:
    order = sorted(groups, key=lambda group: (-len(group), min(group)))
    chapter_of = group_of(graph, Kind.CHAPTER)
    return [
        _group(graph, number, network.subgraph(group), chapter_of)
        for number, group in enumerate(order, start=1)
    ]


def _group(
    graph: Graph, number: int, inner: nx.DiGraph, chapter_of: Sequence[int]
) -> NodeGroup:
    notes = dict(inner.degree(weight="weight"))
    nodes = sorted(notes)
    # Rounded, since shares of a note that add up to the same may differ in the last
    # digits.
    hub = min(nodes, key=lambda node: (-round(notes[node], 9), node))
    chapters = Counter(chapter_of[node] for node in nodes)
    return NodeGroup(
        number,
        len(nodes),
        graph.codes[hub],
        graph.titles[hub],
        round(float(inner.size(weight="weight")), 2),
        tuple(graph.codes[chapter] for chapter, _ in chapters.most_common()),
        tuple(graph.codes[node] for node in nodes),
    )
