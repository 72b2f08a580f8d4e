"""Checks of references to codes that do not exist, and of misprinted ranges.

The reader of the notes keeps what it could not resolve as printed with the graph
(`Graph.defects`).  Here it is reported with its note.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from icdgraph.audit.checks import (
    AuditCase,
    AuditCheck,
    AuditSeverity,
    describe,
    first_names,
)
from icdgraph.model import DefectKind, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Defect, Graph

_RANGES = {DefectKind.REVERSED, DefectKind.MISPRINTED_LIST}


def _check_of(defect: Defect) -> str:
    """Return the id of the check that reports *defect*."""
    if defect.kind in _RANGES:
        return "C402"
    if defect.kind == DefectKind.DANGLING:
        # An end of a range is missing, or a code.
        return "C402" if "-" in defect.text else "C401"
    return "C403"


def defects(graph: Graph, check: str) -> Iterator[AuditCase]:
    """Yield the defects of references that *check* reports."""
    for defect in graph.defects:
        if _check_of(defect) == check:
            note = defect.note
            codes = first_names(note.targets)
            reading = f"read as {codes}" if codes else "no code is found"
            yield AuditCase(
                defect.kind.value,
                (note.owner, *note.targets),
                (note,),
                f"{describe(note)}: {defect.kind} {defect.text!r}; {reading}.",
            )


def unapplied(graph: Graph) -> Iterator[AuditCase]:
    """Yield the notes with a condition in words that was not applied."""
    for note in graph.notes():
        if note.state == State.QUALIFIED:
            yield AuditCase(
                note.kind.heading,
                (note.owner, *note.targets),
                (note,),
                f"{describe(note)} has a condition in words that was not applied.",
            )


CHECKS = (
    AuditCheck(
        "C401",
        "A reference to a code that does not exist",
        AuditSeverity.MISPRINT,
        "The note names a code that the release does not contain: it was deleted, or "
        "never existed.",
        partial(defects, check="C401"),
    ),
    AuditCheck(
        "C402",
        "A range that cannot be read as printed",
        AuditSeverity.MISPRINT,
        "An end of the range is not a code, the ends are in the wrong order, or a list "
        "was printed as ranges: the codes between the ends are not what is meant.",
        partial(defects, check="C402"),
    ),
    AuditCheck(
        "C403",
        "Another misprint in a reference",
        AuditSeverity.MISPRINT,
        "A parenthesis that is never closed, a condition that no code meets, or a "
        "reference that cannot be read. A person may not notice; a program fails.",
        partial(defects, check="C403"),
    ),
    AuditCheck(
        "C404",
        "A condition in words that was not applied",
        AuditSeverity.OBSERVATION,
        "The note narrows the codes that it names by words, and codes and titles do "
        "not say which of them are meant.",
        unapplied,
    ),
)
