"""Search in the shape of the Clinical Table Search Service of the NLM.

    /api/search?terms=low+back&maxList=2
    [2, ["M54.50", "M54.59"], null, [["M54.50", "Low back pain, unspecified"],
                                      ["M54.59", "Other low back pain"]]]

Total, codes, extra fields or null, rows to show: an array, by place.  Autocompleters
written for https://clinicaltables.nlm.nih.gov/api/icd10cm/v3/search so work with this
server as well, and our own search box is one.  As there, codes that may be used are
found and headers are not, unless ``billable=any`` asks for all.  Not taken are ``q`` (a
query in the language of another engine) and ``cs``; they are refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.search import search
from icdgraph.web.addresses import address
from icdgraph.web.parameters import Fields, Number, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph.graph import Graph
    from icdgraph.search import Result
    from icdgraph.web.parameters import Values

MOST = 500
"""Rows of the longest answer, and results that are counted."""

SHOWN = 7
"""Rows of an answer, where nobody asks for more or fewer."""

LONGEST = 120
"""Characters of the longest text that is searched for."""

_FIELDS: dict[str, Callable[[Result], Any]] = {
    "code": lambda hit: hit.node.code,
    "name": lambda hit: hit.node.title,
    "kind": lambda hit: hit.node.kind.value,
    "billable": lambda hit: hit.node.is_billable,
    "field": lambda hit: hit.field.value,
    "text": lambda hit: hit.text,
    "marks": lambda hit: [list(span) for span in hit.marks],
    "href": lambda hit: address(hit.node),
}
"""The fields that may be asked for; *text* is what matched, *marks* where in it."""

_KNOWN = tuple(_FIELDS)
PARAMETERS = (
    Text("terms", "words or a code, or the beginning of one", None, LONGEST),
    Number("maxList", f"rows to return; {MOST} where it is empty", None, 1, MOST, MOST),
    Number("count", "rows of a page", SHOWN, 1, MOST),
    Number("offset", "the row the page begins with, from 0", 0, 0, MOST),
    Fields("df", "fields of a row", _KNOWN, ("code", "name")),
    Fields("sf", "what is searched", ("code", "name"), ("code", "name")),
    Fields("cf", "the field in the place of the codes", _KNOWN, ("code",)),
    Fields("ef", "further fields, each as an array", _KNOWN),
    Text("billable", "codes only, or headers as well", "yes", 3, ("yes", "any")),
    Text("under", "a code, section or chapter to stay beneath", "", 40),
)

SCHEMA = {
    "type": "array",
    "description": "total, codes, extra fields by name or null, rows to show",
    "prefixItems": [
        {"type": "integer", "minimum": 0, "maximum": MOST},
        {"type": "array"},
        {
            "type": ["object", "null"],
            "additionalProperties": {"type": "array"},
        },
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    ],
    "minItems": 4,
    "maxItems": 4,
}


def answer(graph: Graph, values: Values) -> list[Any]:
    """Return the answer to a search with the *values* of `PARAMETERS`."""
    found = _found(graph, values)
    start, count = values["offset"], values["count"]
    if values["maxList"] is not None:
        start, count = 0, values["maxList"]
    page = found[start : start + count]
    extra = {field: _column(page, field) for field in values["ef"]}
    rows = [[_shown(_FIELDS[field](hit)) for field in values["df"]] for hit in page]
    # Of several fields the NLM takes the first, too.
    codes = _column(page, values["cf"][0] if values["cf"] else "code")
    return [len(found), codes, extra or None, rows]


def _found(graph: Graph, values: Values) -> list[Result]:
    billable = True if values["billable"] == "yes" else None
    under = values["under"] or None
    found = search(
        graph, values["terms"], limit=MOST, under=under, billable=billable, prefix=True
    )
    searched = values["sf"]
    return [
        hit
        for hit in found
        if ("code" if hit.field.value == "code" else "name") in searched
    ]


def _column(page: Iterable[Result], field: str) -> list[Any]:
    return [_FIELDS[field](hit) for hit in page]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower()
