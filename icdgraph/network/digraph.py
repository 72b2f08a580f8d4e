"""The graph for networkx: a `MultiDiGraph`, or a `DiGraph` with one edge a pair.

    G = graph.to_networkx()
    G.nodes["M54.50"]["title"]                  'Low back pain, unspecified'
    G.edges["M54", "F45.41", "excludes1"]       the note: its words, where it is printed
    G.nodes["M50-M54"], G.nodes["M00-M99"]      a section and a chapter, by their ranges

`links` says where edges lead, `attributes` what nodes and edges carry.  A multigraph
has every edge with its note.  Some algorithms refuse multigraphs: the `DiGraph` has one
edge for each ordered pair, with the relations between the two and their number as its
weight, and no words.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from icdgraph.errors import IcdGraphError, MissingExtra
from icdgraph.network.attributes import about, edges, nodes
from icdgraph.network.links import Selection, relations_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import networkx as nx

    from icdgraph.graph import Graph, Node
    from icdgraph.network.attributes import Attributes

MOST = 2_000_000
"""The edges up to which notes are told at every node beneath; they take a gigabyte."""


def to_networkx(
    graph: Graph,
    relations: Iterable[str] | None = None,
    under: str | Node | None = None,
    inherited: bool = False,
    multi: bool = True,
) -> nx.MultiDiGraph | nx.DiGraph:
    """Return *graph* as a networkx graph whose nodes are names, such as ``M54.50``.

    *relations* are those of `Relation` to take, ``parent`` and those between codes by
    default; with ``synonym``, terms are nodes as well.  *under* is a node to stay
    beneath: every edge with an end there is taken, and the other end comes along with
    the attribute ``inside`` False.  *inherited* tells notes at each node they speak
    for, not only where they are printed; all of them together are 6 million edges in
    2026, and more than `MOST` are refused.  Without *multi*, edges between the same
    two nodes become one, with ``relation``, the relations separated by spaces, and
    ``weight``, their number.

    Raises `IcdGraphError`, `UnknownCode`, and `MissingExtra` without networkx.

    >>> from icdgraph.toy import toy
    >>> G = to_networkx(toy().core)
    >>> G.edges["M54", "F45.41", "excludes1"]["text"]
    'psychogenic dorsalgia (F45.41)'
    >>> G = to_networkx(toy().core, ["excludes1"], under="M54.50", inherited=True)
    >>> list(G["M54.50"])
    ['S39.012', 'M51.2', 'M54.4', 'F45.41']
    """
    nx = import_networkx()
    selection = select(graph, relations, under, inherited)
    refuse_too_many(selection)
    found = (nx.MultiDiGraph if multi else nx.DiGraph)(**about(graph))
    found.add_nodes_from(nodes(selection))
    found.add_edges_from(edges(selection) if multi else _merged(selection))
    return found


def select(
    graph: Graph,
    relations: Iterable[str] | None = None,
    under: str | Node | None = None,
    inherited: bool = False,
) -> Selection:
    """Return what goes into a network, from the options as a user gives them.

    Raises `IcdGraphError` and `UnknownCode`.
    """
    top = graph.node(graph.number_of(under)) if under is not None else None
    return Selection(graph, relations_of(relations), top, inherited)


def refuse_too_many(selection: Selection) -> None:
    """Raise `IcdGraphError` where what is inherited makes more edges than `MOST`."""
    if not selection.inherited:
        return
    if sum(1 for _ in islice(selection.links(), MOST + 1)) > MOST:
        raise IcdGraphError(
            f"with inherited=True these are more than {MOST:,} edges; fewer "
            "relations, or a smaller part of the book with under, would be right"
        )


def import_networkx() -> Any:
    """Return networkx.  Raises `MissingExtra`, which names what to install."""
    try:
        import networkx
    except ImportError as exc:
        raise MissingExtra(
            "networkx is not installed; pip install 'icdgraph[network]' would be right"
        ) from exc
    return networkx


def _merged(selection: Selection) -> Iterator[tuple[str, str, Attributes]]:
    """Yield an edge an ordered pair: its relations, and their number as weight."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for source, target, _, told in edges(selection):
        found.setdefault((source, target), Counter())[told["relation"]] += 1
    for (source, target), relations in found.items():
        told = {"relation": " ".join(relations), "weight": relations.total()}
        yield source, target, told
