"""Checks of the etiology and manifestation convention.

"Wherever such a combination exists, there is a 'use additional code' note at the
etiology code, and a 'code first' note at the manifestation code" (Official Guidelines
I.A.13).  Most manifestations have "in diseases classified elsewhere" in their title;
others are known only by their Code first note.  The same two kinds of note also serve
as plain rules of sequence, to which the convention does not apply: the groups of cases
therefore say how the manifestation is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.checks import AuditCase, describe, first_names
from icdgraph.coding.manifestation import is_manifestation, is_titled, manifestations
from icdgraph.coding.rectangles import unreturned
from icdgraph.hierarchy import SubtreeIndex
from icdgraph.model import NoteKind
from icdgraph.serialize import node_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node, Note


def unanswered(graph: Graph, kinds: tuple[NoteKind, NoteKind]) -> Iterator[AuditCase]:
    """Yield notes of one kind that no note of the other kind states in return.

    *kinds* are Code first and Use additional code, in either order.  Of Use additional
    code notes only those for manifestations are reported: a code counts as one if its
    title says so, or if a Code first note applies to it.
    """
    kind, answering = kinds
    answers = SubtreeIndex(
        graph.tree,
        (
            (node.number, note)
            for note in graph.notes(answering)
            for node in _sources(note)
        ),
    )
    for note, total, returned, example in unreturned(graph, kind, answering):
        around = [a for node in note.targets for a in answers.overlapping(node.number)]
        evidence = _evidence(note, around)
        if evidence:
            answer = _answer(answering, around, partly=returned > 0)
            yield AuditCase(
                f"{evidence}: {answer}",
                (note.owner, *note.targets),
                (note,),
                f"{describe(note)}: at {first_names(note.targets)} {answer}.",
                total - returned,
                example,
            )


def _answer(kind: NoteKind, notes: list[Note], *, partly: bool) -> str:
    """Describe the *notes* of *kind* at the targets of a note that needs an answer.

    A list headed by "such as:" is left open, and so counts as words without codes.
    """
    if partly:
        return f"{kind.heading} names some of these codes, not all"
    if not notes:
        return f"there is no {kind.heading} note"
    if all(note.targets or _is_complete(note) for note in notes):
        return f"{kind.heading} names only other codes"
    return f"{kind.heading} has words without codes"


def _is_complete(note: Note) -> bool:
    """Return True if *note* heads a list that is meant to be complete."""
    return note.text.endswith(":") and "such as" not in note.text


def _evidence(note: Note, answers: list[Note]) -> str:
    """Describe how the manifestation of *note* is known to be one, if it is."""
    is_code_first = note.kind is NoteKind.CODE_FIRST
    nodes = (note.owner,) if is_code_first else note.targets
    if all(map(is_manifestation, nodes)):
        return "manifestation by its title"
    if any(map(_contains_manifestation, nodes)):
        return "manifestation by its title among others"
    if is_code_first or any(a.applies_to(node) for node in nodes for a in answers):
        return "manifestation by its Code first note"
    return ""


def _contains_manifestation(node: Node) -> bool:
    return is_manifestation(node) or any(
        is_titled(below.title) for below in node.descendants
    )


def without_code_first(graph: Graph) -> Iterator[AuditCase]:
    """Yield manifestations by title with billable codes that have no Code first note.

    The title may be that of a node above; the cases are the fewest nodes that contain
    just such codes.
    """
    tree = graph.tree
    noted = {
        leaf
        for note in graph.notes(NoteKind.CODE_FIRST)
        for node in _sources(note)
        for leaf in range(*tree.span(node.number))
    }
    titled = {
        leaf for top in manifestations(graph) for leaf in range(*tree.span(top.number))
    }
    silent = ((leaf, leaf + 1) for leaf in titled - noted)
    for node in map(graph.node, tree.cover(silent)):
        top = next(n for n in (node, *node.ancestors) if is_titled(n.title))
        under = "" if top == node else f", below {node_name(top)} {top.title}"
        yield AuditCase(
            "no Code first note",
            tuple(dict.fromkeys((node, top))),
            (),
            f"{node_name(node)} {node.title}{under}: neither it nor a node above it "
            "has a Code first note.",
        )


def _sources(note: Note) -> tuple[Node, ...]:
    return note.scope or (note.owner,)
