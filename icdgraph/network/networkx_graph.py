"""The graph for networkx: a `MultiDiGraph`, or a `DiGraph` with one edge per pair.

    G.nodes["M54.50"]["title"]                  'Low back pain, unspecified'
    G.nodes["M50-M54"], G.nodes["M00-M99"]      a section and a chapter, by their ranges
    G.nodes["ICD-10-CM"]                        the root, above all chapters
    G.edges["M54", "F45.41", "excludes1"]       the note: its id, its text
    [e for e in G.edges(keys=True) if e[2] == "excludes1"]    all edges of a relation

`selection` says where edges lead, `attributes` what nodes and edges carry.  Some
algorithms accept only a `DiGraph`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.network.content import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import networkx as nx

    from icdgraph.graph import Graph, Node
    from icdgraph.network.attributes import Attributes
    from icdgraph.network.content import Content


def to_networkx(
    graph: Graph,
    relations: Iterable[str] | None = None,
    under: str | Node | None = None,
    inherited: bool = False,
    multi: bool = True,
    isolated: bool = False,
) -> nx.MultiDiGraph | nx.DiGraph | nx.Graph:
    """Return *graph* as a networkx graph whose nodes are codes, such as ``M54.50``.

    *relations* are names of `Relation`, by default ``parent`` and those between codes;
    with ``synonym``, terms are nodes as well.  ``conflicts`` makes another network, an
    undirected one: its nodes are the groups of codes that have the same Excludes1
    conflicts, and ``G.graph["group_of"]`` leads from a code to its group.

    *under* restricts the network to a node and those below it: every edge with an end
    there is included, and its other end has the attribute ``inside`` False.
    *inherited* repeats notes at each node that they apply to, not only where they are
    defined; more than two million edges are refused.  *isolated* keeps nodes that have
    no edge of these relations.  Without *multi*, edges from one node to another become
    one, with their relations, separated by spaces, as ``relation``, and the number of
    their notes as ``weight``.

    Raises `IcdGraphError` for an unknown relation or too many edges, `UnknownCode` and
    `ParseError`.

    >>> import networkx as nx
    >>> from icdgraph.toy import toy
    >>> G = to_networkx(toy().core)
    >>> G.edges["M54", "F45.41", "excludes1"]["note"]
    'M54/excludes1/1'
    >>> tree = to_networkx(toy().core, ["parent"], multi=False).reverse()
    >>> nx.lowest_common_ancestor(tree, "M54.50", "F45.41")
    'ICD-10-CM'
    >>> G = to_networkx(toy().core, ["excludes1"], under="M54.50", inherited=True)
    >>> list(G["M54.50"])
    ['S39.012', 'M51.2', 'M54.4', 'F45.41']
    >>> G = to_networkx(toy().core, "conflicts")
    >>> [G.nodes[group]["codes"] for group in G[G.graph["group_of"]["M51.26"]]]
    [('M54.50', 'M54.59')]
    """
    import networkx as nx

    made = content(graph, relations, under, inherited, isolated, in_memory=True)
    directed = nx.MultiDiGraph if multi else nx.DiGraph
    network = (directed if made.is_directed else nx.Graph)(**made.about, **made.lookups)
    network.add_nodes_from(made.nodes())
    if not made.is_directed:
        network.add_edges_from(made.edges())
    elif multi:
        network.add_edges_from((a, b, e["relation"], e) for a, b, e in made.edges())
    else:
        network.add_edges_from(_merged(made))
    return network


def _merged(made: Content) -> Iterator[tuple[str, str, Attributes]]:
    """Yield one edge per ordered pair: its relations, and its notes as weight.

    An edge to a parent has no note, and counts as one.
    """
    pairs: dict[tuple[str, str], list[Attributes]] = {}
    for source, target, attributes in made.edges():
        pairs.setdefault((source, target), []).append(attributes)
    for (source, target), together in pairs.items():
        relation = " ".join(attributes["relation"] for attributes in together)
        weight = sum(len(a.get("note", "parent").split()) for a in together)
        yield source, target, {"relation": relation, "weight": weight}
