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
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.model import (
    Entry,
    Kind,
    NoteKind,
    Problem,
    Seventh,
    SeventhException,
)

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
    r"(?:^|,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+)([0-9A-Z])(?=\s*(?:[-,]|$)|\s+(?:or|and)\s)"
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


@dataclass(frozen=True, slots=True)
class Expansion:
    """Entries with the codes that seventh characters make of them.

    *entries* pairs each entry with the character that makes it, None for printed ones.
    *exceptions* are those given, with what they removed; *problems* is where an order
    file and the print disagree.
    """

    entries: list[tuple[Entry, Seventh | None]]
    exceptions: list[SeventhException]
    problems: list[Problem]


def expand(
    entries: Sequence[Entry],
    exceptions: Sequence[SeventhException] = (),
    listed: Collection[str] | None = None,
) -> Expansion:
    """Return *entries* with each made code after its leaf, parents renumbered.

    *listed*, the codes of an order file, decides which codes are made where it is
    given; else the *exceptions* do.
    """
    is_parent = {entry.parent for entry in entries}
    removed: list[list[Code]] = [[] for _ in exceptions]
    found = Expansion([], [], [])
    place: list[int] = []
    for index, (entry, characters) in enumerate(
        zip(entries, inherited(entries), strict=True)
    ):
        place.append(len(found.entries))
        parent = None if entry.parent is None else place[entry.parent]
        moved = entry if parent == entry.parent else replace(entry, parent=parent)
        found.entries.append((moved, None))
        if index in is_parent or len(codes.compact(entry.code)) > 6:
            continue
        for seventh in characters:
            code = make_code(entry.code, seventh.character)
            rule = next(
                (i for i, e in enumerate(exceptions) if keeps_out(e, code)), None
            )
            is_made = rule is None if listed is None else code in listed
            if is_made != (rule is None):
                words = "lists it, the notes take it away"
                if not is_made:
                    words = "lacks it, the notes do not take it away"
                message = f"the order file {words}"
                found.problems.append(Problem(entry.line, code, message))
            if is_made:
                title = f"{entry.title}, {seventh.meaning}"
                made = Entry(Kind.CODE, code, title, place[index], entry.line)
                found.entries.append((made, seventh))
            elif rule is not None:
                removed[rule].append(code)
    found.exceptions.extend(
        replace(exception, removed=tuple(gone))
        for exception, gone in zip(exceptions, removed, strict=True)
    )
    return found
