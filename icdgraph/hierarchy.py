"""A tree as intervals: questions of descent answered by comparing numbers.

The nodes of a forest are numbered in the order of a walk that enters a node before
its children.  Everything below a node then has the numbers that follow it, up to the
last one inside it:

    0 ─┬─ 1 ─┬─ 2        node   0  1  2  3  4  5
       │     └─ 3        parent -  0  1  1  0  -
       └─ 4              last   4  3  2  3  4  5
    5                    leaves before  0  0  0  1  2  3

so that *a* stands above *b* exactly when ``a <= b <= last[a]``, a subtree is a
`range`, and a set of leaves is a few spans.  This module knows nothing of ICD.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

Span = tuple[int, int]
"""Leaves from the first number up to, and not including, the second."""


class Hierarchy:
    """The interval index of a forest whose nodes are numbered in pre-order.

    *parents* gives each node's parent, -1 for a root; a parent's number must be
    smaller than its child's and its subtree contiguous, which `ValueError` enforces.

    >>> tree = Hierarchy([-1, 0, 1, 1, 0, -1])
    >>> tree.subsumes(0, 3), list(tree.children(0)), tree.lca(2, 3)
    (True, [1, 4], 1)
    """

    __slots__ = ("_leaves_before", "depth", "last", "parents")

    def __init__(self, parents: Sequence[int]) -> None:
        size = len(parents)
        self.parents = array("i", parents)
        self.depth = array("i", bytes(4 * size))
        self.last = array("i", range(size))
        for node, parent in enumerate(self.parents):
            if not -1 <= parent < node or (
                parent != node - 1 and node and not self._is_above(parent, node - 1)
            ):
                raise ValueError(f"node {node} is not in pre-order below {parent}")
            self.depth[node] = self.depth[parent] + 1 if parent >= 0 else 1
        last, parents_ = self.last, self.parents
        for node in range(size - 1, -1, -1):
            parent = parents_[node]
            if parent >= 0 and last[parent] < last[node]:
                last[parent] = last[node]
        before = array("i", bytes(4 * (size + 1)))
        for node in range(size):
            before[node + 1] = before[node] + (last[node] == node)
        self._leaves_before = before

    def _is_above(self, ancestor: int, node: int) -> bool:
        while node > ancestor:
            node = self.parents[node]
        return node == ancestor

    def __len__(self) -> int:
        return len(self.parents)

    def subsumes(self, ancestor: int, node: int) -> bool:
        """Say whether *node* is *ancestor* or stands below it."""
        return ancestor <= node <= self.last[ancestor]

    def children(self, node: int) -> Iterator[int]:
        """Yield the children of *node* in order; of -1, the roots."""
        last = self.last
        end = last[node] if node >= 0 else len(last) - 1
        child = node + 1
        while child <= end:
            yield child
            child = last[child] + 1

    def ancestors(self, node: int) -> Iterator[int]:
        """Yield what stands above *node*, from its parent to the root."""
        node = self.parents[node]
        while node >= 0:
            yield node
            node = self.parents[node]

    def descendants(self, node: int) -> range:
        """Return the numbers of what stands below *node*."""
        return range(node + 1, self.last[node] + 1)

    def is_leaf(self, node: int) -> bool:
        """Say whether nothing stands below *node*."""
        return self.last[node] == node

    def lca(self, a: int, b: int) -> int:
        """Return the lowest node above or equal to both, -1 in different trees."""
        last = self.last
        while a >= 0 and not a <= b <= last[a]:
            a = self.parents[a]
        return a

    def distance(self, a: int, b: int) -> int:
        """Return the number of steps from *a* up to the LCA and down to *b*.

        Trees hang from a root above all of them, which counts as one step each way.
        """
        top = self.lca(a, b)
        return self.depth[a] + self.depth[b] - 2 * (self.depth[top] if top >= 0 else 0)

    def subsumes_many(
        self, ancestors: NDArray[np.int32], nodes: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Answer `subsumes` for whole arrays of node numbers, broadcast together."""
        import numpy as np

        last = np.frombuffer(self.last, dtype=np.int32)
        return np.less_equal(ancestors, nodes) & np.less_equal(nodes, last[ancestors])

    # Sets of leaves

    def span(self, node: int) -> Span:
        """Return the leaves of *node*'s subtree as a span of leaf numbers."""
        return self._leaves_before[node], self._leaves_before[self.last[node] + 1]

    def leaf_nodes(self) -> array[int]:
        """Return the node number of every leaf, in order: leaf number to node."""
        return array("i", (n for n, last in enumerate(self.last) if n == last))

    def cover(
        self, spans: Iterable[Span], choose: Callable[[list[int]], int] | None = None
    ) -> list[int]:
        """Return the fewest nodes whose leaves together are exactly *spans*.

        Where a chain of only children offers several nodes for the same leaves,
        *choose* picks one of the chain, which starts at the top; else the topmost.

        >>> tree = Hierarchy([-1, 0, 1, 1, 0, -1])
        >>> tree.cover([(0, 2)]), tree.cover([(0, 3)]), tree.cover([(1, 4)])
        ([1], [0], [3, 4, 5])
        """
        found: list[int] = []
        for low, high in merge(spans):
            self._cover(-1, low, high, found)
        return [choose(self._chain(n)) for n in found] if choose else found

    def _cover(self, node: int, low: int, high: int, found: list[int]) -> None:
        for child in self.children(node):
            first, end = self.span(child)
            if first >= high:
                return
            if low <= first and end <= high:
                found.append(child)
            elif low < end:
                self._cover(child, low, high, found)

    def _chain(self, node: int) -> list[int]:
        """Return *node* and the only children that follow below it."""
        chain = [node]
        while not self.is_leaf(node) and self.last[node + 1] == self.last[node]:
            node += 1
            chain.append(node)
        return chain


def merge(spans: Iterable[Span]) -> list[Span]:
    """Return *spans* sorted, with those that touch or overlap made one.

    >>> merge([(4, 6), (0, 2), (2, 3)])
    [(0, 3), (4, 6)]
    """
    merged: list[Span] = []
    for low, high in sorted(spans):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        elif low < high:
            merged.append((low, high))
    return merged
