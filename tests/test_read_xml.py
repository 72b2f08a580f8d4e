from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from icdgraph.read.xml import DEEPEST, parse

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Refused = Callable[..., AbstractContextManager[None]]

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE a [
 <!ENTITY x0 "ha"><!ENTITY x1 "&x0;&x0;&x0;&x0;&x0;&x0;&x0;&x0;">
 <!ENTITY x2 "&x1;&x1;&x1;&x1;&x1;&x1;&x1;&x1;">
]><a>&x2;</a>"""
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY out SYSTEM "file:///etc/hostname">]>
<a>&out;</a>"""


def test_elements_keep_order_text_attributes_and_lines() -> None:
    root = parse(b'<a x="1">\n<b>one</b>\n<c/><b>two</b></a>', "a.xml")
    assert (root.tag, root.attributes, root.line) == ("a", {"x": "1"}, 1)
    assert [(c.tag, c.text, c.line) for c in root.children] == [
        ("b", "one", 2),
        ("c", "", 3),
        ("b", "two", 3),
    ]
    first = root.child("b")
    assert first is not None
    assert first.text == "one"
    assert root.child("d") is None


def test_text_that_arrives_in_pieces_is_whole() -> None:
    text = "x" * 200_000
    data = f"<a>M&#xE9;ni&#232;re &amp; <![CDATA[<son>]]>{text}</a>".encode()
    assert parse(data, "a.xml").text == "Méniè" + "re & <son>" + text


@pytest.mark.parametrize(
    "data", [BOMB, OUTSIDE, b"<?xml version='1.0'?>\n<!DOCTYPE a>\n<a/>"]
)
def test_a_document_type_is_refused(refused: Refused, data: bytes) -> None:
    with refused("a.xml", 2, "declares a document type"):
        parse(data, "a.xml")


def test_deep_nesting_is_refused(refused: Refused) -> None:
    fine = b"<a>" * DEEPEST + b"</a>" * DEEPEST
    assert parse(fine, "a.xml").tag == "a"
    with refused("a.xml", 2, "64 nested elements"):
        parse(b"<a>\n" + fine + b"</a>", "a.xml")
    with refused("a.xml", 1, "64 nested elements"):
        parse(b"<a>" * 1_000_000, "a.xml")


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", 1, "no element found"),
        (b"   \n ", 2, "no element found"),
        (b"<a>\n<b>", 2, "no element found"),
        (b"<a>\n<b></a>", 2, "mismatched tag"),
        (b"<a/>\n<a/>", 2, "junk after document element"),
        (b"<a>\n&nothing;</a>", 2, "undefined entity"),
        (b"just words", 1, "not well-formed"),
        (b"PK\x03\x04", 1, "not well-formed"),
        (b"<a>\n\xff\xfe</a>", 2, "not well-formed"),
        (b"<a>\n\x00</a>", 2, "not well-formed"),
        (b"<a x='1' x='2'/>", 1, "duplicate attribute"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", 1, "unknown encoding"),
        (b"<?xml version='1.0' encoding='hex'?><a/>", 1, "not a text encoding"),
        (b"<?xml version='1.0' encoding='shift_jis'?><a/>", 1, "multi-byte"),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", 1, "encoding"),
    ],
)
def test_what_is_not_xml_is_refused(
    refused: Refused, data: bytes, line: int, what: str
) -> None:
    with refused("a.xml", line, what):
        parse(data, "a.xml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_the_file_declares_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{declared}'?>\n<a>Ménière</a>"
    assert parse(text.encode(encoding), "a.xml").text == "Ménière"


def test_windows_line_ends_are_line_ends() -> None:
    root = parse(b"<a>\r\n<b>x\r\ny</b></a>", "a.xml")
    assert (root.children[0].line, root.children[0].text) == (2, "x\ny")
