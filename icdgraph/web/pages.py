"""The pages: search and chapters, a node, the tree, the check of a set of codes.

Each can be read without a script, since the server writes it whole; scripts add what is
quicker with them.  A node's page shares its address with the data about the node: what
the client accepts decides, or a suffix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from anyio import CapacityLimiter, to_thread
from starlette.responses import RedirectResponse

from icdgraph.draw import draw
from icdgraph.errors import IcdGraphError
from icdgraph.explain.card import Card
from icdgraph.web import compare_page, nlm, search_page
from icdgraph.web.addresses import (
    FORMATS,
    LONGEST,
    address,
    chapters,
    find,
    nearest,
    split,
)
from icdgraph.web.api import JSON, THREADS, as_json
from icdgraph.web.caching import kept
from icdgraph.web.code_page import code_page
from icdgraph.web.linked import links, question
from icdgraph.web.negotiation import HTML, best
from icdgraph.web.parameters import Text, Unfit, read
from icdgraph.web.responses import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from icdgraph.graph import Graph, Node
    from icdgraph.web.protocol import Endpoint
    from icdgraph.web.templates import Templates

FOUND = 50
"""Results on the page of a search."""

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of an interactive picture, which is one file."""

QUERY = Text("q", "words or a code", "", nlm.LONGEST)
_MEDIA = [form.media for form in FORMATS]


class Branch(NamedTuple):
    """A node of the tree: how many codes are beneath, and what is open below it."""

    node: Node
    codes: int
    children: list[Branch] | None


class Pages:
    """The pages over *graph*; *endpoint* answers in the formats of linked data."""

    def __init__(self, graph: Graph, templates: Templates, endpoint: Endpoint) -> None:
        self._graph = graph
        self._templates = templates
        self._endpoint = endpoint
        self._threads = CapacityLimiter(THREADS)

    # Search and chapters

    async def home(self, request: Request) -> Response:
        """Return the page of what was searched for, and of the chapters."""
        try:
            asked = read(request.query_params, [QUERY])["q"]
        except Unfit as exc:
            return said(exc.status, str(exc))
        found = await self._in_thread(
            search_page.found, self._graph, asked.strip(), FOUND
        )
        return self._page(
            request,
            "home.html",
            here="/",
            asked=asked.strip(),
            hits=found.hits,
            readings=found.readings,
            unknown=found.unknown,
            most=FOUND,
            chapters=[(node, _beneath(node)) for node in chapters(self._graph)],
        )

    # A node

    async def node(self, request: Request) -> Response:
        """Return the node of an address, in the format that is wanted."""
        name, form = split(request.path_params["name"])
        try:
            node = find(self._graph, name)
        except IcdGraphError as exc:
            return self.missing(request, name, str(exc))
        suffix = form.suffix if form else ""
        if name != node.code:
            return _moved(request, address(node) + suffix)
        media = form.media if form else best(_accepted(request), _MEDIA)
        if media is None:
            return said(
                406, f"an Accept header with one of {', '.join(_MEDIA)} would be right"
            )
        return await self._written(request, node, media)

    async def _written(self, request: Request, node: Node, media: str) -> Response:
        headers = {"Link": links(node)}
        if media == HTML:
            return kept(request, self._code_page(node), HTML, headers)
        if media == JSON:
            body = await self._in_thread(_card, node)
            return kept(request, body, JSON, headers)
        response = await self._endpoint.answered(request, question(node, media))
        if response.status_code != 200:
            return response
        return kept(request, bytes(response.body), media, headers)

    def _code_page(self, node: Node) -> bytes:
        return self._templates.render("code.html", formats=FORMATS, **code_page(node))

    # Its interactive picture

    async def picture(self, request: Request) -> Response:
        """Return the interactive picture of the node of an address."""
        name = request.path_params["name"]
        try:
            node = find(self._graph, name)
        except IcdGraphError as exc:
            return self.missing(request, name, str(exc))
        body = await self._in_thread(_picture, node)
        return kept(request, body, HTML, {"Content-Security-Policy": POLICY})

    def missing(self, request: Request, name: str, told: str) -> Response:
        """Return 404, to a person with the nearest codes."""
        if best(_accepted(request), _MEDIA) != HTML:
            return said(404, told)
        return self._page(
            request,
            "missing.html",
            404,
            text=name[:LONGEST],
            message=told[:1].upper() + told[1:],
            nearest=nearest(self._graph, name),
        )

    # The tree

    async def tree(self, request: Request) -> Response:
        """Return the tree, open down to the node ``open``."""
        try:
            name = read(request.query_params, [Text("open", "a node", "", 40)])["open"]
            node = find(self._graph, name) if name else None
        except Unfit as exc:
            return said(exc.status, str(exc))
        except IcdGraphError as exc:
            return self.missing(request, name, str(exc))
        return self._page(
            request,
            "tree.html",
            here="/tree",
            opened=node.code if node else "",
            top=_branches(chapters(self._graph), {*node.path, node} if node else set()),
        )

    # A set of codes

    async def compare(self, request: Request) -> Response:
        """Return what is to be said of the set ``codes``."""
        try:
            values = read(request.query_params, compare_page.PARAMETERS)
            codes = compare_page.listed(self._graph, values["codes"])
        except Unfit as exc:
            return said(exc.status, str(exc))
        compared = await self._in_thread(
            compare_page.comparison, self._graph, codes, values
        )
        return self._page(request, "compare.html", here="/compare", **compared)

    # What they share

    def _page(
        self, request: Request, name: str, status: int = 200, **values: Any
    ) -> Response:
        return kept(request, self._templates.render(name, **values), HTML, None, status)

    async def _in_thread(self, function: Any, *arguments: Any) -> Any:
        """Return what *function* returns, while others are answered."""
        return await to_thread.run_sync(function, *arguments, limiter=self._threads)


def query_page(templates: Templates) -> Callable[[Request], Response]:
    """Return what answers with the page on which queries are written."""
    body = templates.render("sparql.html", here="/sparql")

    def page(request: Request) -> Response:
        return kept(request, body, HTML)

    return page


def _accepted(request: Request) -> str:
    return ",".join(request.headers.getlist("accept"))


def _moved(request: Request, path: str) -> Response:
    """Lead on to *path*, with the query of *request*."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(path + query, 301, {"Cache-Control": "no-cache"})


def _card(node: Node) -> bytes:
    return as_json(Card(node).record())


def _picture(node: Node) -> bytes:
    return draw(node).page(address).encode("utf-8", "replace")


def _beneath(node: Node) -> int:
    """Return how many billable codes are at or below *node*."""
    low, high = node.graph.tree.span(node.number)
    return high - low


def _branches(nodes: Iterable[Node], opened: set[Node]) -> list[Branch]:
    return [
        Branch(
            node,
            0 if node.graph.tree.is_leaf(node.number) else _beneath(node),
            _branches(node.children, opened) if node in opened else None,
        )
        for node in nodes
    ]
