"""Sets of nodes as bits of one integer: node 0 is the lowest bit.

    node    5 4 3 2 1 0
    bits    0 0 1 1 0 1      the nodes 0, 2 and 3

Union, intersection and difference are ``|``, ``&`` and ``& ~``, equality is ``==``, and
the number of nodes is `int.bit_count`.  A hundred thousand nodes take twelve kilobytes.
Sections and chapters have numbers too; ``& every(graph)`` leaves only codes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.model import CODE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph

_RUN = re.compile("1+")


def of(numbers: Iterable[int], size: int) -> int:
    """Return the bits of *numbers*, each smaller than *size*.

    >>> bin(of([0, 2, 3], 6))
    '0b1101'
    """
    digits = bytearray(b"0") * (size + 1)
    for number in numbers:
        digits[size - number] = ord("1")
    return int(digits, 2)


def between(first: int, last: int) -> int:
    """Return the bits from *first* to *last*, both included."""
    return ((1 << (last - first + 1)) - 1) << first


def digits(bits: int, size: int) -> str:
    """Return *bits* as a string of *size* zeros and ones, that of node 0 first."""
    return format(bits, f"0{size}b")[::-1]


def numbers(bits: int) -> Iterator[int]:
    """Yield the numbers of the nodes in *bits*, the lowest first.

    >>> list(numbers(0b1101))
    [0, 2, 3]
    """
    for run in _RUN.finditer(format(bits, "b")[::-1]):
        yield from range(*run.span())


def every(graph: Graph) -> int:
    """Return the bits of all codes of *graph*, headers included."""
    if "codes" not in graph.memo:
        graph.memo["codes"] = of(graph.numbers(*CODE_KINDS), graph.node_count)
    return int(graph.memo["codes"])


def billable(graph: Graph) -> int:
    """Return the bits of the billable codes of *graph*."""
    if "billable codes" not in graph.memo:
        codes = of(graph.leaves, graph.node_count) & every(graph)
        graph.memo["billable codes"] = codes
    return int(graph.memo["billable codes"])


def subtree(graph: Graph, node: int) -> int:
    """Return the bits of *node* and everything below it, sections included."""
    return between(node, graph.tree.last[node])
