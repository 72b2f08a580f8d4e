"""The audit: contradictions and gaps in the classification itself.

Each check is a function from a graph to cases, and has an id.  The hundreds are
subjects:

    C1xx  exclusions    pairs excluded and allowed at once, stated on one side only
    C2xx  sequence      circles, etiology and manifestation
    C3xx  terms         words that lead to two codes
    C4xx  references    codes that do not exist, misprints

The audit judges no claim; its results are for those who maintain the classification.
``docs/audit.md`` explains each check with an example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit import cycles, exclusions, manifestations, references, terms
from icdgraph.audit.checks import AuditCase, AuditCheck, AuditResult, AuditSeverity
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.graph import Graph

__all__ = [
    "CHECKS",
    "AuditCase",
    "AuditCheck",
    "AuditResult",
    "AuditSeverity",
    "audit",
    "select",
]

CHECKS = {
    check.id: check
    for module in (exclusions, cycles, manifestations, terms, references)
    for check in module.CHECKS
}
"""All checks by id, in order."""


def select(ids: Iterable[str] = ()) -> list[AuditCheck]:
    """Return the checks with *ids*, in the order of `CHECKS`; without any, all.

    Raises `ParseError` for an unknown id.

    >>> [check.title for check in select(["c401"])]
    ['A reference to a code that does not exist']
    """
    wanted = {name.strip().upper() for name in ids}
    for name in sorted(wanted - CHECKS.keys()):
        raise ParseError(f"unknown check {name!r}. Choose from: {', '.join(CHECKS)}")
    return [c for name, c in CHECKS.items() if not wanted or name in wanted]


def audit(graph: Graph, ids: Iterable[str] = ()) -> tuple[AuditResult, ...]:
    """Return the cases that each check finds in *graph*; *ids* selects checks.

    Raises `ParseError` for an unknown id.

    >>> from icdgraph.toy import toy
    >>> audit(toy().core, ["C106", "C401"])[0]
    <AuditResult C106 Excludes1 stated on one side only: 4 cases>
    """
    return tuple(AuditResult(c, tuple(c.find(graph))) for c in select(ids))
