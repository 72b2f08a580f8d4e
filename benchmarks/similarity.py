"""Time similarity and common ancestors, compared with other libraries.

    python benchmarks/similarity.py
    python benchmarks/similarity.py --runs 3 --pairs 2000000

Each library runs in an interpreter of its own, over the same pairs of codes; all times
are CPU time.  500 pairs fit into the CPU's cache; with 20,000, half the time is spent
waiting for memory.  nxontology gets the tree of the bundled release below a root,
frozen, so that it caches what it computes for a node: it is timed over pairs that it
has seen before, and once over new ones.  It has no methods for arrays; there the rate
of its calls is shown.  icdgraph caches nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Pairs = list[list[str]]
Figures = dict[str, float]

CALLS = 20_000
FEW = 500
"""Pairs that fit into the CPU's cache, repeated."""

MEASURES = [
    "path",
    "wu-palmer",
    "leacock-chodorow",
    "batet",
    "resnik",
    "lin",
    "jiang-conrath",
    "jiang-seco",
]
THEIRS = {
    "batet": "batet",
    "resnik": "resnik",
    "lin": "lin",
    "jiang-conrath": "jiang",
    "jiang-seco": "jiang_seco",
}
"""The names of these measures in nxontology."""

PATIENTS = 1_000
UNITS = {
    "us": (1e6, "{:,.2f} us"),
    "ms": (1e3, "{:,.1f} ms"),
    "s": (1.0, "{:,.3f} s"),
    "Mpairs/s": (1e-6, "{:,.2f} Mpairs/s"),
}


@dataclass(frozen=True)
class Row:
    """A line of the table: the names of two figures, their unit, and a target."""

    what: str
    name: str
    unit: str
    target: float | None = None
    theirs: str = ""


def rows() -> list[Row]:
    hot, cold = f"{FEW} pairs", f"{CALLS:,} pairs"
    lca = "lowest common ancestor, a call, "
    table = [
        Row(lca + hot, "lca again", "us", 1e-6, "simple lca again"),
        Row(lca + cold, "lca scattered", "us", None, "simple lca scattered"),
    ]
    for measure in MEASURES:
        call, again = f"{measure}, a call, ", f"{measure} again"
        scattered = f"{measure} scattered"
        table += [
            Row(call + hot, again, "us", 3e-6, again),
            Row(call + cold, scattered, "us", None, scattered),
        ]
    lin = "lin scattered"
    table.append(Row(f"lin, {cold} it has not seen before", lin, "us", None, "lin new"))
    table.append(Row("lowest common ancestor, arrays", "lca many", "Mpairs/s", 10e6))
    for measure in MEASURES:
        name, rate = f"{measure} many", f"{measure} rate"
        table.append(Row(f"{measure}, arrays", name, "Mpairs/s", 10e6, rate))
    return [
        *table,
        Row("lin, matrix of 1,000 x 1,000 codes", "matrix", "s", 1.0, "matrix"),
        Row("lin, the 10 most similar of 74,719", "most similar", "ms"),
        Row(f"best matches, {PATIENTS:,} x {PATIENTS:,} sets", "best matches", "s"),
        Row(f"Jaccard, {PATIENTS:,} x {PATIENTS:,} sets", "jaccard", "s"),
    ]


# In each process


def sample() -> tuple[list[str], Pairs]:
    """Return codes, and pairs of them; in half of the pairs the codes are close."""
    import icdgraph

    graph = icdgraph.load()
    codes = [code for code in graph if graph[code].level > 3]
    draw = random.Random(54)
    pairs = []
    for turn in range(CALLS):
        place = draw.randrange(len(codes))
        near = min(place + draw.randrange(40), len(codes) - 1)
        other = near if turn % 2 else draw.randrange(len(codes))
        pairs.append([codes[place], codes[other]])
    return codes, pairs


def per_call(
    function: Callable[..., object], pairs: Iterable[Sequence[str]], passes: int = 5
) -> float:
    """Return the seconds of one call in the best pass, without the loop itself."""
    calls = list(pairs)
    spent = min(walk(function, calls) - walk(_nothing, calls) for _ in range(passes))
    return max(spent, 0.0) / len(calls)


def walk(function: Callable[..., object], calls: list[Sequence[str]]) -> float:
    start = time.process_time()
    for a, b in calls:
        function(a, b)
    return time.process_time() - start


def _nothing(_a: str, _b: str) -> None:
    return None


def again(pairs: Pairs) -> Pairs:
    return pairs[:FEW] * (len(pairs) // FEW)


def seconds(function: Callable[[], object], passes: int = 3) -> float:
    """Return the seconds of the best of a few calls."""
    times = []
    for _ in range(passes):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def measure_icdgraph(count: int) -> Figures:
    import numpy as np

    import icdgraph

    graph = icdgraph.load()
    codes, pairs = sample()
    a, b = np.random.default_rng(54).integers(0, len(graph.core.tree), (2, count))
    a, b = a.astype(np.int32), b.astype(np.int32)
    graph.arrays.lca(a[:1], b[:1])
    figures = {
        "lca again": per_call(graph.lca, again(pairs)),
        "lca scattered": per_call(graph.lca, pairs),
        "lca many": count / seconds(lambda: graph.arrays.lca(a, b)),
    }
    for name in MEASURES:
        similarity = graph.similarity(name)
        figures[f"{name} again"] = per_call(similarity, again(pairs))
        figures[f"{name} scattered"] = per_call(similarity, pairs)
        figures[f"{name} many"] = count / seconds(lambda s=similarity: s.many(a, b))
    lin = graph.similarity()
    draw = random.Random(54)
    patients = [draw.sample(codes, draw.randint(3, 20)) for _ in range(PATIENTS)]
    some = draw.sample(codes, 1_000)
    return figures | {
        "matrix": seconds(lambda: lin.matrix(some)),
        "most similar": seconds(lambda: lin.most_similar("M54.50")),
        "best matches": seconds(lambda: lin.sets_matrix(patients)),
        "jaccard": seconds(lambda: graph.jaccard_matrix(patients)),
    }


def measure_nxontology(_count: int) -> Figures:
    import networkx as nx
    from nxontology import NXOntology

    import icdgraph

    graph = icdgraph.load()
    codes, pairs = sample()
    tree = nx.DiGraph()
    for node in graph.nodes():
        above = node.parent
        tree.add_edge(above.code if above else "root", node.code)
    ontology: NXOntology[str] = NXOntology(tree)
    ontology.freeze()
    figures = {}
    for name, theirs in THEIRS.items():
        # The cache is emptied, so that the pairs are new to each measure.
        ontology._node_info_cache.clear()

        def call(a: str, b: str, theirs: str = theirs) -> object:
            return getattr(ontology.similarity(a, b), theirs)

        figures[f"{name} new"] = per_call(call, pairs, passes=1)
        figures[f"{name} scattered"] = per_call(call, pairs)
        figures[f"{name} again"] = per_call(call, again(pairs))
        figures[f"{name} rate"] = 1 / figures[f"{name} scattered"]
    # The matrix is estimated from a part of it that was computed before.
    some = random.Random(54).sample(codes, 100)
    part = [[a, b] for a in some for b in some]
    each = per_call(lambda a, b: ontology.similarity(a, b).lin, part)
    return figures | {"matrix": each * 1_000_000}


def measure_simple(_count: int) -> Figures:
    import simple_icd_10_cm as cm

    _, pairs = sample()
    return {
        "simple lca again": per_call(cm.get_nearest_common_ancestor, again(pairs)),
        "simple lca scattered": per_call(cm.get_nearest_common_ancestor, pairs),
    }


LIBRARIES = {
    "icdgraph": measure_icdgraph,
    "nxontology": measure_nxontology,
    "simple_icd_10_cm": measure_simple,
}


# The table


def inside(library: str, count: int, runs: int) -> Figures:
    """Return the median figures of *runs* fresh processes."""
    command = [sys.executable, __file__, "--inside", library, "--pairs", str(count)]
    figures: list[Figures] = []
    for _ in range(runs):
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        figures.append(json.loads(done.stdout))
    return {name: statistics.median(f[name] for f in figures) for name in figures[0]}


def line(row: Row, ours: Figures, theirs: Figures) -> tuple[str, ...]:
    factor, form = UNITS[row.unit]
    at_least = row.unit == "Mpairs/s"
    mine, other = ours[row.name], theirs.get(row.theirs)
    beside = ratio = target = met = ""
    if other:
        library = (
            "simple_icd_10_cm" if row.theirs.startswith("simple") else "nxontology"
        )
        beside = f"{library} {form.format(other * factor)}"
        ratio = f"{mine / other if at_least else other / mine:,.0f} x"
    if row.target is not None:
        target = f"{'>=' if at_least else '<='} {form.format(row.target * factor)}"
        good = mine >= row.target if at_least else mine <= row.target
        met = "met" if good else "MISSED"
    return row.what, form.format(mine * factor), beside, ratio, target, met


def table(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 5) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in lines
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="runs a figure (median)")
    parser.add_argument(
        "--pairs", type=int, default=10_000_000, help="pairs in the arrays"
    )
    parser.add_argument("--inside", choices=list(LIBRARIES), help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.inside:
        print(json.dumps(LIBRARIES[options.inside](options.pairs)))
        return 0
    ours = inside("icdgraph", options.pairs, options.runs)
    theirs = inside("nxontology", options.pairs, 1)
    theirs |= inside("simple_icd_10_cm", options.pairs, options.runs)
    lines = [line(row, ours, theirs) for row in rows()]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} CPUs, ", end="")
    print(f"median of {options.runs} runs; nxontology once\n")
    print(table([("", "icdgraph", "beside it", "ratio", "target", ""), *lines]))
    return int(any(cells[-1] == "MISSED" for cells in lines))


if __name__ == "__main__":
    raise SystemExit(main())
