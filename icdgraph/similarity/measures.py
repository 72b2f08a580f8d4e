"""The formulas: how close two nodes of a tree are.

Each measure takes three numbers: that of *a*, that of *b*, and that of *top*, their
lowest common ancestor, which is the root if nothing lower is above both.

                 top                    the numbers are depths, counted in nodes from
                ┌─┴─┐                   the root (1), or contents (see `information`)
                a   │                   a + b - 2 * top is the way from a up to top
                    b                   and down to b

They take floats and arrays alike; *maximum* is the greatest number possible.  All are
similarities (the greater, the closer) and symmetric.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Value = Any
"""A float, or a numpy array of them."""


def inverse_distance(a: Value, b: Value, top: Value, _maximum: float) -> Value:
    """Return 1 / (1 + d), with d = a + b - 2 top: 1 for the same node, never 0.

    Of depths, d is the number of steps from *a* to *b*: R. Rada, H. Mili, E. Bicknell
    and M. Blettner, "Development and application of a metric on semantic nets", IEEE
    Transactions on Systems, Man, and Cybernetics 19(1), 1989, doi:10.1109/21.24528.

    Of contents, d is the distance of J. J. Jiang and D. W. Conrath, "Semantic
    similarity based on corpus statistics and lexical taxonomy", ROCLING X, 1997,
    aclanthology.org/O97-1002, without its weights of edges, which are usually left out.

    >>> inverse_distance(4, 5, 3, 10)
    0.25
    """
    # In parentheses: for the same node, 1 + a would be rounded before a is subtracted.
    return 1 / (1 + (a + b - 2 * top))


def shared_fraction(a: Value, b: Value, top: Value, _maximum: float) -> Value:
    """Return 2 top / (a + b): 1 for the same node.

    Of depths, it is never 0, because the root counts as 1: Z. Wu and M. Palmer, "Verb
    semantics and lexical selection", ACL 1994, doi:10.3115/981732.981751.  N3 in the
    paper, the nodes from the common ancestor to the root, is *top*, and N1 + N3 is *a*.

    Of contents, it is 0 in two chapters: D. Lin, "An information-theoretic definition
    of similarity", ICML 1998.  Two nodes without content have the similarity 1.

    >>> shared_fraction(4.0, 6.0, 3.0, 10.0), shared_fraction(0.0, 0.0, 0.0, 10.0)
    (0.6, 1.0)
    """
    total = a + b
    is_zero = total == 0
    # A bool counts as 0 or 1: the fraction is 1/1 where it would be 0/0.
    return (2 * top + is_zero) / (total + is_zero)


def leacock_chodorow(a: Value, b: Value, top: Value, maximum: float) -> Value:
    """Return -log(p / 2D): log(2D) for the same node, never 0.

    p is the number of nodes on the path from *a* to *b*, both ends included, and D =
    *maximum* the number of nodes from the root to the deepest leaf, both included.

    C. Leacock and M. Chodorow, "Combining local context and WordNet similarity for word
    sense identification", in C. Fellbaum (ed.), WordNet, MIT Press 1998.

    >>> round(float(leacock_chodorow(4, 5, 3, 10)), 4)
    1.6094
    """
    import numpy as np

    return np.log(2 * maximum / (1 + a + b - 2 * top))


def batet(a: Value, b: Value, top: Value, _maximum: float) -> Value:
    """Return top / (a + b - top) of depths: the share of ancestors in common.

    This is the Jaccard index of the two sets of ancestors, with the nodes themselves
    and the root: 1 for the same node, never 0.  The paper goes on to take -log2(1 - x),
    which has no upper bound; like nxontology, this leaves it out.

    M. Batet, D. Sánchez and A. Valls, "An ontology-based measure to compute semantic
    similarity in biomedicine", Journal of Biomedical Informatics 44(1), 2011,
    doi:10.1016/j.jbi.2010.09.002.

    >>> batet(4, 5, 3, 10)
    0.5
    """
    return top / (a + b - top)


def resnik(_a: Value, _b: Value, top: Value, _maximum: float) -> Value:
    """Return *top*, the content of the lowest common ancestor: 0 in two chapters.

    For a node with itself it is the node's own content, which differs between nodes.

    P. Resnik, "Using information content to evaluate semantic similarity in a
    taxonomy", IJCAI 1995.

    >>> resnik(4.0, 5.0, 3.0, 10.0)
    3.0
    """
    return top


def jiang_seco(a: Value, b: Value, top: Value, maximum: float) -> Value:
    """Return 1 - d / 2, with d that of Jiang and Conrath of scaled contents.

    It is from 0 to 1.

    N. Seco, T. Veale and J. Hayes, "An intrinsic information content metric for
    semantic similarity in WordNet", ECAI 2004, equation 6.

    >>> jiang_seco(4.0, 5.0, 3.0, 10.0)
    0.85
    """
    return 1 - (a + b - 2 * top) / (2 * maximum)


class SimilarityMeasure(NamedTuple):
    """A formula, and whether it takes contents; otherwise it takes depths."""

    formula: Callable[[Value, Value, Value, float], Value]
    by_content: bool


MEASURES = {
    "path": SimilarityMeasure(inverse_distance, by_content=False),
    "wu-palmer": SimilarityMeasure(shared_fraction, by_content=False),
    "leacock-chodorow": SimilarityMeasure(leacock_chodorow, by_content=False),
    "batet": SimilarityMeasure(batet, by_content=False),
    "resnik": SimilarityMeasure(resnik, by_content=True),
    "lin": SimilarityMeasure(shared_fraction, by_content=True),
    "jiang-conrath": SimilarityMeasure(inverse_distance, by_content=True),
    "jiang-seco": SimilarityMeasure(jiang_seco, by_content=True),
}
"""The measures by name."""
