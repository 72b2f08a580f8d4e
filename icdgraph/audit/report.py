"""The audit as people and programs read it: lines, a JSON document, rows of a table.

The counts come first.  Lines give the first cases of every group and say how to see
the others; the document and the rows hold every case with its notes.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.audit.cases import Case, Finding
    from icdgraph.graph import Graph, Note
    from icdgraph.serialize import Record

WIDTH = 88

SHOWN = 2
"""How many cases of a group are shown where not all are asked for."""

COLUMNS = (
    "check",
    "case",
    "group",
    "nodes",
    "pairs",
    "example",
    "sentence",
    "note_owner",
    "note_kind",
    "note_position",
    "note_line",
    "note_heading",
    "note_text",
)
"""The columns of the rows: one row a note of a case, or one for a case without."""


def document(graph: Graph, findings: Iterable[Finding]) -> Record:
    """Return *findings* as one JSON document.

    >>> from icdgraph.audit import audit
    >>> from icdgraph.toy import toy
    >>> document(toy().core, audit(toy().core, ["A401"]))["checks"][0]["count"]
    2
    """
    return {
        "version": graph.version,
        "source": graph.edition.source,
        "sha256": graph.edition.digest,
        "checks": [finding.record() for finding in findings],
    }


def rows(findings: Iterable[Finding]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of *findings* under `COLUMNS`; cases count from 1 in a check."""
    for finding in findings:
        for number, case in enumerate(finding.cases, 1):
            start = (
                finding.check.id,
                number,
                case.group,
                " ".join(node.code for node in case.nodes),
                case.pairs,
                " ".join(case.example),
                case.sentence,
            )
            for note in case.notes or (None,):
                yield (*start, *_cells(note))


def _cells(note: Note | None) -> tuple[object, ...]:
    if note is None:
        return ("",) * 6
    return (
        note.owner.code,
        note.kind.value,
        note.position,
        note.line,
        note.heading or "",
        note.text,
    )


def lines(
    graph: Graph, findings: Sequence[Finding], shown: int | None = SHOWN
) -> Iterator[str]:
    """Yield *findings* as lines, *shown* cases of every group; None for all.

    >>> from icdgraph.audit import audit
    >>> from icdgraph.toy import toy
    >>> next(lines(toy().core, audit(toy().core, ["A105"])))
    'ICD-10-CM 2026, read from toy.xml, audited by its graph: 0 cases'
    """
    total = sum(len(finding.cases) for finding in findings)
    cases = "case" if total == 1 else "cases"
    yield (
        f"ICD-10-CM {graph.version}, read from {graph.edition.source}, audited by its "
        f"graph: {total:,} {cases}"
    )
    yield ""
    for finding in findings:
        check = finding.check
        yield f"{check.id} {len(finding.cases):>6,}  {check.weight:13}  {check.title}"
    for finding in findings:
        yield from _finding(finding, shown)


def _finding(finding: Finding, shown: int | None) -> Iterator[str]:
    check = finding.check
    total = f"{len(finding.cases):,}" if finding.cases else "none"
    yield from ("", f"{check.id} {check.title}: {total}")
    if finding.cases:
        yield _filled(check.why, "  ")
    for group, count in finding.groups.items():
        cases = [case for case in finding.cases if case.group == group]
        yield f"  {group}: {count:,}"
        for case in cases[:shown]:
            yield _filled(f"{case.sentence}{_pairs(case)}", "    ")
        if len(cases[:shown]) < count:
            more = count - len(cases[:shown])
            yield f"    and {more:,} more, with --check {check.id}"


def _pairs(case: Case) -> str:
    if not case.pairs:
        return ""
    noun = "pair" if case.pairs == 1 else "pairs"
    example = f", such as {' with '.join(case.example)}" if case.example else ""
    return f" {case.pairs:,} {noun} of billable codes{example}."


def _filled(text: str, indent: str) -> str:
    return fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  " if len(indent) > 2 else indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
