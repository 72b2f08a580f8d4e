"""The SPARQL 1.1 Protocol: a request becomes a question, its answer a response.

    GET  /sparql?query=...                                    section 2.1.1
    POST application/x-www-form-urlencoded  query=...         section 2.1.2
    POST application/sparql-query           the query itself  section 2.1.3

``default-graph-uri`` and ``named-graph-uri`` choose graphs.  Beyond the protocol,
``format=csv`` overrides the Accept header, for links, ``timeout=2.5`` stops the query
after so many seconds, earlier if the server allows less, and ``limit=100`` cuts a
longer answer; then the header ``Icdgraph-Cut`` is ``true``.  Without a query, the
endpoint describes itself; a browser gets the query page.  The header ``Icdgraph-Hint``
says, as a list of texts in JSON, which terms of the query make its answer empty.

An answer to GET has an ETag, made from the query, the release and the format: a client
that sends it back gets 304 at once.  Errors are plain text, with the status codes of
`STATUS`.  A client that goes away stops its query.
"""

from __future__ import annotations

import re
from dataclasses import astuple, replace
from hashlib import blake2b
from importlib.metadata import version
from typing import TYPE_CHECKING

import anyio
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from icdgraph.rdf.answer_bytes import Question
from icdgraph.rdf.hints import HEADER, as_header
from icdgraph.rdf.query_safety import UPDATES, QueryRefused
from icdgraph.rdf.query_text import bare, form
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.web.description import description
from icdgraph.web.middleware import tags
from icdgraph.web.negotiation import (
    ALIASES,
    HTML,
    ROWS,
    TRIPLES,
    accepted,
    best,
    media_types,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive

    from icdgraph.graph import Graph
    from icdgraph.rdf.answer_bytes import Reply
    from icdgraph.rdf.worker_pool import WorkerPool

LONGEST = 100_000
"""How many characters the longest query has."""

STATUS = {
    "syntax": 400,
    "depth": 400,
    "update": 403,
    "service": 403,
    "format": 406,
    "limit": 422,
    "failed": 500,
    "busy": 503,
    "died": 503,
    "stopped": 503,
    "time": 504,
}
"""The status code for each reason why a query is refused."""

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_CHANGES = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_CHARSET = re.compile(r"""charset=["']?([\w-]+)""", re.IGNORECASE)
_MEDIA_OF_ROWS = media_types(ROWS)
_MEDIA_OF_TRIPLES = media_types(TRIPLES)


class Endpoint:
    """The SPARQL endpoint, whose queries *pool* answers with at most *limit* rows.

    *page* is the query page; the service description is that of *graph*.
    """

    def __init__(self, pool: WorkerPool, limit: int, page: bytes, graph: Graph) -> None:
        self._pool = pool
        self._limit = limit
        self._page = page
        self._graph = graph
        release = release_iri(graph), graph.edition.digest, version("icdgraph")
        self._release = repr(release)

    async def respond(self, request: Request) -> Response:
        """Return the response to a GET or a POST.  Raises `HTTPException`."""
        parameters = await _parameters(request)
        accept, is_post = accepted(request), request.method == "POST"
        if "update" in parameters:
            raise HTTPException(403, UPDATES)
        if "query" not in parameters:
            if is_post:
                raise HTTPException(400, "the parameter query is required")
            return self._description(request, accept)
        if not is_post and "format" not in parameters:
            offers = [*_MEDIA_OF_ROWS, *_MEDIA_OF_TRIPLES, HTML]
            if best(accept, offers) == HTML:
                return HTMLResponse(self._page)
        question = self._question(parameters, accept, is_post)
        timeout = _seconds(parameters)
        tag = None if is_post else self._tag(question)
        if tag and tag in tags(request.headers.get("if-none-match", "")):
            return Response(None, 304, _kept(tag))
        response = await self.answered(request, question, timeout)
        if tag:
            response.headers.update(_kept(tag))
        return response

    def _tag(self, question: Question) -> str | None:
        """Return the ETag of the answer to *question*, None if it changes each time."""
        if _CHANGES.search(bare(question.text)):
            return None
        is_rows = form(question.text) in ("SELECT", "ASK")
        media = question.rows if is_rows else question.triples
        parts = (*astuple(replace(question, rows=media, triples=None)), self._release)
        return f'"{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'

    def _description(self, request: Request, accept: str) -> Response:
        """Return the query page to a browser, the description to a program."""
        media = best(accept, [*_MEDIA_OF_TRIPLES, HTML])
        if media is None:
            raise HTTPException(406, _expected(TRIPLES))
        if media == HTML:
            return HTMLResponse(self._page)
        address = str(request.url.replace(query="", fragment=""))
        content = description(self._graph, address, media)
        return Response(content, media_type=media)

    def _question(
        self, parameters: QueryParams, accept: str, is_post: bool
    ) -> Question:
        text = _single(parameters, "query")
        if len(text) > LONGEST:
            raise HTTPException(413 if is_post else 414, _TOO_LONG)
        rows, triples = _formats(parameters.getlist("format"), accept)
        if rows is None and triples is None:
            raise HTTPException(406, _expected(ROWS | TRIPLES))
        limit, is_cut = self._limit, "limit" in parameters
        if is_cut:
            wanted = _single(parameters, "limit")
            if not (wanted.isdecimal() and 1 <= int(wanted[:9]) <= limit):
                raise HTTPException(
                    400, f"invalid limit {wanted[:40]!r}: expected 1 to {limit}"
                )
            limit = int(wanted)
        default, named = (
            tuple(parameters.getlist(name)) or None
            for name in ("default-graph-uri", "named-graph-uri")
        )
        return Question(text, rows, triples, limit, is_cut, default, named)

    async def answered(
        self, request: Request, question: Question, timeout: float | None = None
    ) -> Response:
        """Return the answer to *question*; a client that goes away stops it.

        Raises `HTTPException`.
        """
        reply: Reply | QueryRefused | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(_watch, request.receive, group.cancel_scope)
            try:
                reply = await self._pool.answer(question, timeout)
            except QueryRefused as exc:
                reply = exc
            group.cancel_scope.cancel()
        if isinstance(reply, QueryRefused):
            message = str(reply)
            if reply.reason == "format":
                message += f"; {_expected(ROWS if question.triples else TRIPLES)}"
            raise HTTPException(STATUS[reply.reason], message)
        if reply is None:
            raise HTTPException(STATUS["stopped"], "the client went away")
        headers = {
            "Icdgraph-Count": str(reply.count),
            "Icdgraph-Cut": str(reply.is_cut).lower(),
            "Server-Timing": f"query;dur={1000 * reply.seconds:.1f}",
            "Vary": "Accept",
        }
        if reply.hints:
            headers[HEADER] = as_header(reply.hints)
        return Response(reply.body, 200, headers, reply.media)


async def _watch(receive: Receive, scope: anyio.CancelScope) -> None:
    """Cancel *scope*, in which a query runs, when the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _parameters(request: Request) -> QueryParams:
    """Return the parameters of *request*, in its address and in its body."""
    posted = await _posted(request) if request.method == "POST" else []
    return QueryParams([*request.query_params.multi_items(), *posted])


async def _posted(request: Request) -> list[tuple[str, str]]:
    sent = request.headers.get("content-type", "")
    media = sent.partition(";")[0].strip().lower()
    if media == _UPDATE:
        raise HTTPException(403, UPDATES)
    if media not in (_FORM, _QUERY):
        raise HTTPException(
            415, f"invalid Content-Type {media!r}: expected {_QUERY} or {_FORM}"
        )
    charset = _CHARSET.search(sent)
    if charset and charset[1].lower() not in ("utf-8", "us-ascii"):
        raise HTTPException(415, f"invalid charset {charset[1]!r}: expected UTF-8")
    # Form encoding makes three characters of a byte, UTF-8 at most four bytes of one.
    most = LONGEST * (12 if media == _FORM else 4)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413, _TOO_LONG)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "the body is not valid UTF-8") from None
    return [("query", text)] if media == _QUERY else QueryParams(text).multi_items()


def _single(parameters: QueryParams, name: str) -> str:
    values = parameters.getlist(name)
    if len(values) > 1:
        raise HTTPException(400, f"{name} is given {len(values)} times: expected once")
    return values[0]


def _seconds(parameters: QueryParams) -> float | None:
    if "timeout" not in parameters:
        return None
    text = _single(parameters, "timeout")
    if not (re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) and float(text)):
        raise HTTPException(
            400, f"invalid timeout {text[:40]!r}: expected seconds, such as 10 or 2.5"
        )
    return float(text)


def _kept(tag: str) -> dict[str, str]:
    """Return the headers of an answer that a client may keep, and must ask about."""
    return {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}


def _formats(names: list[str], accept: str) -> tuple[str | None, str | None]:
    """Return the media types for rows and for triples, None for none acceptable."""
    for name in names:
        rows = ROWS.get(name, (None,))[0]
        triples = TRIPLES.get(ALIASES.get(name, name), (None,))[0]
        if "/" in name:
            media = name.replace(" ", "+")  # a plus sign in an address is a space
            rows = media if media in _MEDIA_OF_ROWS else None
            triples = media if media in _MEDIA_OF_TRIPLES else None
        if rows or triples:
            return rows, triples
    # SPARQLWrapper also sends names of its own; then the header decides.
    return best(accept, _MEDIA_OF_ROWS), best(accept, _MEDIA_OF_TRIPLES)


def _expected(formats: dict[str, tuple[str, ...]]) -> str:
    types = ", ".join(types[0] for types in formats.values())
    return f"expected an Accept header with one of {types}"


_TOO_LONG = f"the query is too long: expected at most {LONGEST:,} characters"
