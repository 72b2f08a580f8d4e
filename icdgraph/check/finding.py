"""A finding: one rule that the codes of an encounter break, and what it rests on.

*message*, *resolves* and *unless* are our sentences.  *note* is the text of a note of
the classification, verbatim, with the node it is defined at and the path of inheritance
from the code to that node.  A finding that rests on the Official Guidelines alone has
no note; *section* names what to read.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING, Any

from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How certain a finding is, the most severe first.

    *error*: a rule is broken as it is printed.  *warning*: it is broken unless
    something holds that the codes do not show.  *advice*: a note worth reading.
    """

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"

    @classmethod
    def of(cls, rule: str) -> Severity:
        """Return the severity of the rule with id *rule*, by its first letter.

        >>> Severity.of("W302")
        <Severity.WARNING: 'warning'>
        """
        return _BY_LETTER[rule[0]]

    @classmethod
    def named(cls, name: str) -> Severity:
        """Return the severity *name*.  Raises `ParseError`."""
        try:
            return cls(name)
        except ValueError as exc:
            raise ParseError(
                f"invalid severity {name!r}: expected error, warning or advice"
            ) from exc


_BY_LETTER = {severity[0].upper(): severity for severity in Severity}
RANKS = {severity: rank for rank, severity in enumerate(Severity)}
"""The place of each severity, 0 for the most severe."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding in an encounter.

    *codes* are those concerned, as the release writes them; an unknown one as given.
    *note* is the text of a note, *heading* the line above its list, *defined_at* the
    code or range of its owner, *title* the owner's title and *path* the way to it, the
    code first.  *proposals* are codes of the release to use instead.  *state* tells
    where the note could not be read in full.

    >>> from icdgraph.toy import toy
    >>> (finding,) = toy().check(["M54.50", "F45.41"])
    >>> finding.rule, finding.severity.value, finding.note, finding.path
    ('E201', 'error', 'psychogenic dorsalgia (F45.41)', ('M54.50', 'M54.5', 'M54'))
    """

    rule: str
    codes: tuple[str, ...]
    message: str
    section: str
    resolves: str = ""
    unless: str = ""
    note: str = ""
    heading: str = ""
    defined_at: str = ""
    title: str = ""
    path: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    state: str = ""

    @property
    def severity(self) -> Severity:
        """The severity of its rule."""
        return Severity.of(self.rule)

    @property
    def note_in_full(self) -> str:
        """The note after the line above its list, with its state where there is one."""
        text = f"{self.heading} {self.note}".strip()
        return f"{text} [{self.state}]" if self.state else text

    def record(self) -> dict[str, Any]:
        """Return the finding as a dictionary, for JSON and for tables."""
        fields = asdict(self)
        return {
            "rule": fields.pop("rule"),
            "severity": self.severity.value,
            **{k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()},
        }

    def lines(self) -> list[tuple[str, str]]:
        """Return the finding as labels and texts: the id and the message come first."""
        is_inherited = len(self.path) > 1
        # The title of a section or chapter ends with its range.
        is_named = self.title.endswith(f"({self.defined_at})")
        owner = self.title if is_named else f"{self.defined_at} {self.title}"
        path = " < ".join(self.path)
        is_guideline = self.section.split(".")[0] in ("I", "II", "III", "IV")
        labeled = [
            (self.rule, self.message),
            ("note", self.note_in_full),
            ("inherited", f"from {owner} ({path})" if is_inherited else ""),
            ("defined", f"at {owner}" if self.path and not is_inherited else ""),
            ("source", f"{'Guidelines ' if is_guideline else ''}{self.section}"),
            ("resolve", self.resolves),
            ("unless", self.unless),
        ]
        return [(label, text) for label, text in labeled if text]

    def _repr_html_(self) -> str:
        """Return the finding as a table of one row, for a notebook."""
        return html_table([self])


_COLUMNS = ("rule", "codes", "message", "note", "path", "section", "resolve")


def html_table(findings: Iterable[Finding]) -> str:
    """Return *findings* as a table in HTML, a row for each."""
    left = ' style="text-align:left"'
    head = "".join(f"<th{left}>{name}</th>" for name in _COLUMNS)
    rows = "".join(
        "<tr>"
        + "".join(f"<td{left}>{escape(cell)}</td>" for cell in _cells(finding))
        + "</tr>"
        for finding in findings
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        finding.rule,
        ", ".join(finding.codes),
        finding.message,
        finding.note_in_full,
        " < ".join(finding.path),
        finding.section,
        finding.resolves,
    )
