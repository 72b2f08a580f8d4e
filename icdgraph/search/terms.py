"""Search terms: the wordings that the release has for each node.

A node is found by its title, by its inclusion terms, by its Includes notes, and by the
words of Excludes notes that name it alone: "lumbar region pain (M54.5-)".  Some words
of a wording are essential; others are often left out in a search, as the Official
Guidelines (I.A.7, I.A.9) say of parentheses, "other" and "unspecified":

    Acute nasopharyngitis [common cold]     brackets have another wording: two terms
    Mitral (valve) prolapse                 words in parentheses are optional
    Migraine, not intractable               words after a negation are minor
    Lumbago NOS                             fillers mean nothing
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

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
    """Where the wording that matched is from."""

    CODE = "code"
    TITLE = "title"
    SYNONYM = "synonym"
    INCLUDES = "includes"
    NOTE = "note"


class TermWords(NamedTuple):
    """The words of a wording: *essential* ones, refinements, and optional ones."""

    essential: tuple[str, ...]
    minor: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """The length of the wording; an essential word counts as three minor ones."""
        return 3 * len(self.essential) + len(self.minor)


class SearchTerm(NamedTuple):
    """A wording of *node* in a *field* of the node *at*; nodes are numbers."""

    node: int
    at: int
    field: Field
    text: str
    words: TermWords


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
"""What is not known means nothing: Urinary tract infection, site not specified."""
_EITHER = re.compile(r"[\w-]+ and [\w-]+")
"""Gastritis and duodenitis: "and" means either or both (Guidelines I.A.14)."""
_NEGATED = re.compile(r"non(?!e|unio|sense)\w{4}")
"""Nontraumatic, nontoxic, nondisplaced: what is meant if nothing is stated."""
_CLAUSE = re.compile(r"[,;:]|\bwith\b|(?<!\bloss)(?<!\bmention) of\b")


def terms(graph: Graph) -> Iterator[SearchTerm]:
    """Yield the terms of the printed nodes of *graph*, those of titles first."""
    yield from _titles(graph)
    seen = set()
    for term in _notes(graph):
        key = term.node, term.words.essential
        if term.words.essential and key not in seen:
            seen.add(key)
            yield term


def _titles(graph: Graph) -> Iterator[SearchTerm]:
    for node, title in enumerate(graph.titles):
        if not graph.made_by(node):
            text = title if graph.is_code(node) else _RANGE.sub("", title)
            yield from _terms(node, node, Field.TITLE, text)


def _notes(graph: Graph) -> Iterator[SearchTerm]:
    for note in graph.note_numbers(*_FIELDS):
        field = _FIELDS[graph.kind_of_note(note)]
        text, owner = graph.text_of(note), graph.owner_of(note)
        if field is not Field.NOTE:
            yield from _terms(owner, owner, field, text)
            continue
        targets = graph.targets_of(note)
        # A line below a heading is only part of a sentence.
        if len(targets) == 1 and graph.heading_of(note) is None:
            yield from _terms(targets[0], owner, field, _REFERENCE.sub("", text))


def _terms(node: int, at: int, field: Field, text: str) -> Iterator[SearchTerm]:
    return (SearchTerm(node, at, field, text, words) for words in wordings(text))


def wordings(text: str) -> Iterator[TermWords]:
    """Yield the wordings in *text*: its own, and one for each bracket.

    >>> for words in wordings("Dermatophytosis [ringworm infection]"):
    ...     print(words.essential, words.optional)
    ('dermatophytosi',) ('ringworm', 'infection')
    ('ringworm', 'infection') ('dermatophytosi',)
    """
    if "(" not in text and "[" not in text:
        yield _wording(text, joined(text))
        if _EITHER.fullmatch(text):
            first, second = text.split(" and ")
            yield _wording(first, (*joined(first), *_words(second)))
            yield _wording(second, (*joined(second), *_words(first)))
        return
    outside, asides = _ASIDE.sub(" ", text), _ASIDE.findall(text)
    inside = [word for pair in asides for part in pair for word in _words(part)]
    yield _wording(outside, (*joined(text), *inside))
    for _, bracketed in asides:
        # An abbreviation within the text stands for some of its words, not for all.
        if " " in bracketed or (bracketed and text.endswith("]")):
            wording = _wording(bracketed, (*joined(text), *_words(outside)))
            if wording.essential:
                yield wording


def _wording(text: str, more: Iterable[str]) -> TermWords:
    """Return the words of *text*, with *more* optional ones."""
    essential, minor, optional = list[str](), list[str](), list(more)
    unknown = _UNKNOWN.findall(text)
    optional += [w for part in unknown for w in _words(part) if w != "other"]
    for clause in _CLAUSE.split(_UNKNOWN.sub(" ", text) if unknown else text):
        place = essential
        for word in _words(clause):
            if word in NEGATIONS:
                place = minor
            if word in FILLERS or word in NEGATIONS or word == "a":
                optional.append(word)
            elif _NEGATED.match(word):
                minor.append(word)
            else:
                place.append(word)
    return TermWords(*(tuple(dict.fromkeys(w)) for w in (essential, minor, optional)))


def _words(text: str) -> list[str]:
    return [word for word in map(singular, plain_words(text)) if word not in STOP]
