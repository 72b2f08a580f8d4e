"""The graph as RDF: its vocabulary, its triples, a store to hold them, and questions.

    vocabulary   the names: namespaces, classes, properties
    mapping      a graph as resources, in terms of RDF and without a library
    terms        a term taken apart: prefixed name, literal, IRI
    turtle       resources as Turtle; beside it ntriples, rdfxml and jsonld
    stores       the border post to pyoxigraph: built once, kept in the cache
    query        SPARQL over a store, and errors a person can use
    keywords     what a query is up to: SERVICE, FROM, an update
    workers      the same in a process that can be stopped: worker is that process,
                 answering what it does
    endpoint     the same over HTTP, at an endpoint that someone else runs
    graphstore   the graph into such an endpoint; exchange is the HTTP of both
    catalogue    named queries, with their parameters
    results      answers: tables, triples, yes or no
    glossary     the terms of the ontology, for those who complete words
    vocabulary_page   the same as a page for people
    magic        %%sparql for notebooks

`ask` is the door to them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress
    from icdgraph.rdf.results import Answer


def ask(
    graph: Graph,
    text: str | None = None,
    name: str | None = None,
    endpoint: str | None = None,
    timeout: float | None = None,
    limit: int | None = None,
    parameters: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    graphs: Sequence[str] = (),
) -> Answer:
    """Return the answer to a query, given as *text* or by *name*.

    It is asked of *graph*'s own store, or of *endpoint*.  With *timeout*, in seconds,
    the store is asked in a process that is stopped when it is over.  *limit* is the
    number of rows to take, *parameters* are those of the named query, *graphs* the
    named graphs of the endpoint to ask in place of its default graph.

    >>> from icdgraph.toy import toy
    >>> ask(toy().core, "ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }")
    True
    """
    if (text is None) == (name is None):
        raise QueryError("a query is needed, as text or by name, and not both")
    if name is not None:
        from icdgraph.rdf.catalogue import bind

        text = bind(graph, name, dict(parameters or {}))
    elif parameters:
        raise QueryError(
            f"parameters {', '.join(parameters)} go with a named query alone; without "
            "them, or with the name of one, would be right"
        )
    assert text is not None
    if endpoint is not None:
        from icdgraph.rdf.endpoint import query_endpoint

        return query_endpoint(
            endpoint, text, timeout=timeout, limit=limit, graphs=graphs
        )
    if timeout is not None:
        from icdgraph.rdf.workers import query_within

        return query_within(
            graph, text, timeout=timeout, limit=limit, progress=progress
        )
    from icdgraph.rdf.query import query

    return query(graph, text, progress, limit)
