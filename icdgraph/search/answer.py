"""The answer to a search: codes where a code was asked for, else the best matches."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from icdgraph.errors import ParseError
from icdgraph.model import Kind
from icdgraph.search import lookup
from icdgraph.search.index import open_index
from icdgraph.search.lexicon import phrase
from icdgraph.search.query import Reader
from icdgraph.search.ranking import Ranking
from icdgraph.search.result import Found, Result
from icdgraph.search.terms import Field
from icdgraph.search.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.search.query import Question, Reading
    from icdgraph.search.ranking import Match
    from icdgraph.search.result import Span

    Accepts = Callable[[Node], bool]


def search(
    graph: Graph,
    text: str,
    limit: int = 10,
    under: str | Node | None = None,
    kind: Kind | str | Iterable[Kind | str] | None = None,
    billable: bool | None = None,
    prefix: bool = False,
) -> Found:
    """Return what *text* most likely means, *limit* results at most, the best first.

    *under* keeps to what stands at or below a node, *kind* to nodes of one kind or of
    several, *billable* to codes that may stand on a claim, or to those that may not.
    With *prefix* the last word is one still being typed.  Of codes made by a seventh
    character one stands for all: that whose meaning the text has, else the first.

    Raises `ParseError` for a limit or kind that is none, and `UnknownCode`.

    >>> from icdgraph.toy import toy
    >>> search(toy().core, "back pain, low", limit=1)
    M54.50*  Low back pain, unspecified
    >>> sorted(search(toy().core, "disc displ", prefix=True, billable=True).codes)
    ['M51.26', 'M51.27']
    """
    if limit < 1:
        raise ParseError(f"{limit!r} results are none; 1 or more would be right")
    reader = _reader(graph)
    top = None if under is None else graph.node(graph.number_of(under))
    accepts = _filter(kind, billable)
    known = () if prefix else reader.index.counts
    named = lookup.named(graph, text, known)
    if named is not None:
        nodes = (n for n in named.nodes if accepts(n) and (not top or top.subsumes(n)))
        results = [_by_code(node) for node in islice(nodes, limit)]
        return Found(text, results, named.readings)
    kept = None if top else lookup.scope(graph, text, reader.index.counts)
    question = reader.read(kept.text if kept else text, is_typing=prefix)
    span = _span(graph, kept.node if kept else top)
    ranking = Ranking(graph, reader, question, span, keeps_bases=billable is False)
    matches = (m for m in ranking.matches() if accepts(graph.node(m.node)))
    best = list(islice(matches, limit))
    results = [_by_words(graph, match) for match in best]
    readings = (*((kept.reading,) if kept else ()), *_used(question, best))
    return Found(text, results, readings, question.unknown)


def _reader(graph: Graph) -> Reader:
    with _opening:
        reader = _readers.get(graph)
        if reader is None:
            reader = _readers[graph] = Reader(open_index(graph))
        return reader


_readers: WeakKeyDictionary[Graph, Reader] = WeakKeyDictionary()
_opening = Lock()


def _filter(
    kind: Kind | str | Iterable[Kind | str] | None, billable: bool | None
) -> Accepts:
    names = [kind] if isinstance(kind, str) else kind
    kinds = None if names is None else {_kind(name) for name in names}

    def accepts(node: Node) -> bool:
        return (kinds is None or node.kind in kinds) and (
            billable is None or node.is_billable is billable
        )

    return accepts


def _kind(name: Kind | str) -> Kind:
    try:
        return Kind(name)
    except ValueError as exc:
        kinds = ", ".join(Kind)
        raise ParseError(
            f"{name!r} is not a kind of node; one of {kinds} would be right"
        ) from exc


def _span(graph: Graph, top: Node | None) -> tuple[int, int]:
    if top is None:
        return 0, len(graph.codes) - 1
    return top.number, graph.tree.last[top.number]


def _used(question: Question, matches: list[Match]) -> Iterator[Reading]:
    """Yield corrections, and other readings where the best match was met by them."""
    met = matches[0].words if matches else frozenset[str]()
    for reading in question.readings:
        is_met = met.issuperset(phrase(reading.read))
        as_typed = met.issuperset(phrase(reading.said))
        if reading.source == "spelling" or (is_met and not as_typed):
            yield reading


def _by_code(node: Node) -> Result:
    name = node.code
    return Result(node, 1.0, Field.CODE, node, name, ((0, len(name)),))


def _by_words(graph: Graph, match: Match) -> Result:
    row = match.row
    return Result(
        graph.node(match.node),
        match.score,
        row.field,
        graph.node(row.at),
        row.text,
        _marks(row.text, match.words),
    )


@lru_cache(1024)
def _marks(text: str, met: frozenset[str]) -> tuple[Span, ...]:
    """Return where *text* has words that *met*; many results share a wording."""
    return tuple((word.start, word.end) for word in words(text) if word.text in met)
