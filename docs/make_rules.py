"""Write docs/rules.md, and the rules of docs/guidelines.md: python docs/make_rules.py.

A rule holds a section that it or one of its entries names, or of which it finds a wrong
encounter in tests/data/encounters.tsv.
"""

import csv
import re
from collections import defaultdict
from pathlib import Path

import icdgraph
from icdgraph.check import checker_of, rules
from icdgraph.check.guidelines import entries
from icdgraph.check.rule_docs import document

DOCS = Path(__file__).parent
ENCOUNTERS = DOCS.parent / "tests" / "data" / "encounters.tsv"


def rules_by_section(graph):
    """Return the ids of the rules that hold each section of the Guidelines."""
    held = defaultdict(set)
    for stated in (*rules().values(), *entries()):
        held[stated.section].add(getattr(stated, "rule", "") or stated.id)
    with ENCOUNTERS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            patient = {name: row[name] or None for name in ("setting", "age", "sex")}
            for finding in graph.check(row["codes"].split(), **patient):
                held[row["section"]].add(finding.rule)
    return held


def guidelines(text, held):
    """Return *text*, a table of sections, with the rules of each in its last column."""
    lines = []
    for line in text.splitlines():
        match = re.match(r"\| ((?:I{1,3}|IV)[\w.]*) \|.*\|([^|]*)\|$", line)
        if match:
            ids = ", ".join(sorted(held.get(match[1], ()), key=lambda id: (id[1:], id)))
            line = f"{line[: match.start(2)]} {ids or '–'} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    graph = icdgraph.load()
    path = DOCS / "rules.md"
    path.write_text(document(checker_of(graph.core)), "utf-8", newline="\n")
    path = DOCS / "guidelines.md"
    text = guidelines(path.read_text("utf-8"), rules_by_section(graph))
    path.write_text(text, "utf-8", newline="\n")
