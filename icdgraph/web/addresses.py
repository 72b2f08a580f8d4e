"""Where a node is found, and which node an address means.

/M54.50        a code, category or subcategory
/M50-M54       a section, by its range; /B99-B99 is one, /B99 the category
/M00-M99       a chapter
/M54.50.ttl    the same node, as a file of the kind that the suffix says

Every node has one permanent address, however its name may be written: ``/m5450``,
``/13`` and ``/m54 .50`` lead on to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from icdgraph import codes
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from icdgraph.graph import Graph, Node

LONGEST = 40
"""Characters of the longest name that is looked up."""


class Format(NamedTuple):
    """One way to write what is known of a node: its suffix, media type and name."""

    suffix: str
    media: str
    name: str


FORMATS = (
    Format("", "text/html", "page"),
    Format(".json", "application/json", "JSON"),
    Format(".ttl", "text/turtle", "Turtle"),
    Format(".jsonld", "application/ld+json", "JSON-LD"),
    Format(".nt", "application/n-triples", "N-Triples"),
    Format(".rdf", "application/rdf+xml", "RDF/XML"),
)
"""The formats of a node, the one we like best first."""


def address(node: Node) -> str:
    """Return the permanent address of *node*, from the root of the server.

    >>> from icdgraph.toy import toy
    >>> address(toy().core["M54.50"]), address(toy().core.chapter(13))
    ('/M54.50', '/M00-M99')
    """
    return "/" + quote(node.code, safe="")


def split(name: str) -> tuple[str, Format | None]:
    """Return *name* without its suffix, and the format that the suffix says.

    >>> split("M54.50.ttl")[0], split("M54.50.ttl")[1].media, split("M54.50")
    ('M54.50', 'text/turtle', ('M54.50', None))
    """
    for form in FORMATS:
        if form.suffix and name.lower().endswith(form.suffix):
            return name[: -len(form.suffix)], form
    return name, None


def find(graph: Graph, name: str) -> Node:
    """Return the node that *name* means, however it is written.

    Raises `UnknownCode`, with the nearest codes where *name* has the shape of one, and
    `ParseError` where it has no shape that could be looked up.
    """
    if not name or len(name) > LONGEST:
        raise ParseError("a code, a range or a chapter's number would be right")
    return graph.chapter(name) if name.isdecimal() else graph[name]


def chapters(graph: Graph) -> list[Node]:
    """Return the chapters, in order.

    >>> from icdgraph.toy import toy
    >>> [node.code for node in chapters(toy().core)]
    ['A00-B99', 'F01-F99', 'G00-G99', 'M00-M99', 'S00-T88']
    """
    return [graph.node(number) for number in graph.tree.children(-1)]


def nearest(graph: Graph, name: str) -> list[Node]:
    """Return the nodes that *name* may be a misspelling of, none for what is no code.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> nearest(graph, "M54.5O")[0].code, nearest(graph, "robots")
    ('M54.50', [])
    """
    try:
        code = codes.parse(name[:LONGEST])
    except ParseError:
        return []
    return [graph[near] for near in graph.nearest(code)]
