"""The audit by graph: what the classification itself gets wrong or leaves open.

Every check is a function with a number, from a graph to its cases, and all of them
stand in one table.  The hundreds are subjects:

    A1xx  exclusions      pairs forbidden and allowed at once, excluded kin, one side
    A2xx  sequence        circles (`cycles`), etiology and manifestation
    A3xx  terms           words that lead to two codes
    A4xx  print           references and ranges as printed

`areas` counts the pairs of billable codes that notes speak of.  Nothing here judges a
claim; the report is for those who maintain the classification, and ``docs/audit.md``
explains each check with an example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.audit import cycles, exclusions, manifestations, references, terms
from icdgraph.audit.cases import Case, Check, Finding, Weight
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.graph import Graph

__all__ = ["CHECKS", "Case", "Check", "Finding", "Weight", "audit", "chosen"]

CHECKS = {
    check.id: check
    for module in (exclusions, cycles, manifestations, terms, references)
    for check in module.CHECKS
}
"""All checks by number, in order."""


def chosen(ids: Iterable[str] = ()) -> list[Check]:
    """Return the checks with *ids*, in the order of the table; without any, all.

    Raises `ParseError` for a number that no check has.

    >>> [check.title for check in chosen(["a401"])]
    ['A reference to a code that does not exist']
    """
    wanted = {name.strip().upper() for name in ids}
    for name in sorted(wanted - CHECKS.keys()):
        raise ParseError(
            f"{name!r} is not the number of a check; one of {', '.join(CHECKS)} would "
            "be right"
        )
    return [c for name, c in CHECKS.items() if not wanted or name in wanted]


def audit(graph: Graph, ids: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return what each check finds in *graph*; *ids* narrows them to some.

    Raises `ParseError` for a number that no check has.

    >>> from icdgraph.toy import toy
    >>> [(f.check.id, len(f.cases)) for f in audit(toy().core) if f.cases]
    [('A106', 4), ('A401', 2)]
    """
    return tuple(Finding(check, tuple(check.find(graph))) for check in chosen(ids))
