"""Concepts as thesaurus and ontology tools read them: notes are lines of text.

A line has the heading that the book prints above it, and the words of the note that
introduces its list:

    E08, Code first    "the underlying condition, such as:"
                       "congenital rubella (P35.0)"
    ->  "Code first: the underlying condition, such as: congenital rubella (P35.0)"
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.model import NoteKind
from icdgraph.rdf.mapping import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph
    from icdgraph.rdf.mapping import Statement

_SCOPE_NOTES = NoteKind.EXCLUDES1, NoteKind.EXCLUDES2, NoteKind.INCLUDES
_PROPERTIES = dict.fromkeys(_SCOPE_NOTES, "skos:scopeNote")
"""Kinds of note that say what is in a concept; others say what to do with it."""


def synonyms(graph: Graph, number: int) -> list[str]:
    """Return the inclusion terms of a node as literals, each once, without its title.

    SKOS allows no label that is both preferred and alternative (S13).

    >>> from icdgraph.toy import toy
    >>> synonyms(toy().core, toy().core.number_of("M54.50"))
    ['"Loin pain"@en', '"Lumbago NOS"@en']
    """
    words = dict.fromkeys(
        words
        for kind, words in _notes(graph, number)
        if kind is NoteKind.INCLUSION_TERM and words != graph.titles[number]
    )
    return [text(synonym) for synonym in words]


def note_lines(graph: Graph, number: int) -> list[Statement]:
    """Return the notes of a node as lines of text, each under a SKOS property.

    >>> from icdgraph.toy import toy
    >>> note_lines(toy().core, toy().core.number_of("M54"))
    [('skos:scopeNote', '"Excludes1: psychogenic dorsalgia (F45.41)"@en')]
    """
    lines = [
        (_PROPERTIES.get(kind, "skos:note"), text(headed(kind, words)))
        for kind, words in _notes(graph, number)
        if kind is not NoteKind.INCLUSION_TERM
    ]
    for seventh in graph.sevenths_defined_at(number):
        meaning = "; ".join([seventh.meaning, *map(str.strip, seventh.remarks)])
        line = f"7th character {seventh.character}: {meaning}"
        lines.append(("skos:note", text(line)))
    # The book prints a few notes twice at one code; as text, they are one.
    return list(dict.fromkeys(lines))


def _notes(graph: Graph, number: int) -> Iterator[tuple[NoteKind, str]]:
    """Yield the kind and the words of notes: after their introduction, not alone."""
    notes = graph.notes_at(number)
    introductions = {graph.heading_of(note) for note in notes}
    for note in notes:
        if note not in introductions:
            introduction = graph.heading_of(note)
            parts = [note] if introduction is None else [introduction, note]
            words = " ".join(graph.text_of(part).strip() for part in parts)
            yield graph.kind_of_note(note), words


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
