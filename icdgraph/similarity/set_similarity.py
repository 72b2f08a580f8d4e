"""How close two sets of codes are, such as the diagnoses of two patients.

There are two ways.  `best_matches` compares each code of one set with its closest code
in the other, by a measure of pairs, and averages.  `jaccard` compares what is above the
codes: the ancestors that the two sets share, divided by all of them.

    {M54.50, G89.4}     M54.50 ──── 0.25 ──── M54.2      average of the best matches
    {M54.2, G89.4}      G89.4  ──── 1.00 ──── G89.4      (0.25 + 1 + 0.25 + 1) / 4

A code counts once in a set even if it is given twice.  An empty set has no similarity
and is refused.  Many sets are compared in a few times the memory of the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from scipy import sparse

    from icdgraph.graph import Graph, Node

    Sets = Sequence[Iterable[str | Node]]
    Matrix = NDArray[np.float64]
    Integers = NDArray[np.integer[Any]]
    MatrixMeasure = Callable[[Integers, Integers], Matrix]
    """Returns the similarities of some nodes, in rows, and others, in columns."""

CELLS = 1 << 22
"""How many similarities are held at a time besides the result: 32 MB."""
WEIGHTS = ("codes", "sets")
"""What has the same weight in an average of best matches: every code, or both sets."""


@dataclass(frozen=True, slots=True)
class NodeSets:
    """Sets of node numbers end to end: set k is ``nodes[starts[k]:starts[k + 1]]``."""

    nodes: Integers
    starts: Integers

    @property
    def sizes(self) -> Integers:
        """How many nodes each set has."""
        return np.diff(self.starts)

    def blocks(self, most: int) -> Iterator[tuple[slice, NodeSets]]:
        """Yield blocks of sets with at most *most* nodes, or a single set with more.

        >>> sets = NodeSets(np.arange(6), np.array([0, 1, 2, 6]))
        >>> [place for place, _ in sets.blocks(3)]
        [slice(0, 2, None), slice(2, 3, None)]
        """
        starts, first = self.starts, 0
        while first < len(starts) - 1:
            end = int(np.searchsorted(starts, starts[first] + most, "right")) - 1
            end = max(end, first + 1)
            low, high = starts[first], starts[end]
            yield (
                slice(first, end),
                NodeSets(self.nodes[low:high], starts[first : end + 1] - low),
            )
            first = end


def read(graph: Graph, sets: Sets) -> NodeSets:
    """Return *sets* of codes and nodes as node numbers, sorted and without duplicates.

    Raises `IcdGraphError` for an empty set, `UnknownCode` and `ParseError`.
    """
    numbers = [np.empty(0, np.int32)]
    for place, codes in enumerate(sets):
        # A string is an iterable too, and its letters would be taken for codes.
        if isinstance(codes, str):
            raise IcdGraphError(f"expected a set of codes, got the string {codes!r}")
        numbers.append(np.unique(graph.array_of(codes)))
        if not len(numbers[-1]):
            raise IcdGraphError(
                f"the set at index {place} of {len(sets)} is empty. A set needs at "
                "least one code"
            )
    return NodeSets(np.concatenate(numbers), np.cumsum(list(map(len, numbers))))


def best_matches(
    graph: Graph,
    measure: MatrixMeasure,
    sets: Sets,
    others: Sets | None = None,
    weigh: str = "codes",
) -> Matrix:
    """Return how similar each of *sets* is to each of *others*, or to each other.

    There is a row for each set and a column for each of the others: the average, over
    the codes of both sets, of the similarity of each to its closest code in the other
    set.  If *weigh* is ``codes``, every code has the same weight: F. Azuaje, H. Wang
    and O. Bodenreider, "Ontology-driven similarity approaches to supporting gene
    functional assessment", ISMB SIG on Bio-Ontologies 2005.  If it is ``sets``, both
    sets have: C. Pesquita et al., "Metrics for GO based protein semantic similarity: a
    systematic evaluation", BMC Bioinformatics 9(S5), 2008.

    Raises `IcdGraphError` for an empty set, `UnknownCode` and `ParseError`.
    """
    if weigh not in WEIGHTS:
        raise IcdGraphError(f"invalid weigh {weigh!r}: expected {' or '.join(WEIGHTS)}")
    rows = read(graph, sets)
    columns = rows if others is None else read(graph, others)
    forth = _matched(measure, rows, columns)
    back = forth.T if others is None else _matched(measure, columns, rows).T
    m, n = rows.sizes[:, None], columns.sizes
    if weigh == "sets":
        return (forth / m + back / n) / 2
    return (forth + back) / (m + n)


def _matched(measure: MatrixMeasure, rows: NodeSets, columns: NodeSets) -> Matrix:
    """Return, for each row and column, the sum of the row's best matches there."""
    nodes, place = np.unique(rows.nodes, return_inverse=True)
    sums = np.empty((len(rows.sizes), len(columns.sizes)))
    if not sums.size:
        return sums
    for where, block in columns.blocks(CELLS // len(rows.nodes)):
        best = _best(measure, nodes, block).T[place]
        sums[:, where] = np.add.reduceat(best, rows.starts[:-1], axis=0)
    return sums


def _best(measure: MatrixMeasure, nodes: Integers, block: NodeSets) -> Matrix:
    """Return the best match of each of *nodes*, in columns, in each set of *block*."""
    others, place = np.unique(block.nodes, return_inverse=True)
    best = np.empty((len(block.sizes), len(nodes)))
    step = max(CELLS // len(block.nodes), 1)
    for low in range(0, len(nodes), step):
        values = measure(others, nodes[low : low + step])[place]
        matches = np.maximum.reduceat(values, block.starts[:-1], axis=0)
        best[:, low : low + step] = matches
    return best


def jaccard(graph: Graph, x: Iterable[str | Node], y: Iterable[str | Node]) -> float:
    """Return the share of nodes at and above *x* or *y* that are at or above both.

    The nodes of both sets and all their ancestors count, the root included.  It is 1
    for the same set, and never 0.  P. Jaccard, "The distribution of the flora in the
    alpine zone", New Phytologist 11(2), 1912; for ancestors, simUI in R. Gentleman,
    "Visualizing and distances using GO", Bioconductor 2005.

    Raises `IcdGraphError` for an empty set, `UnknownCode` and `ParseError`.
    """
    return float(jaccard_matrix(graph, [x], [y])[0, 0])


def jaccard_matrix(graph: Graph, sets: Sets, others: Sets | None = None) -> Matrix:
    """Return `jaccard` of each of *sets* and each of *others*, or of each other."""
    rows = _with_ancestors(graph, read(graph, sets))
    columns = rows if others is None else _with_ancestors(graph, read(graph, others))
    # The root is above every set, and has no number.
    shared: Matrix = (rows @ columns.T).toarray() + 1
    together: Matrix = np.add.outer(rows.sum(axis=1) + 2, columns.sum(axis=1))
    together -= shared
    return shared / together


def _with_ancestors(graph: Graph, sets: NodeSets) -> sparse.csr_array:
    """Return a row for each of *sets*: 1 for its nodes and their ancestors."""
    from scipy import sparse

    parents = np.frombuffer(graph.tree.parents, dtype=np.int32)
    count, size = len(sets.sizes), len(parents)
    nodes, owners = sets.nodes, np.repeat(np.arange(count), sets.sizes)
    keys = [np.empty(0, np.int64)]
    while nodes.size:
        keys.append(owners * np.int64(size) + nodes)
        nodes = parents[nodes]
        owners, nodes = owners[nodes >= 0], nodes[nodes >= 0]
    unique = np.unique(np.concatenate(keys))
    starts = np.searchsorted(unique, np.arange(count + 1) * size)
    ones = np.ones(len(unique))
    return sparse.csr_array((ones, unique % size, starts), shape=(count, size))
