"""The findings of one encounter: a sequence, a text, a table, a part of a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, overload

from icdgraph.check.finding import RANKS, Finding, Severity, html_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas


class Findings(Sequence[Finding]):
    """The findings of an encounter, the most severe first; empty if there are none.

    *codes* are those checked, the first-listed one first, as the release writes them.

    >>> from icdgraph.toy import toy
    >>> findings = toy().check(["M54.50", "F45.41"])
    >>> findings.summary(), findings[0].path
    ('1 error', ('M54.50', 'M54.5', 'M54'))
    """

    def __init__(self, codes: Sequence[str], findings: Sequence[Finding]) -> None:
        self.codes = tuple(codes)
        self._findings = sorted(findings, key=lambda f: RANKS[Severity.of(f.rule)])

    @overload
    def __getitem__(self, key: int) -> Finding: ...
    @overload
    def __getitem__(self, key: slice) -> list[Finding]: ...
    def __getitem__(self, key: int | slice) -> Finding | list[Finding]:
        """Return a finding, or a list of findings."""
        return self._findings[key]

    def __len__(self) -> int:
        return len(self._findings)

    @property
    def errors(self) -> list[Finding]:
        """The findings that are errors."""
        return [f for f in self if f.severity is Severity.ERROR]

    def down_to(self, severity: str) -> Findings:
        """Return the findings of *severity* and more severe ones.

        Raises `ParseError` for another word than error, warning or advice.
        """
        rank = RANKS[Severity.named(severity)]
        kept = [finding for finding in self if RANKS[finding.severity] <= rank]
        return Findings(self.codes, kept)

    def records(self) -> list[dict[str, Any]]:
        """Return the findings as dictionaries, as ``--json`` prints them."""
        return [finding.record() for finding in self]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a DataFrame, a row for each finding and a column for each field."""
        import pandas

        empty = Finding("E101", (), "", "").record()
        return pandas.DataFrame(self.records(), columns=list(empty))

    def text(self) -> str:
        """Return the findings for a terminal, by severity, and their number."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        severity = None
        for finding in self:
            if finding.severity != severity:
                severity = finding.severity
                yield severity.value
            for label, text in finding.lines():
                is_rule = label == finding.rule
                yield f"  {label}  {text}" if is_rule else f"        {label:9}  {text}"
        yield self.summary()

    def summary(self) -> str:
        """Return how many findings of each severity there are, in words."""
        counts = Counter(finding.severity for finding in self)
        words = [
            f"{counts[s]} {s.value}{'s' if counts[s] > 1 and s != 'advice' else ''}"
            for s in Severity
            if counts[s]
        ]
        return ", ".join(words) or f"no findings for {', '.join(self.codes)}".rstrip()

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """Return a table for a notebook."""
        table = html_table(self) if len(self) else ""
        return f"{table}<p>{escape(self.summary())}</p>"
