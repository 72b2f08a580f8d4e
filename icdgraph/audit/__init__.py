"""The audit: contradictions and gaps in the classification itself.

Each check has an id, its words in ``checks.toml``, and a function that finds its cases
in a graph.  The hundreds are subjects:

    C1xx  exclusions    pairs excluded and allowed at once, stated on one side only
    C2xx  sequence      cycles, etiology and manifestation
    C3xx  terms         words that lead to two codes
    C4xx  references    codes that do not exist, misprints

The audit does not judge claims; its results are for those who maintain the
classification.  ``docs/audit.md`` explains each check with an example.
"""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from icdgraph.audit import cycles, exclusions, manifestations, references, terms
from icdgraph.audit.checks import AuditCase, AuditCheck, AuditResult, AuditSeverity
from icdgraph.errors import ParseError
from icdgraph.model import NoteKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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

_ORDERING = (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)

_FINDERS: dict[str, Callable[[Graph], Iterator[AuditCase]]] = {
    "C101": partial(exclusions.both_on_one_side, at_one_node=True),
    "C102": partial(exclusions.both_on_one_side, at_one_node=False),
    "C103": exclusions.both_on_two_sides,
    "C104": exclusions.against_instructions,
    "C105": exclusions.of_own_relatives,
    "C106": exclusions.not_returned,
    "C201": cycles.of_two,
    "C202": cycles.longer,
    "C203": partial(manifestations.unanswered, kinds=_ORDERING),
    "C204": partial(manifestations.unanswered, kinds=_ORDERING[::-1]),
    "C205": manifestations.without_code_first,
    "C301": terms.shared_terms,
    "C302": terms.terms_as_titles,
    "C303": terms.shared_titles,
    "C401": partial(references.defects, check="C401"),
    "C402": partial(references.defects, check="C402"),
    "C403": partial(references.defects, check="C403"),
    "C404": references.unapplied,
}

_WORDS = Path(__file__).with_name("checks.toml")

CHECKS = {
    name: AuditCheck(
        name,
        words["title"],
        AuditSeverity(words["severity"]),
        words["why"],
        _FINDERS[name],
    )
    for name, words in tomllib.loads(_WORDS.read_text("utf-8")).items()
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
