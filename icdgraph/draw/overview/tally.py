"""How much is counted at and beneath every node of a graph.

By default each billable code counts one.  A user's own counts go to the codes they are
of, a header's to the header itself, and add up upwards:

    M54.50  3        M54.5  3 + 1      M54  4      M50-M54  4
    M54.5   1

What names no node of the release is kept aside and told.
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
    """What was counted in *graph*: at each node itself, and with all beneath it.

    *own* and *total* are by node number; *unknown* are the counts of codes that the
    release does not hold; *by_user* says whether a user counted.
    """

    graph: Graph
    own: Sequence[float]
    total: Sequence[float]
    unknown: dict[str, float] = field(default_factory=dict)
    by_user: bool = False

    def of(self, node: Node) -> float:
        """Return what was counted at *node* and beneath it."""
        return self.total[node.number]


def tally(graph: Graph, counts: Counts | None = None) -> Tally:
    """Return *counts* summed up the tree, or the billable codes where None is given.

    Raises `ParseError` for a count that is negative or no number.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> found = tally(g, {"m5450": 3, "M54.5": 1, "Z99": 2})
    >>> found.of(g["M54"]), found.unknown
    (4.0, {'Z99': 2.0})
    """
    own = [0.0] * len(graph.codes)
    unknown: dict[str, float] = {}
    if counts is None:
        for number in graph.leaves:
            own[number] = 1.0
    else:
        for code, count in counts.items():
            _add(graph, own, unknown, code, _number(code, count))
    total = list(own)
    parents = graph.tree.parents
    for number in range(len(own) - 1, -1, -1):
        if parents[number] >= 0:
            total[parents[number]] += total[number]
    return Tally(graph, own, total, unknown, counts is not None)


def _number(code: object, count: object) -> float:
    try:
        number = float(count)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise ParseError(
            f"the count of {str(code)!r} is {count!r}: a number from 0 would be right"
        )
    return number


def _add(
    graph: Graph,
    own: list[float],
    unknown: dict[str, float],
    code: str | Node,
    count: float,
) -> None:
    try:
        own[graph.number_of(code)] += count
    except (ParseError, UnknownCode):
        unknown[str(code)] = unknown.get(str(code), 0.0) + count


# Counts in a file


def read(text: str, name: str) -> dict[str, float]:
    r"""Return the counts in the *text* of a CSV file called *name*.

    A line has a code and its count, with a comma, semicolon or tab between; a code
    alone counts one.  A first line whose count is no number is taken for the names of
    columns, and where these are ``code`` and ``count`` (or ``n``), the columns may
    stand anywhere.  Codes that come again add up.  Raises `ParseError`.

    >>> read("code,count\r\nM54.50,3\r\nM54.2,1\r\nM54.50,2\r\n", "c.csv")
    {'M54.50': 5.0, 'M54.2': 1.0}
    """
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_mark(text)))
    lines = [(n, row) for n, row in enumerate(rows, 1) if any(map(str.strip, row))]
    code, count, skipped = _columns(lines[0][1]) if lines else (0, 1, 0)
    found: dict[str, float] = {}
    for number, row in lines[skipped:]:
        cells = [cell.strip() for cell in row]
        if len(cells) <= code or not cells[code]:
            raise ParseError(f"{name}, line {number}: {row!r} has no code")
        said = cells[count] if len(cells) > count else "1"
        try:
            found[cells[code]] = found.get(cells[code], 0.0) + _number(
                cells[code], said
            )
        except ParseError as exc:
            raise ParseError(f"{name}, line {number}: {exc}") from exc
    if not found:
        raise ParseError(
            f"{name} counts nothing: lines such as 'M54.50,3' would be right"
        )
    return found


def _mark(text: str) -> str:
    """Return what parts the columns: whichever the first line has most of."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _columns(first: Sequence[str]) -> tuple[int, int, int]:
    """Return where the code and its count stand, and how many lines are names."""
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
