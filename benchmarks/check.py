"""Time the check of many encounters, beside the same check as a DuckDB join.

    python benchmarks/check.py
    python benchmarks/check.py --rows 1000000
    python benchmarks/check.py --without-duckdb
    python benchmarks/check.py --huge

The table is made with a seed: codes of the release by Zipf's law, 1 to 25 an encounter
and 4 on average, one in a thousand misspelt or not divided far enough, undotted as in
claims.  Each line is measured in a process of its own, from a Parquet file to findings
in a Parquet file, the load of the graph included; the peak is its resident memory.
--without-duckdb leaves out the join, which takes minutes.  --huge does the same with
ten times the rows, which must not need ten times the memory.

The join reads (code, code) pairs that conflict, both ways, from a Parquet file made
beforehand: all 15 million pairs of billable codes, as one would materialise them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEED = 26
WRONG = ("M545", "ZZZ", "S39012Q")
MEAN, MOST = 4, 25
TARGETS = {"excludes1": (4.0, 1.5), "errors and warnings": (8.0, 1.5)}
"""Seconds and GB at most, for ten million rows on two cores."""
TIMES_FASTER = 5
MICROSECONDS = 60


def make(rows: int, path: Path, *, mixed: bool = False) -> int:
    """Write *rows* rows, and return how many encounters they are."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    import icdgraph

    graph = icdgraph.load()
    rng = np.random.default_rng(SEED)
    known = [node.code.replace(".", "") for node in graph.values() if node.is_billable]
    texts = pa.array([known[i] for i in rng.permutation(len(known))] + list(WRONG))
    weight = np.cumsum(1 / np.arange(1, len(known) + 1))
    encounters = 0
    table = pa.schema(
        [("encounter", pa.int64()), ("place", pa.int16()), ("code", pa.string())]
    )
    with parquet.ParquetWriter(path, table) as writer:
        for start in range(0, rows, 1_000_000):
            size = min(1_000_000, rows - start)
            sizes = np.minimum(rng.geometric(1 / MEAN, size), MOST)
            sizes = sizes[: int(np.searchsorted(np.cumsum(sizes), size)) + 1]
            sizes[-1] -= sizes.sum() - size
            code = np.searchsorted(weight, rng.random(size) * weight[-1])
            wrong = rng.random(size) < 0.001
            code[wrong] = len(known) + rng.integers(0, len(WRONG), wrong.sum())
            first = np.repeat(np.cumsum(sizes) - sizes, sizes)
            columns = [
                np.repeat(encounters + np.arange(len(sizes)), sizes),
                (np.arange(size) - first + 1).astype(np.int16),
                texts.take(pa.array(code)),
            ]
            encounters += len(sizes)
            batch = pa.RecordBatch.from_arrays(
                list(map(pa.array, columns)), schema=table
            )
            if mixed:
                batch = batch.take(pa.array(rng.permutation(size)))
            writer.write_batch(batch)
    return encounters


def make_pairs(path: Path) -> int:
    """Write all pairs of billable codes that Excludes1 keeps apart, both ways."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    import icdgraph
    from icdgraph.check import checker_of
    from icdgraph.check.rule_arrays import arrays_of
    from icdgraph.check.statements import EXCLUDES1

    graph = icdgraph.load().core
    matrix = arrays_of(checker_of(graph).index).matrix
    nodes = list(graph.leaves)
    texts = pa.array([code.replace(".", "") for code in graph.codes])
    owner, target = matrix.owner_class[nodes], matrix.target_class[nodes]
    apart = matrix.cells.reshape(-1, matrix.width) & EXCLUDES1 > 0
    count, schema = 0, pa.schema([("a", pa.string()), ("b", pa.string())])
    with parquet.ParquetWriter(path, schema) as writer:
        for i, node in enumerate(nodes):
            other = np.flatnonzero(apart[owner[i], target] | apart[owner, target[i]])
            other = other[other != i]
            if len(other):
                a = texts.take(pa.array(np.full(len(other), node)))
                b = texts.take(pa.array(np.array(nodes)[other]))
                writer.write_batch(pa.RecordBatch.from_arrays([a, b], schema=schema))
                count += len(other)
    return count


# What is measured: each runs in a process of its own


def ours(table: str, out: str, rules: str) -> dict[str, float]:
    start = time.perf_counter()
    import icdgraph

    graph = icdgraph.load()
    found = graph.check_table(
        table,
        encounter="encounter",
        code="code",
        order="place",
        rules=rules.split(",") if rules else None,
        output=out,
    )
    return {"seconds": time.perf_counter() - start, "found": len(found)}


def joined(table: str, out: str, pairs: str) -> dict[str, float]:
    start = time.perf_counter()
    import duckdb

    connection = duckdb.connect(config={"threads": 2})
    connection.execute(
        f"""COPY (
            SELECT x.encounter, x.code AS code, y.code AS other
            FROM read_parquet('{table}') x
            JOIN read_parquet('{table}') y
              ON x.encounter = y.encounter AND x.place < y.place
            JOIN read_parquet('{pairs}') p ON p.a = x.code AND p.b = y.code
        ) TO '{out}' (FORMAT parquet)"""
    )
    (count,) = connection.execute(f"SELECT count(*) FROM '{out}'").fetchone()
    return {"seconds": time.perf_counter() - start, "found": count}


def one(*_: str) -> dict[str, float]:
    """Return the microseconds of a check of one encounter of four codes."""
    import random

    import icdgraph

    graph = icdgraph.load()
    codes = [node.code for node in graph.values() if node.is_billable]
    picked = random.Random(SEED)
    visits = [picked.sample(codes, MEAN) for _ in range(2_000)]
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for visit in visits:
            graph.check(visit)
        best = min(best, time.perf_counter() - start)
    return {"seconds": best / len(visits), "found": 0}


MEASURED = {"ours": ours, "joined": joined, "one": one}


def measure(what: str, *arguments: str, runs: int = 1) -> dict[str, float]:
    """Return the best of *runs* runs, each in a process of its own, and its peak."""
    command = [sys.executable, __file__, "--measure", what, *arguments]
    found = []
    for _ in range(runs):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found.append(json.loads(done.stdout.splitlines()[-1]))
    return min(found, key=lambda figures: figures["seconds"])


def print_line(name: str, figures: dict[str, float], target: str = "") -> None:
    print(
        f"{name:<44}{figures['seconds']:>9.2f} s{figures['peak']:>8.2f} GB"
        f"{figures['found']:>14,.0f}  {target}",
        flush=True,
    )


def compare(rows: int, runs: int, folder: Path, *, has_join: bool) -> None:
    table, mixed = str(folder / "t.parquet"), str(folder / "m.parquet")
    out = str(folder / "found.parquet")
    encounters = make(rows, Path(table))
    make(rows, Path(mixed), mixed=True)
    print(f"{rows:,} rows, {encounters:,} encounters")
    print(f"{'':44}{'time':>11}{'peak':>11}{'found':>14}  target")
    is_full = rows == 10_000_000
    fast = measure("ours", table, out, "E201", runs=runs)
    print_line("Excludes1", fast, _target("excludes1", fast) if is_full else "")
    if has_join:
        compare_join(table, out, fast, folder)
    every = measure("ours", table, out, "", runs=runs)
    name = "errors and warnings"
    print_line(name, every, _target(name, every) if is_full else "")
    print_line("notes as well", measure("ours", table, out, "E,W,N3,N5,N6", runs=runs))
    unsorted = measure("ours", mixed, out, "E201", runs=runs)
    print_line("Excludes1, rows of encounters mixed", unsorted)
    alone = measure("one", runs=runs)
    micro = alone["seconds"] * 1e6
    met = "met" if micro <= MICROSECONDS else "missed"
    print(f"{'one encounter of four codes, g.check':<44}{micro:>9.1f} us  {met}")


def compare_join(table: str, out: str, fast: dict[str, float], folder: Path) -> None:
    """Print how long the join takes that finds what *out* has, found as *fast* has."""
    pairs, theirs = folder / "p.parquet", str(folder / "joined.parquet")
    count = make_pairs(pairs)
    slow = measure("joined", table, theirs, str(pairs))
    agree(out, theirs)
    ratio = slow["seconds"] / fast["seconds"]
    met = "met" if ratio >= TIMES_FASTER else "missed"
    name = f"Excludes1, DuckDB join over {count:,} pairs"
    print_line(name, slow, f"{ratio:.1f} times: {met}")


def agree(ours: str, theirs: str) -> None:
    """Refuse to compare checks that find other pairs of codes.

    The rows differ: one a note here, one a row of the table there.  Headers, which
    are checked as well, are not among the pairs that are joined.
    """
    import duckdb

    pair = "SELECT DISTINCT encounter, least(x, y), greatest(x, y) FROM"
    mine = f"{pair} (SELECT *, replace(code, '.', '') x, replace(other, '.', '') y"
    mine += f" FROM '{ours}') WHERE x NOT IN {WRONG} AND y NOT IN {WRONG}"
    other = f"{pair} (SELECT encounter, code x, other y FROM '{theirs}')"
    for a, b in ((mine, other), (other, mine)):
        (count,) = duckdb.execute(
            f"SELECT count(*) FROM ({a} EXCEPT {b})"
        ).fetchone() or (0,)
        if count:
            raise SystemExit(f"the two checks differ in {count:,} pairs")


def _target(name: str, figures: dict[str, float]) -> str:
    seconds, memory = TARGETS[name]
    is_met = figures["seconds"] <= seconds and figures["peak"] <= memory
    return f"{seconds:g} s, {memory:g} GB: {'met' if is_met else 'missed'}"


def grow(rows: int, folder: Path) -> None:
    for size in (rows, 10 * rows):
        table = folder / f"{size}.parquet"
        make(size, table)
        for name, rules in (("Excludes1", "E201"), ("errors and warnings", "")):
            out = str(folder / "found.parquet")
            print_line(
                f"{name}, {size:,} rows", measure("ours", str(table), out, rules)
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument(
        "--runs", type=int, default=3, help="the best of these is shown"
    )
    parser.add_argument(
        "--without-duckdb", action="store_true", help="leave out the join"
    )
    parser.add_argument("--huge", action="store_true", help="also ten times the rows")
    parser.add_argument("--folder", type=Path, help="where to write, by default /tmp")
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        import resource

        name, *arguments = options.measure
        figures = MEASURED[name](*arguments)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(json.dumps(figures | {"peak": peak}))
        return
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        if options.huge:
            grow(options.rows, Path(folder))
        else:
            has_join = not options.without_duckdb
            compare(options.rows, options.runs, Path(folder), has_join=has_join)


if __name__ == "__main__":
    main()
