"""What the Official Guidelines state about codes, read from ``entries/*.toml``.

An entry names codes, the rule that reads it, the section, and our sentence; the files
explain the fields.  Codes are written as people write them, and each includes
everything below it:

    R65.2                  a header or a code
    V00-Y99, T40.1-T40.4   a range of categories, or of subcategories of equal length
    T36-T50 with intent 6  codes with this character of intent (see `codes.intent`)
    S00-T88 with 7th AB    codes made with one of these 7th characters

Codes that a release does not have are ignored: the entries follow the Guidelines of
FY2026.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from icdgraph.codes import intent
from icdgraph.errors import ParseError
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph

YEAR = 365.25
"""Days in a year."""
_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*(d|w|m|y)?", re.IGNORECASE)
_DAYS = {"d": 1.0, "w": 7.0, "m": YEAR / 12, "y": YEAR}
_ITEM = re.compile(
    r"(?P<first>[\w.]+)(?:-(?P<last>[\w.]+))?"
    r"(?: with (?P<kind>intent|7th) (?P<characters>\w+))?"
)


@dataclass(frozen=True, slots=True)
class GuidelineEntry:
    """One statement of the Guidelines; the files explain the fields."""

    rule: str
    codes: str
    section: str
    phrase: str
    statement: str
    taken_out: str = ""
    others: str = ""
    others_taken_out: str = ""
    instead: str = ""
    silent_with: str = ""
    any_of: str = ""
    place: str = ""
    only_first: bool = False
    unless: str = ""
    sex: str = ""
    setting: str = ""
    printed: str = ""
    low: float = 0.0
    high: float = float("inf")
    share: bool = False
    same_side: bool = False

    def proposals(self, codes: Iterable[str] = ()) -> tuple[str, ...]:
        """Return what would be right instead of *codes*: the nearest of *instead*.

        An entry on several categories lists a code for each: E08.22, E09.22, E11.22.
        """
        proposed = [code for code in self.instead.split(", ") if code]
        categories = {code[:3] for code in codes}
        return tuple(c for c in proposed if c[:3] in categories) or tuple(proposed)

    def words(self, codes: Iterable[str] = ()) -> str:
        """Return *statement* about *codes*, with what it proposes for ``{new}``."""
        *others, last = self.proposals(codes) or ("",)
        new = f"{', '.join(others)} or {last}" if others else last
        return self.statement.replace("{new}", new)


@lru_cache(maxsize=1)
def entries() -> tuple[GuidelineEntry, ...]:
    """Return all entries, in the order of the files.

    >>> "I.C.15.n.1" in {entry.section for entry in entries()}
    True
    """
    tables = (tomllib.loads(text)["entry"] for text in texts())
    return tuple(_entry(table) for file in tables for table in file)


def texts() -> list[str]:
    """Return the texts of the files of entries, by name."""
    folder = files("icdgraph.check").joinpath("entries")
    names = sorted(path.name for path in folder.iterdir())
    return [
        folder.joinpath(name).read_text("utf-8")
        for name in names
        if name.endswith(".toml")
    ]


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

    Raises `ParseError` for an item that is not one of the forms above.

    >>> from icdgraph.toy import toy
    >>> [toy().core.node(n).code for n in tops(toy().core, "F45.41, M51-M54")]
    ['F45.41', 'M51', 'M54']
    """
    nodes: set[int] = set()
    for item in filter(None, (part.strip() for part in codes.split(","))):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise ParseError(f"invalid codes {item!r} in an entry of the Guidelines")
        numbers = _span(graph, match["first"], match["last"])
        if match["kind"]:
            numbers = _made_with(graph, numbers, match["kind"], match["characters"])
        nodes.update(numbers)
    return sorted(nodes)


def _span(graph: Graph, first: str, last: str | None) -> Iterator[int]:
    """Yield the node *first*, or the nodes of its length from *first* to *last*."""
    if last is None:
        node = graph.get(first)
        yield from [] if node is None else [node.number]
        return
    codes = _by_length(graph).get(len(first), [])
    low = bisect_left(codes, (first, 0))
    high = bisect_left(codes, (last, graph.node_count))
    yield from (number for _, number in codes[low:high])


def _by_length(graph: Graph) -> dict[int, list[tuple[str, int]]]:
    """Return the codes with their numbers, sorted, by how long they are."""
    if "codes by length" not in graph.memo:
        found: dict[int, list[tuple[str, int]]] = {}
        for number in graph.numbers(Kind.CATEGORY, Kind.SUBCATEGORY, Kind.CODE):
            code = graph.codes[number]
            found.setdefault(len(code), []).append((code, number))
        graph.memo["codes by length"] = {n: sorted(of) for n, of in found.items()}
    known: dict[int, list[tuple[str, int]]] = graph.memo["codes by length"]
    return known


def _made_with(
    graph: Graph, tops: Iterable[int], kind: str, characters: str
) -> Iterator[int]:
    """Yield the billable codes below *tops* with one of *characters*."""
    for top in tops:
        low, high = graph.tree.span(top)
        for leaf in graph.leaves[low:high]:
            code = graph.codes[leaf]
            own = intent(code) if kind == "intent" else graph.made_by(leaf)
            if own and own in characters:
                yield leaf
