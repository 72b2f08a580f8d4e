"""What part of a graph is written: all of it, or a subtree and what stands above it.

    root None        every concept
    root M54         M00-M99, M40-M54, M50-M54, M54, and all below M54

A tool that opens the file must be able to climb to the top and to open every child, so
links that tools follow, to children and related concepts, stay inside the part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.rdf.mapping import term_of
from icdgraph.rdf.vocabulary import RELATIONS, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.graph import Graph, Node

Links = dict[str, list[str]]
"""Terms of concepts by the term of the one they are linked with."""


def numbers(graph: Graph, root: Node | None = None) -> Sequence[int]:
    """Return the numbers of the nodes that are written, in the order of the book.

    >>> from icdgraph.toy import toy
    >>> [toy().core.node(n).code for n in numbers(toy().core, toy().core["M54.41"])]
    ['M00-M99', 'M40-M54', 'M50-M54', 'M54', 'M54.4', 'M54.41']
    """
    if root is None:
        return range(len(graph.codes))
    above = [node.number for node in root.path]
    return [*above, root.number, *graph.tree.descendants(root.number)]


def children(graph: Graph, root: Node | None = None) -> Links:
    """Return the terms of each concept's children, in the order of the book.

    >>> from icdgraph.toy import toy
    >>> children(toy().core)["ICD10CM:M54.5"]
    ['ICD10CM:M54.50', 'ICD10CM:M54.59']
    """
    found: Links = {}
    terms: dict[int, str] = {-1: ROOT}
    for number in numbers(graph, root):
        terms[number] = term_of(graph.node(number).code)
        found.setdefault(terms[graph.tree.parents[number]], []).append(terms[number])
    return found


def related(graph: Graph, root: Node | None = None) -> Links:
    """Return the terms of the concepts that each one is linked with, both ways.

    It is those that a note of either names, of whatever kind; without those that stand
    above or below it, as SKOS demands (S27: what is related is not broader).

    >>> from icdgraph.toy import toy
    >>> related(toy().core)["ICD10CM:M54"]
    ['ICD10CM:G89', 'ICD10CM:F45.41']
    """
    written = dict.fromkeys(numbers(graph, root))
    tree, found = graph.tree, dict[str, dict[str, None]]()
    for edge in (edge for number in written for edge in graph.node(number).edges):
        one, other = edge.source, edge.target
        if edge.relation not in RELATIONS or isinstance(other, str):
            continue
        a, b = sorted((one.number, other.number))
        if other.number in written and not tree.subsumes(a, b):
            terms = term_of(one.code), term_of(other.code)
            found.setdefault(terms[0], {})[terms[1]] = None
            found.setdefault(terms[1], {})[terms[0]] = None
    return {term: list(others) for term, others in found.items()}
