"""Loading a graph into a graph store over HTTP.

    DELETE store?graph=<release>        whatever was there
    POST   store?graph=<release>        some thousand concepts as Turtle
    ...
    POST   store?graph=<release>        the last of them, then the schemes

This is the SPARQL 1.1 Graph Store HTTP Protocol (W3C, 2013, sections 5.4 and 5.5).  One
PUT of everything takes engines many minutes; in pieces it takes twenty seconds.  The
description of the release is sent last, so a graph that has a ``skos:ConceptScheme`` is
complete.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import pyoxigraph

from icdgraph.errors import QueryError
from icdgraph.rdf import endpoint_client, mapping, turtle
from icdgraph.rdf.http_client import HttpClient, Login, Response, status_error
from icdgraph.rdf.results import Table
from icdgraph.rdf.vocabulary import release_iri, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

CHUNK = 8_000
"""Resources sent at a time: some 4 MB of Turtle and 150,000 triples."""

TIMEOUT = 900.0
"""Seconds for one exchange: some engines are slow to empty a graph."""

COUNT = "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }"


ENGINES = {
    # It then loads in bulk, which is several times as fast.
    "Oxigraph": ("store", "&no_transaction"),
    "Virtuoso": ("sparql-graph-crud-auth", ""),
}
"""The graph store of engines, by the start of their ``Server`` header: its address
relative to that for queries, and fields that it takes."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an endpoint holds after a load: the *graph*'s IRI and its *triples*.

    *before* is the number of triples that were replaced.
    """

    graph: str
    store: str
    triples: int
    before: int


def load(
    graph: Graph,
    url: str,
    *,
    store: str | None = None,
    name: str | None = None,
    login: Login | None = None,
    timeout: float = TIMEOUT,
    progress: Progress | None = None,
) -> Loaded:
    """Put *graph* into the endpoint *url*, in place of what its graph held before.

    *url* is the address for queries; *store* that of the graph store, which is known
    for the engines in `ENGINES`.  *name* is the IRI of the named graph, that of the
    release by default.  *timeout* is in seconds and for each exchange.

    Raises `QueryError` if it fails; the graph is then incomplete, has no
    ``skos:ConceptScheme``, and can be loaded again.
    """
    name = release_iri(graph) if name is None else name
    try:
        pyoxigraph.NamedNode(name)
    except ValueError as exc:
        raise QueryError(
            f"invalid graph {name!r}: expected an absolute IRI, such as "
            "https://example.org/icd"
        ) from exc
    client = HttpClient(login)
    before, server = _count(client, url, name, timeout)
    known, fields = next(
        (engine for start, engine in ENGINES.items() if server.startswith(start)),
        ("", ""),
    )
    if not (store or known):
        raise QueryError(
            f"unknown graph store of {url}. Give its address, for example "
            "http://localhost:3030/icd/data for the data set icd of Fuseki"
        )
    store = store or urljoin(url, known)
    target = f"{store}{'&' if '?' in store else '?'}graph={quote(name, safe='')}"
    # First a request without a body, at which the store may ask for the login.
    _expect(client.send(target, method="DELETE", timeout=timeout), 200, 202, 204, 404)
    target += fields
    expected = 0
    headers = {"Content-Type": "text/turtle"}
    for text, triples in _ahead(_pieces(graph, progress)):
        try:
            response = client.send(
                target, text, method="POST", headers=headers, timeout=timeout
            )
        except QueryError as exc:
            raise QueryError(f"{exc} ({expected:,} triples had been sent)") from exc
        _expect(response, 200, 201, 202, 204)
        expected += triples
    triples, _ = _count(client, url, name, timeout)
    if triples != expected:
        raise QueryError(
            f"{url} holds {triples:,} triples in <{name}>, but {expected:,} were sent "
            f"to {store}. Check that this is the store of the endpoint and that nobody "
            "else writes to it"
        )
    return Loaded(name, store, triples, before)


def _count(client: HttpClient, url: str, name: str, timeout: float) -> tuple[int, str]:
    """Return the number of triples in the graph *name*, and the ``Server`` header."""
    response = endpoint_client.send(client, url, COUNT, timeout, [name])
    table = endpoint_client.read(response, COUNT)
    assert isinstance(table, Table)
    (count,) = table[0]
    assert isinstance(count, int)
    return count, response.headers.get("Server", "")


def _pieces(graph: Graph, progress: Progress | None) -> Iterator[tuple[bytes, int]]:
    """Yield the graph as Turtle piece by piece, each with the number of its triples."""
    base = release_iri(graph)
    resources = mapping.resources(graph)
    schemes = [next(resources), next(resources)]
    total = len(graph.codes) + graph.note_count
    done = 0
    terms = vocabulary()
    count = sum(1 for _ in pyoxigraph.parse(terms, pyoxigraph.RdfFormat.TURTLE))
    yield terms, count
    for piece in mapping.chunks(chain(resources, schemes), CHUNK):
        triples = sum(len(set(statements)) for _, statements in piece)
        yield "".join(turtle.lines(piece, base)).encode(), triples
        done += len(piece)
        if progress:
            progress(min(done, total), total)


def _ahead(pieces: Iterator[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
    """Yield *pieces*, each made while the one before is being sent."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        pending = writer.submit(next, pieces, None)
        while piece := pending.result():
            pending = writer.submit(next, pieces, None)
            yield piece


def _expect(response: Response, *statuses: int) -> None:
    if response.status not in statuses:
        raise status_error(response)
