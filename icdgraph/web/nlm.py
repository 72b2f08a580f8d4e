"""Search in the shape of the Clinical Table Search Service of the NLM.

    /api/search?terms=low+back&maxList=2
    [2, ["M54.50", "M54.59"], null, [["M54.50", "Low back pain, unspecified"],
                                      ["M54.59", "Other low back pain"]]]

An array: the total, codes, extra fields or null, and rows to show.  Autocompleters
written for https://clinicaltables.nlm.nih.gov/api/icd10cm/v3/search work with this
server as well; the search box of the explorer is one.  As there, only billable codes
are found, unless ``billable=any`` asks for headers as well.  ``q``, a query in the
language of another engine, and ``cs`` are not supported and are refused.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from icdgraph.graph import Graph
from icdgraph.search import SearchResult, search
from icdgraph.web.addresses import LONGEST, address

MOST = 500
"""How many rows the longest answer has, and how many results are counted."""

LONGEST_TERMS = 120
"""How many characters the longest text has that is searched for."""

FIELDS: dict[str, Callable[[SearchResult], Any]] = {
    "code": lambda hit: hit.node.code,
    "name": lambda hit: hit.node.title,
    "kind": lambda hit: hit.node.kind.value,
    "billable": lambda hit: hit.node.is_billable,
    "field": lambda hit: hit.field.value,
    "text": lambda hit: hit.text,
    "marks": lambda hit: [list(span) for span in hit.marks],
    "href": lambda hit: address(hit.node),
}
"""The fields of a row; *text* is the wording that matched, *marks* where it did."""


def _list_of(names: Iterable[str]) -> str:
    """Return the pattern of a list of *names* with commas between them."""
    name = f"({'|'.join(names)})"
    return rf"^({name}(\s*,\s*{name})*)?$"


Names = Annotated[str, Field(pattern=_list_of(FIELDS))]
Count = Annotated[int, Field(ge=1, le=MOST)]


class SearchParameters(BaseModel):
    """The parameters of a search."""

    model_config = ConfigDict(extra="forbid")

    terms: str = Field(
        max_length=LONGEST_TERMS, description="Words or a code, or its beginning"
    )
    max_list: Annotated[Count | None, BeforeValidator(lambda v: v or MOST)] = Field(
        None, alias="maxList", description=f"Rows to return; {MOST} if it is empty"
    )
    count: Count = Field(7, description="Rows of a page")
    offset: int = Field(0, ge=0, le=MOST, description="The first row of a page, from 0")
    df: Names = Field("code,name", description="Fields of a row")
    sf: str = Field(
        "code,name",
        pattern=_list_of(("code", "name")),
        description="What is searched",
    )
    cf: Names = Field("code", description="The field returned in place of the codes")
    ef: Names = Field("", description="Extra fields, each returned as an array")
    billable: Literal["yes", "any"] = Field(
        "yes", description="Billable codes only, or headers as well"
    )
    under: str = Field(
        "", max_length=LONGEST, description="A code or range to search below"
    )
    jquery: str = Field("", alias="_", description="Ignored, as jQuery sends it")


SCHEMA = {
    "type": "array",
    "description": "Total, codes, extra fields by name or null, rows to show",
    "prefixItems": [
        {"type": "integer", "minimum": 0, "maximum": MOST},
        {"type": "array"},
        {"type": ["object", "null"], "additionalProperties": {"type": "array"}},
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    ],
    "minItems": 4,
    "maxItems": 4,
}
"""The JSON Schema of an answer."""


def answer(graph: Graph, parameters: SearchParameters) -> list[Any]:
    """Return the answer to a search with the parameters *parameters*.

    >>> from icdgraph.toy import toy
    >>> answer(toy().core, SearchParameters(terms="lumbago", maxList=1))[1:]
    [['M54.50'], None, [['M54.50', 'Low back pain, unspecified']]]
    """
    hits = _hits(graph, parameters)
    start, count = parameters.offset, parameters.count
    if parameters.max_list is not None:
        start, count = 0, parameters.max_list
    page = hits[start : start + count]
    extra = {field: _column(page, field) for field in _split(parameters.ef)}
    rows = [[_text(FIELDS[f](hit)) for f in _split(parameters.df)] for hit in page]
    # Of several fields the NLM takes the first, too.
    codes = _column(page, [*_split(parameters.cf), "code"][0])
    return [len(hits), codes, extra or None, rows]


def _hits(graph: Graph, parameters: SearchParameters) -> list[SearchResult]:
    hits = search(
        graph,
        parameters.terms,
        limit=MOST,
        under=parameters.under or None,
        billable=True if parameters.billable == "yes" else None,
        prefix=True,
    )
    searched = _split(parameters.sf)
    return [
        hit
        for hit in hits
        if ("code" if hit.field.value == "code" else "name") in searched
    ]


def _split(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name]


def _column(page: Iterable[SearchResult], field: str) -> list[Any]:
    return [FIELDS[field](hit) for hit in page]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower()
