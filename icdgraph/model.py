"""The words of the classification, and the records its files are read into.

Closed vocabularies first (kinds of node, of note, of relation, states of a note),
then the records that readers return: an `Entry` for each chapter, section and
``diag`` of the Tabular List, with its `PrintedNote`s and seventh characters, all in
one `Release`.  Everything here is data; nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a node of the classification is.

    As the Official Guidelines I.A.2 have it: a category has three characters, each
    subdivision below it is a subcategory, the last one a code; a code to which
    seventh characters apply is still called a code.
    """

    CHAPTER = "chapter"
    SECTION = "section"
    CATEGORY = "category"
    SUBCATEGORY = "subcategory"
    CODE = "code"


CODE_KINDS = frozenset({Kind.CATEGORY, Kind.SUBCATEGORY, Kind.CODE})
"""The kinds whose names are codes; the others are named by a number or a range."""


class NoteKind(StrEnum):
    """The kinds of note, under the names of their elements in the XML."""

    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    USE_ADDITIONAL_CODE = "useAdditionalCode"
    CODE_FIRST = "codeFirst"
    CODE_ALSO = "codeAlso"
    INCLUDES = "includes"
    INCLUSION_TERM = "inclusionTerm"
    NOTES = "notes"
    SEVEN_CHR_NOTE = "sevenChrNote"

    @property
    def heading(self) -> str:
        """The words the book prints above notes of this kind."""
        return _HEADINGS[self]

    @property
    def refers(self) -> bool:
        """Whether notes of this kind refer to other codes."""
        return self in LINKING

    @property
    def relation(self) -> Relation | None:
        """The relation that notes of this kind state, if they state one."""
        return _RELATIONS.get(self)


class Relation(StrEnum):
    """The types of edge.

    ``parent`` leads from a child to its parent, ``synonym`` from a node to a term.
    The five others lead from the node that owns a note to what the note names.
    """

    PARENT = "parent"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    USE_ADDITIONAL = "use-additional"
    CODE_FIRST = "code-first"
    CODE_ALSO = "code-also"
    SYNONYM = "synonym"

    @property
    def note_kind(self) -> NoteKind | None:
        """The kind of note that states this relation, None for ``parent``."""
        return next((kind for kind, rel in _RELATIONS.items() if rel is self), None)


_HEADINGS = {
    NoteKind.EXCLUDES1: "Excludes1",
    NoteKind.EXCLUDES2: "Excludes2",
    NoteKind.USE_ADDITIONAL_CODE: "Use additional code",
    NoteKind.CODE_FIRST: "Code first",
    NoteKind.CODE_ALSO: "Code also",
    NoteKind.INCLUDES: "Includes",
    NoteKind.INCLUSION_TERM: "Inclusion term",
    NoteKind.NOTES: "Note",
    NoteKind.SEVEN_CHR_NOTE: "7th character",
}

_RELATIONS = {
    NoteKind.EXCLUDES1: Relation.EXCLUDES1,
    NoteKind.EXCLUDES2: Relation.EXCLUDES2,
    NoteKind.USE_ADDITIONAL_CODE: Relation.USE_ADDITIONAL,
    NoteKind.CODE_FIRST: Relation.CODE_FIRST,
    NoteKind.CODE_ALSO: Relation.CODE_ALSO,
    NoteKind.INCLUSION_TERM: Relation.SYNONYM,
}

LINKING = tuple(kind for kind, rel in _RELATIONS.items() if rel is not Relation.SYNONYM)
"""The five kinds of note whose text refers to other codes."""

INSTRUCTIONS = (
    NoteKind.USE_ADDITIONAL_CODE,
    NoteKind.CODE_FIRST,
    NoteKind.CODE_ALSO,
)
"""The kinds of note that ask for another code in the same encounter."""


class State(StrEnum):
    """How far a note's references could be read; every note has one.

    *resolved*: every code it names was found, and every condition on them applied.
    *resolved with a defect*: read as printed, but the print is faulty (see `Defect`).
    *qualified*: codes were found, but a condition in words was not applied.
    *text*: it names no code, or is of a kind that refers to none.
    """

    RESOLVED = "resolved"
    DEFECT = "resolved with a defect"
    QUALIFIED = "qualified"
    TEXT = "text"


class DefectKind(StrEnum):
    """What can be wrong with a reference as printed."""

    DANGLING = "dangling"
    REVERSED = "reversed range"
    MISPRINTED_LIST = "list misprinted as ranges"
    UNREADABLE = "unreadable"
    UNBALANCED = "unbalanced parenthesis"
    EMPTY = "condition that no code meets"


@dataclass(frozen=True, slots=True)
class Seventh:
    """A seventh character: its meaning, and what is printed beside it."""

    character: str
    meaning: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeventhException:
    """Characters that do not apply below *owner* where *place* holds one of *values*.

    *place* counts characters from 1, without the dot; *removed* are the codes that the
    exception keeps from being made.
    """

    owner: str
    characters: tuple[str, ...]
    place: int
    values: tuple[str, ...]
    text: str
    removed: tuple[str, ...] = ()


class PrintedNote(NamedTuple):
    """One ``note`` element: its text verbatim, and its place.

    *position* counts from 1 among the notes of this kind under one owner.  *heading*
    is the position of the line, ended by a colon, that heads its list.
    """

    kind: NoteKind
    position: int
    heading: int | None
    text: str
    line: int


class Entry(NamedTuple):
    """One chapter, section or ``diag`` as printed; *parent* is an entry's index."""

    kind: Kind
    code: str
    title: str
    parent: int | None
    line: int
    notes: tuple[PrintedNote, ...] = ()
    sevenths: tuple[Seventh, ...] = ()
    placeholder: bool = False
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that was kept aside or read with doubt."""

    line: int
    where: str
    message: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """A Tabular List as read: *entries* in the order of the book, parents first."""

    version: str
    entries: tuple[Entry, ...]
    introduction: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
