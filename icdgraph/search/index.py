"""The search index: the terms of a release in SQLite FTS5, built once and kept.

Any number of processes can read the file at once.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from contextlib import closing
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from icdgraph.release import cache
from icdgraph.search.indexing import fill, rarity
from icdgraph.search.lexicon import Meaning, Phrase, digest
from icdgraph.search.terms import Field

if TYPE_CHECKING:
    from pathlib import Path

    from icdgraph.graph import Graph

FORMAT = 5
"""Raise this when the index changes: files of other formats are ignored."""

_FIELDS = list(Field)
_COLUMNS = "node, at, field, text, essential, minor, optional, weight"


class IndexedTerm(NamedTuple):
    """A `SearchTerm` of the index, its words as sets.

    *weight* is how much its essential and minor words mean together.
    """

    node: int
    at: int
    field: Field
    text: str
    essential: frozenset[str]
    minor: frozenset[str]
    optional: frozenset[str]
    weight: float


class SearchIndex:
    """The terms and words of one release, for use from any thread."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._connection = _open(graph)
        self._lock = Lock()
        self._words: dict[str, tuple[int, str] | None] = {}

    def _all(self, sql: str, *parameters: object) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(sql, parameters).fetchall()
            except sqlite3.DatabaseError:
                # A part of the file that was not read before is damaged.
                self._connection.close()
                _place(self._graph).unlink(missing_ok=True)
                self._connection = _open(self._graph)
                return self._connection.execute(sql, parameters).fetchall()

    def _words_of(self, sql: str, *parameters: object) -> list[str]:
        return [word for (word,) in self._all(sql, *parameters)]

    # Terms

    def matching(
        self, expression: str, span: tuple[int, int], limit: int
    ) -> list[IndexedTerm]:
        """Return the shortest terms that match *expression*, an FTS5 query.

        *span* are the first and last node to consider.
        """
        rows = self._all(
            f"SELECT {_COLUMNS} "
            "FROM term_words CROSS JOIN term ON term.id = term_words.rowid "
            "WHERE term_words MATCH ? AND node BETWEEN ? AND ? "
            "ORDER BY term_words.rowid LIMIT ?",
            expression,
            *span,
            limit,
        )
        return list(map(_term, rows))

    def titles(self, first: int, last: int, limit: int) -> list[IndexedTerm]:
        """Return the titles of the nodes from *first* to *last*, at most *limit*."""
        rows = self._all(
            f"SELECT {_COLUMNS} FROM term "
            "WHERE node BETWEEN ? AND ? AND field = ? ORDER BY node LIMIT ?",
            first,
            last,
            _FIELDS.index(Field.TITLE),
            limit,
        )
        return list(map(_term, rows))

    @cached_property
    def size(self) -> int:
        """The number of terms."""
        return int(self._all("SELECT count(*) FROM term")[0][0])

    # Words

    def is_word(self, word: str) -> bool:
        """Return True if *word* is in a term, or in the meaning of a 7th character."""
        return self._word(word) is not None

    def count(self, word: str) -> int:
        """Return the number of terms that have *word*."""
        return (self._word(word) or (0, ""))[0]

    def surface(self, word: str) -> str:
        """Return how *word* is printed most often: ``diabetes`` for ``diabete``."""
        return (self._word(word) or (0, word))[1]

    def _word(self, word: str) -> tuple[int, str] | None:
        if not word.isascii():
            return None
        if word not in self._words:
            rows = self._all("SELECT count, surface FROM word WHERE word = ?", word)
            self._words[word] = rows[0] if rows else None
        return self._words[word]

    def rarity(self, word: str) -> float:
        """Return how much *word* means: more, the fewer terms have it."""
        return rarity(self.count(word), self.size)

    def family(self, root: str) -> list[str]:
        """Return the words of the release that have *root*."""
        return self._words_of(
            "SELECT word FROM word WHERE root = ? ORDER BY word", root
        )

    def begins(self, start: str) -> bool:
        """Return True if a word of the release starts with *start*."""
        next_words = self._words_of(
            "SELECT word FROM word WHERE word >= ? LIMIT 1", start
        )
        return any(word.startswith(start) for word in next_words)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The number of terms for all words."""
        return dict(self._all("SELECT word, count FROM word ORDER BY word"))

    @cached_property
    def printed(self) -> dict[str, int]:
        """The number of terms for all words, as they are printed."""
        return dict(self._all("SELECT surface, count FROM word ORDER BY word"))

    @cached_property
    def seventh_words(self) -> frozenset[str]:
        """The words of the meanings of 7th characters."""
        return frozenset(self._words_of("SELECT word FROM seventh_word"))

    # What leads to nodes

    @cached_property
    def meanings(self) -> dict[Phrase, list[Meaning]]:
        """What phrases mean: see `icdgraph.search.lexicon`."""
        meanings: dict[Phrase, list[Meaning]] = {}
        rows = self._all("SELECT phrase, words, printed, source, is_same FROM meaning")
        for phrase, words, printed, source, is_same in rows:
            meaning = Meaning(tuple(words.split()), printed, source, bool(is_same))
            meanings.setdefault(tuple(phrase.split()), []).append(meaning)
        return meanings

    @cached_property
    def defaults(self) -> array[int]:
        """The default leaf of each node, or -1: see `icdgraph.search.default_code`."""
        return array("i", self._all("SELECT leaves FROM node_default")[0][0])


# While somebody types, consecutive queries match many of the same terms.
@lru_cache(8192)
def _term(row: tuple[Any, ...]) -> IndexedTerm:
    node, at, field, text, *parts, weight = row
    essential, minor, optional = (frozenset(part.split()) for part in parts)
    where = node, at, _FIELDS[field], text
    return IndexedTerm(*where, essential, minor, optional, weight)


def search_index(graph: Graph) -> SearchIndex:
    """Return the index of *graph*, which is opened once and built if needed.

    >>> from icdgraph.toy import toy
    >>> search_index(toy().core).count("lumbago")
    7
    """
    with _opening:
        if "search" not in graph.memo:
            graph.memo["search"] = SearchIndex(graph)
    index: SearchIndex = graph.memo["search"]
    return index


_opening = Lock()


def _place(graph: Graph) -> Path:
    key = f"{graph.cache_key}-{FORMAT}-{sys.byteorder}-{digest():08x}"
    return cache.folder() / f"{key}.search"


def _open(graph: Graph) -> sqlite3.Connection:
    """Open the index in the cache, or one in memory for a graph without a file."""
    if not graph.cache_key:
        return _in_memory(graph)
    place = _place(graph)
    try:
        for _ in range(2):
            if not place.is_file():
                _build(graph, place)
            try:
                return _read_only(place)
            except sqlite3.DatabaseError:
                place.unlink(missing_ok=True)
    except OSError as exc:
        cache.warn(exc)
    return _in_memory(graph)


def _read_only(place: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{place.absolute().as_uri()}?mode=ro&immutable=1",
        uri=True,
        check_same_thread=False,
    )
    try:
        connection.execute("SELECT leaves FROM node_default").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _build(graph: Graph, place: Path) -> None:
    def make(path: Path) -> None:
        try:
            with closing(sqlite3.connect(path)) as connection:
                # The file is moved to its place when complete: no journal is needed.
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                fill(connection, graph)
        except sqlite3.OperationalError as exc:
            raise OSError(*exc.args) from exc

    cache.build(place, make)


def _in_memory(graph: Graph) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    fill(connection, graph)
    return connection
