"""The words of a note, cut where they name codes, so that each may be a link.

    "lumbago with sciatica (M54.4-)"
     |---- words --------| |-link-|

The text stays as it is printed, character for character.  A piece is a link only where
it names a node that the release holds: G31.90, which F02 names and no release has, is
text.  What counts as a code in a note is decided by `icdgraph.read.references` alone,
so that vitamin B12 and CD30 are words here as well.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.errors import UnknownCode
from icdgraph.read import references
from icdgraph.web.addresses import address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph
    from icdgraph.read.references import Item

KEPT = 4096
"""Notes whose pieces are remembered."""


class Piece(NamedTuple):
    """Some words, and where they lead, or empty."""

    text: str
    href: str = ""


@lru_cache(KEPT)
def pieces(graph: Graph, text: str) -> tuple[Piece, ...]:
    """Return *text* in pieces, which joined are *text* again.

    >>> from icdgraph.toy import toy
    >>> pieces(toy().core, "lumbago with sciatica (M54.4-)")[1]
    Piece(text='M54.4-', href='/M54.4')
    """
    found: list[Piece] = []
    at = 0
    for start, end, href in _links(graph, text):
        found += [Piece(text[at:start]), Piece(text[start:end], href)]
        at = end
    return (*(piece for piece in found if piece.text), *_rest(text[at:]))


def _rest(text: str) -> tuple[Piece, ...]:
    return (Piece(text),) if text else ()


def _links(graph: Graph, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield from where to where *text* names a node, and its address, in order."""
    at = 0
    for item in sorted(_items(text), key=lambda item: item.span):
        for start, end, name in _named(graph, text, item):
            href = _href(graph, name)
            if href and start >= at:
                yield start, end, href
                at = end


def _items(text: str) -> list[Item]:
    reading = references.parse(text)
    named = [item for reference in reading.references for item in reference.items]
    return [*named, *reading.scope, *reading.mentions]


def _named(graph: Graph, text: str, item: Item) -> Iterator[tuple[int, int, str]]:
    """Yield what *item* names: a code, a section's or chapter's range, or two ends."""
    start, end = item.span
    if item.last is None:
        yield start, end, item.first
        return
    name = f"{item.first}-{item.last}"
    if _href(graph, name):
        yield start, end, name
        return
    last = text.rindex(item.last, start, end)
    yield start, start + len(item.first), item.first
    yield last, last + len(item.last), item.last


def _href(graph: Graph, name: str) -> str:
    """Return the address of the code or range *name*, empty where it is none."""
    try:
        node = graph[name] if "-" in name else graph.get(name)
    except UnknownCode:
        return ""
    return address(node) if node else ""
