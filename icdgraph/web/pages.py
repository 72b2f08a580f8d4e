"""The pages: search and chapters, a node, its picture, the tree, and checks of codes.

The server writes every page completely, so that it can be read without scripts.  The
page of a node has the same address as the data about the node: the Accept header, or a
suffix, decides.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, NamedTuple
from urllib.parse import unquote

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from icdgraph.draw import draw
from icdgraph.errors import UnknownCode
from icdgraph.explain.card import Card
from icdgraph.graph import Graph, Node
from icdgraph.model import Kind
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.web import resources
from icdgraph.web.addresses import (
    FORMATS,
    LONGEST,
    NodeFormat,
    address,
    billable_below,
    find,
    nearest,
    split,
)
from icdgraph.web.api import Named, Served
from icdgraph.web.code_page import code_page
from icdgraph.web.compare_page import Codes, compare_page
from icdgraph.web.linked import links, question
from icdgraph.web.negotiation import HTML, accepted, best
from icdgraph.web.nlm import LONGEST_TERMS
from icdgraph.web.responses import Json
from icdgraph.web.search_page import search_page
from icdgraph.web.templates import Templates

KEPT = 256
"""How many pages of nodes are remembered."""

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of an interactive picture, which is one file."""

MEDIA = [form.media for form in FORMATS]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


class Branch(NamedTuple):
    """A node of the tree: its number of codes, and its children if it is open."""

    node: Node
    codes: int
    children: "list[Branch] | None"


def rendered(request: Request, name: str, status: int = 200, **values: Any) -> Response:
    """Return the page made of the template *name* and *values*."""
    return HTMLResponse(request.app.state.templates.render(name, **values), status)


@router.get("/")
def home(
    request: Request,
    graph: Served,
    q: Annotated[str, Query(max_length=LONGEST_TERMS)] = "",
) -> Response:
    """Return the results of a search, and the chapters."""
    counts = [(node, billable_below(node)) for node in graph.nodes(Kind.CHAPTER)]
    page = search_page(graph, q.strip())
    return rendered(request, "home.html", here="/", chapters=counts, **page)


@router.get("/tree")
def tree(
    request: Request,
    graph: Served,
    name: Annotated[str, Query(alias="open", max_length=LONGEST)] = "",
) -> Response:
    """Return the tree, open down to one node."""
    node = find(graph, name) if name else None
    opened = {*node.path, node} if node else set()
    return rendered(
        request,
        "tree.html",
        here="/tree",
        opened=node.code if node else "",
        top=_branches(graph.nodes(Kind.CHAPTER), opened),
    )


def _branches(nodes: Iterable[Node], opened: set[Node]) -> list[Branch]:
    return [
        Branch(
            node,
            0 if node.graph.tree.is_leaf(node.number) else billable_below(node),
            _branches(node.children, opened) if node in opened else None,
        )
        for node in nodes
    ]


@router.get("/compare")
def compare(
    request: Request, graph: Served, parameters: Annotated[Codes, Query()]
) -> Response:
    """Return what the check finds in codes that are reported together."""
    page = compare_page(graph, parameters)
    return rendered(request, "compare.html", here="/compare", **page)


@router.get("/picture/{name}")
def picture(node: Named) -> Response:
    """Return the interactive picture of a node."""
    html = draw(node).page(address).encode("utf-8", "replace")
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})


@router.get(
    "/{name}",
    include_in_schema=True,
    responses={
        200: {"content": {media: {"schema": {"type": "string"}} for media in MEDIA}},
        301: {"description": "The same node at its permanent address"},
        404: {"description": "There is no such node"},
        406: {"description": "The node is not served in the format parameters for"},
    },
)
async def node(request: Request, graph: Served, name: str) -> Response:
    """Return a node: its page, or data in the format of the Accept header or suffix."""
    bare, form = split(name)
    if bare in (*resources.DOCUMENTS, resources.RELEASE, resources.ROOT_PATH):
        return await _resource(request, graph, bare, form)
    named = find(graph, bare)
    if bare != named.code:
        query = f"?{request.url.query}" if request.url.query else ""
        target = address(named) + (form.suffix if form else "") + query
        return RedirectResponse(target, 301, {"Cache-Control": "no-cache"})
    response = await _written(request, named, _media(request, form, FORMATS))
    response.headers["Link"] = links(named)
    return response


def _media(
    request: Request, form: NodeFormat | None, formats: Iterable[NodeFormat]
) -> str:
    """Return the media type that the suffix or the Accept header asks for."""
    offers = [offer.media for offer in formats]
    media = form.media if form else best(accepted(request), offers)
    if media is None:
        expected = ", ".join(offers)
        raise HTTPException(406, f"expected an Accept header with one of {expected}")
    return media


@router.get("/release/{rest:path}")
@router.get("/ontology/{rest:path}")
@router.get("/.well-known/{rest:path}")
async def resource(request: Request, graph: Served, rest: str) -> Response:
    """Return a resource of our RDF that is no node: a note, a level, the release."""
    start = request.scope["route"].path.split("/")[1]
    return await _resource(request, graph, *split(f"{start}/{rest}"))


async def _resource(
    request: Request, graph: Graph, path: str, form: NodeFormat | None
) -> Response:
    media = _media(request, form, resources.RESOURCE_FORMATS)
    iri, kind = resources.iri_at(path), resources.TURTLE if media == HTML else media
    text = resources.document(path)
    is_document = text is not None
    if path == resources.VOID:
        endpoint = request.url.replace(path="/sparql", query="", fragment="")
        iri, text = release_iri(graph), resources.void(graph, str(endpoint))
    if text is None:
        if not path.startswith((resources.RELEASE, resources.ROOT_PATH)):
            raise UnknownCode(resources.unknown(graph, path))
        answer = await request.app.state.endpoint.answered(
            request, resources.question(path, kind)
        )
        if answer.headers["Icdgraph-Count"] == "0":
            raise UnknownCode(resources.unknown(graph, path))
        body = bytes(answer.body)
    else:
        body = await run_in_threadpool(resources.written, text, kind)
    if media == HTML:
        page = await run_in_threadpool(
            resources.page, graph, iri, body.decode(), is_document=is_document
        )
        names: dict[str, Any] = {
            "at": f"/{path}",
            "forms": resources.RESOURCE_FORMATS[1:],
        }
        response = rendered(request, "resource.html", **names, **page)
    else:
        response = Response(body, media_type=media)
    response.headers["Link"] = resources.links(path)
    return response


async def _written(request: Request, node: Node, media: str) -> Response:
    if media == HTML:
        return HTMLResponse(_page_of(request.app.state.templates, node))
    if media == "application/json":
        return Json(await run_in_threadpool(Card(node).record))
    response: Response = await request.app.state.endpoint.answered(
        request, question(node, media)
    )
    return response


@lru_cache(KEPT)
def _page_of(templates: Templates, node: Node) -> bytes:
    return templates.render("code.html", formats=FORMATS, **code_page(node))


def missing(request: Request, message: str) -> Response:
    """Return the page for an address without a node, with the most similar codes."""
    path = unquote(request.url.path).lstrip("/")
    text = request.query_params.get("open", path)
    name, _ = split(text.rpartition("/")[2])
    return rendered(
        request,
        "missing.html",
        404,
        text=text[:LONGEST],
        message=message[:1].upper() + message[1:],
        nearest=nearest(request.app.state.graph, name),
    )
