"""What a check finds: one `Finding` a rule and note, plain enough to be kept or sent.

A finding speaks in two voices.  *message*, *resolves* and *unless* are ours; *words*
are those of the note, as printed, with the node it was printed at and the path of
inheritance from the code up to that node.  A finding that rests on the Official
Guidelines alone has no words, and names the section to read.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How sure the sources are, the gravest first; the first letter of a rule's id.

    *error*: a rule is broken as it is printed.  *warning*: it is broken unless
    something holds that the codes cannot tell.  *advice*: a note worth reading.
    """

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


SEVERITIES = {severity.value[0].upper(): severity for severity in Severity}
"""The severities by the letter that rule ids start with."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in an encounter.

    *codes* are those concerned, as the release writes them (an unknown one as given);
    *words* the note verbatim, after the line that heads it; *printed_at* the code or
    range of the note's owner and *path* the way to it, the code first.  *proposals*
    are codes that would be right, where the release has them.

    >>> from icdgraph.toy import toy
    >>> (finding,) = toy().check(["M54.50", "F45.41"])
    >>> finding.rule, finding.severity.value, finding.words, finding.path
    ('E201', 'error', 'psychogenic dorsalgia (F45.41)', ('M54.50', 'M54.5', 'M54'))
    """

    rule: str
    codes: tuple[str, ...]
    message: str
    section: str
    resolves: str = ""
    unless: str = ""
    words: str = ""
    heading: str = ""
    printed_at: str = ""
    title: str = ""
    path: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    state: str = ""

    @property
    def severity(self) -> Severity:
        """The severity of its rule."""
        return SEVERITIES[self.rule[0]]

    def record(self) -> dict[str, Any]:
        """Return the finding as a dictionary, for JSON and for tables."""
        fields = asdict(self)
        return {
            "rule": fields.pop("rule"),
            "severity": self.severity.value,
            **{k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()},
        }

    def _repr_html_(self) -> str:
        """Return the finding as a table of one row, for a notebook."""
        from icdgraph.check.findings import html

        return html([self])
