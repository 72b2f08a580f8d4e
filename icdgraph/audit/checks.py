"""What an audit is made of: checks, the cases they find, and their results.

A check has an id and a severity.  A *contradiction* cannot be followed as printed.  A
*question* may be intended, but leaves a coder in doubt.  An *observation* is not an
error.  A *misprint* is a typographical error.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from icdgraph.serialize import (
    Record,
    counted,
    node_name,
    node_record,
    note_record,
    quote,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from icdgraph.graph import Graph, Node, Note


class AuditSeverity(StrEnum):
    """How serious the cases of a check are."""

    CONTRADICTION = "contradiction"
    QUESTION = "question"
    OBSERVATION = "observation"
    MISPRINT = "misprint"


@dataclass(frozen=True, slots=True)
class AuditCase:
    """One case: its *nodes* and *notes*, described in a *sentence*.

    *group* divides the cases of a check.  *pairs* is the number of pairs of billable
    codes affected, and *example* is one of them; 0 and empty where a case has none.
    """

    group: str
    nodes: tuple[Node, ...]
    notes: tuple[Note, ...]
    sentence: str
    pairs: int = 0
    example: tuple[str, ...] = ()

    def record(self) -> Record:
        """Return the case as a record; each note has its ``line`` in the XML."""
        return {
            "group": self.group,
            "sentence": self.sentence,
            "pairs": self.pairs,
            "example": list(self.example),
            "nodes": [node_record(node) for node in self.nodes],
            "notes": [note_record(n) | {"line": n.line} for n in self.notes],
        }


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """A question about the whole graph; *find* yields its cases in book order.

    *why* explains what the cases mean and why they matter.
    """

    id: str
    title: str
    severity: AuditSeverity
    why: str
    find: Callable[[Graph], Iterator[AuditCase]]


@dataclass(frozen=True, slots=True, repr=False)
class AuditResult:
    """A check and all its cases in one release."""

    check: AuditCheck
    cases: tuple[AuditCase, ...]

    @property
    def groups(self) -> dict[str, int]:
        """The number of cases in each group, the largest first."""
        return dict(Counter(case.group for case in self.cases).most_common())

    def record(self) -> Record:
        """Return the result as a record."""
        return {
            "id": self.check.id,
            "title": self.check.title,
            "severity": self.check.severity.value,
            "why": self.check.why,
            "count": len(self.cases),
            "groups": self.groups,
            "cases": [case.record() for case in self.cases],
        }

    def __repr__(self) -> str:
        check, count = self.check, len(self.cases)
        return f"<AuditResult {check.id} {check.title}: {counted(count, 'case')}>"


def describe(note: Note) -> str:
    """Return the kind, the place and the words of *note*.

    >>> from icdgraph.toy import toy
    >>> describe(toy().core["M54"].notes[0])
    'Excludes1 at M54 “psychogenic dorsalgia (F45.41)”'
    """
    return f"{note.kind.heading} at {node_name(note.owner)} {quote(note)}"


def first_names(nodes: Sequence[Node], limit: int = 3) -> str:
    """Return the names of the first *limit* nodes, and how many more there are.

    >>> from icdgraph.toy import toy
    >>> first_names(toy().core["M54"].children, 2)
    'M54.2, M54.4 and 1 more'
    """
    names = ", ".join(node_name(node) for node in nodes[:limit])
    more = len(nodes) - limit
    return f"{names} and {more:,} more" if more > 0 else names
