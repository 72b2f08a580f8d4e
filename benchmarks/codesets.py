"""Time code sets: condensing, evaluating and checking lists of the bundled release.

    python benchmarks/codesets.py

Times are the shortest of several runs, because other processes may be running.  The
exit code is 1 if a target is missed.  The lists of 20,000 billable codes are

    scattered   drawn at random, which is the worst case: hardly any are neighbors
    in blocks   two hundred runs of a hundred neighbors
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


def shortest(call: Callable[[], object], runs: int) -> float:
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
    limit = f"<= {target:g} s" if target else ""
    print(f"{what:44}{seconds * 1000:>10,.1f} ms   {more:34}{limit}", flush=True)
    return target is None or seconds <= target


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15, help="runs of each line")
    runs = parser.parse_args().runs
    graph = icdgraph.load()
    is_fast = True
    for name, codes in lists(list(graph.codes("billable"))).items():
        codeset = graph.codes(codes)
        text = codeset.condense()
        if graph.codes(text) != codeset:
            sys.exit(f"{name}: the expression does not mean the list")
        size = f"{text.count(',') + 1:,} terms"
        took = shortest(codeset.condense, runs)
        is_fast &= row(f"condense {SIZE:,} codes {name}", took, size, 0.2)
        row("  and evaluate it", shortest(lambda text=text: graph.codes(text), 3))
        listed = codeset.to("text")
        row(
            "  and check the list",
            shortest(lambda listed=listed: lint(graph.core, listed), 3),
        )
    for text in EXPRESSIONS:
        row(text, shortest(lambda text=text: graph.codes(text), 3))
    print(f"\nPython {sys.version.split()[0]}, {os.cpu_count()} cores")
    sys.exit(not is_fast)


if __name__ == "__main__":
    main()
