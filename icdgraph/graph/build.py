"""From the records of a release to the columns of its graph.

Seventh characters are expanded, notes are read and resolved, and what could not be read
is kept with the rest:

    Release ─ sevenths.expand ─> entries ─┬─ Resolver ─> the codes that a note names
                                          └─ Qualifier ─> words that were not applied
"""

from __future__ import annotations

import re
from array import array
from dataclasses import astuple, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from icdgraph.graph.columns import Columns, Texts
from icdgraph.graph.lexicon import Lexicon
from icdgraph.graph.qualify import Qualifier
from icdgraph.graph.resolve import Resolution, Resolver
from icdgraph.hierarchy import Hierarchy
from icdgraph.model import (
    CODE_KINDS,
    Entry,
    Kind,
    NoteKind,
    PrintedNote,
    Release,
    State,
)
from icdgraph.read import references, sevenths

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from icdgraph.read.sevenths import Expansion

_KINDS = {kind: number for number, kind in enumerate(Kind)}
_NOTE_KINDS = {kind: number for number, kind in enumerate(NoteKind)}
_STATES = {state: number for number, state in enumerate(State)}
NOTHING = Resolution()
EXCLUDING = {NoteKind.EXCLUDES1, NoteKind.EXCLUDES2}
_RANGE = re.compile(r"\(([A-Z][0-9A-Z]{2}-[A-Z][0-9A-Z]{2})\)\s*$")

Notes = list[tuple[int, PrintedNote]]
"""All notes in the order of the book, each with the number of its owner."""


def build(
    release: Release,
    source: str = "",
    digest: str = "",
    key: str = "",
    listed: Collection[str] | None = None,
) -> Columns:
    """Return the columns of the graph of *release*.

    *source*, *digest* and *key* say where it came from (see `Edition`).  *listed*, the
    codes of an order file, decides which codes seventh characters make; without it
    the exceptions that the release prints do.
    """
    entries = release.entries
    exceptions = list(sevenths.read_exceptions(entries))
    expansion = sevenths.expand(entries, exceptions, listed)
    notes = [
        (node, note)
        for node, entry in zip(expansion.places, entries, strict=True)
        for note in entry.notes
    ]
    headings = _headings(notes)
    tree = Hierarchy(expansion.parents)
    kinds = _kinds(entries, expansion)
    resolutions = _resolved(tree, kinds, expansion, notes, headings)
    return Columns(
        version=release.version,
        source=source,
        digest=digest,
        key=key,
        introduction=list(release.introduction),
        kinds=bytes(_KINDS[kind] for kind in kinds),
        parents=tree.parents,
        last=tree.last,
        **_unread(release, expansion),
        **_nodes(entries, expansion),
        **_notes(notes, headings),
        **_references(resolutions, headings),
    )


def name_of(entry: Entry) -> str:
    """Return the public name of *entry*: a code, or the range of a section or chapter.

    The XML calls a section of one category by that category, ``B99``, and a chapter by
    its number; the range of a chapter is in its title.

    >>> name_of(Entry(Kind.SECTION, "B99", "Other infectious diseases (B99)", 0, 1))
    'B99-B99'
    >>> name_of(Entry(Kind.CHAPTER, "13", "Diseases of ... (M00-M99)", None, 1))
    'M00-M99'
    """
    if entry.kind == Kind.CHAPTER:
        printed = _RANGE.search(entry.title)
        return printed[1] if printed else entry.code
    if entry.kind == Kind.SECTION and "-" not in entry.code:
        return f"{entry.code}-{entry.code}"
    return entry.code


def _names(entries: Sequence[Entry], expansion: Expansion) -> list[str]:
    """Return the names of all nodes, of which no two are the same.

    A chapter whose only section has the same range keeps its number as name.  No
    official release has one.
    """
    names = [*expansion.codes]
    ranges = [
        (place, entry.kind, name_of(entry))
        for place, entry in zip(expansion.places, entries, strict=True)
        if entry.kind not in CODE_KINDS
    ]
    sections = {name for _, kind, name in ranges if kind == Kind.SECTION}
    for place, kind, name in ranges:
        if kind == Kind.SECTION or name not in sections:
            names[place] = name
    return names


def _kinds(entries: Sequence[Entry], expansion: Expansion) -> list[Kind]:
    kinds = [Kind.CODE] * len(expansion.codes)
    for place, entry in zip(expansion.places, entries, strict=True):
        kinds[place] = entry.kind
    return kinds


def _headings(notes: Notes) -> list[int]:
    """Return, for each note, the number of the note that heads its list, or -1."""
    number = {
        (node, note.kind, note.position): index
        for index, (node, note) in enumerate(notes)
    }
    return [
        number[node, note.kind, note.heading] if note.heading else -1
        for node, note in notes
    ]


def _resolved(
    tree: Hierarchy,
    kinds: list[Kind],
    expansion: Expansion,
    notes: Notes,
    headings: list[int],
) -> list[Resolution]:
    titles = expansion.titles
    meanings = {n: seventh.meaning for n, seventh in expansion.made_by.items()}
    resolver = Resolver(tree, kinds, expansion.codes, titles, meanings)
    synonyms, included = (
        _texts(notes, kind) for kind in (NoteKind.INCLUSION_TERM, NoteKind.INCLUDES)
    )
    lexicon = Lexicon(tree, kinds, titles, [synonyms, included], meanings)
    qualifier = Qualifier(lexicon, kinds, titles, synonyms, included)
    resolutions = []
    for (node, note), heading in zip(notes, headings, strict=True):
        resolution = NOTHING
        if note.kind.refers:
            reading = references.parse(note.text)
            resolution = resolver.resolve(reading, node)
            if resolution.units and not resolution.condition:
                condition = qualifier.condition(
                    references.words(note.text, reading),
                    notes[heading][1].text if heading >= 0 else "",
                    resolution.units,
                    resolution.targets,
                    node,
                    excludes=note.kind in EXCLUDING,
                )
                if condition:
                    resolution = replace(resolution, condition=condition)
        resolutions.append(resolution)
    return resolutions


def _texts(notes: Notes, kind: NoteKind) -> dict[int, list[str]]:
    """Return the texts of the notes of one *kind*, by node."""
    texts: dict[int, list[str]] = {}
    for node, note in notes:
        if note.kind is kind:
            texts.setdefault(node, []).append(note.text)
    return texts


def _unread(release: Release, expansion: Expansion) -> dict[str, Any]:
    return {
        "problems": [
            list(astuple(problem))
            for problem in (*release.problems, *expansion.problems)
        ],
        "exceptions": [list(astuple(exception)) for exception in expansion.exceptions],
    }


def _nodes(entries: Sequence[Entry], expansion: Expansion) -> dict[str, Any]:
    parents, made_by = expansion.parents, expansion.made_by
    printed = list(zip(expansion.places, entries, strict=True))
    chapters = [(n, entry.code) for n, entry in printed if entry.kind == Kind.CHAPTER]
    lines = {node: entry.line for node, entry in printed}
    return {
        "chapters": {
            node: int(code) if code.isdecimal() else place
            for place, (node, code) in enumerate(chapters, 1)
        },
        "codes": _names(entries, expansion),
        "titles": Texts.of(expansion.titles),
        "lines": array(
            "i",
            (lines[above if n in made_by else n] for n, above in enumerate(parents)),
        ),
        "made_by": bytes(
            ord(made_by[n].character) if n in made_by else 0
            for n in range(len(parents))
        ),
        "placeholders": [node for node, entry in printed if entry.placeholder],
        "sevenths": {
            node: [[s.character, s.meaning, list(s.remarks)] for s in entry.sevenths]
            for node, entry in printed
            if entry.sevenths
        },
        "grids": {
            node: [list(row) for row in entry.table]
            for node, entry in printed
            if entry.table
        },
    }


def _notes(notes: Notes, headings: list[int]) -> dict[str, Any]:
    return {
        "note_owners": array("i", (node for node, _ in notes)),
        "note_kinds": bytes(_NOTE_KINDS[note.kind] for _, note in notes),
        "note_positions": array("i", (note.position for _, note in notes)),
        "note_headings": array("i", headings),
        "note_lines": array("i", (note.line for _, note in notes)),
        "note_texts": Texts.of(note.text for _, note in notes),
    }


def _references(resolutions: list[Resolution], headings: list[int]) -> dict[str, Any]:
    lengths = (len(resolution.targets) for resolution in resolutions)
    named = sorted(
        (node, note) for note, r in enumerate(resolutions) for node in r.targets
    )
    scopes: dict[int, list[int]] = {}
    for note, (resolution, heading) in enumerate(
        zip(resolutions, headings, strict=True)
    ):
        # A heading narrows every line of its list: "for codes G31.0-G31.83, ...:"
        above = resolutions[heading].scope if heading >= 0 else ()
        if resolution.scope or above:
            scopes[note] = list(resolution.scope or above)
    return {
        "note_states": bytes(_STATES[r.state] for r in resolutions),
        "target_starts": array("i", accumulate(lengths, initial=0)),
        "targets": array("i", (node for r in resolutions for node in r.targets)),
        "named": array("i", (node for node, _ in named)),
        "naming": array("i", (note for _, note in named)),
        "scopes": scopes,
        "conditions": {
            note: resolution.condition
            for note, resolution in enumerate(resolutions)
            if resolution.condition
        },
        "defects": [
            [note, kind.value, text]
            for note, resolution in enumerate(resolutions)
            for kind, text in resolution.defects
        ],
    }
