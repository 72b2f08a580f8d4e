"""The graph for igraph, straight from the columns: no networkx graph in between.

igraph numbers its vertices; by its name one is found all the same:

    G = graph.to_igraph()
    G.vs.find("M54.50")["title"]                'Low back pain, unspecified'
    G.es.select(relation="excludes1")

Vertices and edges carry what `attributes` says, the edges their ``key`` too.  Every
vertex has every attribute here, None where it does not apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.errors import MissingExtra
from icdgraph.network.attributes import (
    EDGE_FIELDS,
    about,
    edges,
    node_fields,
    nodes,
)
from icdgraph.network.digraph import refuse_too_many, select

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
    """Return *graph* as a directed `igraph.Graph`, with parallel edges.

    The options are those of `to_networkx`, and the nodes and edges are the same.
    Raises what it does; `MissingExtra` where ``icdgraph[igraph]`` is not installed.

    >>> from icdgraph.toy import toy
    >>> G = to_igraph(toy().core, relations=["excludes1"])
    >>> G.vs[G.es[0].source]["name"], G.vs[G.es[0].target]["name"]
    ('M54', 'F45.41')
    """
    igraph = _import_igraph()
    selection = select(graph, relations, under, inherited)
    refuse_too_many(selection)
    vertices = list(nodes(selection))
    places = {name: place for place, (name, _) in enumerate(vertices)}
    arcs = list(edges(selection))
    return igraph.Graph(
        n=len(vertices),
        edges=[(places[source], places[target]) for source, target, _, _ in arcs],
        directed=True,
        graph_attrs=about(graph),
        vertex_attrs={"name": list(places)}
        | _columns([told for _, told in vertices], node_fields(selection)),
        edge_attrs={"key": [key for _, _, key, _ in arcs]}
        | _columns([told for *_, told in arcs], EDGE_FIELDS),
    )


def _columns(rows: Sequence[Attributes], fields: Iterable[str]) -> dict[str, list[Any]]:
    """Return *rows* as columns, None where a row has no value; no column of None."""
    columns = {field: [row.get(field) for row in rows] for field in fields}
    return {
        field: column
        for field, column in columns.items()
        if any(value is not None for value in column)
    }


def _import_igraph() -> Any:
    try:
        import igraph
    except ImportError as exc:
        raise MissingExtra(
            "igraph is not installed; pip install 'icdgraph[igraph]' would be right"
        ) from exc
    return igraph
