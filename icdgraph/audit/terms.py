"""Checks of the words: one term at two codes, one title at two nodes.

Terms are compared without regard to case and to the number of blanks, and otherwise to
the letter.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from icdgraph.audit.cases import Case, Check, Weight, named
from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node, Note


def alike(text: str) -> str:
    """Return *text* as it is compared.

    >>> alike("Lumbago  NOS ") == alike("lumbago NOS")
    True
    """
    return " ".join(text.casefold().split())


def shared_terms(graph: Graph) -> Iterator[Case]:
    """Yield the inclusion terms that are printed at more than one node."""
    for same in _terms(graph).values():
        owners = tuple(dict.fromkeys(note.owner for note in same))
        if len(owners) > 1:
            yield Case(
                _standing(owners),
                owners,
                tuple(same),
                f"“{same[0].text}” is an inclusion term of {_listed(owners)}.",
            )


def terms_as_titles(graph: Graph) -> Iterator[Case]:
    """Yield the inclusion terms of a node that are the title of another."""
    titles = _titles(graph)
    for words, same in _terms(graph).items():
        owners = tuple(dict.fromkeys(note.owner for note in same))
        others = tuple(node for node in titles.get(words, ()) if node not in owners)
        if others:
            yield Case(
                _standing((*owners, *others)),
                (*owners, *others),
                tuple(same),
                f"“{same[0].text}” is an inclusion term of {_listed(owners)}, and the "
                f"title of {_listed(others)}.",
            )


def shared_titles(graph: Graph) -> Iterator[Case]:
    """Yield the titles of several nodes that do not stand one above the other."""
    for same in _titles(graph).values():
        apart = [n for n in same if not any(n != o and n.subsumes(o) for o in same)]
        if len(apart) > 1:
            yield Case(
                "not one above the other",
                tuple(apart),
                (),
                f"“{apart[0].title}” is the title of {_listed(tuple(apart))}.",
            )


def _terms(graph: Graph) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for note in graph.notes(NoteKind.INCLUSION_TERM):
        found.setdefault(alike(note.text), []).append(note)
    return found


def _titles(graph: Graph) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in graph.nodes():
        found.setdefault(alike(node.title), []).append(node)
    return found


def _standing(nodes: tuple[Node, ...]) -> str:
    nested = any(a.subsumes(b) or b.subsumes(a) for a, b in combinations(nodes, 2))
    return "one above the other" if nested else "not one above the other"


def _listed(nodes: tuple[Node, ...]) -> str:
    *first, last = map(named, nodes)
    return f"{', '.join(first)} and {last}" if first else last


CHECKS = (
    Check(
        "A301",
        "One inclusion term at two nodes",
        Weight.QUESTION,
        "The same words lead to two codes, so that the words alone cannot be coded. "
        "Terms that say what a family of codes classifies (conditions classifiable to "
        "C50.-) may stand at several for good reason.",
        shared_terms,
    ),
    Check(
        "A302",
        "An inclusion term that is the title of another node",
        Weight.QUESTION,
        "A search for the words finds both nodes, and the title looks like the better "
        "answer. Where one stands above the other, the term only repeats the title.",
        terms_as_titles,
    ),
    Check(
        "A303",
        "One title at two nodes apart",
        Weight.QUESTION,
        "Two nodes, neither above the other, cannot be told apart by their titles. A "
        "title repeated by an only child, as the book does often, is not listed.",
        shared_titles,
    ),
)
