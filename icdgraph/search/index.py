"""The index: the terms of a release in a file of SQLite FTS5, built once and kept.

Rows lie in the order of their length, so that the first matches SQLite meets are those
in which the words asked for make up the most: a question takes the first few hundred
and stops.  The file is built beside its place in the cache and moved there when whole,
by one process at a time, and then opened read-only by as many as like.
"""

from __future__ import annotations

import sqlite3
import sys
from array import array
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from icdgraph.release import cache
from icdgraph.search.indexing import fill
from icdgraph.search.terms import Field
from icdgraph.search.words import root

if TYPE_CHECKING:
    from pathlib import Path

    from icdgraph.graph import Graph

FORMAT = 2
"""Raise this when the index is made differently: those in caches then lapse."""

_FIELDS = list(Field)
_COLUMNS = "node, at, field, text, essential, minor, optional, weight"


@dataclass(frozen=True, slots=True)
class Row:
    """A term as the index gives it back, its words as sets.

    *weight* is how much its essential and minor words say together.
    """

    node: int
    at: int
    field: Field
    text: str
    essential: frozenset[str]
    minor: frozenset[str]
    optional: frozenset[str]
    weight: float


class Index:
    """The terms of one release, to be asked from any thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = Lock()

    def _all(self, sql: str, *parameters: object) -> list[Any]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def matching(self, expression: str, span: tuple[int, int], limit: int) -> list[Row]:
        """Return the shortest terms that match *expression*, an FTS5 query.

        Of nodes numbered from the first of *span* to the last; *limit* terms at most.
        """
        found = self._all(
            f"SELECT {_COLUMNS} "
            "FROM term_words CROSS JOIN term ON term.id = term_words.rowid "
            "WHERE term_words MATCH ? AND node BETWEEN ? AND ? "
            "ORDER BY term_words.rowid LIMIT ?",
            expression,
            *span,
            limit,
        )
        return [_row(record) for record in found]

    def titles(self, first: int, last: int, limit: int) -> list[Row]:
        """Return the titles of the nodes from *first* to *last*, *limit* at most."""
        found = self._all(
            f"SELECT {_COLUMNS} FROM term "
            "WHERE node BETWEEN ? AND ? AND field = ? ORDER BY node LIMIT ?",
            first,
            last,
            _FIELDS.index(Field.TITLE),
            limit,
        )
        return [_row(record) for record in found]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many terms each word of the release is in."""
        return dict(self._all("SELECT word, count FROM word ORDER BY word"))

    @cached_property
    def surfaces(self) -> dict[str, str]:
        """How each word is printed most often: ``diabetes`` for ``diabete``."""
        return dict(self._all("SELECT word, surface FROM word"))

    @cached_property
    def families(self) -> dict[str, list[str]]:
        """The words of the release by their root."""
        found: dict[str, list[str]] = {}
        for word in self.counts:
            found.setdefault(root(word), []).append(word)
        return found

    @cached_property
    def abbreviations(self) -> dict[str, tuple[str, int]]:
        """What the release abbreviates: short form to long form and a node."""
        found = self._all("SELECT short, long, node FROM abbreviation")
        return {short: (long, node) for short, long, node in found}

    @cached_property
    def defaults(self) -> array[int]:
        """For each node the leaf to take where nothing more is said, or -1."""
        byteorder, content = self._all("SELECT byteorder, leaves FROM node_default")[0]
        leaves = array("i")
        leaves.frombytes(content)
        if byteorder != sys.byteorder:
            leaves.byteswap()
        return leaves

    @cached_property
    def seventh_words(self) -> frozenset[str]:
        """The words of the meanings of seventh characters."""
        found = self._all("SELECT word FROM seventh_word")
        return frozenset(word for (word,) in found)

    @cached_property
    def terms(self) -> int:
        """How many terms there are."""
        return int(self._all("SELECT count(*) FROM term")[0][0])


# Who types asks for much the same rows again at the next key.
@lru_cache(8192)
def _row(record: tuple[int, int, int, str, str, str, str, float]) -> Row:
    node, at, field, text, essential, minor, optional, weight = record
    return Row(
        node,
        at,
        _FIELDS[field],
        text,
        frozenset(essential.split()),
        frozenset(minor.split()),
        frozenset(optional.split()),
        weight,
    )


def open_index(graph: Graph) -> Index:
    """Return the index of *graph*, building it where there is none.

    A graph that was not loaded from a file, and one whose cache cannot be written, get
    an index in memory.  The index of a graph is opened once in a process.

    >>> from icdgraph.toy import toy
    >>> open_index(toy().core).counts["lumbago"]
    7
    """
    with _opening:
        index = _opened.get(graph)
        if index is None:
            index = _opened[graph] = Index(_open(graph))
        return index


_opened: WeakKeyDictionary[Graph, Index] = WeakKeyDictionary()
_opening = Lock()


def place_of(graph: Graph) -> Path:
    """Return the file of the cache in which the index of *graph* is kept."""
    return cache.folder() / f"{graph.edition.key}-{FORMAT}.search"


def _open(graph: Graph) -> sqlite3.Connection:
    if not graph.edition.key:
        return _in_memory(graph)
    place = place_of(graph)
    try:
        if not place.is_file():
            _build(graph, place)
        try:
            return _read_only(place)
        except sqlite3.DatabaseError:
            # Damaged, by a full disk say: what can be built again need not be mended.
            place.unlink(missing_ok=True)
            _build(graph, place)
            return _read_only(place)
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
                # Moved to its place when whole: a journal would protect nothing.
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
