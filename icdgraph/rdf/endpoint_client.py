"""SPARQL queries to an endpoint that someone else runs.

Any engine works that speaks the SPARQL 1.1 Protocol (W3C, 2013).  The prefixes of
`PREFIXES` are declared in the query that is sent, and pyoxigraph reads the answer, JSON
or XML.  The endpoint's own default graph is asked unless others are named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph

from icdgraph.errors import QueryError
from icdgraph.rdf.hints import HEADER, hints_in, tell
from icdgraph.rdf.http_client import HttpClient, Response, status_error
from icdgraph.rdf.query import answer_of
from icdgraph.rdf.query_errors import explain
from icdgraph.rdf.query_safety import refuse_service, refuse_update
from icdgraph.rdf.query_text import form, with_prefixes
from icdgraph.rdf.results import Answer, Table
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT = 60.0
"""Seconds that an endpoint has for its whole answer, by default."""

ROWS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "application/json;q=0.5, application/xml;q=0.4"
)
TRIPLES = (
    "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8, "
    "text/plain;q=0.2"
)
ACCEPTED = {"SELECT": ROWS, "ASK": ROWS, "CONSTRUCT": TRIPLES, "DESCRIBE": TRIPLES}
"""The formats to ask for, by form of query: some engines choose badly from both."""


def query_endpoint(
    url: str,
    text: str,
    *,
    timeout: float = TIMEOUT,
    limit: int | None = None,
    graphs: Sequence[str] = (),
) -> Answer:
    """Return what the endpoint *url* answers to the SPARQL query *text*.

    *timeout* is in seconds and for everything, `math.inf` for no limit.  *limit* is the
    number of rows or triples after which the answer is cut.  *graphs* are the IRIs of
    the graphs to ask, together, in place of the endpoint's default graph.

    A `Table` says that it `is_cut` where the endpoint says so (Virtuoso at its
    ``ResultSetMaxRows``).  Raises `QueryError`, with the address.
    """
    refuse_update(text)
    # Nothing else is checked here: an engine may know more than SPARQL 1.1 has.
    response = send(HttpClient(), url, with_prefixes(text), timeout, graphs)
    answer = read(response, text, limit)
    return tell(answer, hints_in(response.headers.get(HEADER, "")))


def send(
    client: HttpClient,
    url: str,
    text: str,
    timeout: float,
    graphs: Sequence[str] = (),
) -> Response:
    """Return the response of the endpoint *url* to the query *text*, unread.

    It is sent by POST, whose length has no limit, and by GET to an endpoint that knows
    no other; both carry the same fields (Protocol, section 2.1).
    """
    fields = [("query", text), *(("default-graph-uri", graph) for graph in graphs)]
    query, headers = urlencode(fields), {"Accept": ACCEPTED[form(text)]}
    posted = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    response = client.send(
        url, query.encode(), method="POST", headers=posted, timeout=timeout
    )
    if response.status in (405, 501):
        joined = f"{url}{'&' if '?' in url else '?'}{query}"
        response = client.send(joined, headers=headers, timeout=timeout)
        # The query is in this address, and would fill a message.
        response = replace(response, url=url)
    return response


def read(response: Response, text: str, limit: int | None = None) -> Answer:
    """Return the answer to the query *text* that *response* holds."""
    if response.status != 200:
        raise _refused(response, text)
    if response.headers.get("X-SQL-State"):
        # Half an answer, which Virtuoso sends with a status of 200.
        reason = response.headers.get("X-SQL-Message")
        raise QueryError(
            f"{response.url} did not finish its answer: {reason}. Simplify the query"
        )
    try:
        if ACCEPTED[form(text)] is TRIPLES:
            return answer_of((quad.triple for quad in _triples(response)), limit)
        answer = answer_of(_rows(response), limit)
    except QueryError:
        raise
    except (SyntaxError, ValueError) as exc:
        # Without its frames: what they hold of pyoxigraph must not be let go, by the
        # garbage collector, in another thread than this.
        raise QueryError(
            f"the answer of {response.url} is incomplete or not {response.media}: "
            f"{exc}. Try again"
        ) from exc.with_traceback(None)
    if isinstance(answer, Table):
        if form(text) == "ASK":
            return _truth(response, answer)
        most = response.headers.get("X-SPARQL-MaxRows", "")
        answer.is_cut |= most.strip() == str(len(answer))
    return answer


def _refused(response: Response, text: str) -> QueryError:
    """Return the error for a response without an answer; a caret for bad syntax."""
    if response.status == 400:
        try:
            refuse_service(text)  # before it is evaluated here, over no data
            pyoxigraph.Store().query(text, prefixes=PREFIXES)
        except (QueryError, OSError, RuntimeError):
            pass
        except (SyntaxError, ValueError) as exc:
            return QueryError(explain(text, exc))
    return status_error(response)


def _rows(response: Response) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean:
    kind = pyoxigraph.QueryResultsFormat.from_media_type(response.media)
    if kind is None or response.is_page or response.media == "text/plain":
        raise _unreadable(response, "SPARQL results in JSON or XML")
    return pyoxigraph.parse_query_results(response.body, format=kind)


def _triples(response: Response) -> pyoxigraph.QuadParser:
    kind = pyoxigraph.RdfFormat.from_media_type(response.media)
    if kind is None or response.is_page:
        raise _unreadable(response, "Turtle, N-Triples or RDF/XML")
    return pyoxigraph.parse(response.body, format=kind, base_iri=response.url)


def _unreadable(response: Response, expected: str) -> QueryError:
    got = "a web page" if response.is_page else response.media or "no media type"
    quoted = f": {response.excerpt}" if response.excerpt else ""
    return QueryError(
        f"{response.url} is not a SPARQL endpoint: expected {expected}, got "
        f"{got}{quoted}"
    )


def _truth(response: Response, table: Table) -> bool:
    """Return the truth of an ASK that Virtuoso answers with a table.

    It holds the number 1 for true, and for false either 0 or no row at all.
    """
    if len(table) > 1 or len(table.variables) != 1:
        raise _unreadable(response, "true or false")
    return len(table) == 1 and table[0][0] in (True, "1", "true")
