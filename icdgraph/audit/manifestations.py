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

from icdgraph.audit.checks import (
    AuditCase,
    AuditCheck,
    AuditSeverity,
    describe,
    first_names,
)
from icdgraph.audit.rectangles import (
    RectangleIndex,
    SubtreeIndex,
    by_note,
    count_pairs,
    example_pair,
    rectangles,
    stated_in_return,
)
from icdgraph.coding.manifestation import is_manifestation, is_titled, manifestations
from icdgraph.model import NoteKind
from icdgraph.serialize import node_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node, Note


def without_use_additional(graph: Graph) -> Iterator[AuditCase]:
    """Yield Code first notes that no Use additional code note states in return."""
    return _unanswered(graph, NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)


def without_code_first(graph: Graph) -> Iterator[AuditCase]:
    """Yield Use additional code notes for manifestations without Code first in return.

    A code counts as a manifestation if its title says so, or if a Code first note
    applies to it.
    """
    return _unanswered(graph, NoteKind.USE_ADDITIONAL_CODE, NoteKind.CODE_FIRST)


def _unanswered(
    graph: Graph, kind: NoteKind, answering: NoteKind
) -> Iterator[AuditCase]:
    """Yield the notes of *kind* that no note of kind *answering* states in return."""
    index = RectangleIndex(graph.tree, rectangles(graph, answering))
    answers = _Answers(graph, answering)
    for number, own in by_note(rectangles(graph, kind)).items():
        note = graph.note(number)
        evidence = _evidence(note, answers)
        total = count_pairs(graph.tree, (r.sides for r in own))
        returned = count_pairs(graph.tree, stated_in_return(index, own))
        if evidence and returned < total:
            answer = answers.describe_partly() if returned else answers.describe(note)
            yield AuditCase(
                f"{evidence}: {answer}",
                (note.owner, *note.targets),
                (note,),
                f"{describe(note)}: at {first_names(note.targets)} {answer}.",
                total - returned,
                example_pair(graph, (r.sides for r in own)),
            )


class _Answers:
    """The notes of one kind by the nodes they apply to, those without codes too."""

    def __init__(self, graph: Graph, kind: NoteKind) -> None:
        notes = [(note, node) for note in graph.notes(kind) for node in _sources(note)]
        self.kind = kind
        self._notes = [note for note, _ in notes]
        self._index = SubtreeIndex(graph.tree, [node.number for _, node in notes])

    def around(self, node: Node) -> list[Note]:
        """Return the notes that apply to *node* or to a part of it."""
        return [self._notes[n] for n in self._index.overlapping(node.number)]

    def describe(self, note: Note) -> str:
        """Describe what applies to the targets of *note* if none names it in return.

        A list headed by "such as:" is left open, and so counts as words without codes.
        """
        notes = [answer for target in note.targets for answer in self.around(target)]
        if not notes:
            return f"there is no {self.kind.heading} note"
        if all(answer.targets or _is_complete(answer) for answer in notes):
            return f"{self.kind.heading} names only other codes"
        return f"{self.kind.heading} has words without codes"

    def describe_partly(self) -> str:
        """Describe notes that name a part of the codes in return."""
        return f"{self.kind.heading} names some of these codes, not all"


def _is_complete(note: Note) -> bool:
    """Return True if *note* heads a list that is meant to be complete."""
    return note.text.endswith(":") and "such as" not in note.text


def _evidence(note: Note, answers: _Answers) -> str:
    """Describe how the manifestation of *note* is known to be one, if it is."""
    is_code_first = note.kind is NoteKind.CODE_FIRST
    nodes = (note.owner,) if is_code_first else note.targets
    if all(map(is_manifestation, nodes)):
        return "manifestation by its title"
    if any(map(_contains_manifestation, nodes)):
        return "manifestation by its title among others"
    if is_code_first or any(
        answer.applies_to(node) for node in nodes for answer in answers.around(node)
    ):
        return "manifestation by its Code first note"
    return ""


def _contains_manifestation(node: Node) -> bool:
    return is_manifestation(node) or any(
        is_titled(below.title) for below in node.descendants
    )


def titled_without_code_first(graph: Graph) -> Iterator[AuditCase]:
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


CHECKS = (
    AuditCheck(
        "C203",
        "Code first without Use additional code in return",
        AuditSeverity.QUESTION,
        "The manifestation names its etiology, the etiology does not name the "
        "manifestation: a coder who starts at the etiology does not see that a second "
        "code is needed. The Guidelines (I.A.13) promise both notes for combinations "
        "of etiology and manifestation; as a plain rule of sequence one note is "
        "enough.",
        without_use_additional,
    ),
    AuditCheck(
        "C204",
        "Use additional code for a manifestation without Code first in return",
        AuditSeverity.QUESTION,
        "The etiology names its manifestation, the manifestation does not name the "
        "etiology: a coder who starts at the manifestation is sent to another etiology "
        "or to none (Guidelines I.A.13).",
        without_code_first,
    ),
    AuditCheck(
        "C205",
        "A manifestation by its title without a Code first note",
        AuditSeverity.QUESTION,
        'A title with "in diseases classified elsewhere" makes the code a '
        "manifestation, which is never listed first (Guidelines I.A.13); but no note "
        "says what goes before it.",
        titled_without_code_first,
    ),
)
