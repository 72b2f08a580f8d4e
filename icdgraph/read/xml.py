"""XML parsed into small trees whose elements know their lines, safely.

The official files declare no document type, so one that does is rejected.  That rules
out entity bombs and entities that read files or networks.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    children: list[Element] | tuple[()] = ()

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
    tree = _Tree(name)
    for place in range(0, len(data) + 1, CHUNK):
        chunk = data[place : place + CHUNK]
        yield from tree.feed(chunk, is_last=len(chunk) < CHUNK)


class _Tree:
    """The elements that are open, and those that are complete and not yet yielded."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stack: list[Element] = []
        self.complete: list[Element] = []
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.doctype

    def feed(self, chunk: bytes, *, is_last: bool) -> list[Element]:
        try:
            self.parser.Parse(chunk, is_last)
        except expat.ExpatError as exc:
            what = f"invalid XML: {expat.ErrorString(exc.code)}"
            raise_damaged(self.name, exc.lineno, what, exc)
        except DamagedRelease:
            raise
        except (ValueError, LookupError) as exc:
            # An encoding that Python does not know, or bytes that are not in it.
            line = self.parser.CurrentLineNumber
            raise_damaged(self.name, line, f"cannot be decoded: {exc}", exc)
        complete, self.complete = self.complete, []
        return complete

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        stack = self.stack
        if len(stack) >= DEEPEST:
            raise_damaged(self.name, line, f"has more than {DEEPEST} nested elements")
        stack.append(Element(tag, attributes, line))
        if len(stack) == 1:
            self.complete.append(stack[0])

    def end(self, _tag: str) -> None:
        element = self.stack.pop()
        if len(self.stack) > 1:
            above = self.stack[-1]
            if above.children:
                above.children.append(element)
            else:  # most elements have no child, and a list for each takes time
                above.children = [element]
        elif self.stack:
            self.complete.append(element)

    def characters(self, text: str) -> None:
        # Text arrives in pieces around entities such as &#xE4;, so append.
        self.stack[-1].text += text

    def doctype(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        what = "declares a document type, which is not allowed"
        raise_damaged(self.name, line, what)


def raise_damaged(
    name: str, line: int, what: str, cause: Exception | None = None
) -> NoReturn:
    """Raise `DamagedRelease` for *name* at *line*."""
    raise DamagedRelease(
        f"{name}, line {line}: {what}. Expected a Tabular List XML of ICD-10-CM, "
        "complete and as published by NCHS."
    ) from cause
