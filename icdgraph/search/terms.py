"""Terms: every wording the release has for a node, and what its words weigh.

A node is found by its title, by its inclusion terms, by what it includes, and by the
words of Excludes notes that name it alone: "lumbar region pain (M54.5-)" calls M54.5 a
pain of the lumbar region.  Of each wording some words are said by whoever asks, others
rarely, as the Official Guidelines (I.A.7, I.A.9) have it of punctuation and of "other"
and "unspecified"::

    Acute nasopharyngitis [common cold]     brackets hold another wording: two terms
    Mitral (valve) prolapse                 parentheses hold words that may be absent
    Migraine, not intractable               what follows a negation is a refinement
    Lumbago NOS                             fillers say nothing
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from icdgraph.model import NoteKind
from icdgraph.search.words import (
    FILLERS,
    NEGATIONS,
    STOP,
    joined,
    plain_words,
    singular,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph


class Field(StrEnum):
    """Where the wording that matched is printed."""

    CODE = "code"
    TITLE = "title"
    SYNONYM = "synonym"
    INCLUDES = "includes"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Shape:
    """The words of a wording: what it says, its refinements, and what may be absent."""

    essential: tuple[str, ...]
    minor: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How long the wording is: an essential word counts for three minor ones."""
        return 3 * len(self.essential) + len(self.minor)


@dataclass(frozen=True, slots=True)
class Term:
    """A wording of *node*, both by number, printed *at* a node in a *field*."""

    node: int
    at: int
    field: Field
    text: str
    shape: Shape


_FIELDS = {
    NoteKind.INCLUSION_TERM: Field.SYNONYM,
    NoteKind.INCLUDES: Field.INCLUDES,
    NoteKind.EXCLUDES1: Field.NOTE,
    NoteKind.EXCLUDES2: Field.NOTE,
}
_ASIDE = re.compile(r"\(([^()]*)\)?|\[([^\[\]]*)\]?")
_RANGE = re.compile(r"\s*\([A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2}\)\s*$")
_REFERENCE = re.compile(r"\s*\([^()]*[A-Z][0-9][^()]*\)?[\s.,;]*$")
_UNKNOWN = re.compile(
    r"(?i)\b(?:site|part|side|organism|cause|severity)s? (?:not |un)specified\b"
    r"|\bunspecified (?:number of \w+(?: sac)?|site|part|side|organism|trimester|cause"
    r"|degree|stage|severity|duration|control|location|episode|species|quadrant|extent"
    r"|region|depth"
    r"|type|thickness|origin|bilaterality)s?\b"
    r"|\bother and unspecified\b"
)
"""What is not known says nothing: Urinary tract infection, site not specified."""
_EITHER = re.compile(r"[\w-]+ and [\w-]+")
"""Gastritis and duodenitis: "and" means either or both (Guidelines I.A.14)."""
_NEGATED = re.compile(r"non(?!e|unio|sense)\w{4}")
"""Nontraumatic, nontoxic, nondisplaced: what is meant where nothing is said."""
_CLAUSE = re.compile(r"[,;:]|\bwith\b|(?<!\bloss)(?<!\bmention) of\b")


def terms(graph: Graph) -> Iterator[Term]:
    """Yield the terms of the printed nodes of *graph*, those of titles first."""
    yield from _titles(graph)
    seen = set()
    for term in _notes(graph):
        key = term.node, term.shape.essential
        if term.shape.essential and key not in seen:
            seen.add(key)
            yield term


def _titles(graph: Graph) -> Iterator[Term]:
    for node, title in enumerate(graph.titles):
        if not graph.made_by(node):
            text = title if graph.is_code(node) else _RANGE.sub("", title)
            yield from _wordings(node, node, Field.TITLE, text)


def _notes(graph: Graph) -> Iterator[Term]:
    for note in graph.note_numbers():
        field = _FIELDS.get(graph.kind_of_note(note))
        text, owner = graph.text_of(note), graph.owner_of(note)
        if field is Field.NOTE:
            targets = graph.targets_of(note)
            # A line below a heading is half a sentence.
            if len(targets) == 1 and graph.heading_of(note) is None:
                text = _REFERENCE.sub("", text)
                yield from _wordings(targets[0], owner, field, text)
        elif field:
            yield from _wordings(owner, owner, field, text)


def _wordings(node: int, at: int, field: Field, text: str) -> Iterator[Term]:
    for shape in shapes(text):
        yield Term(node, at, field, text, shape)


def shapes(text: str) -> Iterator[Shape]:
    """Yield the shapes of the wordings in *text*: its own, and one for each bracket.

    >>> for shape in shapes("Dermatophytosis [ringworm infection]"):
    ...     print(shape.essential, shape.optional)
    ('dermatophytosi',) ('ringworm', 'infection')
    ('ringworm', 'infection') ('dermatophytosi',)
    """
    if "(" not in text and "[" not in text:
        yield _shape(text, joined(text))
        if _EITHER.fullmatch(text):
            one, other = text.split(" and ")
            yield _shape(one, (*joined(one), *_said(other)))
            yield _shape(other, (*joined(other), *_said(one)))
        return
    outside = _ASIDE.sub(" ", text)
    asides = _ASIDE.findall(text)
    inside = [word for pair in asides for part in pair for word in _said(part)]
    yield _shape(outside, (*joined(text), *inside))
    for _, bracketed in asides:
        # An abbreviation in the midst stands for some of the words, no one says which.
        if " " in bracketed or (bracketed and text.endswith("]")):
            yield _shape(bracketed, (*joined(text), *_said(outside)))


def _shape(text: str, beside: Iterable[str]) -> Shape:
    essential: list[str] = []
    minor: list[str] = []
    optional: list[str] = list(beside)
    unknown = _UNKNOWN.findall(text)
    optional += [w for part in unknown for w in _said(part) if w != "other"]
    for clause in _CLAUSE.split(_UNKNOWN.sub(" ", text) if unknown else text):
        place = essential
        for word in _said(clause):
            if word in NEGATIONS:
                place = minor
            if word in FILLERS or word in NEGATIONS or word == "a":
                optional.append(word)
            elif _NEGATED.match(word):
                minor.append(word)
            else:
                place.append(word)
    return Shape(_once(essential), _once(minor), _once(optional))


def _said(text: str) -> list[str]:
    return [word for word in map(singular, plain_words(text)) if word not in STOP]


def _once(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
