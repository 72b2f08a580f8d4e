"""The graph for rdflib, over the same store: nothing is copied, queries stay fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.errors import MissingExtra
from icdgraph.rdf.stores import open_store
from icdgraph.rdf.vocabulary import PREFIXES, release_iri

if TYPE_CHECKING:
    import rdflib

    from icdgraph.graph import Graph


def to_rdflib(graph: Graph) -> rdflib.Graph:
    """Return *graph* as an `rdflib.Graph` on its store, which is read-only.

    Raises `MissingExtra` where rdflib or oxrdflib is not installed.

    >>> from icdgraph.toy import toy
    >>> from rdflib import URIRef
    >>> len(list(to_rdflib(toy().core).subjects(None, URIRef(PREFIXES["ig"] + "Chapter"))))
    5
    """
    try:
        import rdflib
        from oxrdflib import OxigraphStore
    except ImportError as exc:
        raise MissingExtra(
            "rdflib is not installed; pip install 'icdgraph[rdflib]' would be right"
        ) from exc
    # Over a store that is filled already, a graph without the name of one of its
    # named graphs would answer nothing, and say nothing of it.
    found = rdflib.Graph(
        store=OxigraphStore(store=open_store(graph)),
        identifier=rdflib.URIRef(release_iri(graph)),
        bind_namespaces="none",
    )
    for prefix, iri in PREFIXES.items():
        found.bind(prefix, iri)
    return found
