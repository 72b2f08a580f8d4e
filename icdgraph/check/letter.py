"""The findings of an encounter as a short letter, to a payer or to a provider.

A letter to a payer quotes what the classification and the Guidelines state, for an
appeal.  A query to a provider asks what the record supports and does not lead to an
answer (AHIMA/ACDIS, Guidelines for Achieving a Compliant Query Practice).  What the
sender must fill in is in brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.check.finding import Finding, Findings
    from icdgraph.graph import Graph

RECIPIENTS = ("payer", "provider")
_OPENINGS = {
    "payer": (
        "To: [name of the payer]",
        "Re: claim [number], patient [name], date of service [date]",
        "We ask you to review the diagnosis codes of this claim. The reasons are "
        "those of ICD-10-CM and of its Official Guidelines, quoted below.",
    ),
    "provider": (
        "To: [name of the provider]",
        "Re: patient [name], record [number], date of service [date]",
        "The codes of this encounter raise the questions below. Please answer from "
        "your clinical judgment and document the answer in the record.",
    ),
}
_CLOSING = "[name, credentials, telephone number]"


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


def _lines(graph: Graph, findings: Findings, recipient: str) -> Iterator[str]:
    to, subject, opening = _OPENINGS[recipient]
    yield from (to, "", subject, "", "Date: [date]", "", opening, "")
    yield "Codes, the first-listed one first:"
    yield ""
    for code in findings.codes:
        node = graph.get(code)
        yield f"- {code} {node.title if node else '(not a code of this release)'}"
    if not findings:
        yield from ("", "The check found no errors and no warnings in these codes.")
    for number, finding in enumerate(findings, 1):
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
            words = " ".join(next(reason.lines()))
            yield from ("", f"> {words}.")
        else:
            yield from ("", f"> {reason.kind} at {reason.defined_at} {reason.title}:")
            yield f"> “{f'{reason.heading} {reason.text}'.strip()}”"
    yield ""
    if recipient == "payer":
        yield _sentence(f"What we ask: {finding.resolves or '[what you ask]'}")
        return
    if finding.unless:
        yield _sentence(f"Does the record show that {finding.unless}")[:-1] + "?"
    else:
        yield "Which of these codes does the record support?"
    yield ""
    yield from ("- [ ] Yes", "- [ ] No", "- [ ] Other: [explain]")
    yield "- [ ] Unable to determine"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."
