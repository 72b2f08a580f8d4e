"""What the Official Guidelines state about codes, read from ``guidelines.toml``.

An entry names codes, the rule that reads it, the section, and our sentence.  Codes are
written as people write them: ``R65.2``, ``V00-Y99`` (a range of categories), ``T36-T50
with intent 6``.  Each includes everything below it.  Codes that a release does not have
are ignored: the table follows the Guidelines of FY2026.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from icdgraph.codes import intent
from icdgraph.errors import ParseError
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph

YEAR = 365.25
"""Days in a year."""
_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(d|w|m|y)?", re.IGNORECASE)
_DAYS = {"d": 1.0, "w": 7.0, "m": YEAR / 12, "y": YEAR}
_INTENT = " with intent "


@dataclass(frozen=True, slots=True)
class GuidelineEntry:
    """One statement of the Guidelines; ``guidelines.toml`` explains the fields."""

    rule: str
    codes: str
    section: str
    phrase: str
    statement: str
    taken_out: str = ""
    others: str = ""
    others_taken_out: str = ""
    unless: str = ""
    setting: str = ""
    printed: str = ""
    low: float = 0.0
    high: float = float("inf")
    share: bool = False


@lru_cache(maxsize=1)
def entries() -> tuple[GuidelineEntry, ...]:
    """Return all entries, in the order of the file.

    >>> entries()[0].section
    'I.C.20.a.6'
    """
    tables = tomllib.loads(text_of_file("guidelines.toml"))["entry"]
    return tuple(map(_entry, tables))


def text_of_file(name: str) -> str:
    """Return the text of *name*, a file beside this one."""
    return files("icdgraph.check").joinpath(name).read_text("utf-8")


def _entry(table: dict[str, Any]) -> GuidelineEntry:
    fields = {_FIELDS.get(name, name): value for name, value in table.items()}
    for bound in fields.keys() & {"low", "high"}:
        fields[bound] = days(fields[bound])
    return GuidelineEntry(**fields)


_FIELDS = {"except": "taken_out", "not": "others_taken_out"}
"""The fields whose names in the file are words of Python."""


def days(age: str | float) -> float:
    """Return *age* in days: a number is years; ``8d``, ``3w``, ``6m``, ``45y``.

    Raises `ParseError`.

    >>> days("8d"), days(2), days("2y") == days("2")
    (8.0, 730.5, True)
    """
    match = _AGE.fullmatch(str(age).strip())
    if not match:
        raise ParseError(
            f"invalid age {age!r}: expected years, such as '45', or days, weeks or "
            "months, such as '8d', '3w' or '6m'"
        )
    return float(match[1]) * _DAYS[(match[2] or "y").lower()]


def tops(graph: Graph, codes: str) -> list[int]:
    """Return the nodes that *codes* names, by number; each includes what is below it.

    >>> from icdgraph.toy import toy
    >>> [toy().core.node(n).code for n in tops(toy().core, "F45.41, M51-M54")]
    ['F45.41', 'M51', 'M54']
    """
    nodes: set[int] = set()
    for item in filter(None, (part.strip() for part in codes.split(","))):
        nodes.update(_item(graph, item))
    return sorted(nodes)


def _item(graph: Graph, item: str) -> Iterator[int]:
    item, _, intents = item.partition(_INTENT)
    first, dash, last = item.partition("-")
    if not dash:
        node = graph.get(item)
        yield from [] if node is None else [node.number]
        return
    for number in graph.numbers(Kind.CATEGORY):
        if first <= graph.codes[number] <= last:
            yield from of_intent(graph, number, intents) if intents else [number]


def of_intent(graph: Graph, top: int, intents: str) -> Iterator[int]:
    """Yield the billable codes below *top* whose intent is one of *intents*."""
    low, high = graph.tree.span(top)
    return (n for n in graph.leaves[low:high] if intent(graph.codes[n]) in intents)
