"""How close two sets of codes are: profiles, such as those of two patients.

Two ways.  `best_matches` lets each code of one set look for its closest in the other,
and averages; it asks a measure of pairs.  `jaccard` asks none, and compares what stands
above: each set with all its ancestors, shared against all.

    {M54.50, G89.4}     M54.50 ──── 0.25 ──── M54.2      average of the best matches
    {M54.2, G89.4}      G89.4  ──── 1.00 ──── G89.4      (0.25 + 1 + 0.25 + 1) / 4

A code counts once in a set however often it is given.  An empty set is like nothing,
not even another, and is refused.  Many sets are taken a few at a time: the room they
need is that of the resulting matrix, two or three times over.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from icdgraph.graph import Graph, Node
    from icdgraph.similarity.similarity import Similarity

    Sets = Sequence[Iterable[str | Node]]
    Matrix = NDArray[np.float64]
    Integers = NDArray[np.integer[Any]]

CELLS = 1 << 22
"""Similarities held at a time beside the result: 32 MB of them."""

WEIGHTS = ("codes", "sets")
"""What weighs the same as another of its like in an average of best matches."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """Sets of node numbers end to end: set k is ``nodes[starts[k]:starts[k + 1]]``."""

    nodes: Integers
    starts: Integers

    @property
    def sizes(self) -> Integers:
        """How many nodes each set has."""
        return np.diff(self.starts)

    def blocks(self, most: int) -> Iterator[tuple[slice, Profiles]]:
        """Yield runs of sets with at most *most* nodes, or one set that has more.

        >>> some = Profiles(np.arange(6), np.array([0, 1, 2, 6]))
        >>> [where for where, _ in some.blocks(3)]
        [slice(0, 2, None), slice(2, 3, None)]
        """
        starts, first = self.starts, 0
        while first < len(starts) - 1:
            end = int(np.searchsorted(starts, starts[first] + most, "right")) - 1
            end = max(end, first + 1)
            low, high = starts[first], starts[end]
            yield (
                slice(first, end),
                Profiles(self.nodes[low:high], starts[first : end + 1] - low),
            )
            first = end


def read(graph: Graph, sets: Sets) -> Profiles:
    """Return *sets* of codes and nodes as node numbers, each sorted and once.

    Raises `IcdGraphError` for an empty set, `UnknownCode` and `ParseError`.
    """
    found = [np.unique(graph.array_of(_codes(codes))) for codes in sets]
    for place, numbers in enumerate(found):
        if not len(numbers):
            raise IcdGraphError(
                f"set {place} of {len(found)}, counted from 0, is empty and so like no "
                "other; at least one code would be right"
            )
    starts = np.cumsum([0, *map(len, found)])
    return Profiles(np.concatenate([np.empty(0, np.int32), *found]), starts)


def _codes(codes: Iterable[str | Node]) -> Iterable[str | Node]:
    # A text is an iterable too: of letters, some of which name chapters.
    if isinstance(codes, str):
        raise IcdGraphError(f"{codes!r} is a text; a set of codes would be right")
    return codes


def best_matches(
    similarity: Similarity,
    sets: Sets,
    others: Sets | None = None,
    weigh: str = "codes",
) -> Matrix:
    """Return how similar each of *sets* is to each of *others*, or of themselves.

    A row for each set, a column for each other: the average, over the codes of both,
    of the similarity of each to its closest in the other set.  Where *weigh* is
    ``codes``, all codes of both weigh the same: F. Azuaje, H. Wang and O. Bodenreider,
    "Ontology-driven similarity approaches to supporting gene functional assessment",
    ISMB SIG on Bio-Ontologies 2005.  Where it is ``sets``, both sets do: C. Pesquita et
    al., "Metrics for GO based protein semantic similarity: a systematic evaluation",
    BMC Bioinformatics 9(S5), 2008, doi:10.1186/1471-2105-9-S5-S4.

    Raises `IcdGraphError` for an empty set, `UnknownCode` and `ParseError`.

    >>> from icdgraph.toy import toy
    >>> path = toy().similarity("path")
    >>> best_matches(path, [{"M54.50", "G89.4"}], [{"M54.2", "G89.4"}])
    array([[0.625]])
    """
    if weigh not in WEIGHTS:
        raise IcdGraphError(
            f"{weigh!r} cannot weigh the same; {' or '.join(WEIGHTS)} would be right"
        )
    rows = read(similarity.graph, sets)
    columns = rows if others is None else read(similarity.graph, others)
    forth = _matched(similarity, rows, columns)
    back = forth.T if others is None else _matched(similarity, columns, rows).T
    m, n = rows.sizes[:, None], columns.sizes
    average = forth / m + back / n if weigh == "sets" else forth + back
    return average / (2 if weigh == "sets" else m + n)


def _matched(similarity: Similarity, rows: Profiles, columns: Profiles) -> Matrix:
    """Return, for each row and column, the sum of its codes' best matches there."""
    codes, place = np.unique(rows.nodes, return_inverse=True)
    found = np.empty((len(rows.sizes), len(columns.sizes)))
    if not found.size:
        return found
    for where, block in columns.blocks(CELLS // len(rows.nodes)):
        best = _best(similarity, codes, block).T[place]
        found[:, where] = np.add.reduceat(best, rows.starts[:-1], axis=0)
    return found


def _best(similarity: Similarity, codes: Integers, block: Profiles) -> Matrix:
    """Return the best match of each of *codes*, a column each, in each set."""
    nodes, place = np.unique(block.nodes, return_inverse=True)
    found = np.empty((len(block.sizes), len(codes)))
    step = max(CELLS // len(block.nodes), 1)
    for low in range(0, len(codes), step):
        values = similarity.matrix(nodes, codes[low : low + step])[place]
        best = np.maximum.reduceat(values, block.starts[:-1], axis=0)
        found[:, low : low + step] = best
    return found


def jaccard(graph: Graph, x: Iterable[str | Node], y: Iterable[str | Node]) -> float:
    """Return the part of what stands at and above *x* and *y* that is above both.

    The nodes of both sets and all their ancestors, the root counted: those shared,
    divided by all.  1 for the same set, above 0.  P. Jaccard, "The distribution of the
    flora in the alpine zone", New Phytologist 11(2), 1912; of ancestors, simUI in
    R. Gentleman, "Visualizing and distances using GO", Bioconductor 2005.

    Raises `IcdGraphError` for an empty set, `UnknownCode` and `ParseError`.

    >>> from icdgraph.toy import toy
    >>> jaccard(toy().core, {"M54.50"}, {"M54.59", "M54.5"})
    0.75
    """
    return float(jaccard_matrix(graph, [x], [y])[0, 0])


def jaccard_matrix(graph: Graph, sets: Sets, others: Sets | None = None) -> Matrix:
    """Return `jaccard` of each of *sets* and each of *others*, or of themselves."""
    rows = _with_ancestors(graph, read(graph, sets))
    columns = rows if others is None else _with_ancestors(graph, read(graph, others))
    # The root is above every set, and has no number.
    shared = _shared(rows, columns) + 1
    together: Matrix = np.add.outer(rows.sizes + 1.0, columns.sizes + 1.0)
    together -= shared
    return shared / together


def _with_ancestors(graph: Graph, profiles: Profiles) -> Profiles:
    parents = np.frombuffer(graph.tree.parents, dtype=np.int32)
    count, size = len(profiles.sizes), len(parents)
    nodes, owners = profiles.nodes, np.repeat(np.arange(count), profiles.sizes)
    pairs = [np.empty(0, np.int64)]
    while nodes.size:
        pairs.append(owners * np.int64(size) + nodes)
        nodes = parents[nodes]
        owners, nodes = owners[nodes >= 0], nodes[nodes >= 0]
    found = np.unique(np.concatenate(pairs))
    return Profiles(found % size, np.searchsorted(found, np.arange(count + 1) * size))


def _shared(rows: Profiles, columns: Profiles) -> Matrix:
    """Return how many nodes each row and column have in common."""
    order = np.argsort(columns.nodes, kind="stable")
    owners = np.repeat(np.arange(len(columns.sizes)), columns.sizes)[order]
    by_node = columns.nodes[order]
    lows = np.searchsorted(by_node, rows.nodes, "left").tolist()
    highs = np.searchsorted(by_node, rows.nodes, "right").tolist()
    found = np.empty((len(rows.sizes), len(columns.sizes)))
    for row, (first, end) in enumerate(pairwise(rows.starts.tolist())):
        ends = zip(lows[first:end], highs[first:end], strict=True)
        met = np.concatenate([owners[low:high] for low, high in ends])
        found[row] = np.bincount(met, minlength=len(columns.sizes))
    return found
