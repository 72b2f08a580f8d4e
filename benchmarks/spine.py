"""Time the spine of icdgraph side by side with ``simple_icd_10_cm``.

    python benchmarks/spine.py
    python benchmarks/spine.py --runs 3 --pairs 1000000

Whole processes are measured as wall time of a fresh interpreter, calls in a fresh
interpreter of each library, so that neither sees the other's memory.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

CODE = "M54.50"
THEIRS = "import simple_icd_10_cm as cm"
CALLS = 20_000
FEW = 500
"""Pairs that fit into the CPU's cache; a tree's worth of random codes does not."""


@dataclass(frozen=True)
class Row:
    """One line of the table; figures in seconds, bytes or pairs per second."""

    what: str
    unit: str
    ours: float
    theirs: float | None
    target: float | None
    at_least: bool = False


UNITS = {
    "s": (1.0, "{:,.3f} s"),
    "us": (1e6, "{:,.3f} us"),
    "MB": (1 / 2**20, "{:,.0f} MB"),
    "Mpairs/s": (1e-6, "{:,.0f} Mpairs/s"),
}


# Whole processes


def run(command: Sequence[str], cache: Path) -> tuple[float, str]:
    """Run *command* with *cache* as the cache; return wall time and output."""
    environment = os.environ | {"ICDGRAPH_CACHE_DIR": str(cache)}
    # An installation has its bytecode compiled, for both libraries.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode not in (0, 1):  # 1: "check" found what it should
        raise RuntimeError(f"{command} failed: {done.stderr}")
    return time.perf_counter() - start, done.stdout


def python(statement: str) -> list[str]:
    return [sys.executable, "-c", statement]


def median_of_runs(runs: int, measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(runs))


def first_load(runs: int) -> Row:
    def measure() -> float:
        with tempfile.TemporaryDirectory() as empty:
            return run(python("import icdgraph; icdgraph.load()"), Path(empty))[0]

    theirs = median_of_runs(runs, lambda: run(python(THEIRS), Path())[0])
    return Row("first load, from XML", "s", median_of_runs(runs, measure), theirs, 3.0)


COMMANDS = {("search", "lumbago"): 0.35, ("check", CODE, "F45.41"): 0.5}
"""Commands measured with a warm cache, and their targets in seconds."""

SHARE = 0.12
"""The target of ``show``: its part of what simple_icd_10_cm takes."""


def warm_processes(runs: int, cache: Path) -> list[Row]:
    get = python(f"{THEIRS}; cm.get_description({CODE!r})")
    theirs = median_of_runs(runs, lambda: run(get, cache)[0])

    def row(words: Sequence[str], theirs: float | None, target: float) -> Row:
        command = [sys.executable, "-m", "icdgraph", *words]
        run(command, cache)  # builds what is kept in the cache
        ours = median_of_runs(runs, lambda: run(command, cache)[0])
        return Row(f"icdgraph {' '.join(words)}", "s", ours, theirs, target)

    return [
        row(("show", CODE), theirs, SHARE * theirs),
        *(row(words, None, target) for words, target in COMMANDS.items()),
    ]


# Inside a process: each library in its own, which prints its figures as JSON


def inside(library: str, pairs: int, cache: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--inside", library, "--pairs", str(pairs)]
    figures: dict[str, float] = json.loads(run(command, cache)[1])
    return figures


def per_call(
    function: Callable[..., object], arguments: Iterable[Sequence[str]]
) -> float:
    """Return the seconds of one call, the empty loop taken off."""
    calls = list(arguments)
    start = time.perf_counter()
    for call in calls:
        function(*call)
    middle = time.perf_counter()
    for call in calls:
        _nothing(*call)
    spent = middle - start - (time.perf_counter() - middle)
    return max(spent, 0.0) / len(calls)


def _nothing(*_: str) -> None:
    return None


def pairs_of(codes: Sequence[str], parent_of: Callable[[str], str]) -> list[list[str]]:
    """Return pairs of codes, half of them a code and its parent."""
    draw = random.Random(54)
    found = []
    for turn in range(CALLS):
        code = draw.choice(codes)
        found.append([parent_of(code) if turn % 2 else draw.choice(codes), code])
    return found


def again(calls: list[list[str]]) -> list[list[str]]:
    """Return the first few of *calls* again and again, as many in all."""
    return calls[:FEW] * (len(calls) // FEW)


def measure_icdgraph(pairs: int) -> dict[str, float]:
    import icdgraph

    graph = icdgraph.load()
    graph[CODE]
    memory = peak_memory()
    import numpy as np

    codes = [code for code in graph if graph[code].level > 4]
    known = pairs_of(codes, lambda code: _parent(graph, code))
    generator = np.random.default_rng(54)
    a, b = generator.integers(0, graph.core.node_count, (2, pairs), dtype=np.int32)
    start = time.perf_counter()
    graph.arrays.subsumes(a, b)
    vectorised = pairs / (time.perf_counter() - start)
    return {
        "memory": memory,
        "subsumes": per_call(graph.subsumes, again(known)),
        "scattered": per_call(graph.subsumes, known),
        "ancestors": per_call(lambda c: graph[c].ancestors, [p[1:] for p in known]),
        "lca": per_call(graph.lca, known),
        "pairs": vectorised,
    }


def _parent(graph: object, code: str) -> str:
    return graph[code].parent.code  # type: ignore[index, no-any-return]


def measure_theirs(_pairs: int) -> dict[str, float]:
    import simple_icd_10_cm as cm

    def is_above(a: str, b: str) -> bool:
        return bool(cm.is_descendant(b, a))

    cm.get_description(CODE)
    memory = peak_memory()
    codes = [code for code in cm.get_all_codes() if cm.is_leaf(code)]
    known = pairs_of(codes, cm.get_parent)
    return {
        "memory": memory,
        "subsumes": per_call(is_above, again(known)),
        "scattered": per_call(is_above, known),
        "ancestors": per_call(cm.get_ancestors, [pair[1:] for pair in known]),
        "lca": per_call(cm.get_nearest_common_ancestor, known),
    }


def peak_memory() -> float:
    """Return the bytes this process has held at most."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)


def inner_rows(runs: int, pairs: int, cache: Path) -> list[Row]:
    ours = [inside("icdgraph", pairs, cache) for _ in range(runs)]
    theirs = [inside("theirs", pairs, cache) for _ in range(runs)]

    def row(what: str, name: str, unit: str, target: float | None) -> Row:
        other = (
            statistics.median(f[name] for f in theirs) if name in theirs[0] else None
        )
        mine = statistics.median(f[name] for f in ours)
        return Row(what, unit, mine, other, target, at_least=name == "pairs")

    return [
        row(f"subsumes, {FEW} pairs of codes, a call", "subsumes", "us", 0.5e-6),
        row(f"subsumes, {CALLS:,} pairs once, a call", "scattered", "us", None),
        row("ancestors, a call", "ancestors", "us", None),
        row("lowest common ancestor, a call", "lca", "us", None),
        row(f"subsumes, {pairs / 1e6:g} M random pairs", "pairs", "Mpairs/s", 50e6),
        row("memory, loaded, warm", "memory", "MB", 200 * 2**20),
    ]


# The table


def table(rows: Iterable[Row]) -> str:
    lines = [("", "icdgraph", "simple_icd_10_cm", "ratio", "target", "")]
    for row in rows:
        factor, form = UNITS[row.unit]
        ratio = target = met = ""
        if row.theirs is not None and row.ours:
            ratio = f"{row.theirs / row.ours:,.1f} x"
        if row.target is not None:
            sign = ">=" if row.at_least else "<="
            target = f"{sign} {form.format(row.target * factor)}"
            good = row.ours >= row.target if row.at_least else row.ours <= row.target
            met = "met" if good else "MISSED"
        theirs = "-" if row.theirs is None else form.format(row.theirs * factor)
        lines.append(
            (row.what, form.format(row.ours * factor), theirs, ratio, target, met)
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 5) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs a figure (median)")
    parser.add_argument(
        "--pairs", type=int, default=20_000_000, help="pairs asked of arrays.subsumes"
    )
    parser.add_argument(
        "--inside", choices=["icdgraph", "theirs"], help=argparse.SUPPRESS
    )
    options = parser.parse_args(argv)
    if options.inside:
        measure = {"icdgraph": measure_icdgraph, "theirs": measure_theirs}
        print(json.dumps(measure[options.inside](options.pairs)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        run(python("import icdgraph; icdgraph.load()"), cache)
        rows = [
            first_load(options.runs),
            *warm_processes(options.runs, cache),
            *inner_rows(options.runs, options.pairs, cache),
        ]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, ", end="")
    print(f"median of {options.runs} runs\n")
    print(table(rows))
    return int("MISSED" in table(rows))


if __name__ == "__main__":
    raise SystemExit(main())
