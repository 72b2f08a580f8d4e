"""What the JSON side is, in OpenAPI 3.1, out of the table that routes come from."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from icdgraph.web.addresses import FORMATS
from icdgraph.web.api import NAME, OPERATIONS, Operation

if TYPE_CHECKING:
    from icdgraph.graph import Graph
    from icdgraph.web.parameters import Parameter

_REFUSED = {
    "description": "what was wrong, in a sentence",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}


def described(graph: Graph) -> dict[str, Any]:
    """Return the description of the API over *graph*.

    >>> from icdgraph.toy import toy
    >>> sorted(described(toy().core)["paths"])[:2]
    ['/api/check', '/api/codes/{name}']
    """
    paths = {operation.path: {"get": _get(operation)} for operation in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"icdgraph: ICD-10-CM {graph.version}",
            "version": version("icdgraph"),
            "description": "Read-only.  Every address answers GET, HEAD and OPTIONS.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths | {"/{name}": {"get": _node()}, "/sparql": {"get": _sparql()}},
    }


def _get(operation: Operation) -> dict[str, Any]:
    return {
        "operationId": _identifier(operation.path),
        "summary": operation.says,
        "parameters": [
            *(_parameter(NAME, "path") for _ in operation.names),
            *(_parameter(parameter, "query") for parameter in operation.parameters),
        ],
        "responses": {
            "200": {
                "description": "the answer",
                "content": {"application/json": {"schema": operation.schema}},
            },
            "400": _REFUSED,
            **({"404": _REFUSED} if operation.names else {}),
        },
    }


def _identifier(path: str) -> str:
    """Return a name for the operation at *path*.

    >>> _identifier("/api/tree/{name}"), _identifier("/api/tree")
    ('tree_name', 'tree')
    """
    return path.removeprefix("/api/").translate(str.maketrans("/", "_", "{}"))


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    schema = parameter.schema()
    is_needed = place == "path" or (
        parameter.default is None and "minimum" not in schema
    )
    return {
        "name": parameter.name,
        "in": place,
        "description": parameter.says,
        "required": is_needed,
        "schema": schema,
    }


def _node() -> dict[str, Any]:
    suffixes = ", ".join(form.suffix for form in FORMATS if form.suffix)
    return {
        "operationId": "node",
        "summary": "A node: its page, or its data in the format of the Accept header "
        f"or of a suffix ({suffixes})",
        "parameters": [_parameter(NAME, "path")],
        "responses": {
            "200": {
                "description": "the page, the card, or what the graph says of the node",
                "content": {
                    form.media: {"schema": {"type": "string"}} for form in FORMATS
                },
            },
            "301": {"description": "the same node at its permanent address"},
            "404": _REFUSED,
            "406": _REFUSED,
        },
    }


def _sparql() -> dict[str, Any]:
    return {
        "operationId": "sparql",
        "summary": "A query by the SPARQL 1.1 Protocol",
        "parameters": [
            {
                "name": "query",
                "in": "query",
                "required": False,
                "description": "the query; without it, what the endpoint is",
                "schema": {"type": "string", "maxLength": 100_000},
            }
        ],
        "responses": {
            "200": {"description": "rows or triples, as the Accept header asks"},
            "400": _REFUSED,
        },
    }
