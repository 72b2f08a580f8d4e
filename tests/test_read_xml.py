import pytest

from icdgraph.read.xml import CHUNK, DEEPEST, parse

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE a [
 <!ENTITY x0 "ha"><!ENTITY x1 "&x0;&x0;&x0;&x0;&x0;&x0;&x0;&x0;">
 <!ENTITY x2 "&x1;&x1;&x1;&x1;&x1;&x1;&x1;&x1;">
]><a>&x2;</a>"""
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY out SYSTEM "file:///etc/hostname">]>
<a>&out;</a>"""


def only(data):
    """Return the only child of the root of *data*."""
    _, element = parse(data, "a.xml")
    return element


def test_elements_keep_order_text_attributes_and_lines():
    element = only(b'<r><a x="1">\n<b>one</b>\n<c/><b>two</b></a></r>')
    assert (element.tag, element.attributes, element.line) == ("a", {"x": "1"}, 1)
    assert [(c.tag, c.text, c.line) for c in element.children] == [
        ("b", "one", 2),
        ("c", "", 3),
        ("b", "two", 3),
    ]
    first = element.child("b")
    assert first.text == "one"
    assert element.child("d") is None


def test_children_of_the_root_arrive_one_by_one():
    big = b"x" * CHUNK
    root, *children = parse(b"<r>1<a>%b</a>2<b/><c>%b</c></r>" % (big, big), "a.xml")
    assert (root.tag, root.text, root.children) == ("r", "12", ())
    assert [(c.tag, len(c.text)) for c in children] == [
        ("a", CHUNK),
        ("b", 0),
        ("c", CHUNK),
    ]


def test_text_that_arrives_in_pieces_is_whole():
    text = "x" * 200_000
    data = f"<r><a>M&#xE9;ni&#232;re &amp; <![CDATA[<son>]]>{text}</a></r>".encode()
    assert only(data).text == "Méniè" + "re & <son>" + text


@pytest.mark.parametrize(
    "data", [BOMB, OUTSIDE, b"<?xml version='1.0'?>\n<!DOCTYPE a>\n<a/>"]
)
def test_a_document_type_is_refused(refused, data):
    with refused("a.xml", 2, "declares a document type"):
        list(parse(data, "a.xml"))


def test_deep_nesting_is_refused(refused):
    fine = b"<a>" * DEEPEST + b"</a>" * DEEPEST
    assert len(list(parse(fine, "a.xml"))) == 2
    with refused("a.xml", 2, "64 nested elements"):
        list(parse(b"<a>\n" + fine + b"</a>", "a.xml"))
    with refused("a.xml", 1, "64 nested elements"):
        list(parse(b"<a>" * 1_000_000, "a.xml"))


@pytest.mark.parametrize(
    ("data", "line", "what"),
    [
        (b"", 1, "no element found"),
        (b"   \n ", 2, "no element found"),
        (b"<a>\n<b>", 2, "no element found"),
        (b"<a>\n<b></a>", 2, "mismatched tag"),
        (b"<a/>\n<a/>", 2, "junk after document element"),
        (b"<a>\n&nothing;</a>", 2, "undefined entity"),
        (b"just words", 1, "invalid XML: syntax error"),
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
def test_what_is_not_xml_is_refused(refused, data, line, what):
    with refused("a.xml", line, what):
        list(parse(data, "a.xml"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_the_file_declares_are_read(encoding):
    declared = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{declared}'?>\n<r><a>Ménière</a></r>"
    assert only(text.encode(encoding)).text == "Ménière"


def test_windows_line_ends_are_line_ends():
    element = only(b"<a>\r\n<b>x\r\ny</b></a>")
    assert (element.line, element.text) == (2, "x\ny")
