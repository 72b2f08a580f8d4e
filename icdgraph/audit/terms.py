"""Checks of words: one term at two codes, one title at two nodes.

Terms are compared without regard to case and repeated spaces, otherwise exactly.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from icdgraph.audit.checks import AuditCase
from icdgraph.model import NoteKind
from icdgraph.serialize import node_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node, Note


def normalized(text: str) -> str:
    """Return *text* in the form in which it is compared.

    >>> normalized("Lumbago  NOS ") == normalized("lumbago NOS")
    True
    """
    return " ".join(text.casefold().split())


def shared_terms(graph: Graph) -> Iterator[AuditCase]:
    """Yield the inclusion terms of more than one node."""
    for notes in _terms(graph).values():
        owners = _owners(notes)
        if len(owners) > 1:
            yield AuditCase(
                _positions(owners),
                owners,
                tuple(notes),
                f"“{notes[0].text}” is an inclusion term of {_listed(owners)}.",
            )


def terms_as_titles(graph: Graph) -> Iterator[AuditCase]:
    """Yield the inclusion terms of a node that are the title of another."""
    titles = _titles(graph)
    for words, notes in _terms(graph).items():
        owners = _owners(notes)
        titled = tuple(node for node in titles.get(words, ()) if node not in owners)
        if titled:
            yield AuditCase(
                _positions((*owners, *titled)),
                (*owners, *titled),
                tuple(notes),
                f"“{notes[0].text}” is an inclusion term of {_listed(owners)} and the "
                f"title of {_listed(titled)}.",
            )


def shared_titles(graph: Graph) -> Iterator[AuditCase]:
    """Yield the titles that separate nodes share: none is above another."""
    for nodes in _titles(graph).values():
        lowest = tuple(
            node
            for node in nodes
            if not any(node != other and node.subsumes(other) for other in nodes)
        )
        if len(lowest) > 1:
            yield AuditCase(
                "not one above the other",
                lowest,
                (),
                f"“{lowest[0].title}” is the title of {_listed(lowest)}.",
            )


def _terms(graph: Graph) -> dict[str, list[Note]]:
    notes_by_words: dict[str, list[Note]] = {}
    for note in graph.notes(NoteKind.INCLUSION_TERM):
        notes_by_words.setdefault(normalized(note.text), []).append(note)
    return notes_by_words


def _titles(graph: Graph) -> dict[str, list[Node]]:
    nodes_by_words: dict[str, list[Node]] = {}
    for node in graph.nodes():
        nodes_by_words.setdefault(normalized(node.title), []).append(node)
    return nodes_by_words


def _owners(notes: list[Note]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(note.owner for note in notes))


def _positions(nodes: tuple[Node, ...]) -> str:
    nested = any(a.subsumes(b) or b.subsumes(a) for a, b in combinations(nodes, 2))
    return "one above the other" if nested else "not one above the other"


def _listed(nodes: tuple[Node, ...]) -> str:
    *first, last = map(node_name, nodes)
    return f"{', '.join(first)} and {last}" if first else last
