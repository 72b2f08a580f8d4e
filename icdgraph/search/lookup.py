"""Questions that are codes: ``m54.5``, ``M545``, ``M50-M54``, ``chapter 13``.

A code comes first, then what stands beneath it; the beginning of a code stands for the
codes that begin so.  Text with the shape of a code that the release does not have
(``M54.5O``) is read as the code that looks like it, where there is one.  A beginning
that the release also uses as a word (T4, B12) is left to the search by words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.errors import IcdGraphError, ParseError
from icdgraph.model import Kind
from icdgraph.search.query import Reading
from icdgraph.spelling import ALIKE

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from icdgraph.graph import Graph, Node

_BEGINNING = re.compile(r"[A-Z][0-9][0-9A-Z]{0,5}")
_NAMED = re.compile(r"(?i)chapter\s*\d{1,2}|[a-z]\w\w\s*-\s*[a-z]\w\w")
_MISSING = re.compile(r"(?i)[a-z]\d[0-9a-z]\.[0-9a-z]{1,4}|[a-z]\d\d[0-9a-z]{1,4}")
"""What is meant as a code, even if there is none."""
_BETWEEN = re.compile(r"[\s,;]+")
_MOST = 12
"""Characters of the longest text that can be a code."""


@dataclass(frozen=True, slots=True)
class Named:
    """The nodes that a text names by their codes, and what was read otherwise."""

    nodes: Iterable[Node]
    readings: tuple[Reading, ...] = ()


def named(graph: Graph, text: str, known: Container[str]) -> Named | None:
    """Return what *text* names by code, None where it is a matter of words.

    *known* are the words of the release.

    >>> from icdgraph.toy import toy
    >>> [node.code for node in named(toy().core, "m545", ()).nodes]
    ['M54.5', 'M54.50', 'M54.59']
    >>> named(toy().core, "M54.5O", ()).readings
    (Reading(said='M54.5O', read='M54.50', source='spelling'),)
    """
    text = text.strip()
    node = exact(graph, text)
    if node:
        return Named(chain([node], _below(node)))
    pieces = [piece for piece in _BETWEEN.split(text, 20) if piece]
    several = [exact(graph, piece) for piece in pieces]
    if len(pieces) > 1 and all(several):
        return Named(dict.fromkeys(node for node in several if node))
    if text.lower() in known or len(text) > _MOST:
        return None
    begun = next(beginning(graph, text), None)
    if begun:
        return Named(beginning(graph, text))
    alike = lookalike(graph, text)
    if alike:
        reading = Reading(text, alike.code, "spelling")
        return Named(chain([alike], _below(alike)), (reading,))
    if _MISSING.fullmatch(text):
        near = graph.nearest(text)
        reading = Reading(text, f"the nearest codes, {', '.join(near)}", "spelling")
        return Named([graph[code] for code in near], (reading,))
    return None


@dataclass(frozen=True, slots=True)
class Scope:
    """The node that a text keeps to, its other words, and how that is told."""

    node: Node
    text: str
    reading: Reading


def scope(graph: Graph, text: str, known: Container[str]) -> Scope | None:
    """Return the code among the words of *text* as a scope, None without one.

    >>> from icdgraph.toy import toy
    >>> kept = scope(toy().core, "M54 left side", ())
    >>> kept.node.code, kept.text, kept.reading.read
    ('M54', 'left side', 'what stands under M54')
    """
    pieces = text[:1000].split()
    for piece in pieces:
        if piece.lower() not in known and not piece.isdecimal():
            node = exact(graph, piece)
            if node:
                left = " ".join(other for other in pieces if other != piece)
                reading = Reading(piece, f"what stands under {node.code}", "code")
                return Scope(node, left, reading)
    return None


def exact(graph: Graph, text: str) -> Node | None:
    """Return the node that *text* names, None if it names none.

    >>> from icdgraph.toy import toy
    >>> exact(toy().core, "m545"), exact(toy().core, "back pain")
    (<subcategory M54.5 'Low back pain'>, None)
    """
    if len(text) > _MOST or not text.isascii():
        return None
    try:
        node: Node | None = graph[text] if _NAMED.fullmatch(text) else graph.get(text)
    except IcdGraphError:
        return None
    return node


def beginning(graph: Graph, text: str) -> Iterator[Node]:
    """Yield the nodes whose codes begin with *text*, in the order of the book.

    Of less than three characters, the categories.
    """
    packed = codes.compact("".join(text.split())).upper()
    if len(packed) < 2 or not text.isascii() or not _BEGINNING.fullmatch(packed):
        return
    if len(packed) < 3:
        for node in graph.nodes(Kind.CATEGORY):
            if node.code.startswith(packed):
                yield node
        return
    category = graph.get(packed[:3])
    if category:
        begin = codes.dot(packed)
        yield from (
            node
            for node in chain([category], _below(category))
            if node.code.startswith(begin)
        )


def lookalike(graph: Graph, text: str) -> Node | None:
    """Return the node whose code looks like *text*, None if *text* is no such code."""
    try:
        code = codes.parse(text)
    except ParseError:
        return None
    for category in graph.nodes(Kind.CATEGORY):
        if _alike(category.code) == _alike(code[:3]):
            for node in chain([category], _below(category)):
                if _alike(node.code) == _alike(code):
                    return node
    return None


def _alike(code: str) -> str:
    return code[0] + code[1:].translate(ALIKE)


def _below(node: Node) -> Iterator[Node]:
    return iter(node.descendants)
