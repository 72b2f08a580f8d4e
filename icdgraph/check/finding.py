"""Findings: one is a rule that codes break, and the reasons for it.

*message*, *resolves* and *unless* are our sentences.  A reason is a note of the
classification, verbatim, with the node that it is defined at and the path of
inheritance from the code to that node, or what a section of the Guidelines states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING, Any, overload

from icdgraph.errors import ParseError

if TYPE_CHECKING:
    import pandas


class Severity(StrEnum):
    """How certain a finding is, the most severe first.

    *error*: the Guidelines or the classification forbid it, whatever the record says.
    *warning*: it is wrong unless a condition holds, which the finding names.  *note*:
    worth a look, and shown only when asked for.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

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
        if name not in RANKS:
            raise ParseError(
                f"invalid severity {name!r}: expected error, warning or note"
            )
        return cls(name)


_BY_LETTER = {severity[0].upper(): severity for severity in Severity}
_LETTERS = "".join(_BY_LETTER)
RANKS = {severity: rank for rank, severity in enumerate(Severity)}
"""The place of each severity, 0 for the most severe."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A note, or a statement of the Guidelines, that a finding rests on.

    *text* is the note, verbatim, or our words for what *section* states, and *quote* a
    few words of that section, verbatim. *code* is the code that it applies to. For a
    note, *kind* is its heading in the Tabular List, such as ``Excludes1``, *heading*
    the line above its list, *defined_at* the code or range of its owner, *title* the
    owner's title, *position* the note's place among the owner's notes of its kind,
    *path* the way to the owner, the code first, and *state* tells where it could not be
    read in full.
    """

    kind: str
    text: str
    code: str
    section: str = ""
    heading: str = ""
    defined_at: str = ""
    title: str = ""
    position: int = 0
    path: tuple[str, ...] = ()
    state: str = ""
    quote: str = ""

    @property
    def cited(self) -> str:
        """The section as a letter cites it: "Guidelines I.A.15"."""
        place = self.section.removeprefix(f"{self.kind}, ")
        return f"{self.kind} {place}"

    @property
    def in_full(self) -> str:
        """The text after the line above its list, with its state where there is one."""
        text = f"{self.heading} {self.text}".strip()
        return f"{text} [{self.state}]" if self.state else text

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the reason as labels and texts."""
        if self.section:
            place = self.cited.removeprefix(f"{self.kind} ")
            yield self.kind, f"{place}: {self.text}"
            return
        # The title of a section or chapter ends with its range.
        is_named = self.title.endswith(f"({self.defined_at})")
        owner = self.title if is_named else f"{self.defined_at} {self.title}"
        is_inherited = len(self.path) > 1
        path = f", inherited by {' < '.join(self.path)}" if is_inherited else ""
        yield self.kind, f"{self.in_full} (at {owner}{path})"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding in an encounter.

    *codes* are those concerned, as the release writes them; an unknown one as given.
    *section* is that of the Official Guidelines, *reasons* are the notes and statements
    that it rests on, and *proposals* are codes of the release to use instead.

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
    reasons: tuple[Reason, ...] = ()
    proposals: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """The severity of its rule."""
        return Severity.of(self.rule)

    @property
    def source(self) -> str:
        """The section as it is cited: ``Guidelines I.B.2``, ``Tabular List, Z33``."""
        is_guideline = self.section.split(".")[0] in ("I", "II", "III", "IV")
        return f"Guidelines {self.section}" if is_guideline else self.section

    @property
    def note(self) -> str:
        """The text of the first note that it rests on, verbatim; empty without one."""
        return next((r.text for r in self.reasons if not r.section), "")

    @property
    def path(self) -> tuple[str, ...]:
        """The way from the code to the node at which that note is defined."""
        return next((r.path for r in self.reasons if not r.section), ())

    def record(self) -> dict[str, Any]:
        """Return the finding as a dictionary, for JSON and for tables."""
        fields = asdict(self, dict_factory=_with_lists)
        rule = fields.pop("rule")
        return {"rule": rule, "severity": self.severity.value, **fields}

    def lines(self) -> list[tuple[str, str]]:
        """Return the finding as labels and texts: the id and the message come first."""
        of_reasons = [line for reason in self.reasons for line in reason.lines()]
        is_stated = any(reason.section == self.section for reason in self.reasons)
        labeled = [
            (self.rule, self.message),
            *of_reasons,
            ("source", "" if is_stated else self.source),
            ("resolve", self.resolves),
            ("unless", self.unless),
        ]
        return [(label, text) for label, text in labeled if text]

    def _repr_html_(self) -> str:
        """Return a table for a notebook."""
        return Findings(self.codes, [self])._repr_html_()


def _with_lists(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in fields}


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
        self._findings = sorted(
            findings, key=lambda f: (_LETTERS.index(f.rule[0]), f.rule)
        )

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

        Raises `ParseError` for another word than error, warning or note.
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
                yield f"  {label}  {text}" if is_rule else f"        {label:10}  {text}"
        yield self.summary()

    def summary(self) -> str:
        """Return how many findings of each severity there are, in words."""
        counts = Counter(finding.severity for finding in self)
        words = [
            f"{counts[s]} {s.value}{'s' if counts[s] > 1 else ''}"
            for s in Severity
            if counts[s]
        ]
        return ", ".join(words) or f"no findings for {', '.join(self.codes)}".rstrip()

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """Return a table for a notebook."""
        if not self:
            return f"<p>{escape(self.summary())}</p>"
        left = ' style="text-align:left"'
        head = "".join(f"<th{left}>{name}</th>" for name in _CELLS)
        rows = "".join(
            "<tr>"
            + "".join(f"<td{left}>{escape(cell(f))}</td>" for cell in _CELLS.values())
            + "</tr>"
            for f in self
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f"{table}<p>{escape(self.summary())}</p>"


_CELLS: dict[str, Callable[[Finding], str]] = {
    "rule": lambda f: f.rule,
    "codes": lambda f: ", ".join(f.codes),
    "message": lambda f: f.message,
    "reasons": lambda f: "; ".join(reason.in_full for reason in f.reasons),
    "path": lambda f: " < ".join(f.path),
    "section": lambda f: f.section,
    "resolve": lambda f: f.resolves,
}
"""The columns of a table in a notebook."""
