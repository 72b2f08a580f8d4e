"""Time code sets: condensing, expanding and reading lists of the bundled release.

    python benchmarks/codesets.py

Times are the least of several runs, since the machine may do other things as well.  The
exit code is 1 where a target is missed.  The lists of 20,000 billable codes are

    scattered   drawn at random, the worst there is: hardly two are neighbours
    in blocks   two hundred runs of a hundred neighbours
    in a row    the first of the book
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from typing import TYPE_CHECKING

import icdgraph
from icdgraph.codesets.lint import lint

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 20_000
EXPRESSIONS = [
    "E11 except E11.9 and billable",
    "excludes1 F45.41 and billable",
    'title "low back" and billable',
    "laterality unspecified and billable",
]


def least(call: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def lists(codes: list[str]) -> dict[str, list[str]]:
    step = len(codes) // 200
    blocks = [code for n in range(200) for code in codes[n * step : n * step + 100]]
    return {
        "scattered": random.Random(1).sample(codes, SIZE),
        "in blocks": blocks,
        "in a row": codes[:SIZE],
    }


def row(what: str, seconds: float, more: str = "", target: float | None = None) -> bool:
    wanted = f"<= {target:g} s" if target else ""
    print(f"{what:44}{seconds * 1000:>10,.1f} ms   {more:34}{wanted}", flush=True)
    return target is None or seconds <= target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15, help="runs of each line")
    runs = parser.parse_args().runs
    graph = icdgraph.load()
    fine = True
    for name, codes in lists(list(graph.codes("billable"))).items():
        found = graph.codes(codes)
        text = found.condense()
        if graph.codes(text) != found:
            sys.exit(f"{name}: the expression does not say the list again")
        size = f"{text.count(',') + 1:,} terms"
        took = least(found.condense, runs)
        fine &= row(f"condense {SIZE:,} codes {name}", took, size, 0.2)
        row("  and expand them again", least(lambda text=text: graph.codes(text), 3))
        listed = found.to("text")
        row("  and lint them", least(lambda listed=listed: lint(graph.core, listed), 3))
    for text in EXPRESSIONS:
        row(text, least(lambda text=text: graph.codes(text), 3))
    print(f"\nPython {sys.version.split()[0]}, {os.cpu_count()} cores")
    sys.exit(not fine)


if __name__ == "__main__":
    main()
