"""A tree as intervals: questions of descent answered by comparing numbers.

The nodes of a forest are numbered in the order of a walk that enters a node before
its children.  Everything below a node then has the numbers that follow it, up to the
last one inside it:

    0 ─┬─ 1 ─┬─ 2        node   0  1  2  3  4  5
       │     └─ 3        parent -  0  1  1  0  -
       └─ 4              last   4  3  2  3  4  5
    5                    leaves before  0  0  0  1  2  3

so that *a* is above *b* exactly when ``a <= b <= last[a]``, a subtree is a
`range`, a set of leaves is a few spans, and the lowest common ancestor of *a* < *b* is
the smallest parent among those of ``a + 1`` to *b*.  This module knows nothing of ICD.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import DTypeLike, NDArray

T = TypeVar("T")

Span = tuple[int, int]
"""Leaves from the first number up to, and not including, the second."""

BLOCK = 1 << 16
"""Pairs answered at a time: what is made on the way stays in the CPU's cache."""


class Hierarchy:
    """The interval index of a forest whose nodes are numbered in pre-order.

    *parents* gives each node's parent, -1 for a root; a parent's number must be
    smaller than its child's and its subtree contiguous, which `ValueError` enforces.

    >>> tree = Hierarchy([-1, 0, 1, 1, 0, -1])
    >>> tree.subsumes(0, 3), list(tree.children(0)), tree.lca(2, 3)
    (True, [1, 4], 1)
    """

    def __init__(
        self, parents: Sequence[int], last: Sequence[int] | None = None
    ) -> None:
        """Index *parents*; *last*, where it was kept, saves the work and the checks."""
        self.parents = array("i", parents)
        self.last = array("i", self._ends() if last is None else last)

    def _ends(self) -> array[int]:
        parents, size = self.parents, len(self.parents)
        for node, parent in enumerate(parents):
            above = node - 1  # a node's parent is the one before it or above that
            while above > max(parent, -1):
                above = parents[above]
            if above != parent:
                raise ValueError(f"node {node} is not in pre-order below {parent}")
        last = array("i", range(size))
        for node in range(size - 1, -1, -1):
            parent = parents[node]
            if parent >= 0 and last[parent] < last[node]:
                last[parent] = last[node]
        return last

    @cached_property
    def depth(self) -> array[int]:
        """The level of each node, 1 for a root."""
        depth = array("i", bytes(4 * (len(self) + 1)))  # that of -1, the last, is 0
        for node, parent in enumerate(self.parents):
            depth[node] = depth[parent] + 1
        return depth[:-1]

    @cached_property
    def _leaves_before(self) -> array[int]:
        is_leaf = (node == last for node, last in enumerate(self.last))
        return array("i", accumulate(is_leaf, initial=0))

    @cached_property
    def leaves(self) -> array[int]:
        """The node number of each leaf, in order."""
        return array("i", (n for n, last in enumerate(self.last) if n == last))

    def __len__(self) -> int:
        return len(self.parents)

    def subsumes(self, ancestor: int, node: int) -> bool:
        """Return True if *node* is *ancestor* or below it."""
        return ancestor <= node <= self.last[ancestor]

    def overlap(self, a: int, b: int) -> bool:
        """Return True if one of the subtrees of *a* and *b* contains the other."""
        return self.subsumes(a, b) or self.subsumes(b, a)

    def children(self, node: int) -> Iterator[int]:
        """Yield the children of *node* in order; of -1, the roots."""
        last = self.last
        end = last[node] if node >= 0 else len(last) - 1
        child = node + 1
        while child <= end:
            yield child
            child = last[child] + 1

    def ancestors(self, node: int) -> Iterator[int]:
        """Yield the nodes above *node*, from its parent to the root."""
        node = self.parents[node]
        while node >= 0:
            yield node
            node = self.parents[node]

    def descendants(self, node: int) -> range:
        """Return the numbers of the nodes below *node*."""
        return range(node + 1, self.last[node] + 1)

    def level(self, node: int) -> int:
        """Return how many nodes there are from the root above *node* down to it."""
        return 1 + sum(1 for _ in self.ancestors(node))

    def is_leaf(self, node: int) -> bool:
        """Return True if *node* has nothing below it."""
        return self.last[node] == node

    def lca(self, a: int, b: int) -> int:
        """Return the lowest node above or equal to both, -1 in different trees."""
        last, parents = self.last, self.parents
        if a > b:
            a, b = b, a
        # Above the roots a is -1, and last[-1] the last number of all: it ends there.
        while last[a] < b:
            a = parents[a]
        return a

    def distance(self, a: int, b: int) -> int:
        """Return the number of steps from *a* up to the LCA and down to *b*.

        Trees hang from a root above all of them, which counts as one step each way.
        """
        top = self.lca(a, b)
        return self.depth[a] + self.depth[b] - 2 * (self.depth[top] if top >= 0 else 0)

    # The same for arrays of node numbers

    def subsumes_many(
        self, ancestors: NDArray[np.int32], nodes: NDArray[np.int32]
    ) -> NDArray[np.bool_]:
        """Answer `subsumes` for arrays of node numbers, which broadcast together."""
        import numpy as np

        last = np.frombuffer(self.last, dtype=np.int32)
        return np.less_equal(ancestors, nodes) & np.less_equal(nodes, last[ancestors])

    def lca_many(
        self, a: NDArray[np.integer], b: NDArray[np.integer]
    ) -> NDArray[np.int32]:
        """Answer `lca` for arrays of node numbers.  Raises as `in_blocks` does.

        The smallest parent of a run of nodes is that of two runs that cover it, each
        a power of two long, as in M. A. Bender and M. Farach-Colton, "The LCA problem
        revisited", LATIN 2000 (doi:10.1007/10719839_9).

        >>> import numpy as np
        >>> tree = Hierarchy([-1, 0, 1, 1, 0, -1])
        >>> tree.lca_many(np.array([2, 2, 2]), np.array([3, 4, 5]))
        array([ 1,  0, -1], dtype=int32)
        """
        return self.in_blocks(self._lca_many, a, b, "i4")

    def distance_many(
        self, a: NDArray[np.integer], b: NDArray[np.integer]
    ) -> NDArray[np.int32]:
        """Answer `distance` for arrays of node numbers.  Raises as `in_blocks` does."""
        import numpy as np

        depth = np.append(np.frombuffer(self.depth, dtype=np.int32), np.int32(0))

        def steps(x: NDArray[np.int32], y: NDArray[np.int32]) -> NDArray[np.int32]:
            return depth[x] + depth[y] - 2 * depth[self._lca_many(x, y)]

        return self.in_blocks(steps, a, b, "i4")

    def in_blocks(
        self,
        function: Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[Any]],
        a: NDArray[np.integer],
        b: NDArray[np.integer],
        dtype: DTypeLike,
    ) -> NDArray[Any]:
        """Return *function* of node numbers *a* and *b*, which broadcast together.

        *function* gets flat arrays of at most `BLOCK` numbers and returns as many
        values, which are kept as *dtype*.  Raises `IndexError` for a number that no
        node has.
        """
        import numpy as np

        a, b = np.asarray(a), np.asarray(b)
        self._check_numbers(a)
        self._check_numbers(b)
        with np.nditer(
            [a, b, None],
            flags=["external_loop", "buffered", "zerosize_ok"],
            op_flags=[["readonly"], ["readonly"], ["writeonly", "allocate"]],
            op_dtypes=[np.dtype("i4"), np.dtype("i4"), np.dtype(dtype)],
            casting="same_kind",
            buffersize=BLOCK,
        ) as blocks:
            for x, y, found in blocks:
                found[...] = function(x, y)
            return blocks.operands[2]

    def _check_numbers(self, numbers: NDArray[np.integer]) -> None:
        if numbers.size:
            least, most = int(numbers.min()), int(numbers.max())
            if least < 0 or most >= len(self):
                raise IndexError(
                    f"invalid node number {least if least < 0 else most}: "
                    f"expected 0 to {len(self) - 1}"
                )

    def _lca_many(
        self, a: NDArray[np.int32], b: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        import numpy as np

        table, size = self._least_parents, len(self)
        low, high = np.minimum(a, b), np.maximum(a, b)
        # A run of d parents is covered by two of 2 ** k, where d has k + 1 bits.
        k = np.maximum(np.frexp(high - low)[1] - 1, 0)
        row = k * size
        # Clipped: of a node with itself the run is empty, and may begin past the end.
        left = table.take(row + low + 1, mode="clip")
        right = table.take(row + high + 1 - (1 << k), mode="clip")
        return np.where(low == high, low, np.minimum(left, right))

    @cached_property
    def _least_parents(self) -> NDArray[np.int32]:
        """Row after row, the least of each 2 ** row parents that follow."""
        import numpy as np

        rows = [np.frombuffer(self.parents, dtype=np.int32)]
        while (run := 1 << (len(rows) - 1)) < len(self):
            half = rows[-1]
            rows.append(half.copy())
            np.minimum(half[:-run], half[run:], out=rows[-1][:-run])
        return np.concatenate(rows)

    # Sets of leaves

    def span(self, node: int) -> Span:
        """Return the leaves of *node*'s subtree as a span of leaf numbers."""
        return self._leaves_before[node], self._leaves_before[self.last[node] + 1]

    def spans(self, nodes: Iterable[int]) -> list[Span]:
        """Return the leaves below any of *nodes*, given in order, as sorted spans.

        >>> Hierarchy([-1, 0, 1, 1, 0, -1]).spans([1, 3, 5])
        [(0, 2), (3, 4)]
        """
        before, last = self._leaves_before, self.last
        spans: list[Span] = []
        end = -1
        for node in nodes:
            low = before[node]
            if low >= end:  # else it lies below the node before it
                start = spans.pop()[0] if low == end else low
                end = before[last[node] + 1]
                spans.append((start, end))
        return spans

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
        nodes: list[int] = []
        for low, high in merge(spans):
            while low < high:
                node = self._widest(self.leaves[low], high)
                nodes.append(node)
                low = self.span(node)[1]
        return [choose(self._chain(n)) for n in nodes] if choose else nodes

    def _widest(self, node: int, high: int) -> int:
        """Return the topmost node that starts with *node* and ends before *high*."""
        before, last, parents = self._leaves_before, self.last, self.parents
        low, parent = before[node], parents[node]
        while (
            parent >= 0 and before[parent] == low and before[last[parent] + 1] <= high
        ):
            node, parent = parent, parents[parent]
        return node

    def _chain(self, node: int) -> list[int]:
        """Return *node* and the only children that follow below it."""
        chain = [node]
        while not self.is_leaf(node) and self.last[node + 1] == self.last[node]:
            node += 1
            chain.append(node)
        return chain


class SubtreeIndex(Generic[T]):
    """Items at nodes of a tree, found by a node at, above or below theirs.

    >>> tree = Hierarchy([-1, 0, 1, 1, 0, -1])
    >>> SubtreeIndex(tree, [(2, "a"), (4, "b"), (0, "c")]).overlapping(1)
    ['a', 'c']
    """

    def __init__(self, tree: Hierarchy, items: Iterable[tuple[int, T]]) -> None:
        self._tree = tree
        self._items: dict[int, list[T]] = {}
        for node, item in items:
            self._items.setdefault(node, []).append(item)
        self._nodes = sorted(self._items)

    def overlapping(self, node: int) -> list[T]:
        """Return the items at *node*, at its descendants and at its ancestors."""
        low = bisect_left(self._nodes, node)
        high = bisect_right(self._nodes, self._tree.last[node], low)
        nodes = (*self._nodes[low:high], *self._tree.ancestors(node))
        return [item for near in nodes for item in self._items.get(near, ())]


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
