"""Checks of the etiology and manifestation convention.

"Wherever such a combination exists, there is a 'use additional code' note at the
etiology code, and a 'code first' note at the manifestation code" (Official Guidelines
I.A.13).  Most manifestations have "in diseases classified elsewhere" in their title;
others are known by their Code first note alone.  The same two notes also serve as plain
rules of sequence, for which the convention does not hold: so only cases whose
manifestation is told by its title are grouped as such.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.audit.cases import Case, Check, Weight, named, said, some
from icdgraph.audit.rectangles import (
    Index,
    Plane,
    areas,
    back,
    by_note,
    example,
    pairs,
)
from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node, Note

_TITLE = re.compile(r"\b(in|with|due to) [^,]*\bclassified elsewhere", re.IGNORECASE)


def is_manifestation(node: Node) -> bool:
    """Say whether *node* or one above it is a manifestation by its title.

    "as the cause of diseases classified elsewhere" (B95-B97) is the agent and no
    manifestation.

    >>> _TITLE.search("Dementia in other diseases classified elsewhere") is None
    False
    >>> _TITLE.search("Streptococcus as the cause of diseases classified elsewhere")
    """
    return any(_TITLE.search(above.title) for above in (node, *node.ancestors))


def without_use_additional(graph: Graph) -> Iterator[Case]:
    """Yield Code first notes whose codes have no Use additional code note in return."""
    return _unanswered(graph, NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)


def without_code_first(graph: Graph) -> Iterator[Case]:
    """Yield Use additional code notes for manifestations without Code first in return.

    A code is taken for a manifestation where its title says so, or where a Code first
    note speaks for it.
    """
    return _unanswered(graph, NoteKind.USE_ADDITIONAL_CODE, NoteKind.CODE_FIRST)


def _unanswered(graph: Graph, asked: NoteKind, wanted: NoteKind) -> Iterator[Case]:
    """Yield the notes of kind *asked* that no note of kind *wanted* says in return."""
    answers = Plane(graph.tree, areas(graph, wanted))
    speakers = _Speakers(graph, wanted)
    for number, own in by_note(areas(graph, asked)).items():
        note = graph.note(number)
        standing = _standing(note, asked, speakers)
        whole = pairs(graph.tree, ((area.speaker, area.named) for area in own))
        said_in_return = pairs(graph.tree, back(answers, own))
        if standing and said_in_return < whole:
            degree = "in part" if said_in_return else speakers.degree(note)
            told = _DEGREES[degree].format(kind=wanted.heading)
            yield Case(
                f"{standing}: {told}",
                (note.owner, *note.targets),
                (note,),
                f"{said(note)}: at {some(note.targets)} {told}.",
                whole - said_in_return,
                example(graph, ((area.speaker, area.named) for area in own)),
            )


_DEGREES = {
    "in part": "{kind} names some of these codes, not all",
    "in words": "{kind} is said in words without codes",
    "others": "{kind} names other codes only",
    "silent": "no {kind} is printed",
}
"""What is found on the other side, by how much of an answer it is."""


class _Speakers:
    """The notes of one kind by what they speak for, those without codes as well."""

    def __init__(self, graph: Graph, kind: NoteKind) -> None:
        spoken = [(note, end) for note in graph.notes(kind) for end in _ends(note)]
        self._notes = [note for note, _ in spoken]
        self._index = Index(graph.tree, [end.number for _, end in spoken])

    def around(self, node: Node) -> list[Note]:
        """Return the notes that speak for *node* or for a part of it."""
        return [self._notes[n] for n in self._index.around(node.number)]

    def degree(self, note: Note) -> str:
        """Say what speaks for the targets of *note*, of which none names it in return.

        A heading that ends in "such as:" leaves its list open, and so speaks in words.
        """
        found = [other for target in note.targets for other in self.around(target)]
        closed = [other for other in found if other.targets or _heads_all(other)]
        if len(closed) < len(found):
            return "in words"
        return "others" if found else "silent"


def _heads_all(note: Note) -> bool:
    """Say whether *note* heads a list that is meant to be complete."""
    return note.text.endswith(":") and "such as" not in note.text


def _standing(note: Note, asked: NoteKind, speakers: _Speakers) -> str:
    """Say how what *note* makes the manifestation is known for one, if it is."""
    ends = (note.owner,) if asked is NoteKind.CODE_FIRST else note.targets
    if all(map(is_manifestation, ends)):
        return "manifestation by its title"
    if any(map(_holds_manifestation, ends)):
        return "manifestation by its title among others"
    if asked is NoteKind.CODE_FIRST or any(
        other.applies_to(end) for end in ends for other in speakers.around(end)
    ):
        return "manifestation by its Code first note"
    return ""


def _holds_manifestation(node: Node) -> bool:
    return is_manifestation(node) or any(
        _TITLE.search(below.title) for below in node.descendants
    )


def titled_without_code_first(graph: Graph) -> Iterator[Case]:
    """Yield manifestations by title with billable codes that no Code first speaks for.

    The title may be that of a node above; the fewest nodes are given that hold just
    such codes.
    """
    tree = graph.tree
    told = [end for note in graph.notes(NoteKind.CODE_FIRST) for end in _ends(note)]
    spoken = {n for end in told for n in range(*tree.span(end.number))}
    titled = {
        leaf
        for node in graph.nodes()
        if _TITLE.search(node.title)
        for leaf in range(*tree.span(node.number))
    }
    silent = ((leaf, leaf + 1) for leaf in titled - spoken)
    for node in map(graph.node, tree.cover(silent)):
        top = next(n for n in (node, *node.ancestors) if _TITLE.search(n.title))
        under = "" if top == node else f", under {named(top)} {top.title}"
        yield Case(
            "no Code first note",
            tuple(dict.fromkeys((node, top))),
            (),
            f"{named(node)} {node.title}{under}: no Code first note is printed at it "
            "or above.",
        )


def _ends(note: Note) -> tuple[Node, ...]:
    return note.scope or (note.owner,)


CHECKS = (
    Check(
        "A203",
        "Code first without Use additional code in return",
        Weight.QUESTION,
        "The manifestation names its etiology, the etiology does not name the "
        "manifestation: a coder who starts at the etiology is not told that a second "
        "code is due. The Guidelines (I.A.13) promise both notes for the combinations "
        "of the convention; as a plain rule of sequence one note is enough.",
        without_use_additional,
    ),
    Check(
        "A204",
        "Use additional code for a manifestation without Code first in return",
        Weight.QUESTION,
        "The etiology names its manifestation, the manifestation does not name the "
        "etiology: seen from there, the code seems to call for another etiology, or "
        "for none (Guidelines I.A.13).",
        without_code_first,
    ),
    Check(
        "A205",
        "A manifestation by its title without any Code first note",
        Weight.QUESTION,
        "A title that says in diseases classified elsewhere makes the code a "
        "manifestation, never to be listed first (Guidelines I.A.13); but no note says "
        "what comes before it.",
        titled_without_code_first,
    ),
)
