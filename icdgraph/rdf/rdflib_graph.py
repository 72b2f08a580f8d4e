"""The graph as a graph of rdflib, over the same store: nothing is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.rdf.stores import open_store
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    import rdflib

    from icdgraph.graph import Graph


def to_rdflib(graph: Graph) -> rdflib.Graph:
    """Return *graph* as an `rdflib.Graph` on its store, which is read-only.

    >>> from icdgraph.toy import toy
    >>> from rdflib import RDF, URIRef
    >>> chapter = URIRef(PREFIXES["ig"] + "Chapter")
    >>> len(list(to_rdflib(toy().core).subjects(RDF.type, chapter)))
    5
    """
    import rdflib
    from oxrdflib import OxigraphStore
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    # Under any other name it would be empty, without an error.
    result = rdflib.Graph(
        store=OxigraphStore(store=open_store(graph)),
        identifier=DATASET_DEFAULT_GRAPH_ID,
        bind_namespaces="none",
    )
    for prefix, iri in PREFIXES.items():
        result.bind(prefix, iri)
    return result
