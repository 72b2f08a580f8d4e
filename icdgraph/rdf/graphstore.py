"""A graph put into somebody's graph store, over HTTP.

    DELETE store?graph=<release>        whatever was there
    POST   store?graph=<release>        concepts, some thousands at a time, as Turtle
    ...
    POST   store?graph=<release>        the last of them, and the release itself

It is the SPARQL 1.1 Graph Store HTTP Protocol (W3C, 2013, sections 5.4 and 5.5).  One
PUT of the whole would replace a graph at a stroke, and engines are bad at it: of the
two that this was measured with, one took five minutes and 3 GB of memory, the other had
not ended after ten.  In pieces it is a third of a minute.  So that half a graph is not
taken for a whole one, what the release says of itself comes last: where a graph has a
``skos:ConceptScheme``, all of it is there.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import pyoxigraph

from icdgraph.errors import QueryError
from icdgraph.rdf import mapping, turtle
from icdgraph.rdf.endpoint import answered, sent
from icdgraph.rdf.http import Line, Login, Reply, refusal
from icdgraph.rdf.results import Table
from icdgraph.rdf.vocabulary import release_iri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

CHUNK = 8_000
"""Resources sent at a time: some 4 MB of Turtle and 150,000 triples."""

TIMEOUT = 900.0
"""Seconds for one exchange: some engines are slow to empty a graph."""

COUNT = "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Engine:
    """Where an engine keeps its graph store, and what it likes to be told."""

    store: str
    fields: str = ""


ENGINES = {
    # It then loads in bulk, which is several times as fast.
    "Oxigraph": Engine("store", "&no_transaction"),
    "Virtuoso": Engine("sparql-graph-crud-auth"),
}
"""What is known of engines, by the start of the ``Server`` they say they are."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an endpoint holds after a load: the *graph*'s IRI and its *triples*.

    *before* is the number of triples that were there and are replaced.
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

    Raises `QueryError` where it does not come to its end; the graph is then incomplete,
    has no ``skos:ConceptScheme``, and to load it again is right.
    """
    name = _named(name or release_iri(graph))
    line = Line(login)
    before, engine = _count(line, url, name, timeout)
    if store is None and engine is None:
        raise QueryError(
            f"{url} is of an engine whose graph store is not known; its address would "
            "be right, such as http://localhost:3030/icd/data of Fuseki's data set icd"
        )
    store = store or urljoin(url, engine.store if engine else "")
    target = f"{store}{'&' if '?' in store else '?'}graph={quote(name, safe='')}"
    # First a request without a body, by which the store may ask who we are.
    _expect(line.send(target, method="DELETE", timeout=timeout), 200, 202, 204, 404)
    target += engine.fields if engine else ""
    expected = 0
    for text, triples in _ahead(_pieces(graph, progress)):
        reply = _post(line, target, text, timeout, expected)
        _expect(reply, 200, 201, 202, 204)
        expected += triples
    triples, _ = _count(line, url, name, timeout)
    if triples != expected:
        raise QueryError(
            f"{url} holds {triples:,} triples in <{name}> of the {expected:,} that "
            f"were sent to {store}; the address of a store that belongs to the "
            "endpoint, and that nobody else writes to meanwhile, would be right"
        )
    return Loaded(name, store, triples, before)


def _named(name: str) -> str:
    try:
        return pyoxigraph.NamedNode(name).value
    except ValueError as exc:
        raise QueryError(
            f"{name!r} is not the IRI of a graph; an absolute IRI, such as "
            "https://example.org/icd, would be right"
        ) from exc


def _count(
    line: Line, url: str, name: str, timeout: float
) -> tuple[int, Engine | None]:
    """Return the number of triples in the graph *name*, and the engine that says so."""
    reply = sent(line, url, COUNT, timeout, [name])
    table = answered(reply, COUNT)
    assert isinstance(table, Table)
    (count,) = table[0]
    assert isinstance(count, int)
    server = reply.headers.get("Server", "")
    engines = [engine for start, engine in ENGINES.items() if server.startswith(start)]
    return count, engines[0] if engines else None


def _pieces(graph: Graph, progress: Progress | None) -> Iterator[tuple[bytes, int]]:
    """Yield the graph as Turtle piece by piece, each with the number of its triples."""
    base = release_iri(graph)
    resources = mapping.resources(graph)
    release = next(resources)
    whole = chain(resources, [release])
    total = len(graph.codes) + graph.note_count
    done = 0
    while piece := list(islice(whole, CHUNK)):
        triples = sum(len(set(said)) for _, said in piece)
        yield "".join(turtle.lines(piece, base)).encode(), triples
        done += len(piece)
        if progress:
            progress(min(done, total), total)


def _ahead(pieces: Iterator[tuple[bytes, int]]) -> Iterator[tuple[bytes, int]]:
    """Yield *pieces*, each written while the one before is on its way."""
    with ThreadPoolExecutor(max_workers=1) as writer:
        pending = writer.submit(next, pieces, None)
        while piece := pending.result():
            pending = writer.submit(next, pieces, None)
            yield piece


def _post(line: Line, url: str, text: bytes, timeout: float, before: int) -> Reply:
    headers = {"Content-Type": "text/turtle"}
    try:
        return line.send(url, text, method="POST", headers=headers, timeout=timeout)
    except QueryError as exc:
        raise QueryError(f"{exc} ({before:,} triples had been sent)") from exc


def _expect(reply: Reply, *statuses: int) -> None:
    if reply.status not in statuses:
        raise refusal(reply)
