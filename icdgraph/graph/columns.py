"""The graph as columns: what is built once and kept in the cache.

Nodes are numbered in the order of the book, parents first, and so are notes.  A column
holds one value a node or a note; what few have is a dict by number.  Columns load in
milliseconds, where a hundred thousand objects would take a second, and the graph makes
its objects from them when they are asked for.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, pairwise
from typing import Any

import msgpack

FORMAT = 10
"""Raise this when a column changes or is filled differently: old caches then lapse."""

Row = list[str]


@dataclass(frozen=True, slots=True)
class Texts(Sequence[str]):
    """A column of texts, of which only those that are asked for become strings.

    *data* holds them in UTF-8, one after the other, *starts* where each starts and
    where the last ends.

    >>> texts = Texts.of(["Cholera", "Ménière's disease"])
    >>> texts[1], list(texts)
    ("Ménière's disease", ['Cholera', "Ménière's disease"])
    """

    data: bytes
    starts: array[int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Return a column of *texts*."""
        parts = [text.encode() for text in texts]
        return cls(b"".join(parts), array("i", accumulate(map(len, parts), initial=0)))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> str:  # type: ignore[override]
        if number < 0:  # a negative number is not that of a node or note
            raise IndexError(number)
        starts = self.starts
        return self.data[starts[number] : starts[number + 1]].decode()

    def __iter__(self) -> Iterator[str]:
        return (self.data[a:b].decode() for a, b in pairwise(self.starts))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one release.

    Nodes: *chapters* gives each chapter its number, *kinds* indexes `Kind` in order,
    *codes* holds a range for a section or chapter, *parents* is -1 for chapters, *last*
    is that of `Hierarchy`, *made_by* is the seventh character that makes a code, as a
    byte, or 0.

    Notes: *note_kinds* and *note_states* index `NoteKind` and `State`, *note_headings*
    is the number of the heading note or -1, and the targets of note n are
    ``targets[target_starts[n]:target_starts[n + 1]]``.  *named* and *naming* are these
    links reversed: the targets of all notes, sorted, and the note of each.
    *conditions* are the words of a qualified note that were not applied.

    *digest* is the SHA-256 of the XML, *key* what the cache keeps things made of this
    release under.
    """

    version: str
    source: str
    digest: str
    key: str
    introduction: list[str]
    problems: list[list[Any]]
    exceptions: list[list[Any]]
    chapters: dict[int, int]
    kinds: bytes
    codes: list[str]
    titles: Texts
    parents: array[int]
    last: array[int]
    lines: array[int]
    made_by: bytes
    placeholders: list[int]
    sevenths: dict[int, list[list[Any]]]
    grids: dict[int, list[Row]]
    note_owners: array[int]
    note_kinds: bytes
    note_positions: array[int]
    note_headings: array[int]
    note_lines: array[int]
    note_states: bytes
    note_texts: Texts
    target_starts: array[int]
    targets: array[int]
    named: array[int]
    naming: array[int]
    scopes: dict[int, list[int]]
    conditions: dict[int, str]
    defects: list[list[Any]]

    def pack(self) -> bytes:
        """Return the columns as bytes that `unpack` takes back."""
        columns = {column.name: getattr(self, column.name) for column in fields(self)}
        for name in _ARRAYS:
            columns[name] = columns[name].tobytes()
        for name in _TEXTS:
            columns[name] = columns[name].data, columns[name].starts.tobytes()
        columns["codes"] = "\0".join(self.codes)
        return bytes(msgpack.packb(columns))

    @classmethod
    def unpack(cls, data: bytes | memoryview) -> Columns:
        """Return the columns that `pack` wrote.

        Raises `ValueError` for data that is not such columns.
        """
        columns = msgpack.unpackb(data, strict_map_key=False)
        if not isinstance(columns, dict) or columns.keys() != _NAMES:
            raise ValueError("not the columns of a graph")
        for name in _ARRAYS:
            columns[name] = _array(columns[name])
        for name in _TEXTS:
            texts, starts = columns[name]
            columns[name] = Texts(texts, _array(starts))
        columns["codes"] = columns["codes"].split("\0")
        return cls(**columns)


def _array(data: bytes) -> array[int]:
    column = array("i")
    column.frombytes(data)
    return column


_NAMES = {column.name for column in fields(Columns)}
_ARRAYS = [column.name for column in fields(Columns) if column.type == "array[int]"]
_TEXTS = [column.name for column in fields(Columns) if column.type == "Texts"]
LAYOUT = f"{FORMAT}-{sys.byteorder}{array('i').itemsize}"
"""What the bytes of the arrays depend on, beside their content."""
