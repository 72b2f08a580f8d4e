"""From the records of a release to the columns of its graph.

The one place where the pieces meet: seventh characters are expanded, notes are read
and resolved, and what could not be read is gathered beside what could.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from icdgraph.graph.columns import Tables
from icdgraph.graph.resolve import Resolution, Resolver
from icdgraph.hierarchy import Hierarchy
from icdgraph.model import Kind, NoteKind, Release, State
from icdgraph.read import references, sevenths

if TYPE_CHECKING:
    from collections.abc import Collection

_KINDS = list(Kind)
_NOTE_KINDS = list(NoteKind)
_STATES = list(State)


def build(
    release: Release,
    source: str = "",
    digest: str = "",
    key: str = "",
    listed: Collection[str] | None = None,
) -> Tables:
    """Return the columns of the graph of *release*.

    *source*, *digest* and *key* say where it came from (see `Tables`).  *listed*, the
    codes of an order file, decides which codes seventh characters make; without it
    the exceptions that the release prints do.
    """
    exceptions = list(sevenths.read_exceptions(release.entries))
    expansion = sevenths.expand(release.entries, exceptions, listed)
    expanded = expansion.entries
    entries = [entry for entry, _ in expanded]
    parents = [-1 if entry.parent is None else entry.parent for entry in entries]
    resolver = Resolver(
        Hierarchy(parents),
        [entry.kind for entry in entries],
        [entry.code for entry in entries],
        [entry.title for entry in entries],
        {node: made.meaning for node, (_, made) in enumerate(expanded) if made},
    )
    notes = [(node, note) for node, entry in enumerate(entries) for note in entry.notes]
    number = {
        (node, note.kind, note.position): index
        for index, (node, note) in enumerate(notes)
    }
    resolutions = [
        resolver.resolve(references.parse(note.text), node)
        if note.kind.refers
        else Resolution()
        for node, note in notes
    ]
    headings = [
        number[node, note.kind, note.heading] if note.heading else -1
        for node, note in notes
    ]
    scopes = {
        # A heading narrows every line of its list: "for codes G31.0-G31.83, ...:"
        index: list(resolutions[index].scope or resolutions[heading].scope)
        for index, heading in enumerate(headings)
        if resolutions[index].scope or (heading >= 0 and resolutions[heading].scope)
    }
    starts = array("i", [0])
    for resolution in resolutions:
        starts.append(starts[-1] + len(resolution.targets))
    return Tables(
        version=release.version,
        source=source,
        digest=digest,
        key=key,
        introduction=list(release.introduction),
        problems=[
            [p.line, p.where, p.message, p.text]
            for p in (*release.problems, *expansion.problems)
        ],
        exceptions=[
            [
                e.owner,
                list(e.characters),
                e.place,
                list(e.values),
                e.text,
                list(e.removed),
            ]
            for e in expansion.exceptions
        ],
        kinds=bytes(_KINDS.index(entry.kind) for entry in entries),
        codes=[entry.code for entry in entries],
        titles=[entry.title for entry in entries],
        parents=array("i", parents),
        lines=array("i", (entry.line for entry in entries)),
        made_by=bytes(ord(made.character) if made else 0 for _, made in expanded),
        placeholders=[node for node, entry in enumerate(entries) if entry.placeholder],
        sevenths={
            node: [[s.character, s.meaning, list(s.remarks)] for s in entry.sevenths]
            for node, entry in enumerate(entries)
            if entry.sevenths
        },
        grids={
            node: [list(row) for row in entry.table]
            for node, entry in enumerate(entries)
            if entry.table
        },
        note_owners=array("i", (node for node, _ in notes)),
        note_kinds=bytes(_NOTE_KINDS.index(note.kind) for _, note in notes),
        note_positions=array("i", (note.position for _, note in notes)),
        note_headings=array("i", headings),
        note_lines=array("i", (note.line for _, note in notes)),
        note_states=bytes(_STATES.index(r.state) for r in resolutions),
        note_texts=[note.text for _, note in notes],
        target_starts=starts,
        targets=array("i", (node for r in resolutions for node in r.targets)),
        scopes=scopes,
        defects=[
            [index, kind.value, text]
            for index, resolution in enumerate(resolutions)
            for kind, text in resolution.defects
        ],
    )
