"""The sections of notes on a card: what may be coded with a code, before and after it.

A section has the notes of some kinds that apply to the node, and in reverse the notes
of other nodes that name it: if another code asks for this one as an additional code,
this one comes after it.  Notes are grouped by the node where they are defined.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.model import Kind, NoteKind
from icdgraph.serialize import remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Node, Note


SCOPE = 6
"""How many codes are named that a note applies to."""


class CardHeading(NamedTuple):
    """A section of notes: its key, its title, and what notes in it mean.

    *kinds* are the kinds of note that apply to the node, *naming* the kinds of note at
    other nodes that name it.
    """

    key: str
    title: str
    meaning: str
    kinds: tuple[NoteKind, ...]
    naming: tuple[NoteKind, ...] = ()


HEADINGS = (
    CardHeading(
        "never",
        "Never coded with (Excludes1)",
        "Not used at the same time, unless the two conditions are unrelated "
        "(Guidelines I.A.12.a).",
        (NoteKind.EXCLUDES1,),
        (NoteKind.EXCLUDES1,),
    ),
    CardHeading(
        "may",
        "May be coded with (Excludes2)",
        "Not included here; both may be coded if the patient has both conditions "
        "(Guidelines I.A.12.b).",
        (NoteKind.EXCLUDES2,),
        (NoteKind.EXCLUDES2,),
    ),
    CardHeading(
        "before",
        "Coded before it (Code first)",
        "The underlying condition is sequenced first (Guidelines I.A.13).",
        (NoteKind.CODE_FIRST,),
        (NoteKind.USE_ADDITIONAL_CODE,),
    ),
    CardHeading(
        "after",
        "Coded after it (Use additional code)",
        "The additional code is sequenced after this one (Guidelines I.A.13).",
        (NoteKind.USE_ADDITIONAL_CODE,),
        (NoteKind.CODE_FIRST,),
    ),
    CardHeading(
        "also",
        "Coded with it, in either order (Code also)",
        "Two codes may be required; the circumstances decide their order (Guidelines "
        "I.A.17).",
        (NoteKind.CODE_ALSO,),
        (NoteKind.CODE_ALSO,),
    ),
    CardHeading("notes", "Notes", "", (NoteKind.NOTES, NoteKind.SEVEN_CHR_NOTE)),
)
"""The sections of a card, in the order in which a coder reads them."""


class CardLine(NamedTuple):
    """A line of a note; *is_inset* below the heading of its list."""

    text: str
    is_inset: bool = False
    remark: str = ""


class CardNotes(NamedTuple):
    """The notes of one section that are defined at one node, the *owner*."""

    owner: Node
    notes: tuple[Note, ...]
    is_inherited: bool

    @property
    def lines(self) -> Iterator[CardLine]:
        """The notes as lines, each list below its heading.

        The first note of a scope says what it applies to, unless it is inherited.
        """
        texts = {note.text for note in self.notes}
        heading, scope = None, ""
        for note in self.notes:
            if note.heading and note.heading != heading and note.heading not in texts:
                yield CardLine(note.heading)
            last, scope = scope, "" if self.is_inherited else _scope(note)
            remarks = [scope if scope != last else "", remark(note)]
            heading = note.heading
            words = "; ".join(filter(None, remarks))
            yield CardLine(note.text, bool(heading), words)

    @property
    def is_boilerplate(self) -> bool:
        """Whether they are the exclusions of a whole chapter."""
        kind = self.notes[0].kind
        return kind is NoteKind.EXCLUDES2 and self.owner.kind is Kind.CHAPTER


class CardSection(NamedTuple):
    """The notes under one heading: those that apply, and those of other nodes."""

    heading: CardHeading
    applying: tuple[CardNotes, ...]
    naming: tuple[CardNotes, ...]


def grouped(notes: Iterable[Note], heir: Node | None = None) -> tuple[CardNotes, ...]:
    """Return *notes* by the node where they are defined, in their order.

    They apply to *heir*, if it is given.
    """
    return tuple(
        CardNotes(owner, tuple(group), heir not in (None, owner))
        for owner, group in groupby(notes, key=lambda note: note.owner)
    )


def _scope(note: Note) -> str:
    """Return what *note* applies to, if that is only a part of its owner."""
    codes = [node.code for node in note.scope]
    if len(codes) > SCOPE + 1:  # adverse effects of drugs: hundreds of codes
        codes[SCOPE:] = [f"{len(codes) - SCOPE:,} more"]
    return f"applies to {', '.join(codes)}" if codes else ""
