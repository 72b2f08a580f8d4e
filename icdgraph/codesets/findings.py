"""What can be wrong with a published list, and the report on one.

unread         error     no code was found in the line
unknown        error     the release has no such code; ICD-9-CM is told by its shape
broken range   error     it ends before it starts, or one end is beneath the other
header         warning   not billable, where billable codes were meant
double         warning   codes that the list has already
unclear range  warning   people read it in two ways
condition      warning   what follows codes: "except E11.9", ".1", or other codes
gap            warning   all billable codes beneath a header are listed, but a few
column         warning   several columns hold codes, and one of them was read
wildcard       remark    how it was read
spelling       remark    lower case, or a dot at the end
heading        remark    the line that was taken for a heading
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icdgraph.codesets.codeset import CodeSet


class Flaw(StrEnum):
    """What can be wrong with a list."""

    UNREAD = "unread"
    UNKNOWN = "unknown"
    BROKEN_RANGE = "broken range"
    HEADER = "header"
    DOUBLE = "double"
    UNCLEAR_RANGE = "unclear range"
    CONDITION = "condition"
    GAP = "gap"
    COLUMN = "column"
    WILDCARD = "wildcard"
    SPELLING = "spelling"
    HEADING = "heading"

    @property
    def severity(self) -> str:
        """How bad it is: an error, a warning or a remark."""
        return _SEVERITIES.get(self, "warning")


_SEVERITIES = {
    Flaw.UNREAD: "error",
    Flaw.UNKNOWN: "error",
    Flaw.BROKEN_RANGE: "error",
    Flaw.WILDCARD: "remark",
    Flaw.SPELLING: "remark",
    Flaw.HEADING: "remark",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A *flaw* at *line*, counted from 1: the *text* it is about, and a sentence."""

    line: int
    flaw: Flaw
    text: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.flaw.severity}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """What a list holds and what is wrong with it, in the order of its lines.

    *pieces* counts the codes, ranges and wildcards that were found in it.
    """

    codes: CodeSet
    findings: tuple[Finding, ...]
    pieces: int

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing but remarks."""
        return all(finding.flaw.severity == "remark" for finding in self.findings)

    @property
    def summary(self) -> str:
        """What was read and found, in a sentence."""
        counts = {"error": 0, "warning": 0, "remark": 0}
        for finding in self.findings:
            counts[finding.flaw.severity] += 1
        found = ", ".join(counted(n, severity) for severity, n in counts.items())
        return f"{counted(self.pieces, 'entry')} read, {self.codes.count}; {found}"

    def record(self) -> dict[str, Any]:
        """Return the report as a dictionary for JSON."""
        return {
            "entries": self.pieces,
            "codes": len(self.codes),
            "billable": len(self.codes.billable),
            "clean": self.is_clean,
            "findings": [
                {
                    "line": finding.line,
                    "severity": finding.flaw.severity,
                    "flaw": finding.flaw.value,
                    "text": finding.text,
                    "message": finding.message,
                }
                for finding in self.findings
            ],
        }


def counted(count: int, what: str) -> str:
    """Return *count* and *what*, in the plural where it is due.

    >>> counted(1, "entry"), counted(2000, "entry"), counted(0, "code")
    ('1 entry', '2,000 entries', '0 codes')
    """
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count:,} {what if count == 1 else plural}"
