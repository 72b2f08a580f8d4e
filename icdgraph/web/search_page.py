"""The page of a search: each result with the wording that matched, marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from icdgraph.search import search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.search import SearchResult

MOST = 50
"""How many results the page shows."""

Part = tuple[str, bool]
"""A part of a text, and whether it is marked."""


class Hit(NamedTuple):
    """A node with its title in parts, and which other wording matched, in parts."""

    node: Node
    title: list[Part]
    source: str
    wording: list[Part]


def search_page(graph: Graph, query: str) -> dict[str, Any]:
    """Return the variables of the template of a search for *query*.

    >>> from icdgraph.toy import toy
    >>> page = search_page(toy().core, "lumbago")
    >>> page["hits"][0].node.code, page["hits"][0].wording
    ('M54.50', [('Lumbago', True), (' NOS', False)])
    """
    results = search(graph, query, MOST) if query else None
    return {
        "query": query,
        "hits": [_hit(result) for result in results or ()],
        "readings": results.interpretations if results else (),
        "unknown": list(results.unknown) if results else [],
        "most": MOST,
    }


def _hit(result: SearchResult) -> Hit:
    title, field = result.node.title, result.field.value
    text = list(parts(result.text, result.marks))
    is_title = result.at == result.node and result.text == title
    if is_title or field == "code":
        return Hit(result.node, text if is_title else [(title, False)], "", [])
    source = field if result.at == result.node else f"{field} at {result.at.code}"
    return Hit(result.node, [(title, False)], source, text)


def parts(text: str, marks: Iterable[tuple[int, int]]) -> Iterator[Part]:
    """Yield *text* in parts, those in the spans *marks* as marked."""
    at = 0
    for start, end in marks:
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if text[at:]:
        yield text[at:], False
