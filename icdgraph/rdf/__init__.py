"""The graph as RDF: its vocabulary, its triples, a store for them, and SPARQL.

    vocabulary       names: namespaces, classes, properties
    mapping          a graph as resources, in terms of RDF and without a library
    turtle, jsonld   resources in a format; triple_formats has what pyoxigraph writes
    stores           a store for each release, built once and kept in the cache
    named_queries    queries that come with the package, with their parameters
    query_text       what a query's text says: form, prefixes, variables
    query_errors     what is wrong with a query that does not parse, and where
    query_safety     which queries are refused: updates and SERVICE
    query            a query over a store; results has the tables and triples it gives
    conditions       what a query requires of the data; occurrences, what there is
    hints            why a query answers nothing; remedies, what was probably meant
    query_worker     a process that answers queries and can be stopped
    worker_pool      a query in such a process, and several of them for a server
    answer_bytes     answers as bytes, in the format that a client asks for
    endpoint_client  a query over HTTP, to an endpoint that someone else runs
    endpoint_loader  the graph into such an endpoint; http_client serves both
    rdflib_graph     the store as a graph of rdflib
    glossary         the terms of the ontology, for completion

`ask` is the entrance.  It binds a named query and hands the text to `query`, to
`worker_pool` if it must end in time, or to `endpoint_client`.  Over a store of ours,
every query reaches the engine in `query.evaluate`.
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

    It is sent to *endpoint*, or else to *graph*'s own store.  With *timeout*, in
    seconds, the store is queried in a process of its own, which is stopped after that
    time and whose memory is limited; `math.inf` limits the memory alone.  *limit* is
    the number of rows to take, *parameters* are those of the named query, *graphs* the
    named graphs of the endpoint to ask in place of its default graph.  Raises
    `QueryError`; warns by `QueryWarning` of terms because of which nothing matches.

    >>> from icdgraph.toy import toy
    >>> ask(toy().core, "ASK { ICD10CM:M54 ig:excludes1 ICD10CM:F45.41 }")
    True
    """
    if (text is None) == (name is None):
        raise QueryError("either a query or the name of a named query is required")
    if name is not None:
        from icdgraph.rdf.named_queries import find

        text = find(name).bind(graph, **(parameters or {}))
    elif parameters:
        raise QueryError(
            f"unexpected parameters {', '.join(parameters)}: only a named query takes "
            "parameters"
        )
    assert text is not None
    if timeout is not None and not timeout > 0:
        raise QueryError(f"invalid timeout {timeout:g}: expected seconds, more than 0")
    if endpoint is not None:
        from icdgraph.rdf.endpoint_client import TIMEOUT, query_endpoint

        seconds = TIMEOUT if timeout is None else timeout
        return query_endpoint(
            endpoint, text, timeout=seconds, limit=limit, graphs=graphs
        )
    if timeout is not None:
        from icdgraph.rdf.worker_pool import query_within

        return query_within(graph, text, timeout, limit, progress)
    from icdgraph.rdf.hints import emptiness, hints_for, tell
    from icdgraph.rdf.query import query
    from icdgraph.rdf.stores import open_store
    from icdgraph.rdf.vocabulary import release_iri

    answer = query(graph, text, progress, limit)
    store, release = open_store(graph), release_iri(graph)
    return tell(answer, hints_for(store, release, text, emptiness(answer)))
