"""The formulas: how close two nodes of a tree are.

Every measure here asks three numbers: that of *a*, that of *b*, and that of *top*,
their lowest common ancestor, the root where nothing lower is above both.

                 top                    the numbers are levels, counted in nodes from
                ┌─┴─┐                   the root (1), or contents (see `information`)
                a   │                   a + b - 2 * top is the way from a up to top
                    b                   and down to b

So two of the measures by content are measures by level with another ruler: Lin's is
Wu and Palmer's, and Jiang and Conrath's is that of path length.

The formulas take floats and arrays alike.  *most* is the greatest number there can be.
All are similarities: the greater, the closer.  Each is symmetric.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from icdgraph.errors import IcdGraphError

if TYPE_CHECKING:
    from collections.abc import Callable

Value = Any
"""A float, or a numpy array of them."""


def path(a: Value, b: Value, top: Value, _most: float) -> Value:
    """Return 1 / (1 + d), d the steps from *a* to *b*: 1 for itself, above 0.

    d is the distance of R. Rada, H. Mili, E. Bicknell and M. Blettner, "Development and
    application of a metric on semantic nets", IEEE Transactions on Systems, Man, and
    Cybernetics 19(1), 1989, doi:10.1109/21.24528.

    >>> path(4, 5, 3, 10)
    0.25
    """
    return 1 / (1 + a + b - 2 * top)


def wu_palmer(a: Value, b: Value, top: Value, _most: float) -> Value:
    """Return 2 top / (a + b) of levels: 1 for itself, above 0.

    N3 in the paper, the nodes from the common ancestor to the root, is *top*, and
    N1 + N3 is *a*.  The root counts as 1, so codes in two chapters still share it.

    Z. Wu and M. Palmer, "Verb semantics and lexical selection", ACL 1994,
    doi:10.3115/981732.981751.

    >>> wu_palmer(4, 6, 3, 10)
    0.6
    """
    return 2 * top / (a + b)


def leacock_chodorow(a: Value, b: Value, top: Value, most: float) -> Value:
    """Return -log(p / 2D): log(2D) for itself, above 0.

    p is the nodes on the path from *a* to *b*, both ends counted, and D = *most* the
    nodes from the root to the deepest leaf, the root counted.

    C. Leacock and M. Chodorow, "Combining local context and WordNet similarity for word
    sense identification", in C. Fellbaum (ed.), WordNet, MIT Press 1998.

    >>> round(float(leacock_chodorow(4, 5, 3, 10)), 4)
    1.6094
    """
    import numpy as np

    return np.log(2 * most / (1 + a + b - 2 * top))


def batet(a: Value, b: Value, top: Value, _most: float) -> Value:
    """Return top / (a + b - top) of levels: the part of all ancestors that is shared.

    Each node counts among its ancestors, and the root does.  This is Jaccard's index of
    the two sets of ancestors: 1 for itself, above 0.  The paper goes on to take
    -log2(1 - it), which has no upper end; it is left out, as nxontology does.

    M. Batet, D. Sánchez and A. Valls, "An ontology-based measure to compute semantic
    similarity in biomedicine", Journal of Biomedical Informatics 44(1), 2011,
    doi:10.1016/j.jbi.2010.09.002.

    >>> batet(4, 5, 3, 10)
    0.5
    """
    return top / (a + b - top)


def resnik(_a: Value, _b: Value, top: Value, _most: float) -> Value:
    """Return *top*, the content of the lowest common ancestor: 0 in two chapters.

    Of a node with itself it is the node's own content, so it is not the same for all.

    P. Resnik, "Using information content to evaluate semantic similarity in a
    taxonomy", IJCAI 1995.

    >>> resnik(4.0, 5.0, 3.0, 10.0)
    3.0
    """
    return top


def lin(a: Value, b: Value, top: Value, _most: float) -> Value:
    """Return 2 top / (a + b) of contents: 1 for itself, 0 in two chapters.

    Two nodes that both say nothing are taken to be alike: 1.

    D. Lin, "An information-theoretic definition of similarity", ICML 1998.

    >>> lin(4.0, 6.0, 3.0, 10.0), lin(0.0, 0.0, 0.0, 10.0)
    (0.6, 1.0)
    """
    both = a + b
    nothing = both == 0
    # A bool counts as 0 or 1: the fraction is 1/1 where it would be 0/0.
    return (2 * top + nothing) / (both + nothing)


def jiang_conrath(a: Value, b: Value, top: Value, _most: float) -> Value:
    """Return 1 / (1 + d), d = a + b - 2 top of contents: 1 for itself, above 0.

    The paper gives the distance d, with its edge weights left out as is usual; this is
    the similarity, and d is 1 / s - 1.

    J. J. Jiang and D. W. Conrath, "Semantic similarity based on corpus statistics and
    lexical taxonomy", ROCLING X, 1997, aclanthology.org/O97-1002.

    >>> jiang_conrath(4.0, 5.0, 3.0, 10.0)
    0.25
    """
    return 1 / (1 + a + b - 2 * top)


def jiang_seco(a: Value, b: Value, top: Value, most: float) -> Value:
    """Return 1 - d / 2 with Jiang and Conrath's d of scaled contents: from 0 to 1.

    N. Seco, T. Veale and J. Hayes, "An intrinsic information content metric for
    semantic similarity in WordNet", ECAI 2004, equation 6.

    >>> jiang_seco(4.0, 5.0, 3.0, 10.0)
    0.85
    """
    return 1 - (a + b - 2 * top) / (2 * most)


@dataclass(frozen=True, slots=True)
class Measure:
    """A formula, and whether it asks contents; else it asks levels."""

    formula: Callable[[Value, Value, Value, float], Value]
    by_content: bool


MEASURES = {
    "path": Measure(path, by_content=False),
    "wu-palmer": Measure(wu_palmer, by_content=False),
    "leacock-chodorow": Measure(leacock_chodorow, by_content=False),
    "batet": Measure(batet, by_content=False),
    "resnik": Measure(resnik, by_content=True),
    "lin": Measure(lin, by_content=True),
    "jiang-conrath": Measure(jiang_conrath, by_content=True),
    "jiang-seco": Measure(jiang_seco, by_content=True),
}
"""The measures by name."""


def measure(name: str) -> Measure:
    """Return the measure called *name*; raise `IcdGraphError` where there is none.

    >>> measure("lin").by_content
    True
    """
    found = MEASURES.get(name)
    if found is None:
        raise IcdGraphError(
            f"{name!r} is not a measure of similarity; {', '.join(MEASURES)} would be "
            "right"
        )
    return found
