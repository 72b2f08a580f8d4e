"""Completion of words in SPARQL queries.

sk            skos:                        a prefix
skos:br       skos:broader                 a class or property
excl          ig:excludes1                 the same, without its prefix
ICD10CM:M545  ICD10CM:M54.5 Low back pain  a code in any spelling
M54           ICD10CM:M54 Dorsalgia
ICD10CM:gout  ICD10CM:M10 Gout             a code by words of its title
"""

from __future__ import annotations

import re
from bisect import bisect_left
from heapq import nsmallest
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.rdf.glossary import terms
from icdgraph.rdf.mapping import term_of
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph
    from icdgraph.rdf.glossary import Term

CODES = "ICD10CM"
KEYWORDS = (
    "ASK", "BIND", "CONSTRUCT", "COUNT", "DESCRIBE", "DISTINCT", "EXISTS", "FILTER",
    "FROM", "GRAPH", "GROUP BY", "GROUP_CONCAT", "HAVING", "LIMIT", "MINUS", "NOT",
    "OFFSET", "OPTIONAL", "ORDER BY", "PREFIX", "REGEX", "SELECT", "STR", "STRSTARTS",
    "UNION", "VALUES", "WHERE",
)  # fmt: skip

LONGEST = 100
"""How many characters the longest word has that is completed."""

_CODE = re.compile(r"[A-Za-z]\d[\dA-Za-z.-]*")


class Suggestion(NamedTuple):
    """A completion: its text, what kind of word it is, and its title."""

    text: str
    kind: str
    title: str = ""


class Completion:
    """Completion of words in queries over *graph*.

    >>> from icdgraph.toy import toy
    >>> [suggestion.text for suggestion in Completion(toy().core).suggest("m545", 2)]
    ['ICD10CM:M54.5', 'ICD10CM:M54.50']
    """

    def __init__(self, graph: Graph) -> None:
        self._titles = {node.code: node.title for node in graph.nodes()}
        self._names = sorted(self._titles)
        self._lowered = [(n, f" {title.lower()}") for n, title in self._titles.items()]

    def suggest(self, word: str, limit: int = 12) -> list[Suggestion]:
        """Return at most *limit* suggestions for *word*, the most likely first."""
        if not word or len(word) > LONGEST:
            return []
        prefix, colon, local = word.partition(":")
        suggestions: Iterable[Suggestion]
        if not colon:
            suggestions = chain(self._bare(word), self._codes(word, limit))
        elif prefix.upper() == CODES:
            suggestions = chain(self._codes(local, limit), self._titled(local, limit))
        else:
            suggestions = _named(prefix.lower(), local.lower())
        return list(islice(dict.fromkeys(suggestions), limit))

    def _bare(self, word: str) -> Iterator[Suggestion]:
        """Yield prefixes, keywords and terms that start with *word*."""
        low = word.lower()
        for prefix, iri in PREFIXES.items():
            if prefix.lower().startswith(low):
                yield Suggestion(f"{prefix}:", "prefix", iri)
        for keyword in KEYWORDS:
            if keyword.startswith(word.upper()):
                yield Suggestion(keyword, "keyword")
        if len(word) > 1:
            for term in terms():
                if term.name.partition(":")[2].lower().startswith(low):
                    yield _suggestion(term)

    def _codes(self, text: str, limit: int) -> Iterator[Suggestion]:
        """Yield the codes and ranges that start with *text*, the shortest first."""
        start = text.upper()
        if start and not _CODE.fullmatch(start) and not start.isalpha():
            return
        if len(start) > 3 and "." not in start and "-" not in start:
            start = f"{start[:3]}.{start[3:]}"
        first = bisect_left(self._names, start)
        last = bisect_left(self._names, start + "\uffff")
        few = nsmallest(limit, self._names[first:last], key=lambda n: (len(n), n))
        yield from map(self._code, few)

    def _titled(self, text: str, limit: int) -> Iterator[Suggestion]:
        """Yield codes with a word in the title that starts with *text*, short first."""
        if len(text) < 3:
            return
        start = f" {text.lower()}"
        names = (name for name, title in self._lowered if start in title)
        few = nsmallest(limit, names, key=lambda name: len(self._titles[name]))
        yield from map(self._code, few)

    def _code(self, name: str) -> Suggestion:
        return Suggestion(term_of(name), "code", self._titles[name])


def _named(prefix: str, local: str) -> Iterator[Suggestion]:
    """Yield the terms of *prefix* that start with *local*, then those that have it."""
    mine = [term for term in terms() if term.name.lower().startswith(f"{prefix}:")]
    rest = [(term, term.name.partition(":")[2].lower()) for term in mine]
    yield from (_suggestion(term) for term, name in rest if name.startswith(local))
    yield from (_suggestion(term) for term, name in rest if local in name)


def _suggestion(term: Term) -> Suggestion:
    return Suggestion(term.name, term.kind, term.label or term.comment)
