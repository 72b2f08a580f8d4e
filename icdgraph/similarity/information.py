"""How much a code says: information content.

The rarer a thing, the more is said by naming it.  With p(c) for the chance that what
is coded is *c* or beneath it, the content of *c* is -log p(c): nothing at the root,
most at the leaves, and never less going down.

    root  0 ── chapter 13 ── M40-M54 ── M50-M54 ── M54 ── M54.5 ── M54.50

p may come from the shape of the tree alone, which is then called intrinsic (`seco`,
`sanchez`), or from how often each code stands in a user's own records (`counted`).

A content is a column, one value a node by its number, in nats (natural logarithms), and
one more at the end for the root above the chapters, for which the graph has no node:
index -1, which is also the lowest common ancestor of codes in two chapters.  It never
decreases downwards, so that of all common ancestors the lowest has the most content.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from icdgraph.graph import Graph, Node
    from icdgraph.hierarchy import Hierarchy

    Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Content:
    """A value a node: *values* by number, the root's last.

    *most* is what the formula could give at most in a tree of this size; no node need
    reach it.
    """

    name: str
    values: Column
    most: float

    def scaled(self) -> Content:
        """Return it divided by *most*, so that it lies between 0 and 1."""
        return replace(self, values=self.values / self.most, most=1.0)


class Counts(Protocol):
    """A mapping from code to number: a dict, a Counter, a pandas Series."""

    def items(self) -> Iterable[tuple[str | Node, float]]:
        """Return each code with its number."""


def depth(tree: Hierarchy) -> Content:
    """Return the levels down to each node, counted in nodes: 1 for the root.

    >>> from icdgraph.hierarchy import Hierarchy
    >>> depth(Hierarchy([-1, 0, 1, 1, 0, -1])).values
    array([2., 3., 4., 4., 3., 2., 1.])
    """
    import numpy as np

    levels = np.append(np.frombuffer(tree.depth, dtype=np.int32), 0) + 1.0
    return Content("depth", levels, float(levels.max()))


def seco(tree: Hierarchy) -> Content:
    """Return what a node says by how few nodes are beneath it.

    -log(n(c) / N), n(c) the nodes at and beneath *c* and N all, the root counted.  The
    paper divides by log N, as `Content.scaled` does: 1 - log n(c) / log N.

    N. Seco, T. Veale and J. Hayes, "An intrinsic information content metric for
    semantic similarity in WordNet", ECAI 2004.

    >>> from icdgraph.hierarchy import Hierarchy
    >>> seco(Hierarchy([-1, 0, 1, 1, 0, -1])).scaled().values.round(2)
    array([0.17, 0.44, 1.  , 1.  , 1.  , 1.  , 0.  ])
    """
    import numpy as np

    size = len(tree)
    last = np.frombuffer(tree.last, dtype=np.int32)
    beneath = np.append(last - np.arange(size) + 1, size + 1)
    # A difference, since -log(1) would be -0.0.
    return Content("seco", math.log(size + 1) - np.log(beneath), math.log(size + 1))


def sanchez(tree: Hierarchy) -> Content:
    """Return what a node says by the leaves beneath it and the nodes above it.

    -log((l(c) / s(c) + 1) / (L + 1)), l(c) the leaves at and beneath *c*, L all leaves,
    s(c) the nodes above *c* with *c* itself and the root.

    D. Sánchez, M. Batet and D. Isern, "Ontology-based information content computation",
    Knowledge-Based Systems 24(2), 2011, equation 10, doi:10.1016/j.knosys.2010.10.001.

    >>> from icdgraph.hierarchy import Hierarchy
    >>> sanchez(Hierarchy([-1, 0, 1, 1, 0, -1])).values.round(2)
    array([0.69, 1.1 , 1.39, 1.39, 1.32, 1.2 , 0.  ])
    """
    import numpy as np

    leaves = _leaves(tree)
    most = math.log(leaves[-1] + 1)
    return Content("sanchez", most - np.log(leaves / depth(tree).values + 1), most)


def counted(graph: Graph, counts: Counts, smoothing: float = 1.0) -> Content:
    """Return what a node says by how rarely it is coded: *counts*, a number a code.

    -log(f(c) / f(root)), f(c) the counts at and beneath *c*.  A header's own count is
    its own and that of what is above it, and does not go down to its children.

    A code that was never counted would say infinitely much.  Each billable code is
    therefore counted *smoothing* more often than it was, once by default: Laplace's
    rule of succession.  Less gives rare codes more content; 0 is refused.

    P. Resnik, "Using information content to evaluate semantic similarity in a
    taxonomy", IJCAI 1995.

    Raises `UnknownCode` or `ParseError` for what is no code of the release, and
    `IcdGraphError` for a count that is none and for counts that are all 0.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> content = counted(g, {"M54.50": 80, "m5459": 5})
    >>> [round(float(content.values[g[c].number]), 2) for c in ("M54.50", "M54.59")]
    [0.21, 2.81]
    """
    if not (smoothing > 0 and math.isfinite(smoothing)):
        raise IcdGraphError(
            f"{smoothing!r} cannot smooth counts, as codes never counted would say "
            "infinitely much; a number above 0 would be right"
        )
    import numpy as np

    own = np.zeros(len(graph.tree) + 1)
    for code, count in counts.items():
        own[graph.number_of(code)] += _count(code, count)
    if not own.any():
        raise IcdGraphError("the counts add up to 0; at least one above 0 is needed")
    found = _summed_upwards(graph.tree, own) + smoothing * _leaves(graph.tree)
    total = math.log(found[-1])
    return Content("counts", total - np.log(found), total - math.log(smoothing))


CONTENTS: dict[str, Callable[[Hierarchy], Content]] = {
    "sanchez": sanchez,
    "seco": seco,
}
"""The contents that the tree alone gives, by name."""


def content(
    graph: Graph, source: str | Counts = "sanchez", smoothing: float = 1.0
) -> Content:
    """Return the content named *source*, a key of `CONTENTS`, or that of counts.

    Raises `IcdGraphError` for a name that is none.
    """
    if not isinstance(source, str):
        if not hasattr(source, "items"):
            raise IcdGraphError(
                f"{source!r:.80} is not an information content; {', '.join(CONTENTS)} "
                "or a mapping from code to count would be right"
            )
        return counted(graph, source, smoothing)
    if source not in CONTENTS:
        raise IcdGraphError(
            f"{source!r} is not an information content; {', '.join(CONTENTS)} or a "
            "mapping from code to count would be right"
        )
    return CONTENTS[source](graph.tree)


def _count(code: object, count: float) -> float:
    try:
        value = float(count)
    except (TypeError, ValueError):
        value = math.nan
    if not (value >= 0 and math.isfinite(value)):
        raise IcdGraphError(
            f"{count!r} is not how often {code!r} is coded; a number from 0 up would "
            "be right"
        )
    return value


def _leaves(tree: Hierarchy) -> Column:
    """Return how many leaves are at and beneath each node, the root last."""
    import numpy as np

    is_leaf = np.frombuffer(tree.last, dtype=np.int32) == np.arange(len(tree))
    return _summed_upwards(tree, np.append(is_leaf, 0.0))


def _summed_upwards(tree: Hierarchy, own: Column) -> Column:
    """Return the sums of *own* at and beneath each node, the root last."""
    import numpy as np

    sums = own.copy()
    parents = np.frombuffer(tree.parents, dtype=np.int32)
    levels = np.frombuffer(tree.depth, dtype=np.int32)
    # By level and not by differences of running sums: those would lose small weights.
    for level in range(int(levels.max(initial=0)), 0, -1):
        nodes = np.flatnonzero(levels == level)
        np.add.at(sums, parents[nodes], sums[nodes])
    return sums
