"""Checking codes against the notes and the Official Guidelines.

    texts ─ repair ─> nodes ─ rules, shapes over facts ─> hits ─ explain ─> findings

`Facts` holds, once for each graph, what decides the rules: columns by node number and
two relations between codes (`Relation`), as numpy arrays.  A `Rule` is words, from
``rules.toml``, and shapes, from `SHAPES`; a shape finds its hits in one encounter in
plain Python (``find``) and in columns of millions of them in numpy (``scan``).  Hits
are numbers, and `Explainer` puts them into words.

A table goes through the same rules in columns (`table` shows the way):

    source ─ layout ─ whole ─ Kernel ─ Wording ─> findings; Tally ─> Summary

Each row has a node number, below 0 for a text that the graph does not hold, and the
rows of an encounter stand together, in their order.  Rows of different encounters never
meet, so a table may be cut between any two of them, by threads here and by `spark`.
`tests/property/test_check_laws.py` holds ``find`` and ``scan`` together, rule by rule,
and `test_check_tables.py` there whole tables and their encounters.
"""

from icdgraph.check.batch import Hits, Rows
from icdgraph.check.checker import Checker, Companions, checker_of
from icdgraph.check.encounter import Encounter
from icdgraph.check.finding import Finding, Severity
from icdgraph.check.findings import Findings
from icdgraph.check.order import Order, Reason
from icdgraph.check.rules import Rule, chosen, rules

__all__ = [
    "Checker",
    "Companions",
    "Encounter",
    "Finding",
    "Findings",
    "Hits",
    "Order",
    "Reason",
    "Rows",
    "Rule",
    "Severity",
    "checker_of",
    "chosen",
    "rules",
]
