"""The answer to a search: by code if the text is a code, otherwise by words."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from icdgraph.errors import ParseError
from icdgraph.model import Kind
from icdgraph.search import lookup
from icdgraph.search.index import search_index
from icdgraph.search.lexicon import phrase
from icdgraph.search.query import read_query
from icdgraph.search.ranking import Ranking
from icdgraph.search.result import SearchResult, SearchResults
from icdgraph.search.terms import Field
from icdgraph.search.words import words as words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.search.query import Interpretation, Query
    from icdgraph.search.ranking import TermMatch
    from icdgraph.search.result import Span


def search(
    graph: Graph,
    text: str,
    limit: int = 10,
    under: str | Node | None = None,
    kind: Kind | str | Iterable[Kind | str] | None = None,
    billable: bool | None = None,
    prefix: bool = False,
) -> SearchResults:
    """Return what *text* most likely means, the best results first, at most *limit*.

    *under* searches only a node and everything below it, *kind* only nodes of one or
    more kinds, *billable* only billable codes, or only the others.  With *prefix*, the
    last word is still being typed.  Of the codes that 7th characters make, one is
    listed: the one whose meaning is in the text, otherwise the first.

    Raises `ParseError` for an invalid limit or kind, and `UnknownCode`.

    >>> from icdgraph.toy import toy
    >>> search(toy().core, "back pain, low", limit=1)
    M54.50*  Low back pain, unspecified
    >>> sorted(search(toy().core, "disc displ", prefix=True, billable=True).codes)
    ['M51.26', 'M51.27']
    """
    if limit < 1:
        raise ParseError(f"invalid limit {limit!r}: expected 1 or more")
    index = search_index(graph)
    top = None if under is None else graph.node(graph.number_of(under))
    accepts = _filter(kind, billable)
    # The start of a code that is still typed is not a word.
    is_word = (lambda _: False) if prefix else index.is_word
    found = lookup.by_code(graph, text, is_word)
    if found is not None:
        nodes = (n for n in found.nodes if accepts(n) and (not top or top.subsumes(n)))
        results = map(_by_code, islice(nodes, limit))
        return SearchResults(text, tuple(results), found.interpretations)
    interpretations: tuple[Interpretation, ...] = ()
    words = text
    if not top and (scope := lookup.scope(graph, text, index.is_word)):
        top, words, interpretations = scope.node, scope.text, (scope.interpretation,)
    query = read_query(index, words, is_typing=prefix)
    span = (top.number, graph.tree.last[top.number]) if top else (0, graph.node_count)
    ranking = Ranking(graph, index, query, span, keeps_bases=billable is False)
    matches = (m for m in ranking.matches() if accepts(graph.node(m.node)))
    best = list(islice(matches, limit))
    return SearchResults(
        text,
        tuple(_by_words(graph, match) for match in best),
        (*interpretations, *_used(query, best)),
        query.unknown,
    )


def _filter(
    kind: Kind | str | Iterable[Kind | str] | None, billable: bool | None
) -> Callable[[Node], bool]:
    kinds = list(Kind) if kind is None else [kind] if isinstance(kind, str) else [*kind]
    for name in kinds:
        if name not in list(Kind):
            expected = ", ".join(Kind)
            raise ParseError(f"invalid kind {name!r}: expected one of {expected}")

    def accepts(node: Node) -> bool:
        return node.kind in kinds and billable in (None, node.is_billable)

    return accepts


def _used(query: Query, matches: list[TermMatch]) -> Iterator[Interpretation]:
    """Yield corrections, and other interpretations if the best match is met by them."""
    met = matches[0].words if matches else frozenset[str]()
    for each in query.interpretations:
        is_met = met.issuperset(phrase(each.read_as))
        is_met_as_typed = met.issuperset(phrase(each.typed))
        if each.source == "spelling" or (is_met and not is_met_as_typed):
            yield each


def _by_code(node: Node) -> SearchResult:
    return SearchResult(node, 1.0, Field.CODE, node, node.code, ((0, len(node.code)),))


def _by_words(graph: Graph, match: TermMatch) -> SearchResult:
    term = match.term
    return SearchResult(
        graph.node(match.node),
        match.score,
        term.field,
        graph.node(term.at),
        term.text,
        _marks(term.text, match.words),
    )


@lru_cache(1024)
def _marks(text: str, met: frozenset[str]) -> tuple[Span, ...]:
    """Return the places in *text* of words in *met*; many results share a text."""
    return tuple((w.start, w.end) for w in words_of(text) if w.text in met)
