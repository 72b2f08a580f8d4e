"""Information content: how specific a code is.

The rarer a code, the more information it carries.  If p(c) is the probability that a
record is coded with *c* or something below it, the content of *c* is -log p(c): 0 at
the root, greatest at the leaves, and never less on the way down.

p comes from the shape of the tree alone, which is called intrinsic (`seco`, `sanchez`),
or from how often each code occurs in a user's own records (`counted`).  A content has
one value for each node, by its number, in nats (natural logarithms), and one more at
the end for the root above the chapters, which has the index -1.
"""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from icdgraph.graph import Graph, Node
    from icdgraph.hierarchy import Hierarchy

    Column = NDArray[np.float64]


class InformationContent(NamedTuple):
    """One value for each node by number, and the greatest that the formula allows."""

    name: str
    values: Column
    maximum: float

    def scaled(self) -> InformationContent:
        """Return the values divided by *maximum*, so that they are from 0 to 1."""
        return self._replace(values=self.values / self.maximum, maximum=1.0)


class CodeCounts(Protocol):
    """A mapping from code to count: a dict, a Counter, a pandas Series."""

    def items(self) -> Iterable[tuple[str | Node, float]]:
        """Return each code with its count."""


def depth(tree: Hierarchy) -> InformationContent:
    """Return the depth of each node, counted in nodes: 1 for the root.

    >>> from icdgraph.hierarchy import Hierarchy
    >>> depth(Hierarchy([-1, 0, 1, 1, 0, -1])).values
    array([2., 3., 4., 4., 3., 2., 1.])
    """
    import numpy as np

    levels = np.append(np.frombuffer(tree.depth, dtype=np.int32), 0) + 1.0
    return InformationContent("depth", levels, float(levels.max()))


def seco(tree: Hierarchy) -> InformationContent:
    """Return the content of each node by how few nodes are below it.

    -log(n(c) / N), with n(c) the nodes at and below *c* and N all nodes, the root
    included.  The paper divides by log N, as `InformationContent.scaled` does:
    1 - log n(c) / log N.

    N. Seco, T. Veale and J. Hayes, "An intrinsic information content metric for
    semantic similarity in WordNet", ECAI 2004.

    >>> from icdgraph.hierarchy import Hierarchy
    >>> seco(Hierarchy([-1, 0, 1, 1, 0, -1])).scaled().values.round(2)
    array([0.17, 0.44, 1.  , 1.  , 1.  , 1.  , 0.  ])
    """
    import numpy as np

    size = len(tree)
    last = np.frombuffer(tree.last, dtype=np.int32)
    nodes_below = np.append(last - np.arange(size) + 1, size + 1)
    maximum = math.log(size + 1)
    # A difference, since -log(1) would be -0.0.
    return InformationContent("seco", maximum - np.log(nodes_below), maximum)


def sanchez(tree: Hierarchy) -> InformationContent:
    """Return the content of each node by the leaves below it and the nodes above it.

    -log((l(c) / s(c) + 1) / (L + 1)), with l(c) the leaves at and below *c*, L all
    leaves, and s(c) the nodes above *c*, with *c* itself and the root.

    D. Sánchez, M. Batet and D. Isern, "Ontology-based information content computation",
    Knowledge-Based Systems 24(2), 2011, equation 10, doi:10.1016/j.knosys.2010.10.001.

    >>> from icdgraph.hierarchy import Hierarchy
    >>> sanchez(Hierarchy([-1, 0, 1, 1, 0, -1])).values.round(2)
    array([0.69, 1.1 , 1.39, 1.39, 1.32, 1.2 , 0.  ])
    """
    import numpy as np

    leaves = _leaves(tree)
    maximum = math.log(leaves[-1] + 1)
    values = maximum - np.log(leaves / depth(tree).values + 1)
    return InformationContent("sanchez", values, maximum)


def counted(
    graph: Graph, counts: CodeCounts, smoothing: float = 1.0
) -> InformationContent:
    """Return the content of each node by how rarely it is coded.

    -log(f(c) / f(root)), with f(c) the sum of *counts* at and below *c*.  The count of
    a header adds to the header and to what is above it, and not to its children.

    A code that was never counted would have infinite content.  Each billable code is
    therefore counted *smoothing* times more than it was, by default once (Laplace's
    rule of succession); 0 is refused.

    P. Resnik, "Using information content to evaluate semantic similarity in a
    taxonomy", IJCAI 1995.

    Raises `UnknownCode` or `ParseError` for a key that is not a code of the release,
    and `IcdGraphError` for a count that is not a number from 0, and if all are 0.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> content = counted(g, {"M54.50": 80, "m5459": 5})
    >>> [round(float(content.values[g[c].number]), 2) for c in ("M54.50", "M54.59")]
    [0.21, 2.81]
    """
    if not (smoothing > 0 and math.isfinite(smoothing)):
        raise IcdGraphError(
            f"invalid smoothing {smoothing!r}: expected a number above 0"
        )
    import numpy as np

    own = np.zeros(len(graph.tree) + 1)
    for code, count in counts.items():
        own[graph.number_of(code)] += _count(code, count)
    if not own.any():
        raise IcdGraphError("the counts add up to 0. At least one must be above 0")
    sums = _summed_upwards(graph.tree, own) + smoothing * _leaves(graph.tree)
    total = math.log(sums[-1])
    return InformationContent(
        "counts", total - np.log(sums), total - math.log(smoothing)
    )


CONTENTS: dict[str, Callable[[Hierarchy], InformationContent]] = {
    "sanchez": sanchez,
    "seco": seco,
}
"""The intrinsic contents, by name."""


def content(
    graph: Graph, source: str | CodeCounts, smoothing: float
) -> InformationContent:
    """Return the content named *source*, a key of `CONTENTS`, or that of counts."""
    if isinstance(source, str) and source in CONTENTS:
        return CONTENTS[source](graph.tree)
    if isinstance(source, str) or not hasattr(source, "items"):
        raise IcdGraphError(
            f"unknown information content {source!r:.80}. Choose from: "
            f"{', '.join(CONTENTS)}, or pass a mapping from code to count"
        )
    return counted(graph, source, smoothing)


def _count(code: object, count: float) -> float:
    with suppress(TypeError, ValueError):
        value = float(count)
        if value >= 0 and math.isfinite(value):
            return value
    raise IcdGraphError(
        f"invalid count {count!r} of {code!r}: expected a number from 0"
    )


def _leaves(tree: Hierarchy) -> Column:
    """Return how many leaves are at and below each node, the root last."""
    import numpy as np

    is_leaf = np.frombuffer(tree.last, dtype=np.int32) == np.arange(len(tree))
    return _summed_upwards(tree, np.append(is_leaf, 0.0))


def _summed_upwards(tree: Hierarchy, own: Column) -> Column:
    """Return the sums of *own* at and below each node, the root last."""
    import numpy as np

    sums = own.copy()
    parents = np.frombuffer(tree.parents, dtype=np.int32)
    levels = np.frombuffer(tree.depth, dtype=np.int32)
    # Level by level, since differences of running sums would lose small counts.
    for level in range(int(levels.max(initial=0)), 0, -1):
        nodes = np.flatnonzero(levels == level)
        np.add.at(sums, parents[nodes], sums[nodes])
    return sums
