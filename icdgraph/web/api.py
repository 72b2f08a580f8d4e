"""The JSON side: one table of what can be asked, from which routes are made.

An `Operation` says where it is found, what it takes and what it answers; `routes` makes
a route of each, which reads the parameters and refuses what does not fit, and
`icdgraph.web.openapi` describes them all.  An answer is a function of the graph and the
values, and knows nothing of the web.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread
from starlette.routing import Route

from icdgraph.draw.layout import layout
from icdgraph.draw.neighborhood import neighborhood
from icdgraph.draw.scene import record
from icdgraph.errors import IcdGraphError, UnknownCode
from icdgraph.explain.card import Card
from icdgraph.serialize import Record, node_record
from icdgraph.web import compare_page, nlm, queries
from icdgraph.web.addresses import LONGEST, address, chapters, find
from icdgraph.web.caching import kept
from icdgraph.web.parameters import Number, Parameter, Text, Unfit, Values, read
from icdgraph.web.responses import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from icdgraph.graph import Graph, Node
    from icdgraph.web.completion import Completion

JSON = "application/json"
THREADS = 2
"""Answers worked out at a time; the others wait.  More would only take turns."""


@dataclass(frozen=True, slots=True)
class Source:
    """What answers are made from; *limit* is the number of rows of a SPARQL answer."""

    graph: Graph
    completion: Completion
    limit: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked: *path*, what it *says*, its *parameters*.

    *answer* makes the answer of a `Source` and values, *schema* is its JSON Schema.
    One that *is_open* takes parameters of any name, as the queries do.
    """

    path: str
    says: str
    answer: Callable[[Source, Values], Any]
    schema: dict[str, Any]
    parameters: tuple[Parameter, ...] = ()
    is_open: bool = False

    @property
    def names(self) -> list[str]:
        """The parameters that stand in the path itself."""
        return re.findall(r"\{(\w+)\}", self.path)


OBJECT = {"type": "object"}
NAME = Text("name", "a code, a range or a chapter's number, however written", None, 40)


def _card(source: Source, values: Values) -> Record:
    return Card(find(source.graph, values["name"])).record()


def _picture(source: Source, values: Values) -> Record:
    scene = neighborhood(find(source.graph, values["name"]))
    return record(scene, {box.key: box.place for box in layout(scene)})


def _top(source: Source, values: Values) -> Record:
    return {"name": None, "children": [_branch(n) for n in chapters(source.graph)]}


def _below(source: Source, values: Values) -> Record:
    node = find(source.graph, values["name"])
    return _branch(node) | {"children": [_branch(child) for child in node.children]}


def _branch(node: Node) -> Record:
    low, high = node.graph.tree.span(node.number)
    return node_record(node) | {
        "name": node.code,
        "href": address(node),
        "billable": node.is_billable,
        "billable_codes": high - low,
        "is_leaf": node.graph.tree.is_leaf(node.number),
    }


def _check(source: Source, values: Values) -> Record:
    codes = compare_page.listed(source.graph, values["codes"])
    found = compare_page.findings(source.graph, codes, values)
    return {"codes": list(found.codes), "findings": found.records()}


def _search(source: Source, values: Values) -> list[Any]:
    return nlm.answer(source.graph, values)


def _complete(source: Source, values: Values) -> Record:
    found = source.completion.suggest(values["q"], values["limit"])
    return {"suggestions": [one.as_dict() for one in found]}


def _query(source: Source, values: Values) -> Record:
    return {"text": queries.bound(source.graph, values.pop("name"), values)}


def _page(source: Source, values: Values) -> Record:
    return queries.start(source.graph, source.limit)


OPERATIONS = (
    Operation(
        "/api/search",
        "Codes by words, or by the beginning of a code, in the shape of the NLM's "
        "Clinical Table Search Service",
        _search,
        nlm.SCHEMA,
        nlm.PARAMETERS,
    ),
    Operation(
        "/api/codes/{name}",
        "The card: all that the classification says of a node, as `icdgraph show "
        "--json` prints it",
        _card,
        OBJECT,
    ),
    Operation(
        "/api/picture/{name}",
        "The picture of a node as data: nodes, edges with their notes, places",
        _picture,
        OBJECT,
    ),
    Operation("/api/tree", "The chapters, with their numbers of codes", _top, OBJECT),
    Operation(
        "/api/tree/{name}",
        "A node and its children, with their numbers of codes",
        _below,
        OBJECT,
    ),
    Operation(
        "/api/check",
        "What is wrong with a set of codes, and what their notes advise",
        _check,
        OBJECT,
        compare_page.PARAMETERS,
    ),
    Operation(
        "/api/complete",
        "What a word of a query may become",
        _complete,
        OBJECT,
        (
            Text("q", "the word", "", 2000),
            Number("limit", "suggestions at most", 12, 1, 100),
        ),
    ),
    Operation(
        "/api/queries/{name}",
        "The text of a named query, with its parameters bound",
        _query,
        OBJECT,
        is_open=True,
    ),
    Operation("/api/page", "What the query page starts from", _page, OBJECT),
)
"""All that can be asked in JSON."""


def routes(source: Source) -> Iterator[Route]:
    """Yield a route for each of `OPERATIONS`, answered from *source*."""
    threads = CapacityLimiter(THREADS)
    for operation in OPERATIONS:
        yield Route(operation.path, _endpoint(operation, source, threads))


def _endpoint(
    operation: Operation, source: Source, threads: CapacityLimiter
) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            values = _values(operation, request)
            # Some wait for a file or compute for long: others are answered meanwhile.
            found = await to_thread.run_sync(
                operation.answer, source, values, limiter=threads
            )
        except Unfit as exc:
            return said(exc.status, str(exc))
        except UnknownCode as exc:
            return said(404, str(exc))
        except IcdGraphError as exc:
            return said(400, str(exc))
        return kept(request, as_json(found), JSON)

    return endpoint


def _values(operation: Operation, request: Request) -> Values:
    named: Values = dict(request.path_params)
    if any(len(name) > LONGEST for name in named.values()):
        raise Unfit("a name as long as this is none; a code or a range would be right")
    if operation.is_open:
        return {**dict(request.query_params), **named}
    return {**read(request.query_params, operation.parameters), **named}


def as_json(document: object) -> bytes:
    """Return *document* as JSON in UTF-8."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate, which a file may hold as &#xD800; or a client send, is no UTF-8.
    return text.encode("utf-8", "replace")
