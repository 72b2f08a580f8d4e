"""Nodes that the notes hold together: communities, and pieces without any link between.

Both look at the links as if they had no direction, between nodes lifted to a kind (see
`votes`): by default to the category, where 7,700 nodes with an Excludes1 become 1,600.
Lower down the same disease falls apart, because one note names M54 and the next M54.5;
sections and chapters that notes name stay nodes of their own.

A *community* is a set of nodes with more notes inside than one would expect by chance,
a *piece* a set that no note leads out of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from icdgraph.errors import IcdGraphError
from icdgraph.model import Kind, Relation
from icdgraph.network.digraph import import_networkx, select
from icdgraph.network.links import CROSS, chapters, names
from icdgraph.network.weights import votes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from icdgraph.graph import Graph, Node


@dataclass(frozen=True, slots=True)
class Group:
    """A set of nodes, the largest set being *number* 1.

    *hub* is the node with most notes inside the group, and *notes* the number of all
    inside, parts of notes added up.  *chapters* are those of its *nodes*, the one with
    most of them first; the nodes are in the order of the book.
    """

    number: int
    size: int
    hub: str
    title: str
    """The hub's."""
    notes: float
    chapters: tuple[str, ...]
    nodes: tuple[str, ...]


def communities(
    graph: Graph,
    relations: Iterable[str] = CROSS,
    under: str | Node | None = None,
    at: Kind | str | None = Kind.CATEGORY,
    resolution: float = 1.0,
    seed: int = 0,
) -> list[Group]:
    """Return the communities that notes of *relations* make, the largest first.

    By the Louvain method, which starts from an order drawn with *seed*: the same seed
    gives the same groups, another one others that are about as good.  A *resolution*
    above 1 gives smaller groups.  *under* is a node to stay beneath, as in
    `to_networkx`; *at* the kind that ends are lifted to, None for none.

    V. D. Blondel et al., "Fast unfolding of communities in large networks", J. Stat.
    Mech. 2008 P10008, doi:10.1088/1742-5468/2008/10/P10008.

    Raises `IcdGraphError`; `MissingExtra` where ``icdgraph[network]`` is not installed.

    >>> from icdgraph.toy import toy
    >>> [group.nodes for group in communities(toy().core)]
    [('M51', 'M54', 'S39'), ('F45', 'G89')]
    """
    if not resolution > 0:
        raise IcdGraphError(f"{resolution!r} is no resolution; 1.0 would be right")
    nx, network = import_networkx(), _network(graph, relations, under, at)
    found = nx.community.louvain_communities(
        network, weight="weight", resolution=resolution, seed=seed
    )
    return _groups(graph, network, found)


def pieces(
    graph: Graph,
    relations: Iterable[str] = (Relation.EXCLUDES1,),
    under: str | Node | None = None,
    at: Kind | str | None = Kind.CATEGORY,
) -> list[Group]:
    """Return the connected pieces that notes of *relations* make, the largest first.

    By default of the Excludes1 notes.  Nodes that they leave alone are in no piece.
    The options are those of `communities`.

    >>> from icdgraph.toy import toy
    >>> [group.nodes for group in pieces(toy().core)]
    [('F45', 'M51', 'M54', 'S39')]
    """
    nx, network = import_networkx(), _network(graph, relations, under, at)
    return _groups(graph, network, list(nx.connected_components(network)))


def _network(
    graph: Graph,
    relations: Iterable[str],
    under: str | Node | None,
    at: Kind | str | None,
) -> Any:
    """Return the links as an undirected networkx graph of node numbers.

    Numbers, since a set of texts has another order in every process, and Louvain's
    answer depends on the order.
    """
    found: dict[tuple[int, int], float] = {}
    for (a, b), weight in votes(select(graph, relations, under), at).items():
        ends = min(a, b), max(a, b)
        found[ends] = found.get(ends, 0.0) + weight
    network = import_networkx().Graph()
    network.add_weighted_edges_from((a, b, w) for (a, b), w in sorted(found.items()))
    return network


def _groups(
    graph: Graph, network: Any, found: Iterable[Collection[int]]
) -> list[Group]:
    order = sorted(found, key=lambda group: (-len(group), min(group)))
    known, top = names(graph), chapters(graph)
    return [
        _group(graph, number, network.subgraph(group), known, top)
        for number, group in enumerate(order, start=1)
    ]


def _group(
    graph: Graph, number: int, inner: Any, known: list[str], top: list[int]
) -> Group:
    weights = dict(inner.degree(weight="weight"))
    numbers = sorted(weights)
    hub = min(numbers, key=lambda node: (-round(weights[node], 9), node))
    spread = Counter(top[node] for node in numbers)
    return Group(
        number,
        len(numbers),
        known[hub],
        graph.node(hub).title,
        round(float(inner.size(weight="weight")), 2),
        tuple(known[n] for n, _ in spread.most_common()),
        tuple(known[n] for n in numbers),
    )
