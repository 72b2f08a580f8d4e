"""What can be wrong with a published list of codes, and the report about one.

no code           error     the line has no code
unknown code      error     the release does not have it; ICD-9-CM is recognized by its
                            form
invalid range     error     it is reversed, or one end is below the other
header            warning   it is not billable
duplicate         warning   the list has these codes already
ambiguous range   warning   people read it in two ways
ignored text      warning   text after the codes: "except E11.9", ".1", other codes
gap               warning   nearly all billable codes below a header are listed
several columns   warning   several columns have codes, and one was read
wildcard          remark    how it was read
spelling          remark    lower case, or a dot at the end
heading           remark    the line that was read as the heading
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icdgraph.codesets.codeset import CodeSet

SEVERITIES = ("error", "warning", "remark")


class Flaw(StrEnum):
    """What can be wrong with a list."""

    NO_CODE = "no code"
    UNKNOWN_CODE = "unknown code"
    INVALID_RANGE = "invalid range"
    HEADER = "header"
    DUPLICATE = "duplicate"
    AMBIGUOUS_RANGE = "ambiguous range"
    IGNORED_TEXT = "ignored text"
    GAP = "gap"
    SEVERAL_COLUMNS = "several columns"
    WILDCARD = "wildcard"
    SPELLING = "spelling"
    HEADING = "heading"

    @property
    def severity(self) -> str:
        """One of `SEVERITIES`."""
        if self in (Flaw.NO_CODE, Flaw.UNKNOWN_CODE, Flaw.INVALID_RANGE):
            return "error"
        is_remark = self in (Flaw.WILDCARD, Flaw.SPELLING, Flaw.HEADING)
        return "remark" if is_remark else "warning"


@dataclass(frozen=True, slots=True)
class ListFinding:
    """A *flaw* at *line*, counted from 1: the *text* it is about, and a sentence."""

    line: int
    flaw: Flaw
    text: str
    message: str

    def record(self) -> dict[str, Any]:
        """Return the finding as a dictionary for JSON."""
        return {
            "line": self.line,
            "severity": self.flaw.severity,
            "flaw": self.flaw.value,
            "text": self.text,
            "message": self.message,
        }

    def __str__(self) -> str:
        return f"line {self.line}: {self.flaw.severity}: {self.message}"


@dataclass(frozen=True, slots=True)
class ListReport:
    """The codes of a list, and its findings by line.

    *entries* is the number of codes, ranges and wildcards that were read.
    """

    codes: CodeSet
    findings: tuple[ListFinding, ...]
    entries: int

    @property
    def is_clean(self) -> bool:
        """Whether all findings are remarks."""
        return all(finding.flaw.severity == "remark" for finding in self.findings)

    @property
    def summary(self) -> str:
        """What was read and found, in a sentence."""
        counts = Counter(finding.flaw.severity for finding in self.findings)
        findings = ", ".join(counted(counts[s], s) for s in SEVERITIES)
        return f"{counted(self.entries, 'entry')} read, {self.codes.count}; {findings}"

    def record(self) -> dict[str, Any]:
        """Return the report as a dictionary for JSON."""
        return {
            "entries": self.entries,
            "codes": len(self.codes),
            "billable": len(self.codes.billable),
            "clean": self.is_clean,
            "findings": [finding.record() for finding in self.findings],
        }


def counted(count: int, noun: str) -> str:
    """Return *count* and *noun*, in the plural if needed.

    >>> counted(1, "entry"), counted(2000, "entry"), counted(0, "code")
    ('1 entry', '2,000 entries', '0 codes')
    """
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"
