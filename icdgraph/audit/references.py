"""Checks of references to codes that do not exist, and of misprinted ranges.

The reader of the notes keeps what it could not resolve as printed with the graph
(`Graph.defects`).  Here it is reported with its note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit.checks import AuditCase, describe, first_names
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
