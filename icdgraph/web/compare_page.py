"""A set of codes that are to stand together: in an address, and what is said of it.

/compare?codes=M54.50,F45.41&setting=inpatient&age=46
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from icdgraph.check import checker_of
from icdgraph.errors import IcdGraphError
from icdgraph.web.parameters import Text, Unfit

if TYPE_CHECKING:
    from icdgraph.check import Findings
    from icdgraph.graph import Graph, Node
    from icdgraph.web.parameters import Values

MOST = 30
"""Codes that are checked together: more than a claim can carry, which is 25."""

PARAMETERS = (
    Text(
        "codes",
        "codes with commas or blanks between, the first-listed one first; "
        f"at most {MOST}",
        most=600,
    ),
    Text("setting", "where care was given", "", 20, ("", "inpatient", "outpatient")),
    Text("age", "the patient's age in years, or as in 8d, 3w, 6m", "", 10),
)

_BETWEEN = re.compile(r"[\s,;+]+")


class Entered(NamedTuple):
    """A code of a set: as written, its node if it is one, the set without it."""

    text: str
    node: Node | None
    without: str


def listed(graph: Graph, text: str) -> list[str]:
    """Return the codes that *text* lists, each as the release writes it, if it does.

    Raises `Unfit` where there are more than `MOST`.

    >>> from icdgraph.toy import toy
    >>> listed(toy().core, "m5450, F45.41 ; M54.O")
    ['M54.50', 'F45.41', 'M54.O']
    """
    texts = [one for one in _BETWEEN.split(text) if one]
    if len(texts) > MOST:
        raise Unfit(f"{len(texts)} codes are given; at most {MOST} would be right")
    found = ((one, graph.get(one)) for one in texts)
    return [node.code if node else one for one, node in found]


def findings(graph: Graph, codes: list[str], values: Values) -> Findings:
    """Return what the check finds in *codes*; raises `ParseError` for an age."""
    setting, age = values["setting"] or None, values["age"] or None
    return checker_of(graph).check(codes, setting=setting, age=age)


def comparison(graph: Graph, codes: list[str], values: Values) -> dict[str, Any]:
    """Return all that the page about *codes* is written from, by name.

    >>> from icdgraph.toy import toy
    >>> values = {"setting": "", "age": ""}
    >>> said = comparison(toy().core, ["M54.50", "F45.41"], values)
    >>> said["set_href"], [finding.rule for finding in said["findings"]]
    ('/compare?codes=M54.50,F45.41', ['E201'])
    """
    return {
        "codes": [
            Entered(code, graph.get(code), _href(codes[:n] + codes[n + 1 :], values))
            for n, code in enumerate(codes)
        ],
        "set_href": _href(codes, values),
        "chosen": values["setting"],
        "age": values["age"],
        **_ordered(graph, codes, values),
        **_checked(graph, codes, values),
    }


def _checked(graph: Graph, codes: list[str], values: Values) -> dict[str, Any]:
    try:
        found = list(findings(graph, codes, values)) if codes else None
    except IcdGraphError as exc:
        return {"findings": None, "wrong": str(exc)}
    return {"findings": found, "wrong": ""}


def _ordered(graph: Graph, codes: list[str], values: Values) -> dict[str, Any]:
    """Return a legal order of *codes*, those that cannot be ordered at its end."""
    known = list(dict.fromkeys(code for code in codes if graph.get(code)))
    if len(known) < 2:
        return {"order": None, "order_href": ""}
    order, rest = checker_of(graph).order(known), list(codes)
    for code in order.codes:
        rest.remove(code)
    return {"order": order, "order_href": _href([*order.codes, *rest], values)}


def _href(codes: list[str], values: Values) -> str:
    more = "".join(
        f"&{name}={quote(values[name])}" for name in ("setting", "age") if values[name]
    )
    return f"/compare?codes={quote(','.join(codes), safe=',', errors='replace')}{more}"
