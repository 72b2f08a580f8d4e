"""The application: what is found under which address.

/sparql             the endpoint, and in a browser the query page
/api/complete?q=    what a word may become
/api/queries/NAME   a named query with its parameters bound
/api/page           what the query page starts from
/static/...         scripts, style and icon
/                   for now, the query page
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from icdgraph.web.description import describer
from icdgraph.web.headers import Headers
from icdgraph.web.pages import STATIC, Pages
from icdgraph.web.protocol import Endpoint, said

if TYPE_CHECKING:
    from starlette.requests import Request

    from icdgraph.graph import CodeGraph
    from icdgraph.rdf.workers import Workers

LIMIT = 100_000
"""Rows of the longest answer, if nobody says otherwise."""


def application(graph: CodeGraph, workers: Workers, limit: int = LIMIT) -> Starlette:
    """Return the application over *graph*, whose queries *workers* answer.

    *limit* is the number of rows of the longest answer.
    """
    pages = Pages(graph, limit)
    endpoint = Endpoint(workers, limit, pages.sparql, describer(graph))

    async def sparql(request: Request) -> Response:
        return await endpoint(request)

    return Starlette(
        routes=[
            Route("/", _home),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/api/page", pages.page),
            Route("/api/complete", pages.complete),
            Route("/api/queries/{name}", pages.query),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Headers)],
        exception_handlers={HTTPException: _refused, 500: _failed},
    )


async def _home(request: Request) -> Response:
    return RedirectResponse("/sparql")


async def _refused(request: Request, exc: Exception) -> Response:
    """Say in a sentence what the framework would say in two words."""
    assert isinstance(exc, HTTPException)
    path = request.url.path
    told = {
        404: f"there is nothing at {path}; /sparql would be right",
        405: f"{request.method} is not answered at {path}; GET would be right",
    }
    response = said(exc.status_code, told.get(exc.status_code, exc.detail))
    response.headers.update(exc.headers or {})
    return response


async def _failed(request: Request, exc: Exception) -> Response:
    return said(500, "the server failed over this; its log says how")
