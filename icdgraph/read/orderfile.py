"""The order file: every code, whether it is billable, and its titles.

Fixed width, one line a code:

    00001 A00     0 Cholera                                          Cholera
    |     |       | |                                                |
    order code    | short title, from column 17 to 76       long title, from 78
    1-5   7-13    15: 1 billable, 0 header

Titles are ASCII here, while the Tabular List keeps diacritics.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.codes import Code
from icdgraph.errors import DamagedRelease, ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order file."""

    order: int
    code: Code
    billable: bool
    short_title: str
    title: str


def read(data: bytes, name: str = "the order file") -> dict[Code, OrderLine]:
    """Return the lines of the order file *data* by code; *name* is for errors.

    Raises `DamagedRelease`, which names the line, for a line of another format and for
    a code that appears twice.

    >>> line = "00002 A000    1 " + "Cholera, biovar cholerae".ljust(61) + "Cholera"
    >>> read(line.encode())["A00.0"].billable
    True
    """
    lines: dict[Code, OrderLine] = {}
    for number, line in enumerate(_decode(data, name).splitlines(), 1):
        if not line.strip():
            continue
        parsed = _line(line, number, name)
        if parsed.code in lines:
            raise DamagedRelease(
                f"{name}, line {number}: code {parsed.code} appears twice. Expected an "
                "order file as published by CMS, with each code once."
            )
        lines[parsed.code] = parsed
    if not lines:
        raise DamagedRelease(
            f"{name}, line 1: the file is empty. Expected an order file such as "
            "icd10cm_order_2026.txt."
        )
    return lines


def _line(line: str, number: int, name: str) -> OrderLine:
    order, text, flag = line[:5], line[6:13], line[14:15]
    try:
        if not order.isdecimal() or flag not in ("0", "1"):
            raise ParseError("neither an order number nor a flag")
        code = codes.parse(text)
    except ParseError as exc:
        raise DamagedRelease(
            f"{name}, line {number}: invalid line {line[:40]!r}. Expected a line of an "
            "order file: number, code, flag and titles in columns 1, 7, 15, 17 and 78."
        ) from exc
    return OrderLine(
        int(order), code, flag == "1", line[16:76].strip(), line[77:].strip()
    )


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise DamagedRelease(
            f"{name}, line {line}: not text in ASCII or UTF-8. Expected an order file "
            "such as icd10cm_order_2026.txt."
        ) from exc


def to_ascii(title: str) -> str:
    """Return *title* as order files spell it, without diacritics.

    >>> to_ascii("Ménière's disease")
    "Meniere's disease"
    """
    decomposed = unicodedata.normalize("NFKD", title)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference between an order file and a release about *code*.

    *what* is ``missing`` (listed, but not in the release), ``extra`` (the reverse),
    ``flag``, ``title``, or ``diacritics`` for titles that are otherwise the same.
    """

    what: str
    code: str
    ours: str = ""
    listed: str = ""


def compare(
    ours: dict[str, tuple[bool, str]], listed: dict[Code, OrderLine]
) -> Iterator[Difference]:
    """Yield the differences between a release and an order file, in code order.

    *ours* gives billable flag and title by code.
    """
    for code in sorted(ours.keys() | listed.keys()):
        line = listed.get(Code(code))
        if code not in ours:
            yield Difference("missing", code, listed=line.title if line else "")
            continue
        billable, title = ours[code]
        if line is None:
            yield Difference("extra", code, ours=title)
            continue
        if billable != line.billable:
            yield Difference("flag", code, _flag(billable), _flag(line.billable))
        if title != line.title:
            same = to_ascii(title) == to_ascii(line.title)
            yield Difference("diacritics" if same else "title", code, title, line.title)


def _flag(billable: bool) -> str:
    return "billable" if billable else "header"
