"""What can be wrong with a published list of codes, and the report about one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from icdgraph.serialize import counted

if TYPE_CHECKING:
    from typing import Self

    from icdgraph.codesets.codeset import CodeSet

SEVERITIES = ("error", "warning", "remark")


class Flaw(StrEnum):
    """What can be wrong with a list: a name, and the *severity*, of `SEVERITIES`."""

    severity: str

    def __new__(cls, name: str, severity: str) -> Self:
        """Return the member called *name*."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.severity = severity
        return member

    NO_CODE = "no code", "error"
    UNKNOWN_CODE = "unknown code", "error"  # also one of ICD-9-CM, known by its form
    INVALID_RANGE = "invalid range", "error"  # reversed, or one end below the other
    HEADER = "header", "warning"  # not billable
    DUPLICATE = "duplicate", "warning"
    AMBIGUOUS_RANGE = "ambiguous range", "warning"  # people read it in two ways
    IGNORED_TEXT = "ignored text", "warning"  # after the codes: "except E11.9", ".1"
    GAP = "gap", "warning"  # nearly all billable codes below a header are listed
    SEVERAL_COLUMNS = "several columns", "warning"  # have codes, and one was read
    WILDCARD = "wildcard", "remark"  # how it was read
    SPELLING = "spelling", "remark"  # lower case, or a dot at the end
    HEADING = "heading", "remark"  # the line that was read as the heading


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
