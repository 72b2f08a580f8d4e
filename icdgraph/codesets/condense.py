"""From a set of codes to a short expression of it.

    E08-E13 except E11.3, E11.9 and billable

Terms and exceptions are codes with everything below them, headers alone, or ranges of
neighbors: children of one node, or categories.  (A range whose ends are on different
levels is never written, because people disagree about what it means.)  A node that is
partly in the set can be written in two ways:

    in parts      E11.0-E11.8, E11.A      terms for what is in the set
    as a whole    E11 except E11.9        and exceptions for what is not

From the leaves up, the shorter way is taken for each node.  As a whole, a node can
share the range of its neighbors.  No other expression of this form has fewer terms and
exceptions; of two equally short ones, the one with exceptions is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from icdgraph.codesets import bits
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.graph import Graph

Run = tuple[int, int | None]
"""The first and last of some neighbors, by number; or a header alone, and None."""


class Cover(NamedTuple):
    """A set of codes: everything in *terms* that is not in *exceptions*."""

    terms: list[Run]
    exceptions: list[Run]


def condense(graph: Graph, chosen: int) -> str:
    """Return the shortest expression of the bits *chosen*, empty for an empty set.

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> condense(g.core, g.codes("M50-M54 except M54.4- and billable").bits)
    'M51-M54 except M54.4 and billable'
    """
    terms, exceptions = cover(graph, chosen)
    is_billable = not chosen & ~bits.billable(graph)
    if is_billable:
        terms, exceptions = _lowest(graph, terms), _lowest(graph, exceptions)
    text, removed = (
        ", ".join(_term(graph, *run) for run in runs) for runs in (terms, exceptions)
    )
    if removed:
        text += f" except {removed}"
    if is_billable and _headers(graph, terms) > _headers(graph, exceptions):
        text += " and billable"
    return text


def cover(graph: Graph, chosen: int, *, ranges: bool = True) -> Cover:
    """Return the fewest terms and exceptions for the bits *chosen*, in book order.

    Without *ranges*, each is one node with everything below it.
    """
    return _Condenser(graph, chosen, ranges).ways(graph.numbers(Kind.CATEGORY)).parts


class _Ways(NamedTuple):
    """The ways to write a node: in parts, or as a whole with exceptions."""

    parts: Cover
    exceptions: list[Run]

    def is_shorter_whole(self, continues: bool) -> bool:
        """Return True if the node should be written as a whole.

        The term for it costs one more, unless it *continues* that of the node before.
        """
        saved = len(self.parts.terms) + len(self.parts.exceptions)
        saved -= len(self.exceptions)
        return saved > 0 or (saved == 0 and continues)


class _Condenser:
    def __init__(self, graph: Graph, chosen: int, ranges: bool) -> None:
        self._tree = graph.tree
        self._ranges = ranges
        self._chosen = bits.digits(chosen, graph.node_count)
        self._counts_headers = bool(chosen & ~bits.billable(graph))

    def ways(self, children: Iterable[int], header: int | None = None) -> _Ways:
        """Return how to write *children* and, if headers count, their *header*."""
        terms, exceptions, missing = list[Run](), list[Run](), list[Run]()
        if header is not None and self._counts_headers:
            is_chosen = self._chosen[header] == "1"
            (terms if is_chosen else missing).append((header, None))
        was_whole = was_missing = False
        for child in children:
            is_missing, is_whole = self._state(child)
            if not (is_missing or is_whole):
                inside = self.ways(self._tree.children(child), child)
                missing += inside.exceptions
                is_whole = inside.is_shorter_whole(was_whole and self._ranges)
                if is_whole:
                    exceptions += inside.exceptions
                else:
                    terms += inside.parts.terms
                    exceptions += inside.parts.exceptions
            if is_whole:
                self._add(terms, child, was_whole)
            elif is_missing:
                self._add(missing, child, was_missing)
            was_whole, was_missing = is_whole, is_missing
        return _Ways(Cover(terms, exceptions), missing)

    def _state(self, node: int) -> tuple[bool, bool]:
        """Return whether none of the codes of *node* are in the set, or all."""
        end = self._tree.last[node] + 1
        count = self._chosen.count("1", node, end)
        low, high = (node, end) if self._counts_headers else self._tree.span(node)
        return count == 0, count == high - low

    def _add(self, runs: list[Run], node: int, continues: bool) -> None:
        """Add *node* to *runs*: to the last one if it *continues* that."""
        if continues and self._ranges:
            runs[-1] = runs[-1][0], node
        else:
            runs.append((node, node))


def _lowest(graph: Graph, runs: list[Run]) -> list[Run]:
    """Return *runs* with a header's only billable code in place of the header."""
    leaves, span = graph.leaves, graph.tree.span
    return [
        (leaves[span(first)[0]],) * 2
        if first == last and span(first)[1] - span(first)[0] == 1
        else (first, last)
        for first, last in runs
    ]


def _term(graph: Graph, first: int, last: int | None) -> str:
    codes, tree, parent = graph.codes, graph.tree, graph.tree.parents[first]
    if last is None:
        return f"={codes[first]}"
    if last == first:
        return codes[first]
    is_all = first == parent + 1 and tree.last[last] == tree.last[parent]
    if is_all and graph.is_code(parent):
        return f"{codes[parent]}-"
    return f"{codes[first]}-{codes[last]}"


def _headers(graph: Graph, runs: list[Run]) -> int:
    """Return how many headers are in *runs*, none of which is a header alone."""
    tree = graph.tree
    return sum(
        tree.last[last or first]
        + 1
        - first
        - (tree.span(last or first)[1] - tree.span(first)[0])
        for first, last in runs
    )
