"""Queries that are codes: ``m54.5``, ``M545``, ``M50-M54``, ``chapter 13``.

A code finds itself and everything below it; the start of a code finds the codes that
start with it.  An unknown code (``M54.5O``) is read as the one that looks like it.  If
the release also uses the text as a word (T4, B12), the search is by words.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from icdgraph import codes
from icdgraph.errors import ParseError
from icdgraph.model import Kind
from icdgraph.search.query import Interpretation
from icdgraph.spelling import ALIKE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from icdgraph.graph import Graph, Node

    IsWord = Callable[[str], bool]

_START = re.compile(r"[A-Z][0-9][0-9A-Z]{0,5}")
_LIKE_A_CODE = re.compile(r"(?i)[a-z]\d[0-9a-z]\.[0-9a-z]{1,4}|[a-z]\d\d[0-9a-z]{1,4}")
"""What is meant as a code, even if it does not exist."""
_SEPARATOR = re.compile(r"[\s,;]+")
_LONGEST = 12
"""Characters of the longest text that can be a code."""
_SCOPE_CHARACTERS = 1_000


class CodeMatches(NamedTuple):
    """The nodes whose codes a text has, and how it was read if not as typed."""

    nodes: Iterable[Node]
    interpretations: tuple[Interpretation, ...] = ()


def by_code(graph: Graph, text: str, is_word: IsWord) -> CodeMatches | None:
    """Return the nodes whose codes *text* has, None if it has to be searched by words.

    >>> from icdgraph.toy import toy
    >>> [n.code for n in by_code(toy().core, "m545", {}.__contains__).nodes]
    ['M54.5', 'M54.50', 'M54.59']
    >>> by_code(toy().core, "M54.5O", {}.__contains__).interpretations
    (Interpretation(typed='M54.5O', read_as='M54.50', source='spelling'),)
    """
    text = text.strip()
    if node := exact(graph, text):
        return CodeMatches(_with_below(node))
    parts = [part for part in _SEPARATOR.split(text, 20) if part]
    nodes = [exact(graph, part) for part in parts]
    if len(parts) > 1 and all(nodes):
        return CodeMatches(dict.fromkeys(node for node in nodes if node))
    if is_word(text.lower()) or len(text) > _LONGEST:
        return None
    if started := list(starting(graph, text)):
        return CodeMatches(started)
    if alike := lookalike(graph, text):
        interpretation = Interpretation(text, alike.code, "spelling")
        return CodeMatches(_with_below(alike), (interpretation,))
    if _LIKE_A_CODE.fullmatch(text):
        near = graph.nearest(text)
        read_as = f"the nearest codes, {', '.join(near)}"
        interpretation = Interpretation(text, read_as, "spelling")
        return CodeMatches([graph[code] for code in near], (interpretation,))
    return None


class SearchScope(NamedTuple):
    """The node below which a text searches, its other words, and how it was read."""

    node: Node
    text: str
    interpretation: Interpretation


def scope(graph: Graph, text: str, is_word: IsWord) -> SearchScope | None:
    """Return the code among the words of *text* as a scope, None if there is none.

    >>> from icdgraph.toy import toy
    >>> found = scope(toy().core, "M54 left side", {}.__contains__)
    >>> found.node.code, found.text, found.interpretation.read_as
    ('M54', 'left side', 'everything below M54')
    """
    parts = text[:_SCOPE_CHARACTERS].split()
    for part in parts:
        node = None if is_word(part.lower()) else exact(graph, part)
        if node:
            others = " ".join(other for other in parts if other != part)
            read_as = f"everything below {node.code}"
            return SearchScope(node, others, Interpretation(part, read_as, "code"))
    return None


def exact(graph: Graph, text: str) -> Node | None:
    """Return the node that *text* names, None if there is none."""
    return graph.get(text) if len(text) <= _LONGEST and text.isascii() else None


def starting(graph: Graph, text: str) -> Iterator[Node]:
    """Yield the nodes whose codes start with *text*, in book order.

    If *text* has only two characters, only categories.
    """
    start = codes.compact("".join(text.split())).upper()
    if not text.isascii() or not _START.fullmatch(start):
        return
    if len(start) < 3:
        nodes: Iterable[Node] = graph.nodes(Kind.CATEGORY)
    else:
        category = graph.get(start[:3])
        nodes = _with_below(category) if category else ()
    yield from (node for node in nodes if node.code.startswith(codes.dot(start)))


def lookalike(graph: Graph, text: str) -> Node | None:
    """Return the node whose code looks like the code *text*, None if there is none."""
    try:
        code = codes.parse(text)
    except ParseError:
        return None
    for category in graph.nodes(Kind.CATEGORY):
        if _digits(category.code) == _digits(code[:3]):
            alike = (
                n for n in _with_below(category) if _digits(n.code) == _digits(code)
            )
            if node := next(alike, None):
                return node
    return None


def _digits(code: str) -> str:
    """Return *code* with digits for the letters that look like them."""
    return code[0] + code[1:].translate(ALIKE)


def _with_below(node: Node) -> Iterator[Node]:
    return chain([node], node.descendants)
