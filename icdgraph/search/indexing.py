"""Filling the index: its tables in SQLite, and their rows for a release.

Terms are sorted by length, so that the first matches of SQLite are those of which the
words of a query are the largest part.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from icdgraph.search.abbreviations import spelled_out
from icdgraph.search.default_code import default_codes
from icdgraph.search.lexicon import meanings, phrase
from icdgraph.search.terms import Field, SearchTerm, TermWords, terms
from icdgraph.search.words import plain_words, root, singular, words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph

MINOR = 0.3
"""The weight of a minor word; that of an essential one is 1."""

_FIELDS = list(Field)
_SCHEMA = """
CREATE TABLE term (
    id INTEGER PRIMARY KEY, node INTEGER, at INTEGER, field INTEGER, text TEXT,
    essential TEXT, minor TEXT, optional TEXT, weight REAL);
CREATE VIRTUAL TABLE term_words USING fts5(
    words, content='', columnsize=0, detail=none, tokenize='ascii', prefix='2 3');
CREATE TABLE word (
    word TEXT PRIMARY KEY, count INTEGER, surface TEXT, root TEXT) WITHOUT ROWID;
CREATE TABLE meaning (
    phrase TEXT, words TEXT, printed TEXT, source TEXT, is_same INTEGER);
CREATE TABLE seventh_word (word TEXT);
CREATE TABLE node_default (leaves BLOB);
"""
_INDEXES = f"""
CREATE INDEX title ON term (node) WHERE field = {_FIELDS.index(Field.TITLE)};
CREATE INDEX family ON word (root);
"""


def fill(connection: sqlite3.Connection, graph: Graph) -> None:
    """Create the tables in *connection* and fill them with the terms of *graph*."""
    sorted_terms = sorted(
        terms(graph),
        key=lambda term: (term.words.length, _FIELDS.index(term.field), term.node),
    )
    connection.executescript(_SCHEMA)
    for insert, rows in _inserts(graph, sorted_terms):
        connection.executemany(insert, rows)
    connection.executescript(_INDEXES)
    connection.commit()


def _inserts(
    graph: Graph, terms: list[SearchTerm]
) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """Yield the statements that fill the tables, each with its rows."""
    counts = Counter(word for term in terms for word in set().union(*term.words))
    sevenths = _seventh_words(graph)
    yield "INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _rows(terms, counts)
    yield (
        "INSERT INTO term_words (rowid, words) VALUES (?, ?)",
        ((n, " ".join(sum(term.words, ()))) for n, term in enumerate(terms, 1)),
    )
    surfaces = _surfaces(terms)
    yield (
        "INSERT INTO word VALUES (?, ?, ?, ?)",
        (
            (word, counts[word], surfaces.get(word, word), root(word))
            for word in sorted(counts.keys() | sevenths)
        ),
    )
    yield (
        "INSERT INTO meaning VALUES (?, ?, ?, ?, ?)",
        (
            (" ".join(said), " ".join(means), printed, source, is_same)
            for said, (means, printed, source, is_same) in meanings()
        ),
    )
    yield (
        "INSERT INTO meaning VALUES (?, ?, ?, 'release', 0)",
        (
            (short, " ".join(phrase(long)), long)
            for short, long in spelled_out(_texts(graph)).items()
        ),
    )
    yield "INSERT INTO seventh_word VALUES (?)", ((word,) for word in sorted(sevenths))
    yield "INSERT INTO node_default VALUES (?)", [(_default_codes(graph, terms),)]


def rarity(count: int, total: int) -> float:
    """Return how much a word means that is in *count* of *total* terms."""
    return math.log(1 + total / max(count, 1))


def _rows(
    terms: list[SearchTerm], counts: Counter[str]
) -> Iterator[tuple[object, ...]]:
    rarities = {word: rarity(count, len(terms)) for word, count in counts.items()}
    for number, (node, at, field, text, term_words) in enumerate(terms, 1):
        essential, minor, _ = term_words
        weight = sum(rarities[word] for word in essential)
        weight += MINOR * sum(rarities[w] for w in minor if w not in essential)
        parts = map(" ".join, term_words)
        yield (number, node, at, _FIELDS.index(field), text, *parts, weight)


def _surfaces(terms: list[SearchTerm]) -> dict[str, str]:
    """Return how each word is printed most often: ``diabetes`` for ``diabete``."""
    printed = Counter(
        surface
        for text in {term.text for term in terms}
        for surface in plain_words(text)
    )
    surfaces: dict[str, str] = {}
    for surface, _ in printed.most_common():
        surfaces.setdefault(singular(surface), surface)
    return surfaces


def _seventh_words(graph: Graph) -> set[str]:
    """Return the words of the meanings of 7th characters."""
    sevenths = chain.from_iterable(map(graph.sevenths_defined_at, graph.numbers()))
    meanings = {seventh.meaning for seventh in sevenths}
    return {word.text for meaning in meanings for word in words(meaning)}


def _texts(graph: Graph) -> Iterator[str]:
    printed = (n for n in graph.numbers() if not graph.made_by(n))
    yield from map(graph.titles.__getitem__, printed)
    yield from map(graph.text_of, graph.note_numbers())


def _default_codes(graph: Graph, terms: list[SearchTerm]) -> bytes:
    titles: dict[int, TermWords] = {}
    unspecified: dict[int, list[TermWords]] = {}
    for term in terms:
        known = titles.get(term.node)
        if term.field is Field.TITLE and not (known and known.essential):
            titles[term.node] = term.words
        elif term.field is Field.SYNONYM and term.text.endswith("NOS"):
            unspecified.setdefault(term.node, []).append(term.words)
    return default_codes(graph, titles, unspecified).tobytes()
