"""The results of an audit as lines for people, and as records and rows for programs.

Lines give the first cases of every group and say how to see the others; records and
rows have every case with its notes.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from icdgraph.serialize import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.audit.checks import AuditResult
    from icdgraph.graph import Graph
    from icdgraph.serialize import Record

SHOWN = 2
"""How many cases of a group are shown unless all are wanted."""

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
"""The columns of `rows`: a row per note of a case, or one for a case without notes."""


def document(graph: Graph, results: Iterable[AuditResult]) -> Record:
    """Return *results* as one JSON document.

    >>> from icdgraph.audit import audit
    >>> from icdgraph.toy import toy
    >>> document(toy().core, audit(toy().core, ["C401"]))["checks"][0]["count"]
    2
    """
    return {
        "version": graph.version,
        "source": graph.edition.source,
        "sha256": graph.edition.digest,
        "checks": [result.record() for result in results],
    }


def records(results: Iterable[AuditResult]) -> Iterator[Record]:
    """Yield each case as a record with the id of its check.

    >>> from icdgraph.audit import audit
    >>> from icdgraph.toy import toy
    >>> [record["check"] for record in records(audit(toy().core, ["C401"]))]
    ['C401', 'C401']
    """
    for result in results:
        for case in result.cases:
            yield {"check": result.check.id} | case.record()


def rows(results: Iterable[AuditResult]) -> Iterator[tuple[object, ...]]:
    """Yield the rows of *results* under `COLUMNS`; cases of a check count from 1."""
    for result in results:
        for number, case in enumerate(result.cases, 1):
            start = (
                result.check.id,
                number,
                case.group,
                " ".join(node.code for node in case.nodes),
                case.pairs,
                " ".join(case.example),
                case.sentence,
            )
            for note in case.notes or (None,):
                yield (*start, *(_cells(note) if note else [""] * 6))


_cells = attrgetter("owner.code", "kind.value", "position", "line", "heading", "text")


def lines(
    graph: Graph, results: Sequence[AuditResult], shown: int | None = SHOWN
) -> Iterator[str]:
    """Yield *results* as lines, with *shown* cases of every group; None for all.

    >>> from icdgraph.audit import audit
    >>> from icdgraph.toy import toy
    >>> next(lines(toy().core, audit(toy().core, ["C105"])))
    'Audit of ICD-10-CM 2026 (toy.xml): 0 cases'
    """
    total = counted(sum(len(result.cases) for result in results), "case")
    yield f"Audit of ICD-10-CM {graph.version} ({graph.edition.source}): {total}"
    yield ""
    for result in results:
        check, count = result.check, len(result.cases)
        yield f"{check.id} {count:>6,}  {check.severity:13}  {check.title}"
    for result in results:
        yield from _result(result, shown)


def _result(result: AuditResult, shown: int | None) -> Iterator[str]:
    check = result.check
    yield from ("", f"{check.id} {check.title}: {counted(len(result.cases), 'case')}")
    if result.cases:
        yield f"  {check.why}"
    for group, count in result.groups.items():
        yield f"  {group}: {counted(count, 'case')}"
        cases = [case for case in result.cases if case.group == group][:shown]
        for case in cases:
            yield f"    {case.sentence}"
            if case.pairs:
                pairs = f"{counted(case.pairs, 'pair')} of billable codes"
                such_as = ", such as" if case.pairs > 1 else ":"
                yield f"      {pairs}{such_as} {' with '.join(case.example)}"
        if len(cases) < count:
            yield f"    and {count - len(cases):,} more, with --check {check.id}"
