"""What changed from one set to another, told in the terms of the hierarchy.

    split    M54.5 Low back pain: M54.50, M54.51, M54.59
    removed  E11 Type 2 diabetes mellitus: E11.3 except E11.319 (88 codes)
    added    I10 Essential (primary) hypertension: I10 (1 code)

Changes are grouped by category and said as short as `condense` can.  A header that
gave way to codes beneath it was split; one that took the place of such codes, joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from icdgraph.codesets import bits, condense
from icdgraph.codesets.codeset import CodeSet
from icdgraph.model import Kind
from icdgraph.serialize import node_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node


class Way(StrEnum):
    """The ways in which a set can change."""

    SPLIT = "split"
    JOINED = "joined"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """*codes* that changed, all at or beneath *node*, and the *way* they did.

    *node* is the header of a split or join, else the category.
    """

    way: Way
    node: Node
    codes: CodeSet

    def record(self) -> dict[str, Any]:
        """Return the change as a dictionary for JSON."""
        return {
            "way": self.way.value,
            **node_record(self.node),
            "expression": self.expression,
            "codes": list(self.codes),
        }

    @property
    def expression(self) -> str:
        """The codes that changed, as short as can be; of a split or join, each."""
        if self.way in (Way.SPLIT, Way.JOINED):
            return ", ".join(self.codes)
        return condense.terms(self.codes.graph, self.codes.bits)

    def __str__(self) -> str:
        size = len(self.codes)
        return (
            f"{self.way.value:8} {self.node.code} {self.node.title}: {self.expression} "
            f"({size:,} {'code' if size == 1 else 'codes'})"
        )


def changes(old: CodeSet, new: CodeSet) -> tuple[Change, ...]:
    """Return what to do to *old* to have *new*: split, joined, removed, added.

    Every code that is in one set and not in the other stands in exactly one change,
    save that the header of a split or join is its `Change.node`.  Raises
    `IcdGraphError` for sets of two releases.

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> for change in changes(g.codes(["M54.5", "M54.2"]), g.codes("M54.5-, F45.41")):
    ...     print(change)
    split    M54.5 Low back pain: M54.50, M54.59 (2 codes)
    removed  M54 Dorsalgia: M54.2 (1 code)
    added    F45 Somatoform disorders: F45.41 (1 code)
    """
    gone, come = (old - new).bits, (new - old).bits
    graph = new.graph
    split, gone, come = _exchanged(graph, gone, come)
    joined, come, gone = _exchanged(graph, come, gone)
    found = [Change(Way.SPLIT, node, codes) for node, codes in split]
    found += [Change(Way.JOINED, node, codes) for node, codes in joined]
    for way, changed in ((Way.REMOVED, gone), (Way.ADDED, come)):
        found += [Change(way, n, codes) for n, codes in _by_category(graph, changed)]
    return tuple(found)


Group = tuple["Node", CodeSet]


def _exchanged(graph: Graph, above: int, beneath: int) -> tuple[list[Group], int, int]:
    """Return the headers in *above* with what stands under each in *beneath*.

    Also what is left of the two.  A code goes to the lowest header over it.
    """
    found: list[Group] = []
    headers = above & ~bits.billable(graph)
    for number in reversed(list(bits.numbers(headers))):
        inside = bits.subtree(graph, number) & beneath
        if inside:
            found.append((graph.node(number), CodeSet(graph, inside)))
            above &= ~bits.between(number, number)
            beneath &= ~inside
    return found[::-1], above, beneath


def _by_category(graph: Graph, changed: int) -> Iterator[Group]:
    def category(number: int) -> Node:
        node = graph.node(number)
        return next(n for n in (node, *node.ancestors) if n.kind == Kind.CATEGORY)

    size = len(graph.codes)
    for node, members in groupby(bits.numbers(changed), category):
        yield node, CodeSet(graph, bits.of(members, size))
