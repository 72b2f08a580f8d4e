"""XML parsed into a small tree whose elements know their lines, safely.

The official files declare no document type, so one that does is rejected.  That rules
out entity bombs and entities that read files or networks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from icdgraph.errors import DamagedRelease

DEEPEST = 64
"""Elements nested deeper than this are not a Tabular List."""


@dataclass(slots=True)
class Element:
    """An element: *text* is its own character data, without that of its children."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def child(self, tag: str) -> Element | None:
        """Return the first child called *tag*."""
        return next((c for c in self.children if c.tag == tag), None)


def parse(data: bytes, name: str) -> Element:
    """Return the root element of *data*; *name* is the file's, for errors.

    Raises `DamagedRelease` for XML that is not well-formed, that nests deeper than
    `DEEPEST`, or that declares a document type.

    >>> parse(b"<a><b>x</b></a>", "a.xml").children[0].text
    'x'
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    stack = [Element("", {}, 0)]

    def start(tag: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            line = parser.CurrentLineNumber
            raise_damaged(name, line, f"has more than {DEEPEST} nested elements")
        element = Element(tag, attributes, parser.CurrentLineNumber)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack.pop()

    def characters(text: str) -> None:
        # Text arrives in pieces around entities such as &#xE4;, so append.
        stack[-1].text += text

    def doctype(*_: object) -> None:
        raise_damaged(
            name,
            parser.CurrentLineNumber,
            "declares a document type, which is not allowed",
        )

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        reason = expat.ErrorString(exc.code)
        raise_damaged(name, exc.lineno, f"is not well-formed XML: {reason}", exc)
    except DamagedRelease:
        raise
    except (ValueError, LookupError) as exc:
        # An encoding that Python does not know, or bytes that are not in it.
        raise_damaged(name, parser.CurrentLineNumber, f"cannot be decoded: {exc}", exc)
    return stack[0].children[0]


def raise_damaged(
    name: str, line: int, what: str, cause: Exception | None = None
) -> NoReturn:
    """Raise `DamagedRelease` for *name* at *line*."""
    raise DamagedRelease(
        f"{name}, line {line}: {what}. Expected a Tabular List XML of ICD-10-CM, "
        "complete and as published by NCHS."
    ) from cause
