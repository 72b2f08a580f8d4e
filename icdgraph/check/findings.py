"""The findings of one encounter: a sequence, a text, a table, a page of a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any, overload

from icdgraph.check.finding import Finding, Severity
from icdgraph.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas

WIDTH = 88
_RANK = {severity.value[0].upper(): rank for rank, severity in enumerate(Severity)}
_COLUMNS = ("rule", "codes", "message", "note", "printed at", "section", "resolves")


class Findings(Sequence[Finding]):
    """What was found in an encounter, the gravest first; empty where nothing was.

    *codes* are those checked, the first-listed one first, as the release writes them.

    >>> from icdgraph.toy import toy
    >>> found = toy().check(["M54.50", "F45.41"])
    >>> found.summary(), found[0].path
    ('1 error', ('M54.50', 'M54.5', 'M54'))
    """

    def __init__(self, codes: Sequence[str], findings: Sequence[Finding]) -> None:
        self.codes = tuple(codes)
        self._findings = sorted(findings, key=lambda finding: _RANK[finding.rule[0]])

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
        """Return the findings of *severity* and graver ones."""
        rank = _RANK[severity[0].upper()]
        kept = [finding for finding in self if _RANK[finding.rule[0]] <= rank]
        return Findings(self.codes, kept)

    def records(self) -> list[dict[str, Any]]:
        """Return the findings as dictionaries, as ``--json`` prints them."""
        return [finding.record() for finding in self]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a DataFrame, a row for each finding and a column for each field.

        Raises `MissingExtra` where pandas is not installed.
        """
        try:
            import pandas
        except ImportError as exc:
            raise MissingExtra(
                'pandas is not installed; pip install "icdgraph[pandas]" would be right'
            ) from exc
        empty = Finding("E101", (), "", "").record()
        return pandas.DataFrame(self.records(), columns=list(empty))

    def text(self) -> str:
        """Return the findings for a terminal, by severity, and their count."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        last = None
        for finding in self:
            if finding.severity != last:
                last = finding.severity
                yield last.value
            yield from _told(finding)
        yield self.summary()

    def summary(self) -> str:
        """Return how many findings of which severity there are, in words."""
        counts = Counter(finding.severity for finding in self)
        words = [
            f"{counts[s]} {s.value}{'s' if counts[s] > 1 and s != 'advice' else ''}"
            for s in Severity
            if counts[s]
        ]
        return ", ".join(words) or f"nothing found in {', '.join(self.codes)}"

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """Return a table for a notebook."""
        return (html(self) if len(self) else "") + f"<p>{escape(self.summary())}</p>"


def html(findings: Iterable[Finding]) -> str:
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


def _note(finding: Finding) -> str:
    words = f"{finding.heading} {finding.words}".strip()
    return f"{words} [{finding.state}]" if finding.state else words


def _cells(finding: Finding) -> tuple[str, ...]:
    return (
        finding.rule,
        ", ".join(finding.codes),
        finding.message,
        _note(finding),
        " < ".join(finding.path),
        finding.section,
        finding.resolves,
    )


def _told(finding: Finding) -> Iterator[str]:
    yield from _wrapped(f"  {finding.rule}  ", finding.message)
    place = f"{finding.printed_at} {finding.title}"
    if len(finding.path) > 1:
        place += f", by {' < '.join(finding.path)}"
    is_section = finding.section.split(".")[0] in ("I", "II", "III", "IV")
    for label, text in (
        ("note", _note(finding)),
        ("at", place.strip()),
        ("see", f"{'Guidelines ' if is_section else ''}{finding.section}"),
        ("do", finding.resolves),
        ("unless", finding.unless),
    ):
        if text:
            yield from _wrapped(f"        {label:6}  ", text)


def _wrapped(label: str, text: str) -> list[str]:
    indent = " " * len(label)
    lines = wrap(
        text,
        WIDTH,
        initial_indent=label,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    return lines or [label.rstrip()]
