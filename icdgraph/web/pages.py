"""The pages, and what their scripts ask for.

Pages hold no data: they are files in ``static/`` with a title set in, and their
scripts fetch JSON and show it as text.  So nothing in a release can become markup.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse

from icdgraph.errors import IcdGraphError
from icdgraph.rdf.vocabulary import PREFIXES, release_iri
from icdgraph.web import queries
from icdgraph.web.completion import Completion
from icdgraph.web.protocol import said

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from icdgraph.graph import CodeGraph

STATIC = Path(__file__).with_name("static")


class Pages:
    """The pages over *graph*; *limit* is the number of rows of the longest answer."""

    def __init__(self, graph: CodeGraph, limit: int) -> None:
        self._graph = graph
        self._limit = limit
        self._completion = Completion(graph)
        template = Template((STATIC / "sparql.html").read_text("utf-8"))
        self._sparql = template.substitute(title=escape(f"ICD-10-CM {graph.version}"))

    def sparql(self, request: Request) -> Response:
        """Return the query page."""
        return HTMLResponse(self._sparql, headers={"Vary": "Accept"})

    async def page(self, request: Request) -> Response:
        """Return what the script of the query page starts from."""
        return JSONResponse(
            {
                "limit": self._limit,
                "prefixes": PREFIXES,
                "here": [PREFIXES["ICD10CM"], release_iri(self._graph)],
                "queries": queries.listed(),
            }
        )

    async def complete(self, request: Request) -> Response:
        """Return suggestions for the word ``q``, at most ``limit`` of them."""
        limit = request.query_params.get("limit", "12")
        if not (limit.isdecimal() and 1 <= int(limit[:9]) <= 100):
            return said(400, f"limit={limit!r} is not from 1 to 100")
        found = self._completion.suggest(request.query_params.get("q", ""), int(limit))
        return JSONResponse({"suggestions": [one.as_dict() for one in found]})

    async def query(self, request: Request) -> Response:
        """Return the text of the named query ``name`` with its parameters bound."""
        name = request.path_params["name"]
        values = dict(request.query_params)
        try:
            return JSONResponse({"text": queries.bound(self._graph, name, values)})
        except IcdGraphError as exc:
            return said(400, str(exc))
