"""How close two codes are.

A `Similarity` is called like a function, and has methods for arrays, matrices, sets of
codes and a search:

    lin = g.similarity("lin")
    lin("M54.50", "M51.26")                 one pair
    lin.many(a, b)                          arrays, pair by pair
    lin.matrix(codes)                       all with all
    lin.sets(patient, other)                two sets of codes (see `set_similarity`)
    lin.most_similar("M54.50", 5)           the billable codes closest to one

Measures are formulas (see `measures`) of depths or information contents.  The tree is
that of the book below a root, which counts as a node.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.errors import IcdGraphError
from icdgraph.graph import Node
from icdgraph.serialize import Record, node_record
from icdgraph.similarity import information, set_similarity
from icdgraph.similarity.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from icdgraph.graph import Graph
    from icdgraph.similarity.information import CodeCounts

    Names = NDArray[Any] | Iterable[str | Node] | str | Node
    """Node numbers as an array of integers, or codes and nodes in any other shape."""

    Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SimilarNode:
    """A node and its similarity to the one that was given."""

    node: Node
    value: float

    def record(self) -> Record:
        """Return it as a record: ``{"kind", "code", "title", "similarity"}``."""
        return {**node_record(self.node), "similarity": self.value}

    def __repr__(self) -> str:
        return f"<{self.value:.3f} {self.node.code} {self.node.title!r}>"


_BY_CONTENT = [name for name, m in MEASURES.items() if m.by_content]


class Similarity:
    """A measure over a graph.

    *measure* is a key of `measures.MEASURES`.  *content* is the information content for
    the measures that take one: a key of `information.CONTENTS` (by default ``sanchez``)
    or a mapping from code to count, to which *smoothing* is added for each billable
    code.  Contents are in nats; *scaled* divides them by the greatest possible.

    Raises `IcdGraphError` for an unknown name, and for a content given to a measure
    that takes depths.

    >>> from icdgraph.toy import toy
    >>> lin = Similarity(toy().core, "lin")
    >>> round(lin("M54.50", "M54.59"), 3), lin("M54.50", "F45.41")
    (0.942, 0.0)
    """

    __slots__ = ("_column", "_formula", "content", "graph", "measure")

    def __init__(
        self,
        graph: Graph,
        measure: str = "lin",
        content: str | CodeCounts | None = None,
        *,
        smoothing: float = 1.0,
        scaled: bool = False,
    ) -> None:
        if measure not in MEASURES:
            known = ", ".join(MEASURES)
            raise IcdGraphError(
                f"unknown similarity measure {measure!r}. Choose from: {known}"
            )
        chosen = MEASURES[measure]
        if not chosen.by_content and (content is not None or scaled):
            raise IcdGraphError(
                f"the measure {measure!r} does not use information content. Choose "
                f"one that does: {', '.join(_BY_CONTENT)}"
            )
        self.graph = graph
        self.measure = measure
        self.content = information.depth(graph.tree)
        if chosen.by_content:
            source = "sanchez" if content is None else content
            self.content = information.content(graph, source, smoothing)
        if scaled:
            self.content = self.content.scaled()
        self._formula = chosen.formula
        # A float is read out of an array much faster than out of a numpy array.
        self._column = array("d", self.content.values.tobytes())

    def __call__(self, a: str | Node, b: str | Node) -> float:
        """Return how similar *a* and *b* are.

        Raises `UnknownCode` or `ParseError`.
        """
        graph, x = self.graph, self._column
        i, j = graph.number_of(a), graph.number_of(b)
        top = x[graph.tree.lca(i, j)]
        return float(self._formula(x[i], x[j], top, self.content.maximum))

    def many(self, a: Names, b: Names) -> Column:
        """Return how similar each of *a* is to the one at the same place in *b*.

        Both are arrays of node numbers, as ``g.arrays.numbers`` returns, or codes; they
        broadcast together.  Raises `IndexError` for a number that no node has.

        >>> from icdgraph.toy import toy
        >>> Similarity(toy().core, "path").many("M54.50", ["M54.50", "M54.2"])
        array([1.  , 0.25])
        """
        x, tree = self.content.values, self.graph.tree

        def values(i: NDArray[np.int32], j: NDArray[np.int32]) -> Column:
            top = x[tree.lca_many(i, j)]
            return np.asarray(self._formula(x[i], x[j], top, self.content.maximum))

        return tree.in_blocks(values, self.numbers(a), self.numbers(b), "f8")

    def matrix(self, codes: Names, others: Names | None = None) -> Column:
        """Return how similar each of *codes* is to each of *others*, or to each other.

        There is a row for each code, and a column for each of the others.
        """
        rows = self.numbers(codes)
        columns = rows if others is None else self.numbers(others)
        return self.many(rows.reshape(-1, 1), columns.reshape(1, -1))

    def sets(
        self, x: Iterable[str | Node], y: Iterable[str | Node], weigh: str = "codes"
    ) -> float:
        """Return how similar two sets of codes are.

        See `icdgraph.similarity.set_similarity.best_matches`.
        """
        return float(self.sets_matrix([x], [y], weigh)[0, 0])

    def sets_matrix(
        self,
        sets: Sequence[Iterable[str | Node]],
        others: Sequence[Iterable[str | Node]] | None = None,
        weigh: str = "codes",
    ) -> Column:
        """Return `sets` of each of *sets* and each of *others*, or of each other."""
        return set_similarity.best_matches(self.graph, self.matrix, sets, others, weigh)

    def most_similar(
        self, code: str | Node, n: int = 10, among: Names | None = None
    ) -> list[SimilarNode]:
        """Return the *n* nodes most similar to *code*, the closest first.

        They are taken from *among*, by default the billable codes, without the node
        itself.  Equally similar nodes are in book order.

        >>> from icdgraph.toy import toy
        >>> Similarity(toy().core).most_similar("M54.50", 2)
        [<0.942 M54.59 'Other low back pain'>, <0.791 M54.2 'Cervicalgia'>]
        """
        if n < 0:
            raise IcdGraphError(f"invalid n {n!r}: expected 0 or more")
        number = self.graph.number_of(code)
        leaves = np.frombuffer(self.graph.leaves, dtype=np.int32)
        others = leaves if among is None else self.numbers(among)
        others = np.unique(others[others != number])
        values = self.many(np.array(number), others)
        return [
            SimilarNode(self.graph.node(int(others[place])), float(values[place]))
            for place in np.argsort(-values, kind="stable")[:n]
        ]

    def numbers(self, names: Names) -> NDArray[np.integer[Any]]:
        """Return *names* as node numbers in the same shape; numbers are unchanged."""
        if not isinstance(names, str | Node):
            names = names if hasattr(names, "__array__") else list(names)
        given = np.asarray(names)
        if given.dtype.kind in "iu":
            return given
        return self.graph.array_of(given.ravel().tolist()).reshape(given.shape)

    def __repr__(self) -> str:
        return (
            f"<Similarity {self.measure} by {self.content.name}, "
            f"ICD-10-CM {self.graph.version}>"
        )
