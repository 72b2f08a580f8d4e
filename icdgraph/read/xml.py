"""XML parsed into small trees whose elements know their lines, safely.

The official files declare no document type, so one that does is rejected.  That rules
out entity bombs and entities that read files or networks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from icdgraph.errors import DamagedRelease

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST = 64
"""Elements nested deeper than this are not a Tabular List."""

CHUNK = 1 << 18
"""Bytes that are parsed at a time."""


@dataclass(slots=True)
class Element:
    """An element: *text* is its own character data, without that of its children."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: Sequence[Element] = ()

    def child(self, tag: str) -> Element | None:
        """Return the first child called *tag*."""
        return next((c for c in self.children if c.tag == tag), None)


def parse(data: bytes, name: str) -> Iterator[Element]:
    """Yield the root element of *data*, then each child of it when it is complete.

    The root is yielded when it starts and does not keep its children, so that only one
    chapter is in memory at a time.  *name* is the file's, for errors.
    Raises `DamagedRelease` for XML that is not well-formed, that nests deeper than
    `DEEPEST`, or that declares a document type.

    >>> [(e.tag, e.text) for e in parse(b"<a><b>x</b><c/></a>", "a.xml")]
    [('a', ''), ('b', 'x'), ('c', '')]
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    stack: list[Element] = []
    complete: list[Element] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        line = parser.CurrentLineNumber
        if len(stack) >= DEEPEST:
            raise_damaged(name, line, f"has more than {DEEPEST} nested elements")
        stack.append(Element(tag, attributes, line))
        if len(stack) == 1:
            complete.append(stack[0])

    def end(_tag: str) -> None:
        element = stack.pop()
        if len(stack) > 1:
            above = stack[-1]
            # Most elements have no child, and a list for each takes time.
            above.children = above.children or []
            above.children.append(element)
        elif stack:
            complete.append(element)

    def characters(text: str) -> None:
        # Text arrives in pieces around entities such as &#xE4;, so append.
        stack[-1].text += text

    def doctype(*_: object) -> None:
        line = parser.CurrentLineNumber
        raise_damaged(name, line, "declares a document type, which is not allowed")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    for place in range(0, len(data) + 1, CHUNK):
        chunk = data[place : place + CHUNK]
        try:
            parser.Parse(chunk, len(chunk) < CHUNK)
        except expat.ExpatError as exc:
            reason = expat.ErrorString(exc.code)
            raise_damaged(name, exc.lineno, f"is not well-formed XML: {reason}", exc)
        except DamagedRelease:
            raise
        except (ValueError, LookupError) as exc:
            # An encoding that Python does not know, or bytes that are not in it.
            line = parser.CurrentLineNumber
            raise_damaged(name, line, f"cannot be decoded: {exc}", exc)
        yield from complete
        complete.clear()


def raise_damaged(
    name: str, line: int, what: str, cause: Exception | None = None
) -> NoReturn:
    """Raise `DamagedRelease` for *name* at *line*."""
    raise DamagedRelease(
        f"{name}, line {line}: {what}. Expected a Tabular List XML of ICD-10-CM, "
        "complete and as published by NCHS."
    ) from cause
