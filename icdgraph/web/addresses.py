"""The addresses of nodes.

/M54.50        a code, category or subcategory
/M50-M54       a section, by its range; /B99-B99 is one, /B99 the category
/M00-M99       a chapter
/M54.50.ttl    the same node, in the format of the suffix

Every node has one permanent address; other spellings of its name, such as ``/m5450``
and ``/13``, redirect to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from icdgraph import codes
from icdgraph.errors import ParseError, UnknownCode

if TYPE_CHECKING:
    from icdgraph.graph import Graph, Node

LONGEST = 40
"""How many characters the longest name has that is looked up."""


class NodeFormat(NamedTuple):
    """A format in which a node is served: its suffix, media type and name."""

    suffix: str
    media: str
    name: str


FORMATS = (
    NodeFormat("", "text/html", "page"),
    NodeFormat(".json", "application/json", "JSON"),
    NodeFormat(".ttl", "text/turtle", "Turtle"),
    NodeFormat(".jsonld", "application/ld+json", "JSON-LD"),
    NodeFormat(".nt", "application/n-triples", "N-Triples"),
    NodeFormat(".rdf", "application/rdf+xml", "RDF/XML"),
    NodeFormat(".trig", "application/trig", "TriG"),
    NodeFormat(".nq", "application/n-quads", "N-Quads"),
)
"""The formats of a node, the preferred one first."""


def address(node: Node) -> str:
    """Return the permanent address of *node*, from the root of the server.

    >>> from icdgraph.toy import toy
    >>> address(toy().core["M54.50"]), address(toy().core.chapter(13))
    ('/M54.50', '/M00-M99')
    """
    return "/" + quote(node.code, safe="")


def split(name: str) -> tuple[str, NodeFormat | None]:
    """Return *name* without its suffix, and the format of the suffix."""
    for form in FORMATS:
        if form.suffix and name.lower().endswith(form.suffix):
            return name[: -len(form.suffix)], form
    return name, None


def find(graph: Graph, name: str) -> Node:
    """Return the node with *name*, in any spelling.  Raises `UnknownCode`."""
    if not name or len(name) > LONGEST:
        raise UnknownCode(
            f"unknown name {name[:LONGEST]!r}: expected a code, a range or the number "
            "of a chapter"
        )
    try:
        return graph.chapter(name) if name.isdecimal() else graph[name]
    except ParseError as exc:
        raise UnknownCode(str(exc)) from exc


def nearest(graph: Graph, name: str) -> list[Node]:
    """Return the nodes that *name* may be a misspelling of."""
    try:
        code = codes.parse(name[:LONGEST])
    except ParseError:
        return []
    return [graph[near] for near in graph.nearest(code)]


def billable_below(node: Node) -> int:
    """Return how many billable codes there are at and below *node*."""
    low, high = node.graph.tree.span(node.number)
    return high - low
