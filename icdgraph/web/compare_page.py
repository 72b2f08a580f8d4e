"""The page that checks codes that are reported together; its address keeps them.

/compare?codes=M54.50,F45.41&setting=inpatient&age=46
"""

import re
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from icdgraph.check import Findings, checker_of
from icdgraph.errors import IcdGraphError, ParseError
from icdgraph.graph import Graph, Node

MOST = 30
"""How many codes are checked together at most: a claim has 25."""

_SEPARATOR = re.compile(r"[\s,;+]+")


class Codes(BaseModel):
    """The parameters of a check."""

    model_config = ConfigDict(extra="forbid")

    codes: str = Field(
        "",
        max_length=600,
        description=f"Up to {MOST} codes with commas or spaces between them, the "
        "first-listed code first",
    )
    setting: Literal["", "inpatient", "outpatient"] = Field(
        "", description="Where care was given"
    )
    sex: Literal["", "F", "M"] = Field("", description="The sex of the patient")
    age: str = Field(
        "", max_length=10, description="The patient's age in years, or 8d, 3w, 6m"
    )


class Entered(NamedTuple):
    """A code as it was entered, its node if there is one, the set without the code."""

    text: str
    node: Node | None
    without: str


def listed(graph: Graph, text: str) -> list[str]:
    """Return the codes in *text*, as the release writes them where it has them.

    Raises `ParseError` for more than `MOST`.
    """
    texts = [code for code in _SEPARATOR.split(text) if code]
    if len(texts) > MOST:
        raise ParseError(f"{len(texts)} codes: expected at most {MOST}")
    nodes = ((code, graph.get(code)) for code in texts)
    return [node.code if node else code for code, node in nodes]


def findings(graph: Graph, codes: list[str], parameters: Codes) -> Findings:
    """Return what the check finds in *codes*.  Raises `ParseError` for an age."""
    return checker_of(graph).check(
        codes,
        setting=parameters.setting or None,
        age=parameters.age or None,
        sex=parameters.sex or None,
    )


def compare_page(graph: Graph, parameters: Codes) -> dict[str, Any]:
    """Return the variables of the template of the page."""
    codes = listed(graph, parameters.codes)
    return {
        "codes": [
            Entered(code, graph.get(code), _href(others, parameters))
            for n, code in enumerate(codes)
            for others in [codes[:n] + codes[n + 1 :]]
        ],
        "set_href": _href(codes, parameters),
        "setting": parameters.setting,
        "age": parameters.age,
        "sex": parameters.sex,
        **_ordered(graph, codes, parameters),
        **_checked(graph, codes, parameters),
    }


def _checked(graph: Graph, codes: list[str], parameters: Codes) -> dict[str, Any]:
    try:
        result = findings(graph, codes, parameters) if codes else None
    except IcdGraphError as exc:
        return {"findings": None, "error": str(exc)}
    return {"findings": result, "error": ""}


def _ordered(graph: Graph, codes: list[str], parameters: Codes) -> dict[str, Any]:
    """Return a valid order of *codes*, with unknown ones at its end."""
    known = list(dict.fromkeys(code for code in codes if graph.get(code)))
    if len(known) < 2:
        return {"order": None, "order_href": ""}
    order, rest = checker_of(graph).order(known), list(codes)
    for code in order.codes:
        rest.remove(code)
    return {"order": order, "order_href": _href([*order.codes, *rest], parameters)}


def _href(codes: list[str], parameters: Codes) -> str:
    values = {name: getattr(parameters, name) for name in ("setting", "age", "sex")}
    more = "".join(f"&{name}={quote(value)}" for name, value in values.items() if value)
    return f"/compare?codes={quote(','.join(codes), safe=',', errors='replace')}{more}"
