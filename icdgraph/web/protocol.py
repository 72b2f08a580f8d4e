"""The SPARQL 1.1 Protocol: a request as a question, its answer as a response.

    GET  /sparql?query=...                                    section 2.1.1
    POST application/x-www-form-urlencoded  query=...         section 2.1.2
    POST application/sparql-query           the query itself  section 2.1.3

``default-graph-uri`` and ``named-graph-uri`` choose graphs.  Beyond the protocol,
``format=csv`` goes before the Accept header, for links, and ``limit=100`` cuts a longer
answer, which the header ``Icdgraph-Cut`` then says.  Without a query, the endpoint
describes itself; a browser gets the query page.

What goes wrong is said in plain text, with one of the codes of `STATUS`.  A client that
goes away stops its query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import anyio
from starlette.responses import Response

from icdgraph.rdf.answer_bytes import Question
from icdgraph.rdf.query_safety import UPDATES, QueryRefused
from icdgraph.web import negotiation
from icdgraph.web.negotiation import ALIASES, HTML, ROWS, TRIPLES, best
from icdgraph.web.responses import said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive

    from icdgraph.rdf.answer_bytes import Reply
    from icdgraph.rdf.worker_pool import WorkerPool

LONGEST = 100_000
"""Characters of the longest query."""

STATUS = {
    "syntax": 400,
    "update": 403,
    "service": 403,
    "format": 406,
    "limit": 422,
    "died": 500,
    "failed": 500,
    "busy": 503,
    "stopped": 503,
    "time": 504,
}
"""The status for each reason why a question is not answered."""

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"

Page = Callable[["Request"], Response]
Describe = Callable[[str, str], bytes]
Parameters = dict[str, list[str]]


class _Failure(Exception):
    """A request that cannot be read; its status and what to say."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Endpoint:
    """The endpoint: *page* makes the query page, *describe* the service description."""

    def __init__(
        self, pool: WorkerPool, limit: int, page: Page, describe: Describe
    ) -> None:
        self._pool = pool
        self._limit = limit
        self._page = page
        self._describe = describe

    async def __call__(self, request: Request) -> Response:
        """Return the response to *request*, a GET or a POST."""
        try:
            return await self._respond(request)
        except _Failure as exc:
            return said(exc.status, str(exc))

    async def _respond(self, request: Request) -> Response:
        parameters = await _parameters(request)
        accept = ",".join(request.headers.getlist("accept"))
        if "update" in parameters:
            raise _Failure(403, UPDATES)
        if "query" not in parameters:
            if request.method == "POST":
                raise _Failure(400, "the request has no query; query=... is needed")
            return self._description(request, accept)
        if "format" not in parameters and request.method != "POST":
            offers = [*_TYPES_OF_ROWS, *_TYPES_OF_TRIPLES, HTML]
            if best(accept, offers) == HTML:
                return self._page(request)
        question = self._question(parameters, accept, request.method)
        return await self.answered(request, question)

    def _description(self, request: Request, accept: str) -> Response:
        """Return what the endpoint says of itself, to a person or to a program."""
        media = best(accept, [*_TYPES_OF_TRIPLES, HTML])
        if media is None:
            raise _Failure(406, _cannot(TRIPLES))
        if media == HTML:
            return self._page(request)
        address = str(request.url.replace(query="", fragment=""))
        return _content(self._describe(address, media), media)

    def _question(self, parameters: Parameters, accept: str, method: str) -> Question:
        text = _one(parameters, "query")
        if len(text) > LONGEST:
            raise _Failure(413 if method == "POST" else 414, _TOO_LONG)
        rows, triples = _formats(parameters.get("format", []), accept)
        if rows is None and triples is None:
            raise _Failure(406, _cannot(ROWS | TRIPLES))
        limit, cut = self._limit, "limit" in parameters
        if cut:
            wanted = _one(parameters, "limit")
            if not (wanted.isdecimal() and 1 <= int(wanted[:9]) <= limit):
                raise _Failure(400, f"limit={wanted!r} is not from 1 to {limit}")
            limit = int(wanted)
        default, named = (
            tuple(parameters[name]) if name in parameters else None
            for name in ("default-graph-uri", "named-graph-uri")
        )
        return Question(text, rows, triples, limit, cut, default, named)

    async def answered(self, request: Request, question: Question) -> Response:
        """Return the answer to *question*; a client that goes away stops it."""
        reply: Reply | QueryRefused | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(_watch, request.receive, group.cancel_scope)
            try:
                reply = await self._pool.answer(question)
            except QueryRefused as exc:
                reply = exc
            group.cancel_scope.cancel()
        if isinstance(reply, QueryRefused):
            more = _cannot(ROWS if question.triples else TRIPLES)
            told = f"{reply}; {more}" if reply.reason == "format" else str(reply)
            return said(STATUS[reply.reason], told)
        if reply is None:
            return said(STATUS["stopped"], "the client is gone")
        response = _content(reply.body, reply.media)
        response.headers["Icdgraph-Count"] = str(reply.count)
        response.headers["Icdgraph-Cut"] = str(reply.is_cut).lower()
        response.headers["Server-Timing"] = f"query;dur={1000 * reply.seconds:.1f}"
        return response


async def _watch(receive: Receive, scope: anyio.CancelScope) -> None:
    """Cancel *scope*, in which a query runs, when the client goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _parameters(request: Request) -> Parameters:
    """Return the parameters of *request*, those of its body among them."""
    found = _parsed(request.url.query)
    if request.method != "POST":
        return found
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == _UPDATE:
        raise _Failure(403, UPDATES)
    if media not in (_FORM, _QUERY):
        raise _Failure(
            415, f"{media!r} is not a type of query; {_QUERY} or {_FORM} would be right"
        )
    # Form-encoding makes three characters of a byte, UTF-8 at most four bytes of one.
    most = LONGEST * (12 if media == _FORM else 4)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _Failure(413, _TOO_LONG)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise _Failure(400, "the query is not UTF-8, which it has to be") from None
    if media == _QUERY:
        found.setdefault("query", []).append(text)
    else:
        for name, values in _parsed(text).items():
            found.setdefault(name, []).extend(values)
    return found


def _parsed(text: str) -> Parameters:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except ValueError:
        raise _Failure(400, "the parameters are not UTF-8, or too many") from None
    found: Parameters = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _one(parameters: Parameters, name: str) -> str:
    values = parameters[name]
    if len(values) > 1:
        raise _Failure(400, f"{name} is given {len(values)} times; once would be right")
    return values[0]


_TYPES_OF_ROWS = negotiation.media_types(ROWS)
_TYPES_OF_TRIPLES = negotiation.media_types(TRIPLES)


def _formats(names: list[str], accept: str) -> tuple[str | None, str | None]:
    """Return the media types for rows and for triples, None where none is wanted."""
    for name in names:
        rows = ROWS.get(name, (None,))[0]
        triples = TRIPLES.get(ALIASES.get(name, name), (None,))[0]
        if rows or triples:
            return rows, triples
    # SPARQLWrapper sends names of its own making as well: the header then decides.
    return best(accept, _TYPES_OF_ROWS), best(accept, _TYPES_OF_TRIPLES)


def _cannot(formats: dict[str, tuple[str, ...]]) -> str:
    types = ", ".join(types[0] for types in formats.values())
    return f"an Accept header with one of {types} would be right"


_TOO_LONG = f"the query is longer than {LONGEST:,} characters; a shorter would be right"


def _content(body: bytes, media: str) -> Response:
    return Response(body, media_type=media, headers={"Vary": "Accept"})
