"""Hits, misses and false alarms of the check on encounters of the Guidelines.

    python benchmarks/encounters.py [tests/data/encounters.tsv] [--misses] [--alarms]

Each encounter of the file is wrong in one way (an error, or a warning) or right, by the
section of the Official Guidelines that it names.  A wrong one that gets an error or a
warning is a hit, a right one that gets either is a false alarm.  *--misses* and
*--alarms* list those encounters, with their findings.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import icdgraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph import CodeGraph
    from icdgraph.check import Findings

DATA = Path(__file__).parent.parent / "tests" / "data" / "encounters.tsv"
RESULTS = ("hit", "miss", "silent", "alarm")


class Judged(NamedTuple):
    """An encounter, its result among `RESULTS`, and what the check found."""

    row: dict[str, str]
    result: str
    findings: Findings


def judged(graph: CodeGraph, path: Path = DATA) -> Iterator[Judged]:
    """Check each encounter of the file at *path*."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            patient = {name: row[name] or None for name in ("setting", "age", "sex")}
            findings = graph.check(row["codes"].split(), **patient)
            results = RESULTS[2:] if row["verdict"] == "right" else RESULTS[1::-1]
            yield Judged(row, results[bool(findings)], findings)


def rates(counts: Counter[str]) -> tuple[float, float]:
    """Return the share of wrong encounters that are hits, and of right ones silent."""
    wrong, right = counts["hit"] + counts["miss"], counts["silent"] + counts["alarm"]
    return counts["hit"] / max(wrong, 1), counts["silent"] / max(right, 1)


def main() -> None:
    """Print the figures by section of the Guidelines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=DATA)
    parser.add_argument("--misses", action="store_true", help="list the misses")
    parser.add_argument("--alarms", action="store_true", help="list the false alarms")
    options = parser.parse_args()
    listed = {"miss": options.misses, "alarm": options.alarms}
    counts: dict[str, Counter[str]] = {}
    encounters = list(judged(icdgraph.load(), options.file))
    for row, result, findings in encounters:
        section = re.match(r"I\.[ABC](\.\d+)?|[IV]+", row["section"])
        group = section[0] if section else row["section"]
        counts.setdefault(group, Counter())[result] += 1
        if listed.get(result):
            print(result, row["id"], row["codes"], "|", row["what"])
            for finding in findings:
                print("   ", finding.rule, finding.message)
    total = Counter(result for _, result, _ in encounters)
    print(f"{'section':10}{'hits':>8}{'misses':>8}{'silent':>8}{'alarms':>8}")
    for section, of in [*sorted(counts.items()), ("all", total)]:
        print(f"{section:10}" + "".join(f"{of[result]:8}" for result in RESULTS))
    hits, silent = rates(total)
    shown = sum(len(findings) for *_, findings in encounters) / len(encounters)
    print(
        f"{hits:.1%} of {total['hit'] + total['miss']} wrong encounters are found; "
        f"{silent:.1%} of {total['silent'] + total['alarm']} right ones are silent; "
        f"{shown:.2f} findings an encounter"
    )


if __name__ == "__main__":
    main()
