"""Reading lists of codes as people publish them: plain text, or a table.

    # renal complications          a comment
    E11.21  Diabetes with ...      a code, and a title that is left alone
    E1122; e11.29                  several, with or without dots, in any case
    E11.3-                         all beneath
    E11.4*, E11.5x                 wildcards
    E11.61 - E11.65                a range, also with "to" or "through"

A table is a file whose lines have the same number of cells, told apart by commas, tabs,
semicolons or bars, of which one column holds codes; a heading line is skipped.  Nothing
is skipped in silence: a line in which no code was found is returned as such.

This module knows what codes look like, and none of them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from icdgraph.errors import ParseError

# Atomic, so that I10.12345678 is unread: given back, its end would leave an I10.
_ATOM = r"(?>[A-Za-z](?=[0-9A-Za-z.]*[0-9])[0-9A-Za-z]{1,9}(?:\.[0-9A-Za-z]{0,6})?)"
_NINE = r"[0-9]{3}(?:\.[0-9]{0,2})?"
_DASH = r"\s*[-\u2010-\u2015]+\s*"
_PIECE = re.compile(
    rf"(?P<first>{_ATOM}|{_NINE})"
    rf"(?:(?:{_DASH}|\s+(?i:to|thru|through)\s+)(?P<last>{_ATOM}|{_NINE})(?![0-9A-Za-z])\.?-*"
    r"|(?P<mark>\.?[*%?]+|\.?[-\u2010-\u2015]+(?=[\s,;|\"')]|$)|\.(?=[\s,;|\"')]|$))?)"
    r"(?![0-9A-Za-z*%])"
)
_BETWEEN = re.compile(
    r"(?:\s*[,;|/&+]\s*(?:(?:and|or)\s+)?|\s+(?:(?:and|or)\s+)?)(?![\s,;])[\"'(\[]*"
)
_CLOSING = re.compile(r"[\"')\]}]+")
_CONDITION = re.compile(
    r"[\s,;:(\[-]*(?:with|without|except|excluding|excl|but|not|other than)\b"
    r"|[\s,;/\u2010-\u2015-]*\.[0-9]|[-\u2010-\u2015][0-9]|_",
    re.IGNORECASE,
)
_LIKE_A_CODE = re.compile(r"\b[A-Za-z][0-9][0-9A-Za-z](?:\.?[0-9A-Za-z]+)?\b")
_CODE = re.compile(r"\b[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.?[0-9A-Z]{1,4})?\b")
_LEAD = "\"'`=([{*\u2022\u00b7- \t\u00a0"
_SEPARATOR = re.compile(r"\s*sep=[,\t;|](?=\r?\n)", re.IGNORECASE)
"""A first line for Excel that names the separator."""
_COMMENT = re.compile(r"(?:^|\s)(?:#|//).*")
_DELIMITERS = ",\t;|"
_NAMED = re.compile(r"icd|code|dx|diag", re.IGNORECASE)


class Piece(NamedTuple):
    """What stands in one place of a list, as *text*: a code, a range, or a wildcard.

    *mark* is what follows a code: ``-`` or ``*``.
    """

    line: int
    text: str
    first: str
    last: str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as read: its *pieces*, and the *unread* lines with their words.

    *conditions* are words after codes that would narrow them, or hold what looks like a
    code, with their lines.

    *heading* is the line taken for a heading, its number first; *columns* are the names
    or numbers of the columns that hold codes, the first of which was read.
    """

    pieces: tuple[Piece, ...] = ()
    unread: tuple[tuple[int, str], ...] = ()
    conditions: tuple[tuple[int, str], ...] = ()
    heading: tuple[int, str] | None = None
    columns: tuple[str, ...] = ()


def decode(data: bytes) -> str:
    r"""Return the text of *data*: UTF-16 with a mark, UTF-8, else Windows-1252.

    >>> decode("I10\r\n".encode("utf-16")), decode(b"\xef\xbb\xbfI10"), decode(b"\x96")
    ('I10\r\n', 'I10', '–')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read(text: str, column: str | None = None) -> Listing:
    r"""Return what the list *text* holds; *column* is a name or a number from 1.

    Raises `ParseError` where there is no such column.

    >>> read("E11.3-\n# a comment\nE1121 Diabetes with nephropathy\n").pieces[1]
    Piece(line=3, text='E1121', first='E1121', last=None, mark='')
    >>> read("title;icd\nCholera;A00").heading
    (1, 'title;icd')
    """
    if separator := _SEPARATOR.match(text):
        text = " " * len(separator[0]) + text[separator.end() :]
    table = _table(text, column)
    return table if table is not None else _lines(text)


# Plain text


def _lines(text: str) -> Listing:
    reader = _Gatherer()
    heading = None
    for number, line in enumerate(text.splitlines(), 1):
        said = _COMMENT.sub("", line).strip()
        if said and heading is None and not reader.pieces and _is_heading(said):
            heading = number, said
        elif said:
            reader.gather(number, said, said)
    return reader.listing(heading)


def is_condition(words: str) -> bool:
    """Say whether *words*, right after a code, would narrow it.

    So do the ends of further codes, as in "E11.0, .1, .9".

    >>> is_condition("except E11.9"), is_condition("Type 2 diabetes with coma")
    (True, False)
    >>> is_condition(".1, .9"), is_condition("-9")
    (True, True)
    """
    return bool(_CONDITION.match(words))


def codes_in(words: str) -> list[str]:
    """Return what looks like a code in *words*.

    >>> codes_in("Hypertension; I10 too, not H1N1")
    ['I10', 'H1N1']
    """
    return [match[0] for match in _CODE.finditer(words)]


class _Gatherer:
    """Gathers the pieces of a list, text by text."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self._unread: list[tuple[int, str]] = []
        self._conditions: list[tuple[int, str]] = []

    def gather(self, line: int, said: str, whole: str) -> None:
        """Take the pieces at the start of *said*; without any, *whole* is unread."""
        at = len(said) - len(said.lstrip(_LEAD))
        before = len(self.pieces)
        while match := _PIECE.match(said, at):
            self.pieces.append(_piece(match, line))
            closing = _CLOSING.match(said, match.end())
            at = closing.end() if closing else match.end()
            between = _BETWEEN.match(said, at)
            if not between:
                break
            # A title may start with IgG4: after a blank alone, be strict.
            if not between[0].strip() and not _LIKE_A_CODE.match(said, between.end()):
                break
            at = between.end()
        if len(self.pieces) == before:
            self._unread.append((line, whole))
        elif codes_in(said[at:]) or is_condition(said[at:]):
            self._conditions.append((line, said[at:].strip()))

    def listing(
        self, heading: tuple[int, str] | None, columns: tuple[str, ...] = ()
    ) -> Listing:
        """Return what was gathered."""
        return Listing(
            tuple(self.pieces),
            tuple(self._unread),
            tuple(self._conditions),
            heading,
            columns,
        )


def _piece(match: re.Match[str], line: int) -> Piece:
    last = match["last"]
    return Piece(
        line,
        match[0].strip(),
        match["first"].rstrip("."),
        last.rstrip(".") if last else None,
        (match["mark"] or "").strip("."),
    )


def _is_heading(line: str) -> bool:
    """Say whether *line*, before any code, names columns and holds no code."""
    if _LIKE_A_CODE.search(line):
        return False
    return not any(c.isdigit() for c in line) or bool(_NAMED.search(line))


# Tables

Rows = list[tuple[int, list[str]]]
"""The line a row starts on, and its cells."""


def _table(text: str, column: str | None) -> Listing | None:
    """Return the list in the table *text*, None where it is none."""
    for delimiter in _DELIMITERS:
        rows = _rows(text, delimiter)
        if column is not None or _is_even(rows):
            listing = _from_rows(rows, column, delimiter) if rows else None
            if listing is not None:
                return listing
    if column is not None:
        raise ParseError(
            f"there is no column {column!r}; a number from 1, or a name in the first "
            f"line, would be right: {text.strip().splitlines()[:1]!r}"
        )
    return None


def _rows(text: str, delimiter: str) -> Rows:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: Rows = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
                rows.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        return []
    return rows


def _is_even(rows: Rows) -> bool:
    """Say whether there are rows, nearly all of as many cells, at least two."""
    if len(rows) < 2:
        return False
    ((width, times),) = Counter(len(cells) for _, cells in rows).most_common(1)
    return width > 1 and times >= 0.9 * len(rows)


def _from_rows(rows: Rows, column: str | None, delimiter: str) -> Listing | None:
    has_heading = not any(map(_holds_codes, rows[0][1]))
    top, body = (rows[0], rows[1:]) if has_heading else (None, rows)
    columns = _columns(body, top[1] if top else [], column)
    return _read_column(body, columns, top, delimiter) if columns else None


def _columns(body: Rows, names: list[str], column: str | None) -> list[int]:
    """Return the columns that hold codes, the one to read first; none if unclear."""
    counts = _counts(body)
    found = [n for n, count in enumerate(counts) if count]
    if column is not None:
        first = _column(names, column, len(counts))
        return [] if first is None else [first, *(n for n in found if n != first)]
    most = max(counts, default=0)
    if not most or 2 * most < len(body):
        return []
    if not names and (len(found) > 1 or _are_ended_by(body, found[0] + 1)):
        return []
    return sorted(found, key=lambda n: (2 * counts[n] < most, not _is_named(names, n)))


def _read_column(
    body: Rows, columns: list[int], top: tuple[int, list[str]] | None, delimiter: str
) -> Listing:
    reader = _Gatherer()
    for line, cells in body:
        cell = cells[columns[0]] if columns[0] < len(cells) else ""
        reader.gather(line, cell, delimiter.join(cells))
    names = top[1] if top else []
    return reader.listing(
        (top[0], delimiter.join(names)) if top else None,
        tuple(names[n] if n < len(names) else str(n + 1) for n in columns),
    )


def _column(names: list[str], column: str, width: int) -> int | None:
    lower = [name.lower() for name in names]
    if column.lower() in lower:
        return lower.index(column.lower())
    if column.isdecimal() and 1 <= int(column) <= max(width, len(names)):
        return int(column) - 1
    return None


def _is_named(names: list[str], column: int) -> bool:
    return column < len(names) and bool(_NAMED.search(names[column]))


def _are_ended_by(body: Rows, column: int) -> bool:
    """Say whether *column* holds ends of codes: the ".1" of "E11.0, .1"."""
    return any(cell.startswith(".") for _, row in body for cell in row[column:][:1])


def _counts(body: Rows) -> list[int]:
    """Return, of each column, in how many rows its cell holds nothing but codes."""
    counts = [0] * max((len(cells) for _, cells in body), default=0)
    for _, cells in body:
        for number, cell in enumerate(cells):
            counts[number] += _holds_codes(cell)
    return counts


def _holds_codes(cell: str) -> bool:
    """Say whether *cell* is nothing but codes, the first of which is of ICD-10."""
    said = cell.strip().strip(_LEAD)
    at = 0
    while match := _PIECE.match(said, at):
        closing = _CLOSING.match(said, match.end())
        at = closing.end() if closing else match.end()
        between = _BETWEEN.match(said, at)
        if not between:
            break
        at = between.end()
    return 0 < at == len(said) and bool(_LIKE_A_CODE.match(said))
