"""Checking codes against the notes and the Official Guidelines.

One encounter:

    texts ─ repair ─> nodes ─ the conditions of each rule ─> hits ─ explain ─> findings

`RuleIndex` has what the rules ask of a release: columns by node number and statements
about two codes, derived once by `indexing` and kept in the cache.  A `Rule` has words,
from ``rules.toml``, and conditions; a condition finds its hits in one encounter in
plain Python.  Hits are numbers, and `Explainer` makes findings of them.

A table of many encounters goes through the same rules in numpy and Arrow:

    source ─ columns ─ grouping ─ kernel, scans ─ arrow_findings ─> findings
                                              └ tally ─ summary ─> figures

Each row has a node number, below 0 for a text that is not a code, and the rows of an
encounter are together, in their order.  So a table may be cut between any two
encounters, by threads in `table` and by tasks in `spark`.

`tests/property/test_check_laws.py` compares conditions and scans, rule by rule, and
`test_check_tables.py` there whole tables with their encounters.
"""

from icdgraph.check.checker import Checker, Companions, checker_of
from icdgraph.check.encounter import Encounter
from icdgraph.check.finding import Finding, Findings, Reason, Severity
from icdgraph.check.order import Order
from icdgraph.check.rules import Rule, chosen, rules

__all__ = [
    "Checker",
    "Companions",
    "Encounter",
    "Finding",
    "Findings",
    "Order",
    "Reason",
    "Rule",
    "Severity",
    "checker_of",
    "chosen",
    "rules",
]
