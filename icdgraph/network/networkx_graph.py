"""The graph for networkx: a `MultiDiGraph`, or a `DiGraph` with one edge per pair.

    G.nodes["M54.50"]["title"]                  'Low back pain, unspecified'
    G.edges["M54", "F45.41", "excludes1"]       the note: its text, where it is defined
    G.nodes["M50-M54"], G.nodes["M00-M99"]      a section and a chapter, by their ranges

`selection` says where edges lead, `attributes` what nodes and edges carry.  The
multigraph has every edge with its note; some algorithms accept only a `DiGraph`.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from icdgraph.errors import IcdGraphError
from icdgraph.network.attributes import about, edges, nodes
from icdgraph.network.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import networkx as nx

    from icdgraph.graph import Graph, Node
    from icdgraph.network.attributes import Attributes

MOST = 2_000_000
"""The limit of edges with *inherited*; this many take a gigabyte."""


def to_networkx(
    graph: Graph,
    relations: Iterable[str] | None = None,
    under: str | Node | None = None,
    inherited: bool = False,
    multi: bool = True,
) -> nx.MultiDiGraph | nx.DiGraph:
    """Return *graph* as a networkx graph whose nodes are codes, such as ``M54.50``.

    *relations* are names of `Relation`, by default ``parent`` and those between codes;
    with ``synonym``, terms are nodes as well.  *under* restricts the network to a node
    and those below it: every edge with an end there is included, and its other end has
    the attribute ``inside`` False.  *inherited* repeats notes at each node that they
    apply to, not only where they are defined; more than `MOST` edges are refused.
    Without *multi*, the edges from one node to another become one, with their
    relations, separated by spaces, as ``relation``, and their number as ``weight``.

    Raises `IcdGraphError` for an unknown relation or too many edges, `UnknownCode` and
    `ParseError`.

    >>> from icdgraph.toy import toy
    >>> G = to_networkx(toy().core)
    >>> G.edges["M54", "F45.41", "excludes1"]["text"]
    'psychogenic dorsalgia (F45.41)'
    >>> G = to_networkx(toy().core, ["excludes1"], under="M54.50", inherited=True)
    >>> list(G["M54.50"])
    ['S39.012', 'M51.2', 'M54.4', 'F45.41']
    """
    import networkx as nx

    selection = Selection(graph, relations, under, inherited)
    refuse_too_many(selection)
    network = (nx.MultiDiGraph if multi else nx.DiGraph)(**about(graph))
    network.add_nodes_from(nodes(selection))
    network.add_edges_from(edges(selection) if multi else _merged(selection))
    return network


def refuse_too_many(selection: Selection) -> None:
    """Raise `IcdGraphError` if inherited notes make more edges than `MOST`."""
    if not selection.inherited:
        return
    if sum(1 for _ in islice(selection.edges(), MOST + 1)) > MOST:
        raise IcdGraphError(
            f"inherited=True makes more than {MOST:,} edges. Choose fewer relations, "
            "or a part of the classification with under"
        )


def _merged(selection: Selection) -> Iterator[tuple[str, str, Attributes]]:
    """Yield one edge per ordered pair: its relations, and their number as weight."""
    relations: dict[tuple[str, str], Counter[str]] = {}
    for source, target, _, attributes in edges(selection):
        relations.setdefault((source, target), Counter())[attributes["relation"]] += 1
    for (source, target), counts in relations.items():
        yield source, target, {"relation": " ".join(counts), "weight": counts.total()}
