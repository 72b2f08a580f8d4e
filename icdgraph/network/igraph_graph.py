"""The graph for igraph, made without a networkx graph in between.

igraph numbers its vertices; they are also found by name:

    G.vs.find("M54.50")["title"]                'Low back pain, unspecified'

Vertices and edges carry what `attributes` says, and edges their ``key``.  In igraph
every vertex has every attribute; one that does not apply is None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.extras import require
from icdgraph.network.attributes import EDGE_FIELDS, about, edges, node_fields, nodes
from icdgraph.network.networkx_graph import refuse_too_many
from icdgraph.network.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import igraph

    from icdgraph.graph import Graph, Node
    from icdgraph.network.attributes import Attributes


def to_igraph(
    graph: Graph,
    relations: Iterable[str] | None = None,
    under: str | Node | None = None,
    inherited: bool = False,
) -> igraph.Graph:
    """Return *graph* as a directed `igraph.Graph` with parallel edges.

    Options, nodes and edges are those of `to_networkx`.  Raises what it raises, and
    `MissingExtra` where igraph is not installed.

    >>> from icdgraph.toy import toy
    >>> G = to_igraph(toy().core, relations=["excludes1"])
    >>> G.vs[G.es[0].source]["name"], G.vs[G.es[0].target]["name"]
    ('M54', 'F45.41')
    """
    ig = require("igraph", "convert a graph to igraph", "igraph")
    selection = Selection(graph, relations, under, inherited)
    refuse_too_many(selection)
    vertices = list(nodes(selection))
    places = {name: place for place, (name, _) in enumerate(vertices)}
    arcs = list(edges(selection))
    return ig.Graph(
        n=len(vertices),
        edges=[(places[source], places[target]) for source, target, _, _ in arcs],
        directed=True,
        graph_attrs=about(graph),
        vertex_attrs={"name": list(places)}
        | _columns([attributes for _, attributes in vertices], node_fields(selection)),
        edge_attrs={"key": [key for _, _, key, _ in arcs]}
        | _columns([attributes for *_, attributes in arcs], EDGE_FIELDS),
    )


def _columns(rows: Sequence[Attributes], fields: Iterable[str]) -> dict[str, list[Any]]:
    """Return *rows* as columns; a column without any value is left out."""
    used = set().union(*rows)
    return {
        field: [row.get(field) for row in rows] for field in fields if field in used
    }
