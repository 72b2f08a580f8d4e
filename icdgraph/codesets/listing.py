"""Parser of lists of codes as people publish them: plain text, or a table.

    # renal complications          a comment
    E11.21  Diabetes with ...      a code, and a title, which is ignored
    E1122; e11.29                  several codes, in any spelling
    E11.3-                         everything below a code
    E11.4*, E11.5x                 wildcards
    E11.61 - E11.65                a range, also with "to" or "through"

A table is a file of which most lines have the same number of cells, separated by
commas, tabs, semicolons or bars.  One column has the codes, and the first line can be a
heading.  Which codes exist is not known here.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from icdgraph.errors import ParseError

# Atomic: otherwise I10.12345678 would match as I10.
_CODE = r"(?>[A-Za-z](?=[0-9A-Za-z.]*[0-9])[0-9A-Za-z]{1,9}(?:\.[0-9A-Za-z]{0,6})?)"
_ICD9 = r"[0-9]{3}(?:\.[0-9]{0,2})?"
_DASH = r"\s*[-\u2010-\u2015]+\s*"
_ENTRY = re.compile(
    rf"(?P<first>{_CODE}|{_ICD9})"
    rf"(?:(?:{_DASH}|\s+(?i:to|thru|through)\s+)(?P<last>{_CODE}|{_ICD9})(?![0-9A-Za-z])\.?-*"
    r"|(?P<mark>\.?[*%?]+|\.?[-\u2010-\u2015]+(?=[\s,;|\"')]|$)|\.(?=[\s,;|\"')]|$))?)"
    r"(?![0-9A-Za-z*%])"
)
_SEPARATOR = re.compile(
    r"(?:\s*[,;|/&+]\s*(?:(?:and|or)\s+)?|\s+(?:(?:and|or)\s+)?)(?![\s,;])[\"'(\[]*"
)
_CLOSING = frozenset("\"')]}")
_CONDITION = re.compile(
    r"[\s,;:(\[-]*(?:with|without|except|excluding|excl|but|not|other than)\b"
    r"|[\s,;/\u2010-\u2015-]*\.[0-9]|[-\u2010-\u2015][0-9]|_",
    re.IGNORECASE,
)
_LOOKS_LIKE_CODE = re.compile(r"\b[A-Za-z][0-9][0-9A-Za-z](?:\.?[0-9A-Za-z]+)?\b")
_CODE_IN_TEXT = re.compile(
    r"\b[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.?[0-9A-Z]{1,4})?\b"
)
_BULLETS = "\"'`=([{*\u2022\u00b7- \t\u00a0"
_EXCEL_SEPARATOR = re.compile(r"\s*sep=[,\t;|](?=\r?\n)", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)(?:#|//).*")
_DELIMITERS = ",\t;|"
_COLUMN_NAME = re.compile(r"icd|code|dx|diag", re.IGNORECASE)

Line = tuple[int, str]
"""The number of a line, from 1, and its text."""


class ListEntry(NamedTuple):
    """A code, range or wildcard in a list, as *text*.

    *mark* is what follows a code: ``-`` or ``*``.
    """

    line: int
    text: str
    first: str
    last: str | None = None
    mark: str = ""


@dataclass(slots=True)
class ParsedList:
    """What a list has.

    *ignored* is text after codes that would narrow them, or has other codes.  *columns*
    are the names or numbers of the columns that have codes; the first was read.
    """

    entries: list[ListEntry] = field(default_factory=list)
    without_code: list[Line] = field(default_factory=list)
    ignored: list[Line] = field(default_factory=list)
    heading: Line | None = None
    columns: list[str] = field(default_factory=list)

    def add(self, line: int, text: str, whole: str) -> None:
        """Add the entries at the start of *text*, which is in the line *whole*."""
        entries, end = _entries(line, text)
        self.entries += entries
        rest = text[end:].strip()
        if not entries:
            self.without_code.append((line, whole))
        elif codes_in(rest) or is_condition(text[end:]):
            self.ignored.append((line, rest))


def decode(data: bytes) -> str:
    r"""Return the text of *data*: UTF-16 with a byte order mark, UTF-8 or Windows-1252.

    >>> decode("I10\r\n".encode("utf-16")), decode(b"\xef\xbb\xbfI10"), decode(b"\x96")
    ('I10\r\n', 'I10', '–')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def parse_list(text: str, column: str | None = None) -> ParsedList:
    r"""Return what the list *text* has.

    *column* is the name or the number, from 1, of the column to read in a table.
    Raises `ParseError` if there is no such column.

    >>> parse_list("E11.3-\n# a comment\nE1121 Diabetes with nephropathy\n").entries[1]
    ListEntry(line=3, text='E1121', first='E1121', last=None, mark='')
    >>> parse_list("title;icd\nCholera;A00").heading
    (1, 'title;icd')
    """
    if separator := _EXCEL_SEPARATOR.match(text):
        text = " " * len(separator[0]) + text[separator.end() :]
    return _parse_table(text, column) or _parse_lines(text)


# Plain text


def _parse_lines(text: str) -> ParsedList:
    parsed = ParsedList()
    for number, line in enumerate(text.splitlines(), 1):
        content = _COMMENT.sub("", line).strip()
        if not content:
            continue
        if not parsed.heading and not parsed.entries and _is_heading(content):
            parsed.heading = number, content
        else:
            parsed.add(number, content, content)
    return parsed


def _is_heading(line: str) -> bool:
    """Return True if *line*, before any code, seems to name columns."""
    if _LOOKS_LIKE_CODE.search(line):
        return False
    return not any(c.isdigit() for c in line) or bool(_COLUMN_NAME.search(line))


def _entries(line: int, text: str) -> tuple[list[ListEntry], int]:
    """Return the entries at the start of *text*, and where they end."""
    entries = []
    at = len(text) - len(text.lstrip(_BULLETS))
    while match := _ENTRY.match(text, at):
        entries.append(_entry(line, match))
        at = match.end()
        while text[at : at + 1] in _CLOSING:
            at += 1
        separator = _SEPARATOR.match(text, at)
        if not separator:
            break
        # After a blank alone, only a clear code counts: a title may start with IgG4.
        is_blank = not separator[0].strip()
        if is_blank and not _LOOKS_LIKE_CODE.match(text, separator.end()):
            break
        at = separator.end()
    return entries, at


def _entry(line: int, match: re.Match[str]) -> ListEntry:
    last, mark = match["last"], match["mark"] or ""
    return ListEntry(
        line,
        match[0].strip(),
        match["first"].rstrip("."),
        last.rstrip(".") if last else None,
        mark.strip("."),
    )


def is_condition(text: str) -> bool:
    """Return True if *text*, right after a code, would narrow or extend the code.

    >>> is_condition("except E11.9"), is_condition("Type 2 diabetes with coma")
    (True, False)
    >>> is_condition(".1, .9"), is_condition("-9")
    (True, True)
    """
    return bool(_CONDITION.match(text))


def codes_in(text: str) -> list[str]:
    """Return what looks like a code in *text*."""
    return [match[0] for match in _CODE_IN_TEXT.finditer(text)]


# Tables

Row = tuple[int, list[str]]
"""The number of the line on which a row starts, and its cells."""


def _parse_table(text: str, column: str | None) -> ParsedList | None:
    """Return what the table *text* has, None if it is not a table."""
    for delimiter in _DELIMITERS:
        rows = _rows(text, delimiter)
        if rows and (column is not None or _is_even(rows)):
            parsed = _parse_rows(rows, column, delimiter)
            if parsed is not None:
                return parsed
    if column is not None:
        first_line = (text.strip().splitlines() or [""])[0]
        raise ParseError(
            f"unknown column {column!r}: expected a number from 1, or a name in the "
            f"first line {first_line!r}"
        )
    return None


def _rows(text: str, delimiter: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not cells[0].startswith("#"):
                rows.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        return []
    return rows


def _is_even(rows: list[Row]) -> bool:
    """Return True if at least 90 % of the rows have the same number of cells, > 1."""
    ((width, count),) = Counter(len(cells) for _, cells in rows).most_common(1)
    return len(rows) > 1 and width > 1 and count >= 0.9 * len(rows)


def _parse_rows(
    rows: list[Row], column: str | None, delimiter: str
) -> ParsedList | None:
    heading = None if any(map(_is_codes, rows[0][1])) else rows[0]
    body, names = (rows[1:], heading[1]) if heading else (rows, [])
    columns = _columns(body, names, column)
    if not columns:
        return None
    parsed = ParsedList(
        heading=(heading[0], delimiter.join(names)) if heading else None,
        columns=[names[n] if n < len(names) else str(n + 1) for n in columns],
    )
    for line, cells in body:
        cell = cells[columns[0]] if columns[0] < len(cells) else ""
        parsed.add(line, cell, delimiter.join(cells))
    return parsed


def _columns(body: list[Row], names: list[str], column: str | None) -> list[int]:
    """Return the columns that have codes, the one to read first; none if unclear."""
    counts: Counter[int] = Counter()
    for _, cells in body:
        counts.update(n for n, cell in enumerate(cells) if _is_codes(cell))
    if column is not None:
        chosen = _column_number(column, names, max(len(cells) for _, cells in body))
        others = sorted(n for n in counts if n != chosen)
        return [] if chosen is None else [chosen, *others]
    most = max(counts.values(), default=0)
    if not most or 2 * most < len(body):
        return []
    if not names and (len(counts) > 1 or 0 in counts):
        return []  # Lines that start with a code are read as text.

    def rank(n: int) -> tuple[bool, bool, int]:
        is_named = n < len(names) and bool(_COLUMN_NAME.search(names[n]))
        return 2 * counts[n] < most, not is_named, n

    return sorted(counts, key=rank)


def _column_number(column: str, names: list[str], width: int) -> int | None:
    lower = [name.lower() for name in names]
    if column.lower() in lower:
        return lower.index(column.lower())
    is_place = column.isdecimal() and 1 <= int(column) <= max(width, len(names))
    return int(column) - 1 if is_place else None


def _is_codes(cell: str) -> bool:
    """Return True if *cell* has only codes, of which the first is of ICD-10."""
    text = cell.strip(_BULLETS)
    end = _entries(0, text)[1]
    return end == len(text) and bool(_LOOKS_LIKE_CODE.match(text))
