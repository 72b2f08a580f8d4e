"""Questions to a SPARQL endpoint: the same text, the same kinds of answer.

    query(graph, text)        ──> the store on this disk ──┐
                                                           ├──> Table, Triples, bool
    query_endpoint(url, text) ──> an engine elsewhere ─────┘

Any engine that speaks the SPARQL 1.1 Protocol will do (W3C, 2013).  The prefixes that
we know are declared for it, and its answer is read by pyoxigraph, as JSON or XML as it
comes.  Where the graph lies is the endpoint's affair: its own default graph is asked
unless others are named.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph

from icdgraph.errors import QueryError
from icdgraph.rdf import query_safety
from icdgraph.rdf.http import Line, Login, Reply, refusal
from icdgraph.rdf.query import answer_of, explain, unbound
from icdgraph.rdf.results import Answer, Table
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT = 60.0
"""Seconds that an endpoint has for its whole answer, where nothing else is said."""

ROWS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "application/json;q=0.5, application/xml;q=0.4"
)
TRIPLES = (
    "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8, "
    "text/plain;q=0.2"
)
ACCEPTED = {"SELECT": ROWS, "ASK": ROWS, "CONSTRUCT": TRIPLES, "DESCRIBE": TRIPLES}
"""What is asked for, by the form of the query: some engines choose badly from both."""

_FORM = re.compile(rf"(?<![\w?$:.-])({'|'.join(ACCEPTED)})(?![\w:-])", re.IGNORECASE)
_DECLARED = re.compile(r"PREFIX\s+([\w-]*):", re.IGNORECASE)
_USED = re.compile(r"(?<![\w?$:.-])([A-Za-z][\w-]*):")


def query_endpoint(
    url: str,
    text: str,
    *,
    timeout: float | None = None,
    limit: int | None = None,
    graphs: Sequence[str] = (),
    login: Login | None = None,
) -> Answer:
    """Return what the endpoint *url* answers to the SPARQL query *text*.

    The prefixes of `vocabulary.PREFIXES` may be used undeclared.  *timeout* is in
    seconds and for everything, `TIMEOUT` by default, infinity for as long as it takes.
    *limit* is the number of rows or triples after which the answer is cut.  *graphs*
    are the IRIs of the graphs to ask, together, in place of the endpoint's default
    graph.  *login* is used where the endpoint wants to know who asks.

    A `Table` says that it `is_cut` where the endpoint says so (Virtuoso at its
    ``ResultSetMaxRows``).  Raises `QueryError`, with the address, for whatever keeps
    the answer away.
    """
    if query_safety.is_update(text):
        raise QueryError(
            "an update is not a question; SELECT, ASK, CONSTRUCT or DESCRIBE would be "
            "right"
        )
    if unbound(text):
        # Nothing else is checked here: an engine may know more than SPARQL 1.1 has.
        raise QueryError(explain(text, SyntaxError()))
    wait = TIMEOUT if timeout is None else timeout
    return answered(sent(Line(login), url, text, wait, graphs), text, limit)


def sent(
    line: Line, url: str, text: str, timeout: float, graphs: Sequence[str] = ()
) -> Reply:
    """Return the reply of the endpoint *url* to the query *text*, unread.

    It is sent by POST, whose length has no limit, and by GET to an endpoint that knows
    no other; both carry the same fields (Protocol, section 2.1).
    """
    fields = [("query", declared(text)), *(("default-graph-uri", g) for g in graphs)]
    query, headers = urlencode(fields), {"Accept": ACCEPTED[_form(text)]}
    posted = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    reply = line.send(
        url, query.encode(), method="POST", headers=posted, timeout=timeout
    )
    if reply.status in (405, 501):
        joined = f"{url}{'&' if '?' in url else '?'}{query}"
        asked = line.send(joined, headers=headers, timeout=timeout)
        # The query goes with the address, and has no place in a message.
        reply = replace(asked, url=url)
    return reply


def answered(reply: Reply, text: str, limit: int | None = None) -> Answer:
    """Return the answer to the query *text* that *reply* holds."""
    if reply.status != 200:
        raise _refused(reply, text)
    _refuse_partial(reply)
    form = _form(text)
    try:
        if ACCEPTED[form] is TRIPLES:
            return answer_of((q.triple for q in _triples(reply)), limit)
        answer = answer_of(_rows(reply), limit)
    except (SyntaxError, ValueError) as exc:
        if isinstance(exc, QueryError):
            raise
        # Without its frames: what they hold of pyoxigraph must not be let go, by the
        # garbage collector, in another thread than this.
        raise QueryError(
            f"{reply.url} sent an answer that is broken off or not {reply.media}: "
            f"{exc}; to ask again would be right"
        ) from exc.with_traceback(None)
    if not isinstance(answer, Table):
        return answer
    if form == "ASK":
        return _yes_or_no(reply, answer)
    most = reply.headers.get("X-SPARQL-MaxRows")
    if most and most.strip() == str(len(answer)):
        answer.is_cut = True
    return answer


def declared(text: str) -> str:
    """Return *text* with the prefixes declared that it uses and does not declare.

    They are put before its first line, and the lines keep their numbers.

    >>> declared("ASK { ICD10CM:M54 ?p 'skos:' }")
    "PREFIX ICD10CM: <http://purl.bioontology.org/ontology/ICD10CM/> \
ASK { ICD10CM:M54 ?p 'skos:' }"
    """
    bare = query_safety.bare(text)
    wanted = set(_USED.findall(bare)) - set(_DECLARED.findall(bare))
    lines = [f"PREFIX {p}: <{PREFIXES[p]}> " for p in PREFIXES if p in wanted]
    return "".join(lines) + text


def _form(text: str) -> str:
    """Return the form of the query *text*: the first keyword that is one."""
    found = _FORM.search(query_safety.bare(text))
    return found[1].upper() if found else "SELECT"


def _refused(reply: Reply, text: str) -> QueryError:
    """Return the error for a reply without an answer; a syntax error gets its caret."""
    if reply.status == 400 and not query_safety.asks_service(text):
        try:
            pyoxigraph.Store().query(text, prefixes=PREFIXES)
        except (SyntaxError, ValueError) as exc:
            return QueryError(explain(text, exc))
        except (OSError, RuntimeError):
            pass
    return refusal(reply)


def _rows(reply: Reply) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean:
    form = pyoxigraph.QueryResultsFormat.from_media_type(reply.media)
    if form is None or reply.is_page or reply.media == "text/plain":
        raise _unread(reply, "SPARQL results in JSON or XML")
    return pyoxigraph.parse_query_results(reply.body, format=form)


def _triples(reply: Reply) -> pyoxigraph.QuadParser:
    form = pyoxigraph.RdfFormat.from_media_type(reply.media)
    if form is None or reply.is_page:
        raise _unread(reply, "Turtle, N-Triples or RDF/XML")
    return pyoxigraph.parse(reply.body, format=form, base_iri=reply.url)


def _unread(reply: Reply, right: str) -> QueryError:
    what = "a page for people" if reply.is_page else reply.media or "no media type"
    said = f": {reply.words}" if reply.words else ""
    return QueryError(
        f"{reply.url} answers with {what}{said}; the address of a SPARQL endpoint, "
        f"which answers with {right}, would be right"
    )


def _refuse_partial(reply: Reply) -> None:
    """Raise `QueryError` for half an answer: Virtuoso sends it with a status of 200."""
    if reply.headers.get("X-SQL-State"):
        said = reply.headers.get("X-SQL-Message")
        raise QueryError(
            f"{reply.url} did not finish its answer: {said}; a simpler query would be "
            "right"
        )


def _yes_or_no(reply: Reply, table: Table) -> bool:
    """Return the truth of an ASK that Virtuoso answers with a table.

    It holds the number 1 for yes, and for no either 0 or no row at all.
    """
    if len(table) > 1 or len(table.variables) != 1:
        raise _unread(reply, "yes or no")
    return len(table) == 1 and table[0][0] in (True, "1", "true")
