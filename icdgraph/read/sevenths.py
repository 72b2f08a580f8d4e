"""Codes made by a seventh character.

A ``sevenChrDef`` gives characters for every leaf below its owner; the nearest
definition above a leaf applies.  A leaf shorter than six characters is padded with the
placeholder X, so that the seventh character is in the seventh place:

    S00.01   + A  ->  S00.01XA          W08  + D  ->  W08.XXXD
    T36.0X1  + D  ->  T36.0X1D

The leaf becomes a header and the new codes its children.  Notes may remove characters,
as at S06: "7th characters D and S do not apply to codes in category S06 with 6th
character 7 - death due to ..., or 8 - ...".  An order file, where there is one,
decides instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from icdgraph import codes
from icdgraph.codes import Code
from icdgraph.model import NoteKind, Problem, Seventh, SeventhException

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from icdgraph.model import Entry

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
    """Return True if *exception* keeps *code*, a 7th character included, out.

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
    """Yield the exceptions that the notes of *entries* state, nothing removed yet."""
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
    """Return the seventh characters that apply to each of *entries*."""
    applying: list[tuple[Seventh, ...]] = []
    for entry in entries:
        above = applying[entry.parent] if entry.parent is not None else ()
        applying.append(entry.sevenths or above)
    return applying


@dataclass(frozen=True, slots=True)
class Expansion:
    """The nodes of printed entries and of the codes that seventh characters make.

    Each made code follows the printed entry that it is made of.  *codes*, *titles* and
    *parents* are those of the nodes, -1 for the parent of a chapter; *places* is the
    node of each printed entry, *made_by* the character that makes a node.
    *exceptions* are those given, with the codes they removed; *problems* is where an
    order file and the Tabular List disagree.
    """

    codes: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    made_by: dict[int, Seventh] = field(default_factory=dict)
    exceptions: list[SeventhException] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, title: str, parent: int) -> int:
        """Append a node and return its number."""
        self.codes.append(code)
        self.titles.append(title)
        self.parents.append(parent)
        return len(self.codes) - 1


def expand(
    entries: Sequence[Entry],
    exceptions: Sequence[SeventhException] = (),
    listed: Collection[str] | None = None,
) -> Expansion:
    """Return the nodes of *entries*, with each made code after its leaf.

    *listed*, the codes of an order file, decides which codes are made where it is
    given; else the *exceptions* do.
    """
    expansion = Expansion()
    places = expansion.places
    removed: list[list[Code]] = [[] for _ in exceptions]
    headers = {entry.parent for entry in entries}
    for index, (entry, sevenths) in enumerate(
        zip(entries, inherited(entries), strict=True)
    ):
        above = -1 if entry.parent is None else places[entry.parent]
        place = expansion.add(entry.code, entry.title, above)
        places.append(place)
        if not sevenths or index in headers or len(codes.compact(entry.code)) > 6:
            continue
        near = [i for i, e in enumerate(exceptions) if entry.code.startswith(e.owner)]
        stem = make_code(entry.code, "")
        for seventh in sevenths:
            code = Code(stem + seventh.character)
            rules = [i for i in near if keeps_out(exceptions[i], code)]
            is_made = not rules if listed is None else code in listed
            if is_made == bool(rules):
                expansion.problems.append(_disagreement(entry, code, is_made))
            if is_made:
                title = f"{entry.title}, {seventh.meaning}"
                expansion.made_by[expansion.add(code, title, place)] = seventh
            elif rules:
                removed[rules[0]].append(code)
    expansion.exceptions.extend(
        replace(exception, removed=tuple(codes_removed))
        for exception, codes_removed in zip(exceptions, removed, strict=True)
    )
    return expansion


def _disagreement(entry: Entry, code: Code, is_listed: bool) -> Problem:
    message = "the order file lacks it, and the notes do not remove it"
    if is_listed:
        message = "the order file lists it, and the notes remove it"
    return Problem(entry.line, code, message)
