"""Text with links: each code that it names becomes a link to the page of the code.

    "lumbago with sciatica (M54.4-)"
     |---- words --------| |-link-|

The text stays as it is, character for character.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.graph.mentions import mentions
from icdgraph.web.addresses import address

if TYPE_CHECKING:
    from icdgraph.graph import Graph

KEPT = 4096
"""How many texts are remembered with their links."""


class Piece(NamedTuple):
    """A piece of text, and the address it links to, or an empty string."""

    text: str
    href: str = ""


@lru_cache(KEPT)
def linkify(graph: Graph, text: str) -> tuple[Piece, ...]:
    """Return *text* in pieces, which joined are *text* again.

    >>> from icdgraph.toy import toy
    >>> linkify(toy().core, "lumbago with sciatica (M54.4-)")[1]
    Piece(text='M54.4-', href='/M54.4')
    """
    pieces: list[Piece] = []
    at = 0
    for start, end, node in mentions(graph, text):
        pieces += [Piece(text[at:start]), Piece(text[start:end], address(node))]
        at = end
    pieces.append(Piece(text[at:]))
    return tuple(piece for piece in pieces if piece.text)
