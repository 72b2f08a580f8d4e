"""Filling the index: the tables of SQLite, and the rows that a release gives.

Rows of terms lie in the order of their length, on which `icdgraph.search.index` rests:
its first matches are the shortest.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from typing import TYPE_CHECKING

from icdgraph.search.abbreviations import spelled_out
from icdgraph.search.default_code import defaults
from icdgraph.search.terms import Field, Shape, terms
from icdgraph.search.words import plain_words, singular, words

if TYPE_CHECKING:
    import sqlite3
    from array import array
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph
    from icdgraph.search.terms import Term

MINOR = 0.3
"""What a minor word weighs, where an essential one weighs 1."""

_FIELDS = list(Field)
_SCHEMA = """
CREATE TABLE term (
    id INTEGER PRIMARY KEY, node INTEGER, at INTEGER, field INTEGER, text TEXT,
    essential TEXT, minor TEXT, optional TEXT, weight REAL);
CREATE VIRTUAL TABLE term_words USING fts5(
    words, content='', columnsize=0, detail=none, tokenize='ascii', prefix='2 3');
CREATE TABLE word (word TEXT PRIMARY KEY, count INTEGER, surface TEXT) WITHOUT ROWID;
CREATE TABLE abbreviation (
    short TEXT PRIMARY KEY, long TEXT, node INTEGER) WITHOUT ROWID;
CREATE TABLE seventh_word (word TEXT);
CREATE TABLE node_default (byteorder TEXT, leaves BLOB);
"""


def fill(connection: sqlite3.Connection, graph: Graph) -> None:
    """Make the tables in *connection* and fill them with the terms of *graph*."""
    found = list(terms(graph))
    found.sort(key=lambda term: (term.shape.size, _FIELDS.index(term.field), term.node))
    connection.executescript(_SCHEMA)
    for insert, rows in _inserts(graph, found):
        connection.executemany(insert, rows)
    connection.execute(
        f"CREATE INDEX title ON term (node) WHERE field = {_FIELDS.index(Field.TITLE)}"
    )
    connection.commit()


def _inserts(
    graph: Graph, found: list[Term]
) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    """Yield the statements that fill the tables, each with its rows."""
    counts, surfaces = _counts(found), _surfaces(found)
    yield "INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _records(found, counts)
    yield "INSERT INTO term_words (rowid, words) VALUES (?, ?)", _documents(found)
    yield (
        "INSERT INTO word VALUES (?, ?, ?)",
        ((word, counts[word], surfaces.get(word, word)) for word in sorted(counts)),
    )
    yield (
        "INSERT INTO abbreviation VALUES (?, ?, ?)",
        ((short, *long) for short, long in spelled_out(_texts(graph)).items()),
    )
    yield (
        "INSERT INTO node_default VALUES (?, ?)",
        [(sys.byteorder, _defaults(graph, found).tobytes())],
    )
    meanings = {
        seventh.meaning
        for node in graph.numbers()
        for seventh in graph.sevenths_defined_at(node)
    }
    yield (
        "INSERT INTO seventh_word VALUES (?)",
        sorted({(word.text,) for meaning in meanings for word in words(meaning)}),
    )


def rarity(count: int, total: int) -> float:
    """Return how much a word says that is in *count* of *total* terms.

    >>> round(rarity(1, 1000), 1), round(rarity(500, 1000), 1)
    (6.9, 1.1)
    """
    return math.log(1 + total / max(count, 1))


def _records(found: list[Term], counts: Counter[str]) -> Iterator[tuple[object, ...]]:
    rarities = {word: rarity(count, len(found)) for word, count in counts.items()}
    for number, term in enumerate(found, 1):
        shape = term.shape
        essential = sum(rarities[word] for word in shape.essential)
        minor = sum(rarities[w] for w in shape.minor if w not in shape.essential)
        yield (
            number,
            term.node,
            term.at,
            _FIELDS.index(term.field),
            term.text,
            " ".join(shape.essential),
            " ".join(shape.minor),
            " ".join(shape.optional),
            essential + MINOR * minor,
        )


def _documents(found: list[Term]) -> Iterator[tuple[int, str]]:
    for number, term in enumerate(found, 1):
        shape = term.shape
        yield number, " ".join((*shape.essential, *shape.minor, *shape.optional))


def _counts(found: list[Term]) -> Counter[str]:
    """Return how many terms each word is in."""
    counts: Counter[str] = Counter()
    for term in found:
        shape = term.shape
        counts.update({*shape.essential, *shape.minor, *shape.optional})
    return counts


def _surfaces(found: list[Term]) -> dict[str, str]:
    """Return how each word is printed most often."""
    printed = Counter(
        surface
        for text in {term.text for term in found}
        for surface in plain_words(text)
    )
    surfaces: dict[str, str] = {}
    for surface, _ in printed.most_common():
        surfaces.setdefault(singular(surface), surface)
    return surfaces


def _texts(graph: Graph) -> Iterator[tuple[str, int]]:
    for node, title in enumerate(graph.titles):
        if not graph.made_by(node):
            yield title, node
    for note in graph.note_numbers():
        yield graph.text_of(note), graph.owner_of(note)


def _defaults(graph: Graph, found: list[Term]) -> array[int]:
    shapes: dict[int, Shape] = {}
    for term in found:
        if term.field is Field.TITLE and (
            term.node not in shapes or not shapes[term.node].essential
        ):
            shapes[term.node] = term.shape
    nameless: dict[int, list[Shape]] = {}
    for term in found:
        if term.field is Field.SYNONYM and term.text.endswith("NOS"):
            nameless.setdefault(term.node, []).append(term.shape)
    return defaults(graph, shapes, nameless)
