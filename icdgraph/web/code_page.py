"""What the page of a node says, in the order in which a coder reads it.

what it is               code, title, billable; what to code instead where it is not
its 7th characters       each with the whole code that it makes
what else it is called   synonyms, what it includes
what may never,
may, must go with it     Excludes1, Excludes2, code first, use additional, code also
where it stands          siblings, and who points here

The notes are those that apply, grouped by where they were printed, and after them those
of other places that name this node, or something above it: where another code says "use
additional", this one comes after it.  `icdgraph.explain.card` is the same for a
terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from icdgraph.codes import compact
from icdgraph.model import CODE_KINDS, LINKING, NoteKind, State
from icdgraph.rdf.vocabulary import FHIR_SYSTEM, iri_of
from icdgraph.web.linkify import Piece, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Node, Note

MANY = 6
"""Places that name the node, from which on their notes are folded away."""

MOST = 200
"""Places whose notes one section of a page shows; the rest is counted."""


class Heading(NamedTuple):
    """A section of notes: its anchor, its title, and what the notes in it mean.

    *said* are the kinds of note that speak for the node, *turned* those of other places
    that name it.
    """

    anchor: str
    title: str
    meaning: str
    said: tuple[NoteKind, ...]
    turned: tuple[NoteKind, ...] = ()


HEADINGS = (
    Heading(
        "never",
        "Never with",
        "Excludes1: not coded together, unless the two conditions are unrelated "
        "to each other (Official Guidelines, I.A.12.a).",
        (NoteKind.EXCLUDES1,),
        (NoteKind.EXCLUDES1,),
    ),
    Heading(
        "may",
        "May be used with",
        "Excludes2: not included here; both may be coded when the patient has both "
        "(I.A.12.b).",
        (NoteKind.EXCLUDES2,),
        (NoteKind.EXCLUDES2,),
    ),
    Heading(
        "before",
        "Before it",
        "Code first: the other code is sequenced before this one (I.A.13).",
        (NoteKind.CODE_FIRST,),
        (NoteKind.USE_ADDITIONAL_CODE,),
    ),
    Heading(
        "after",
        "After it",
        "Use additional code: the other code follows this one (I.A.13).",
        (NoteKind.USE_ADDITIONAL_CODE,),
        (NoteKind.CODE_FIRST,),
    ),
    Heading(
        "beside",
        "Beside it, in either order",
        "Code also: both may be needed; circumstances decide the order (I.A.17).",
        (NoteKind.CODE_ALSO,),
        (NoteKind.CODE_ALSO,),
    ),
    Heading(
        "remarks",
        "Remarks",
        "",
        (NoteKind.NOTES, NoteKind.SEVEN_CHR_NOTE),
    ),
)


class Line(NamedTuple):
    """A line of a note: its words in pieces, whether it is set in, and a remark."""

    words: tuple[Piece, ...]
    is_inset: bool = False
    remark: str = ""


class Group(NamedTuple):
    """The lines printed at one place."""

    owner: Node
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Section:
    """The notes under one heading; *left_out* counts places that are not shown."""

    heading: Heading
    said: list[Group]
    turned: list[Group]
    left_out: int = 0

    @property
    def is_folded(self) -> bool:
        """Whether there are so many places that they are folded away."""
        return len(self.turned) >= MANY


class Choice(NamedTuple):
    """A 7th character, what it means, and the code that it makes."""

    character: str
    meaning: str
    node: Node


def article(node: Node) -> dict[str, Any]:
    """Return all that the page of *node* is written from, by name.

    >>> from icdgraph.toy import toy
    >>> [section.heading.title for section in article(toy().core["M54.50"])["sections"]]
    ['Never with', 'May be used with']
    """
    # Asked once: the notes that name a code of T36-T65 have hundreds of targets each.
    naming = [note for note in node.pointed_at_by if not note.applies_to(node)]
    low, high = node.graph.tree.span(node.number)
    return {
        "node": node,
        "is_code": node.kind in CODE_KINDS,
        "choices": choices(node),
        "has_filler": has_filler(node),
        "beneath": high - low,
        "included": _groups(node.applicable_notes(NoteKind.INCLUDES)),
        "sections": sections(node, naming),
        "siblings": siblings(node),
        "pointing": pointing(naming),
        "most": MOST,
        "identifiers": identifiers(node),
    }


def sections(node: Node, naming: Iterable[Note]) -> list[Section]:
    """Return the sections of notes on the page of *node*, without empty ones.

    *naming* are the notes of other places that name it.
    """
    applying, naming = node.applicable_notes(), list(naming)
    found = []
    for heading in HEADINGS:
        said = _groups(note for note in applying if note.kind in heading.said)
        turned = _groups(note for note in naming if note.kind in heading.turned)
        if said or turned:
            left_out = max(0, len(turned) - MOST)
            found.append(Section(heading, said, turned[:MOST], left_out))
    return found


def _groups(notes: Iterable[Note]) -> list[Group]:
    return [
        Group(owner, list(_lines(list(printed))))
        for owner, printed in groupby(notes, key=lambda note: note.owner)
    ]


def _lines(notes: list[Note]) -> Iterator[Line]:
    """Yield the lines of *notes*, each list under the line that heads it."""
    shown = {note.text for note in notes}
    heading = None
    for note in notes:
        graph = note.owner.graph
        if note.heading and note.heading != heading and note.heading not in shown:
            yield Line(pieces(graph, note.heading))
        heading = note.heading
        yield Line(pieces(graph, note.text), bool(note.heading), _remark(note))


def _remark(note: Note) -> str:
    """Return what must be known of *note* beside its words."""
    said = []
    if note.scope:
        said.append("speaks for " + ", ".join(node.code for node in note.scope))
    if note.state in (State.DEFECT, State.QUALIFIED):
        said.append(note.state.value)
    return "; ".join(said)


def choices(node: Node) -> list[Choice]:
    """Return the 7th characters to choose from at *node*, or at what it is made of.

    Empty where codes beneath take them, but not this one: it is divided further first.

    >>> from icdgraph.toy import toy
    >>> [(c.character, c.node.code) for c in choices(toy().core["S39.012D"])]
    [('A', 'S39.012A'), ('D', 'S39.012D'), ('S', 'S39.012S')]
    """
    base = node.parent if node.made_by else node
    meanings = {seventh.character: seventh for seventh in node.seventh_characters}
    return [
        Choice(child.made_by, meanings[child.made_by].meaning, child)
        for child in (base.children if base else ())
        if child.made_by and child.made_by in meanings
    ]


def has_filler(node: Node) -> bool:
    """Say whether an X in the code of *node* holds an empty place.

    >>> from icdgraph.toy import toy
    >>> has_filler(toy().core["M54.50"])
    False
    """
    filled = node.made_by is not None and "X" in compact(node.code)[3:6]
    return filled or node.is_placeholder


def siblings(node: Node) -> list[Node]:
    """Return *node* among its siblings in the order of the book, if it has any.

    >>> from icdgraph.toy import toy
    >>> [near.code for near in siblings(toy().core["M54.50"])]
    ['M54.50', 'M54.59']
    """
    around = sorted([node, *node.siblings], key=lambda near: near.number)
    return around if len(around) > 1 else []


def pointing(naming: Iterable[Note]) -> dict[Node, list[str]]:
    """Return the places where the notes *naming* are printed, with their kinds.

    >>> from icdgraph.toy import toy
    >>> found = pointing(toy().core["M54.50"].pointed_at_by)
    >>> {place.code: kinds for place, kinds in found.items()}
    {'G89': ['Excludes2']}
    """
    found: dict[Node, dict[str, None]] = {}
    for note in naming:
        if note.kind in LINKING:
            found.setdefault(note.owner, {})[note.kind.heading] = None
    return {place: list(kinds) for place, kinds in found.items()}


def identifiers(node: Node) -> dict[str, str]:
    """Return by what names other systems know *node*.

    >>> from icdgraph.toy import toy
    >>> identifiers(toy().core["M54.50"])["On claims"]
    'M5450'
    """
    found = {"IRI": iri_of(node.code), "CURIE": f"ICD10CM:{node.code}"}
    if node.kind in CODE_KINDS:
        found["FHIR"] = f"{FHIR_SYSTEM}|{node.code}"
        found["On claims"] = compact(node.code)
    return found
