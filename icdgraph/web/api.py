"""The JSON side: search, cards, pictures, the tree, checks, and help for queries.

FastAPI reads the parameters, refuses what is invalid, and describes all of it at
/api/openapi.json.  The answers are those of the library and of the command line.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from icdgraph.draw.layout import record
from icdgraph.draw.neighborhood import neighborhood
from icdgraph.explain.card import Card
from icdgraph.graph import Graph, Node
from icdgraph.model import Kind
from icdgraph.serialize import Record, node_record
from icdgraph.web import compare_page, nlm, queries
from icdgraph.web.addresses import LONGEST, address, billable_below, find
from icdgraph.web.responses import Json

_FAILED = {
    "description": "What is wrong, in a sentence",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}
_FOUND = {"content": {"application/json": {"schema": nlm.SCHEMA}}}

router = APIRouter(
    prefix="/api", default_response_class=Json, responses={"4XX": _FAILED}
)


async def graph_of(request: Request) -> Graph:
    """Return the graph that is served."""
    graph: Graph = request.app.state.graph
    return graph


Served = Annotated[Graph, Depends(graph_of)]
Name = Annotated[
    str, Path(max_length=LONGEST, description="A code, a range, or a chapter's number")
]


async def node_of(graph: Served, name: Name) -> Node:
    """Return the node with *name*.  Raises `UnknownCode`."""
    return find(graph, name)


Named = Annotated[Node, Depends(node_of)]


@router.get("/search", responses={200: _FOUND})
def search(graph: Served, parameters: Annotated[nlm.SearchParameters, Query()]) -> Json:
    """Search codes by words or by their beginning, in the shape of the NLM's search."""
    return Json(nlm.answer(graph, parameters))


@router.get("/codes/{name}")
def card(node: Named) -> Json:
    """Return the card of a node, as `icdgraph show --json` prints it."""
    return Json(Card(node).record())


@router.get("/picture/{name}")
def picture(node: Named) -> Json:
    """Return the picture of a node: nodes, edges with their notes, and places."""
    return Json(record(neighborhood(node)))


@router.get("/tree")
def tree(graph: Served) -> Json:
    """Return the chapters, with the number of their billable codes."""
    children = list(map(_branch, graph.nodes(Kind.CHAPTER)))
    return Json({"name": None, "children": children})


@router.get("/tree/{name}")
def branch(node: Named) -> Json:
    """Return a node and its children, with the number of their billable codes."""
    return Json(_branch(node) | {"children": list(map(_branch, node.children))})


def _branch(node: Node) -> Record:
    return node_record(node) | {
        "name": node.code,
        "href": address(node),
        "billable": node.is_billable,
        "billable_codes": billable_below(node),
        "is_leaf": node.graph.tree.is_leaf(node.number),
    }


@router.get("/check")
def check(graph: Served, parameters: Annotated[compare_page.Codes, Query()]) -> Json:
    """Check codes that are reported together, as `icdgraph check` does."""
    codes = compare_page.listed(graph, parameters.codes)
    findings = compare_page.findings(graph, codes, parameters)
    return Json({"codes": list(findings.codes), "findings": findings.records()})


@router.get("/complete")
def complete(
    request: Request,
    q: Annotated[str, Query(max_length=2000, description="A word of a query")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 12,
) -> Json:
    """Return what a word of a query can be completed to."""
    suggestions = request.app.state.completion.suggest(q, limit)
    return Json({"suggestions": [one._asdict() for one in suggestions]})


@router.get("/queries/{name}")
def query(request: Request, graph: Served, name: Name) -> Json:
    """Return the text of a named query, with its parameters from the request."""
    return Json({"text": queries.bound(graph, name, request.query_params)})


@router.get("/page")
def page(request: Request, graph: Served) -> Json:
    """Return what the query page needs: prefixes, named queries, and limits."""
    return Json(queries.start(graph, request.app.state.limit))
