"""Codes made by a seventh character.

A ``sevenChrDef`` gives characters for every leaf below its owner; the nearest one
upward wins.  A leaf shorter than six characters is filled up with the placeholder X,
so that the seventh character really stands in seventh place:

    S00.01   + A  ->  S00.01XA          W08  + D  ->  W08.XXXD
    T36.0X1  + D  ->  T36.0X1D

The leaf becomes a header and the new codes its children.  Prose may take characters
away again, as the note under S06 does: "7th characters D and S do not apply to codes
in category S06 with 6th character 7 - death due to ..., or 8 - ...".  An order file,
where there is one, knows better than either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.model import Entry, Kind, NoteKind, Seventh, SeventhException

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from icdgraph.codes import Code

_EXCEPTION = re.compile(
    r"7th characters? (?P<characters>[A-Z0-9](?:(?:, | and |, and )[A-Z0-9])*) "
    r"do(?:es)? not apply to codes in (?:sub)?category (?P<owner>[A-Z0-9.]+) "
    r"with (?P<place>[4-6])th character (?P<values>.*)",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"(?:^|,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+)([0-9A-Z])(?=\s-|$)"
)


def keeps_out(exception: SeventhException, code: str) -> bool:
    """Say whether *code*, with its seventh character, must not be made.

    >>> rule = SeventhException("S06", ("D", "S"), 6, ("7", "8"), "")
    >>> keeps_out(rule, "S06.0X7D"), keeps_out(rule, "S06.0X7A")
    (True, False)
    """
    return (
        code[-1] in exception.characters
        and code.startswith(exception.owner)
        and codes.character(code, exception.place) in exception.values
    )


def read_exceptions(entries: Iterable[Entry]) -> Iterator[SeventhException]:
    """Yield the exceptions that the remarks of *entries* state, nothing removed yet."""
    for entry in entries:
        for note in entry.notes:
            if note.kind != NoteKind.NOTES:
                continue
            match = _EXCEPTION.search(note.text)
            if match:
                yield SeventhException(
                    match["owner"],
                    tuple(re.findall(r"\b[A-Z0-9]\b", match["characters"])),
                    int(match["place"]),
                    tuple(_VALUE.findall(match["values"])),
                    note.text,
                )


def make_code(leaf: str, seventh: str) -> Code:
    """Return the code that *leaf* and its seventh character make.

    >>> make_code("S00.01", "A"), make_code("W08", "D"), make_code("T36.0X1", "S")
    ('S00.01XA', 'W08.XXXD', 'T36.0X1S')
    """
    return codes.dot(codes.compact(leaf).ljust(6, "X") + seventh)


def inherited(entries: Sequence[Entry]) -> list[tuple[Seventh, ...]]:
    """Return the seventh characters that hold at each of *entries*."""
    found: list[tuple[Seventh, ...]] = []
    for entry in entries:
        above = found[entry.parent] if entry.parent is not None else ()
        found.append(entry.sevenths or above)
    return found


def expand(
    entries: Sequence[Entry],
    exceptions: Sequence[SeventhException] = (),
    listed: Collection[str] | None = None,
) -> tuple[list[tuple[Entry, Seventh | None]], list[SeventhException]]:
    """Return *entries* with the codes made of them, and the exceptions that applied.

    Each made code follows its leaf, paired with its character; printed entries are
    paired with None.  Parents are renumbered.  *listed*, the codes of an order file,
    decides where it is given: exceptions are then not consulted.
    """
    is_parent = {entry.parent for entry in entries}
    expanded: list[tuple[Entry, Seventh | None]] = []
    removed: list[list[Code]] = [[] for _ in exceptions]
    place: list[int] = []
    for index, (entry, characters) in enumerate(
        zip(entries, inherited(entries), strict=True)
    ):
        place.append(len(expanded))
        parent = None if entry.parent is None else place[entry.parent]
        expanded.append((_moved(entry, parent), None))
        if not characters or index in is_parent or len(codes.compact(entry.code)) > 6:
            continue
        for seventh in characters:
            code = make_code(entry.code, seventh.character)
            if listed is not None:
                if code not in listed:
                    continue
            else:
                rule = next(
                    (i for i, e in enumerate(exceptions) if keeps_out(e, code)), None
                )
                if rule is not None:
                    removed[rule].append(code)
                    continue
            title = f"{entry.title}, {seventh.meaning}"
            made = Entry(Kind.CODE, code, title, place[index], entry.line)
            expanded.append((made, seventh))
    applied = [
        SeventhException(e.owner, e.characters, e.place, e.values, e.text, tuple(gone))
        for e, gone in zip(exceptions, removed, strict=True)
    ]
    return expanded, applied


def _moved(entry: Entry, parent: int | None) -> Entry:
    if entry.parent == parent:
        return entry
    return Entry(
        entry.kind,
        entry.code,
        entry.title,
        parent,
        entry.line,
        entry.notes,
        entry.sevenths,
        entry.placeholder,
        entry.table,
    )
