"""The wording of a change: which codes to report instead of those of a finding.

    I10 and N18.30     report I12.9 and N18.30 instead of I10 and N18.30
    I11.0 and N18.30   report I13.0 and N18.30 instead of I11.0 and N18.30
    E11.9 and N18.30   report E11.22 and N18.30 instead of E11.9 and N18.30
    E11.9 and E11.22   leave out E11.9

An entry of the Guidelines names the codes that replace one of two codes: those of its
category, if there are any.  The other code stays, unless a note or the Guidelines keep
it apart from the new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.check.statements import ANY_APART

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.check.finding import Finding
    from icdgraph.check.rule_index import RuleIndex

REQUIRED = ("E411", "W411")
"""Rules on a code that is missing: what they propose is added."""


def change(index: RuleIndex, finding: Finding) -> str:
    """Return what to do about *finding*, its `resolves` where it names no new codes."""
    proposals, codes, reasons = finding.proposals, finding.codes, finding.reasons
    if not proposals or not reasons:
        return finding.resolves
    if finding.rule in REQUIRED:
        return f"add {_listed(proposals, 'or')}, if the record supports it"
    # The first reason is the entry that proposes, and its code the one to replace.
    replaced = reasons[0].code
    kept = [code for code in codes if code != replaced]
    if set(kept) & set(proposals):
        return f"leave out {replaced}"
    beside = [p for p in proposals if not any(_are_apart(index, p, c) for c in kept)]
    new = beside or list(proposals)
    # A category has three characters.
    new = [code for code in new if code[:3] == replaced[:3]] or new
    words = _listed(new, "or")
    if kept and beside:
        words += f"{',' if len(new) > 1 else ''} and {_listed(kept, 'and')}"
    return f"report {words} instead of {_listed(codes, 'and')}"


def _are_apart(index: RuleIndex, a: str, b: str) -> bool:
    first, second = index.graph.number_of(a), index.graph.number_of(b)
    bits = index.statements.bits(first, second) | index.statements.bits(second, first)
    return bool(bits & ANY_APART)


def _listed(codes: Sequence[str], conjunction: str) -> str:
    """Return *codes* in words.

    >>> _listed(["I13.0", "I13.10", "I13.2"], "or")
    'I13.0, I13.10 or I13.2'
    """
    *rest, last = codes
    return f"{', '.join(rest)} {conjunction} {last}" if rest else last
