"""Counts at and below every node of a graph.

By default each billable code counts one.  A user's own counts belong to their codes,
headers included, and add up the tree:

    M54.50  3        M54.5  3 + 1      M54  4      M50-M54  4
    M54.5   1

The counts of unknown codes are kept separately.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from icdgraph.errors import ParseError, UnknownCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from icdgraph.graph import Graph, Node


class Counts(Protocol):
    """A mapping from code to number: a dict, a Counter, a pandas Series."""

    def items(self) -> Iterable[tuple[str | Node, float]]:
        """Return each code with its number."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of the nodes of *graph*: *own*, and in *total* with all nodes below.

    *own* and *total* are by node number; *unknown* has the counts of unknown codes;
    *by_user* is whether a user gave the counts.
    """

    graph: Graph
    own: Sequence[float]
    total: Sequence[float]
    unknown: dict[str, float] = field(default_factory=dict)
    by_user: bool = False

    @property
    def what(self) -> str:
        """What is counted."""
        return "counted" if self.by_user else "billable codes"

    def of(self, node: Node) -> float:
        """Return the count of *node* with all nodes below it."""
        return self.total[node.number]


def tally(graph: Graph, counts: Counts | None = None) -> Tally:
    """Return *counts* added up the tree, by default one for each billable code.

    Raises `ParseError` for a count that is not a number or is negative.
    """
    own = [0.0] * len(graph.codes)
    unknown: dict[str, float] = {}
    for number in graph.leaves if counts is None else ():
        own[number] = 1.0
    for code, value in counts.items() if counts is not None else ():
        count = _number(code, value)
        try:
            own[graph.number_of(code)] += count
        except (ParseError, UnknownCode):
            unknown[str(code)] = unknown.get(str(code), 0.0) + count
    total = list(own)
    for number, parent in reversed([*enumerate(graph.tree.parents)]):
        if parent >= 0:
            total[parent] += total[number]
    return Tally(graph, own, total, unknown, counts is not None)


def _number(code: object, count: object) -> float:
    try:
        number = float(count)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise ParseError(
            f"invalid count {count!r} of {str(code)!r}: expected a number from 0"
        )
    return number


# Counts in a file


def read(text: str, name: str) -> dict[str, float]:
    r"""Return the counts in *text*, the content of the CSV file *name*.

    A line has a code and its count, with a comma, semicolon or tab between them; a code
    alone counts one.  A first line without a count is read as the names of columns;
    where they are ``code`` and ``count`` (or ``n``), the columns may be in any place.
    Counts of the same code add up.  Raises `ParseError`.

    >>> read("code,count\r\nM54.50,3\r\nM54.2,1\r\nM54.50,2\r\n", "c.csv")
    {'M54.50': 5.0, 'M54.2': 1.0}
    """
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter))
    lines = [(n, row) for n, row in enumerate(rows, 1) if any(map(str.strip, row))]
    code, count, skipped = _columns(lines[0][1]) if lines else (0, 1, 0)
    counts: dict[str, float] = {}
    for number, row in lines[skipped:]:
        cells = [cell.strip() for cell in row]
        if len(cells) <= code or not cells[code]:
            raise ParseError(f"{name}, line {number}: no code in {row!r}")
        value = cells[count] if len(cells) > count else "1"
        try:
            added = _number(cells[code], value)
        except ParseError as exc:
            raise ParseError(f"{name}, line {number}: {exc}") from exc
        counts[cells[code]] = counts.get(cells[code], 0.0) + added
    if not any(counts.values()):
        raise ParseError(
            f"no counts above 0 in {name}: expected lines such as 'M54.50,3'"
        )
    return counts


def _columns(first: Sequence[str]) -> tuple[int, int, int]:
    """Return the columns of the code and the count, and the number of header lines."""
    names = [cell.strip().lower() for cell in first]
    if "code" in names:
        counts = [names.index(n) for n in ("count", "n") if n in names]
        code = names.index("code")
        return code, (counts or [1 if code == 0 else 0])[0], 1
    try:
        float(names[1] if len(names) > 1 else "1")
    except ValueError:
        return 0, 1, 1
    return 0, 1, 0
