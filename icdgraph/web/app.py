"""The application: everything that is served, by address.

/                   search, and the chapters
/M54.50             a node: its page, or data about it (`icdgraph.web.addresses`)
/picture/M54.50     the interactive picture of a node
/tree               the hierarchy
/compare?codes=     the check of codes that are reported together
/ontology           the vocabulary, and /release/... what is in a release
                    (`icdgraph.web.resources`)
/sparql             the SPARQL endpoint, and in a browser the query page
/api/...            the JSON side, described at /api/openapi.json
/static/...         scripts, styles and the icon

Everything served is public and read-only, so pages of any site may ask (CORS).
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from icdgraph.draw.svg import STYLE
from icdgraph.errors import IcdGraphError, UnknownCode
from icdgraph.graph import Graph
from icdgraph.rdf.hints import HEADER
from icdgraph.rdf.worker_pool import WorkerPool
from icdgraph.web import api, pages
from icdgraph.web.completion import Completion
from icdgraph.web.middleware import Finish
from icdgraph.web.negotiation import HTML, accepted, best
from icdgraph.web.protocol import Endpoint
from icdgraph.web.responses import error
from icdgraph.web.templates import FOLDER, Templates

LIMIT = 100_000
"""How many rows the longest answer to a query has by default."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""The names of a server that only this machine can reach."""

THREADS = 2
"""How many answers are computed at a time: with more, Python only switches more."""

STATIC = FOLDER.with_name("static")


def application(
    graph: Graph,
    pool: WorkerPool,
    limit: int = LIMIT,
    hosts: Sequence[str] = LOOPBACK,
) -> FastAPI:
    """Return the application over *graph*, whose queries *pool* answers.

    *limit* is the number of rows of the longest answer; *hosts* are the names that the
    server answers to, ``*`` for any, against DNS rebinding.
    """
    app = FastAPI(
        title=f"icdgraph: ICD-10-CM {graph.version}",
        version=version("icdgraph"),
        description="Read-only.  Every address answers GET and HEAD.",
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_limited,
        middleware=_middleware(hosts),
        exception_handlers=_HANDLERS,
    )
    templates = Templates(graph)
    page = templates.render("sparql.html", here="/sparql")
    app.state.graph = graph
    app.state.limit = limit
    app.state.templates = templates
    app.state.completion = Completion(graph)
    app.state.endpoint = Endpoint(pool, limit, page, graph)
    app.include_router(api.router)
    described = {"parameters": [_QUERY]}
    app.add_api_route("/sparql", _sparql, methods=["GET"], openapi_extra=described)
    app.add_route("/sparql", _sparql, methods=["POST"])
    app.add_route("/static/picture.css", _picture_style)
    app.mount("/static", StaticFiles(directory=STATIC))
    app.include_router(pages.router)
    return app


def _middleware(hosts: Sequence[str]) -> list[Middleware]:
    """Return the middleware, the outermost first."""
    return [
        Middleware(Finish),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        Middleware(
            CORSMiddleware,
            allow_origins=["*"],
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["*"],
            expose_headers=["ETag", "Icdgraph-Count", "Icdgraph-Cut", HEADER, "Link"],
        ),
    ]


@asynccontextmanager
async def _limited(_: FastAPI) -> AsyncIterator[None]:
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


_QUERY: dict[str, Any] = {
    "name": "query",
    "in": "query",
    "description": "A query; without it, the endpoint describes itself",
    "schema": {"type": "string"},
}


async def _sparql(request: Request) -> Response:
    """Answer a query by the SPARQL 1.1 Protocol."""
    endpoint: Endpoint = request.app.state.endpoint
    return await endpoint.respond(request)


async def _picture_style(_: Request) -> Response:
    return Response(STYLE, media_type="text/css")


# Errors


async def _invalid(_: Request, exc: Exception) -> Response:
    """Return what is wrong with the first invalid parameter."""
    assert isinstance(exc, RequestValidationError)
    first = exc.errors()[0]
    name, value = str(first["loc"][-1])[:40], first.get("input")
    if first["type"] == "missing":
        return error(400, f"the parameter {name} is required")
    if first["type"] == "extra_forbidden":
        return error(400, f"unknown parameter {name!r}: see /api/openapi.json")
    return error(400, f"invalid {name} {str(value)[:40]!r}: {first['msg']}")


async def _refused(request: Request, exc: Exception) -> Response:
    if isinstance(exc, UnknownCode):
        return _not_found(request, str(exc))
    return error(400, str(exc))


async def _http_error(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    path, message = request.url.path, exc.detail
    if exc.status_code == 404:
        return _not_found(request, f"there is no page at {path}")
    if exc.status_code == 405:
        message = f"{request.method} is not supported at {path}: expected GET"
    return error(exc.status_code, message, dict(exc.headers or {}))


def _not_found(request: Request, message: str) -> Response:
    is_page = best(accepted(request), pages.MEDIA) == HTML
    if is_page and not request.url.path.startswith("/api/"):
        return pages.missing(request, message)
    return error(404, message)


async def _failed(_: Request, __: Exception) -> Response:
    return error(500, "internal error: see the log of the server")


_Handler = Callable[[Request, Any], Coroutine[Any, Any, Response]]
_HANDLERS: dict[int | type[Exception], _Handler] = {
    RequestValidationError: _invalid,
    IcdGraphError: _refused,
    HTTPException: _http_error,
    500: _failed,
}
