"""The application: what is found under which address.

/                   search, and the chapters
/M54.50             a node: its page, or its data (see `icdgraph.web.addresses`)
/picture/M54.50     the interactive picture of a node
/tree               the hierarchy
/compare?codes=     the check of a set of codes
/sparql             the endpoint, and in a browser the query page
/api/...            the JSON side, described in /api/openapi.json
/static/...         scripts, styles and icon
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from icdgraph.draw.svg import STYLE
from icdgraph.web import api, openapi
from icdgraph.web.caching import kept
from icdgraph.web.completion import Completion
from icdgraph.web.description import describer
from icdgraph.web.headers import Headers
from icdgraph.web.hosts import LOOPBACK, Hosts
from icdgraph.web.pages import Pages, query_page
from icdgraph.web.protocol import Endpoint
from icdgraph.web.responses import said
from icdgraph.web.templates import FOLDER, Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.requests import Request
    from starlette.responses import Response

    from icdgraph.graph import Graph
    from icdgraph.rdf.worker_pool import WorkerPool

LIMIT = 100_000
"""Rows of the longest answer, if nobody says otherwise."""

STATIC = FOLDER.with_name("static")


def application(
    graph: Graph,
    pool: WorkerPool,
    limit: int = LIMIT,
    hosts: Collection[str] | None = LOOPBACK,
) -> Starlette:
    """Return the application over *graph*, whose queries *pool* answers.

    *limit* is the number of rows of the longest answer; *hosts* are the names under
    which it may be asked, None for any.
    """
    templates = Templates(graph)
    endpoint = Endpoint(pool, limit, query_page(templates), describer(graph))
    pages = Pages(graph, templates, endpoint)
    source = api.Source(graph, Completion(graph), limit)
    description = api.as_json(openapi.described(graph))

    async def sparql(request: Request) -> Response:
        return await endpoint(request)

    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/tree", pages.tree),
            Route("/compare", pages.compare),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/api/openapi.json", _constant(description, api.JSON)),
            *api.routes(source),
            Route("/static/picture.css", _constant(STYLE.encode(), "text/css")),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/picture/{name}", pages.picture),
            Route("/{name}", pages.node),
        ],
        middleware=[Middleware(Headers), Middleware(Hosts, names=hosts)],
        exception_handlers={HTTPException: _refuser(pages), 500: _failed},
    )


def _constant(body: bytes, media: str) -> Callable[[Request], Response]:
    async def constant(request: Request) -> Response:
        return kept(request, body, media)

    return constant  # type: ignore[return-value]


def _refuser(pages: Pages) -> Callable[[Request, Exception], Response]:
    """Return what says in a sentence what the framework would say in two words."""

    def refused(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        path = request.url.path
        if exc.status_code == 404:
            told = f"there is nothing at {path}; /M54.50 or /sparql would be right"
            return pages.missing(request, path.lstrip("/"), told)
        told = exc.detail
        if exc.status_code == 405:
            told = f"{request.method} is not answered at {path}; GET would be right"
        response = said(exc.status_code, told)
        response.headers.update(exc.headers or {})
        return response

    return refused


def _failed(request: Request, exc: Exception) -> Response:
    return said(500, "the server failed over this; its log says how")
