"""What the notes of the book lead to: PageRank, and degrees by relation.

PageRank follows notes from where they are printed to what they name, at random, and
asks where one ends up; each note counts once, however many nodes it names (see
`votes`).  Degrees simply count edges.  Both look at nodes as they are printed and
named: a note at M54 is M54's alone, though it speaks for M54.50.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icdgraph.errors import IcdGraphError, MissingExtra
from icdgraph.network.digraph import import_networkx, select
from icdgraph.network.links import CROSS, names
from icdgraph.network.weights import votes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.graph import Graph, Node
    from icdgraph.network.weights import Votes


ERROR = 1e-8
"""The change of all scores together at which PageRank has settled."""

ROUNDS = 10_000
"""How often PageRank is refined before it is said not to settle."""


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of a node by PageRank, from 1, and its score; all scores make 1."""

    rank: int
    node: str
    kind: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Degree:
    """How many edges of a relation lead to a node, and away from it."""

    node: str
    kind: str
    title: str
    relation: str
    incoming: int
    outgoing: int


def pagerank(
    graph: Graph,
    relations: Iterable[str] = CROSS,
    under: str | Node | None = None,
    damping: float = 0.85,
) -> list[Rank]:
    """Return the nodes with notes of *relations*, or named by them, by PageRank.

    *under* is a node to stay beneath, as in `to_networkx`; *damping* is the chance to
    follow another note, from 0 up to below 1.  Equals stand in the order of the book.
    S. Brin and L. Page, "The anatomy of a large-scale hypertextual web search engine",
    Computer Networks 30, 1998, doi:10.1016/S0169-7552(98)00110-X.

    Raises `IcdGraphError`; `MissingExtra` where ``icdgraph[network]`` is not installed.

    >>> from icdgraph.toy import toy
    >>> [rank.node for rank in pagerank(toy().core)[:2]]
    ['F45.41', 'G89']
    """
    if not 0 <= damping < 1:
        raise IcdGraphError(
            f"{damping!r} is no damping; from 0 up to below 1 would be right"
        )
    weights = votes(select(graph, relations, under))
    known = names(graph)
    order = sorted(_scores(weights, damping).items(), key=lambda item: (-item[1], item))
    return [
        Rank(rank, known[number], node.kind.value, node.title, score)
        for rank, (number, score) in enumerate(order, start=1)
        for node in (graph.node(number),)
    ]


def degrees(
    graph: Graph,
    relations: Iterable[str] = CROSS,
    under: str | Node | None = None,
) -> list[Degree]:
    """Return how many edges each node has, by relation; those with most come first.

    Nodes without an edge of a relation are left out, and so are terms.  *under* is a
    node to stay beneath, as in `to_networkx`.

    >>> from icdgraph.toy import toy
    >>> degrees(toy().core, ["excludes2"])[0]
    Degree(node='G89', kind='category', title='Pain, not elsewhere classified', \
relation='excludes2', incoming=0, outgoing=2)
    """
    selection = select(graph, relations, under)
    links = list(selection.links())
    outgoing = Counter((link.source, link.relation) for link in links)
    incoming = Counter(
        (link.target, link.relation) for link in links if isinstance(link.target, int)
    )
    both, known = outgoing + incoming, names(graph)
    place = selection.relations.index
    order = sorted(both, key=lambda pair: (-both[pair], pair[0], place(pair[1])))
    return [
        Degree(
            known[pair[0]],
            graph.node(pair[0]).kind.value,
            graph.node(pair[0]).title,
            pair[1].value,
            incoming[pair],
            outgoing[pair],
        )
        for pair in order
    ]


def _scores(weights: Votes, damping: float) -> dict[int, float]:
    """Return the PageRank of each node, to ten decimals, so that equals are equal."""
    nx = import_networkx()
    network = nx.DiGraph()
    network.add_weighted_edges_from((a, b, w) for (a, b), w in weights.items())
    # networkx stops at an error of tol a node: by default, with 11,000 nodes, at 1 %.
    limits = {"tol": ERROR / max(len(network), 1), "max_iter": ROUNDS}
    try:
        scores = nx.pagerank(network, alpha=damping, weight="weight", **limits)
    except nx.PowerIterationFailedConvergence as exc:
        raise IcdGraphError(
            f"with a damping of {damping!r} PageRank does not settle; less, such as "
            "0.85, would be right"
        ) from exc
    except ImportError as exc:
        raise MissingExtra(
            "scipy is not installed; pip install 'icdgraph[network]' would be right"
        ) from exc
    return {number: round(float(score), 10) for number, score in scores.items()}
