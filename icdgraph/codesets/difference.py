"""What changed from one set of codes to another, in terms of the hierarchy.

    split    M54.5 Low back pain: M54.50, M54.51, M54.59 (3 codes)
    removed  E11 Type 2 diabetes mellitus: E11.3 except E11.319 (88 codes)
    added    I10 Essential (primary) hypertension: I10 (1 code)

A header that was replaced by codes below it was split; a header that replaced such
codes was joined.  All other changes are grouped by category.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from icdgraph.codes import Code
from icdgraph.codesets import bits
from icdgraph.codesets.condense import condense
from icdgraph.serialize import counted, node_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node


class ChangeKind(StrEnum):
    """The ways in which a set can change, in the order in which they are reported."""

    SPLIT = "split"
    JOINED = "joined"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Change:
    """The *codes* that changed, all at or below *node*.

    *node* is the header that was split or joined, otherwise the category.  *expression*
    is a short form of the codes.
    """

    kind: ChangeKind
    node: Node
    codes: tuple[Code, ...]
    expression: str

    def record(self) -> dict[str, Any]:
        """Return the change as a dictionary for JSON."""
        return {
            "change": self.kind.value,
            **node_record(self.node),
            "expression": self.expression,
            "codes": list(self.codes),
        }

    def __str__(self) -> str:
        where = f"{self.node.code} {self.node.title}"
        size = counted(len(self.codes), "code")
        return f"{self.kind.value:8} {where}: {self.expression} ({size})"


def changes(graph: Graph, old: int, new: int) -> tuple[Change, ...]:
    r"""Return how to turn the bits *old* into *new*: split, joined, removed, added.

    Each code that is in one set only is in exactly one change, except that the header
    of a split or join is the `Change.node`.

    >>> from icdgraph.toy import toy
    >>> g = toy()
    >>> old, new = g.codes(["M54.5", "M54.2"]), g.codes("M54.5-, F45.41")
    >>> print(*changes(g.core, old.bits, new.bits), sep="\n")
    split    M54.5 Low back pain: M54.50, M54.59 (2 codes)
    removed  M54 Dorsalgia: M54.2 (1 code)
    added    F45 Somatoform disorders: F45.41 (1 code)
    """
    removed, added = old & ~new, new & ~old
    split, removed, added = _replaced(graph, removed, added)
    joined, added, removed = _replaced(graph, added, removed)
    return tuple(
        _change(graph, kind, node, codes)
        for kind, groups in zip(
            ChangeKind,
            (split, joined, _by_category(graph, removed), _by_category(graph, added)),
            strict=True,
        )
        for node, codes in groups
    )


Group = tuple[int, int]
"""A node, and the bits of the codes that changed at or below it."""


def _replaced(graph: Graph, above: int, below: int) -> tuple[list[Group], int, int]:
    """Return the headers in *above* with the codes in *below* that are under each.

    A code is under the lowest header only.  Also returns what is left of both sets.
    """
    groups: list[Group] = []
    for header in reversed(list(bits.numbers(above & ~bits.billable(graph)))):
        codes = bits.subtree(graph, header) & below
        if codes:
            groups.append((header, codes))
            above &= ~bits.between(header, header)
            below &= ~codes
    return groups[::-1], above, below


def _by_category(graph: Graph, chosen: int) -> Iterator[Group]:
    def category(number: int) -> int:
        return graph.number_of(graph.codes[number][:3])

    for node, codes in groupby(bits.numbers(chosen), category):
        yield node, bits.of(codes, graph.node_count)


def _change(graph: Graph, kind: ChangeKind, node: int, chosen: int) -> Change:
    codes = tuple(Code(graph.codes[number]) for number in bits.numbers(chosen))
    is_replaced = kind in (ChangeKind.SPLIT, ChangeKind.JOINED)
    expression = ", ".join(codes) if is_replaced else condense(graph, chosen)
    return Change(kind, graph.node(node), codes, expression)
