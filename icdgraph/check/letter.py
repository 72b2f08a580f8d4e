"""The findings of an encounter as a short letter, to a payer or to a provider.

A letter to a payer quotes what the classification and the Guidelines state, for an
appeal.  A query to a provider asks about the conditions that the findings name, and
does not lead to an answer (AHIMA/ACDIS, Guidelines for Achieving a Compliant Query
Practice).  What is wrong whatever the record says, such as an order, is no question to
a provider and is left out of it.  What the sender must fill in is in brackets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check.finding import Finding, Findings
    from icdgraph.graph import Graph

RECIPIENTS = ("payer", "provider")
_SUBJECTS = {
    "payer": (
        "To: [name of the payer]",
        "Re: claim [number], patient [name], date of service [date]",
    ),
    "provider": (
        "To: [name of the provider]",
        "Re: patient [name], record [number], date of service [date]",
    ),
}
_OPENINGS = {
    ("payer", True): "We ask you to review the diagnosis codes of this claim. The "
    "reasons are those of ICD-10-CM and of its Official Guidelines, quoted below.",
    ("payer", False): "The diagnosis codes of this claim agree with ICD-10-CM and with "
    "its Official Guidelines as far as codes can show: a check found no errors and no "
    "warnings.",
    ("provider", True): "The codes of this encounter raise the questions below. Please "
    "answer from your clinical judgment and document the answer in the record.",
    ("provider", False): "The codes of this encounter raise no question to you.",
}
_CLOSING = "[name, credentials, telephone number]"
_NOT_CLINICAL = ("E405",)
"""Rules whose condition is about the claim, and not about the patient."""
_AS_A_QUESTION = (
    (r"^the provider documents (?:them|the two) as unrelated", "they are unrelated"),
    (r"^the provider documents (?:such|both)", "both are present"),
    (r"^the provider documents that ", ""),
    (r"^the provider documents ", "there is "),
    (r"^both are documented", "both are present"),
)
"""How a condition is worded to the provider, who is asked for it."""


def letter(graph: Graph, findings: Findings, recipient: str = "payer") -> str:
    """Return *findings* as a letter in Markdown to a ``payer`` or a ``provider``.

    Raises `ParseError` for another recipient.

    >>> from icdgraph.toy import toy
    >>> text = letter(toy().core, toy().check(["M54.50", "F45.41"]))
    >>> text.splitlines()[0]
    'To: [name of the payer]'
    """
    if recipient not in RECIPIENTS:
        raise ParseError(
            f"invalid recipient {recipient!r}: expected {' or '.join(RECIPIENTS)}"
        )
    return "\n".join(_lines(graph, findings, recipient)) + "\n"


def questions(findings: Findings) -> list[Finding]:
    """Return the findings that a provider can answer: those with a condition.

    >>> from icdgraph.toy import toy
    >>> [finding.rule for finding in questions(toy().check(["M54.50", "F45.41"]))]
    ['E201']
    """
    return [f for f in findings if f.unless and f.rule not in _NOT_CLINICAL]


def _lines(graph: Graph, findings: Findings, recipient: str) -> Iterator[str]:
    told = questions(findings) if recipient == "provider" else list(findings)
    to, subject = _SUBJECTS[recipient]
    opening = _OPENINGS[recipient, bool(told)]
    yield from (to, "", subject, "", "Date: [date]", "", opening, "")
    yield "Codes, the first-listed one first:"
    yield ""
    for code in findings.codes:
        node = graph.get(code)
        yield f"- {code} {node.title if node else '(not a code of this release)'}"
    for number, finding in enumerate(told, 1):
        yield from ("", f"## {number}. {', '.join(finding.codes)}", "")
        yield from _finding(finding, recipient)
    edition = graph.edition
    day = f", effective {edition.effective}" if edition.effective else ""
    yield from (
        "",
        f"Source: ICD-10-CM {edition.version}{day} (SHA-256 of the Tabular List "
        f"{edition.digest or 'unknown'}); Official Guidelines for Coding and "
        "Reporting, FY2026.",
        "",
        _CLOSING,
    )


def _finding(finding: Finding, recipient: str) -> Iterator[str]:
    yield _sentence(finding.message)
    for reason in finding.reasons:
        if reason.section:
            yield from ("", f"> {reason.cited}:", f"> “… {reason.quote} …”")
        else:
            yield from ("", f"> {reason.kind} at {reason.defined_at} {reason.title}:")
            yield f"> “{f'{reason.heading} {reason.text}'.strip()}”"
    yield ""
    if recipient == "payer":
        yield _sentence(f"The correction: {finding.resolves or '[what you ask]'}")
        return
    condition = finding.unless
    for words, asked in _AS_A_QUESTION:
        condition = re.sub(words, asked, condition)
    yield _sentence(f"Please state whether, in your clinical judgment, {condition}")
    yield ""
    yield from ("- [ ] Yes", "- [ ] No", "- [ ] Other: [explain]")
    yield "- [ ] Unable to determine"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
