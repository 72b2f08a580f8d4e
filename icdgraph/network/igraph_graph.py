"""The graph for igraph, made without a networkx graph in between.

igraph numbers its vertices; they are also found by name:

    G.vs.find("M54.50")["title"]                'Low back pain, unspecified'

Vertices and edges carry what `attributes` says.  In igraph every vertex has every
attribute; one that does not apply is None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.extras import require
from icdgraph.network.content import content

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
    isolated: bool = False,
) -> igraph.Graph:
    """Return *graph* as an `igraph.Graph`, directed and with parallel edges.

    Options, nodes and edges are those of `to_networkx`.  Raises what it raises, and
    `MissingExtra` where igraph is not installed.

    >>> from icdgraph.toy import toy
    >>> G = to_igraph(toy().core, relations=["excludes1"])
    >>> G.vs[G.es[0].source]["name"], G.vs[G.es[0].target]["name"]
    ('M54', 'F45.41')
    """
    ig = require("igraph", "convert a graph to igraph", "igraph")
    made = content(graph, relations, under, inherited, isolated, in_memory=True)
    vertices, arcs = list(made.nodes()), list(made.edges())
    places = {name: place for place, (name, _) in enumerate(vertices)}
    return ig.Graph(
        n=len(vertices),
        edges=[(places[source], places[target]) for source, target, _ in arcs],
        directed=made.is_directed,
        graph_attrs=made.about | made.lookups,
        vertex_attrs={"name": list(places)}
        | _columns([attributes for _, attributes in vertices], made.node_fields),
        edge_attrs=_columns([attributes for *_, attributes in arcs], made.edge_fields),
    )


def _columns(rows: Sequence[Attributes], fields: Iterable[str]) -> dict[str, list[Any]]:
    """Return *rows* as columns; a column without any value is left out."""
    used = set().union(*rows)
    return {
        field: [row.get(field) for row in rows] for field in fields if field in used
    }
