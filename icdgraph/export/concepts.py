"""Concepts with their notes, put together from the mapping, for profiles to translate.

The mapping has a note as a resource of its own.  Thesaurus and ontology tools want it
as a line of text at the concept, headed as in the book:

    <note/E08/codeFirst/1>  "the underlying condition, such as:"
    <note/E08/codeFirst/2>  "congenital rubella (P35.0)"
    ->  "Code first: the underlying condition, such as: congenital rubella (P35.0)"
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icdgraph.model import NoteKind
from icdgraph.rdf import mapping
from icdgraph.rdf.terms import literal, text
from icdgraph.rdf.vocabulary import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.rdf.mapping import Resource, Statement

Values = dict[str, list[str]]
"""What is said of a resource: the terms by predicate."""

SCOPE_NOTES = frozenset({NoteKind.EXCLUDES1, NoteKind.EXCLUDES2, NoteKind.INCLUDES})
"""The kinds of note that say what is in a concept; others say what to do with it."""


@dataclass(slots=True)
class Concept:
    """A concept, the notes printed at it, and the seventh characters defined there."""

    term: str
    values: Values
    notes: list[Values] = field(default_factory=list)
    sevenths: list[Values] = field(default_factory=list)

    @property
    def is_root(self) -> bool:
        """Whether this is the classification itself, above the chapters."""
        return self.term == ROOT

    @property
    def synonyms(self) -> list[str]:
        """Its inclusion terms as literals, without doubles and without its own label.

        SKOS wants none that is both preferred and alternative (S13).
        """
        terms = [text(words) for kind, words in _lines(self.notes) if kind is _SYNONYM]
        return [t for t in dict.fromkeys(terms) if t not in self.values[_LABEL]]

    @property
    def lines(self) -> list[Statement]:
        """Its notes as lines of text, each under the SKOS property that fits."""
        # The book prints a few notes twice at one code; as text, they are one.
        return list(dict.fromkeys(self._lines()))

    def _lines(self) -> Iterator[Statement]:
        for kind, words in _lines(self.notes):
            if kind is not _SYNONYM:
                predicate = "skos:scopeNote" if kind in SCOPE_NOTES else "skos:note"
                yield predicate, text(headed(kind, words))
        for seventh in self.sevenths:
            said = [seventh[_LABEL][0], *seventh.get("rdfs:comment", ())]
            character = _words(seventh["ig:character"][0])
            meaning = "; ".join(_words(term) for term in said)
            yield "skos:note", text(f"7th character {character}: {meaning}")


_LABEL = "skos:prefLabel"
_SYNONYM = NoteKind.INCLUSION_TERM


def concepts(graph: Graph, root: Node | None = None) -> Iterator[Concept]:
    """Yield the concepts of *graph* with their notes, in the order of the book.

    >>> from icdgraph.toy import toy
    >>> found = {concept.term: concept for concept in concepts(toy().core)}
    >>> found["ICD10CM:M54.50"].synonyms
    ['"Loin pain"@en', '"Lumbago NOS"@en']
    >>> found["ICD10CM:M54"].lines[0]
    ('skos:scopeNote', '"Excludes1: psychogenic dorsalgia (F45.41)"@en')
    """
    concept: Concept | None = None
    for subject, values in _valued(mapping.resources(graph, root)):
        if "skos:Concept" in values.get("a", ()):
            if concept:
                yield concept
            concept = Concept(subject, values)
        elif concept and "ig:noteKind" in values:
            concept.notes.append({"": [subject], **values})
        elif concept and "ig:character" in values:
            concept.sevenths.append(values)
    if concept:
        yield concept


def release(graph: Graph) -> Values:
    """Return what is said of the release as a whole."""
    return next(_valued(mapping.resources(graph)))[1]


def _valued(resources: Iterable[Resource]) -> Iterator[tuple[str, Values]]:
    for subject, statements in resources:
        values: Values = {}
        for predicate, term in statements:
            values.setdefault(predicate, []).append(term)
        yield subject, values


def _lines(notes: list[Values]) -> Iterator[tuple[NoteKind, str]]:
    """Yield the words of *notes*: headings before what they head, and not alone."""
    headings = {term for note in notes for term in note.get("ig:headedBy", ())}
    for note in notes:
        if note[""][0] not in headings:
            said = [*note.get("ig:heading", ()), *note["xkos:plainText"]]
            kind = NoteKind(_words(note["ig:noteKind"][0]))
            yield kind, " ".join(_words(term).strip() for term in said)


def headed(kind: NoteKind, words: str) -> str:
    """Return *words* after the heading that the book prints above notes of *kind*.

    >>> headed(NoteKind.EXCLUDES2, "acute pain (G89.1-)")
    'Excludes2: acute pain (G89.1-)'
    >>> headed(NoteKind.CODE_ALSO, ", if applicable, eyelid inflammation (H01.8-)")
    'Code also, if applicable, eyelid inflammation (H01.8-)'
    >>> headed(NoteKind.USE_ADDITIONAL_CODE, "code to identify any drug (T36-T50)")
    'Use additional code to identify any drug (T36-T50)'
    """
    start, _, last = kind.heading.rpartition(" ")
    if start and words.startswith(last):
        return f"{start} {words}"
    return kind.heading + (words if words.startswith(",") else f": {words}")


def _words(term: str) -> str:
    said = literal(term)
    return said.words if said else term
