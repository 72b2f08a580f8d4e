"""The wording of a change: which codes to report instead of those of a finding.

    I10 and N18.30     report I12.9 and N18.30 instead of I10 and N18.30
    I11.0 and N18.30   report I13.0 and N18.30 instead of I11.0 and N18.30
    E11.9 and N18.30   report E11.22 and N18.30 instead of E11.9 and N18.30
    E11.9 and E11.22   leave out E11.9

An entry of the Guidelines names the codes that replace one of two codes.  The other
code stays, unless a note or the Guidelines keep it apart from the new ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.check.conditions import kept_apart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.check.finding import Finding
    from icdgraph.check.rule_index import RuleIndex

REQUIRED = ("E411", "W411")
"""Rules on a code that is missing: what they propose is added."""
SHOWN = 6
"""Codes named in a sentence before the rest is counted."""


def change(index: RuleIndex, finding: Finding) -> str:
    """Return what to do about *finding*, its `resolves` where it names no new codes."""
    proposals, codes, reasons = finding.proposals, finding.codes, finding.reasons
    if not proposals or not reasons:
        return finding.resolves
    if finding.rule in REQUIRED:
        return f"add {listed(proposals, 'or')}, if the record supports it"
    # The entry proposes, and its code is the one to replace.
    replaced = next((r.code for r in reasons if r.section), reasons[0].code)
    kept = [code for code in codes if code != replaced]
    if set(kept) & set(proposals):
        return f"leave out {replaced}"
    number_of = index.graph.number_of
    beside = [
        new
        for new in proposals
        if not any(kept_apart(index, number_of(new), number_of(k)) for k in kept)
    ]
    new = beside or proposals
    words = listed(new, "or")
    if kept and beside:
        words += f"{',' if len(new) > 1 else ''} and {listed(kept, 'and')}"
    return f"report {words} instead of {listed(codes, 'and')}"


def listed(codes: Iterable[str], conjunction: str = "") -> str:
    """Return *codes* in words, at most `SHOWN` of them.

    >>> listed(["I13.0", "I13.10", "I13.2"], "or"), listed("abcdefgh")
    ('I13.0, I13.10 or I13.2', 'a, b, c, d, e, f and 2 more')
    """
    codes = list(codes)
    if conjunction and 1 < len(codes) <= SHOWN:
        return f"{', '.join(codes[:-1])} {conjunction} {codes[-1]}"
    more = f" and {len(codes) - SHOWN:,} more" if len(codes) > SHOWN else ""
    return ", ".join(codes[:SHOWN]) + more
