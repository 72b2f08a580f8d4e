"""Checks of the print: references to codes that are not there, ranges misprinted.

What the reader of the notes could not resolve as printed is kept with the graph
(`Graph.defects`) and reported here with the note it stands in.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from icdgraph.audit.cases import Case, Check, Weight, said, some
from icdgraph.model import DefectKind, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Defect, Graph

_RANGES = {DefectKind.REVERSED, DefectKind.MISPRINTED_LIST}


def _check_of(defect: Defect) -> str:
    """Return the number of the check that reports *defect*."""
    if defect.kind in _RANGES:
        return "A402"
    if defect.kind == DefectKind.DANGLING:
        # A range of which an end is missing, or a code.
        return "A402" if "-" in defect.text else "A401"
    return "A403"


def faults(graph: Graph, check: str) -> Iterator[Case]:
    """Yield the faults of the print that *check* reports."""
    for defect in graph.defects:
        if _check_of(defect) == check:
            note = defect.note
            read = f"read as {some(note.targets)}" if note.targets else "no other code"
            yield Case(
                defect.kind.value,
                (note.owner, *note.targets),
                (note,),
                f"{said(note)}: {defect.kind} {defect.text!r}; {read}.",
            )


def unapplied(graph: Graph) -> Iterator[Case]:
    """Yield the notes with a condition in words that could not be applied."""
    for note in graph.notes():
        if note.state == State.QUALIFIED:
            yield Case(
                note.kind.heading,
                (note.owner, *note.targets),
                (note,),
                f"{said(note)} has a condition in words that was not applied.",
            )


CHECKS = (
    Check(
        "A401",
        "A reference to a code that does not exist",
        Weight.MISPRINT,
        "The note sends the coder to a code that the release does not hold: deleted "
        "since, or never there.",
        partial(faults, check="A401"),
    ),
    Check(
        "A402",
        "A range that cannot be meant as printed",
        Weight.MISPRINT,
        "An end of the range is no code, the ends stand in the wrong order, or a list "
        "was printed as ranges: what lies between is then not what is meant.",
        partial(faults, check="A402"),
    ),
    Check(
        "A403",
        "Another fault of the print in a reference",
        Weight.MISPRINT,
        "A parenthesis that is never closed, a condition that no code meets, or a "
        "reference that cannot be read. People read over it; programs do not.",
        partial(faults, check="A403"),
    ),
    Check(
        "A404",
        "A condition in words that cannot be applied",
        Weight.OBSERVATION,
        "The note narrows the codes it names by words, and which of them are meant "
        "cannot be told from the codes and titles.",
        unapplied,
    ),
)
