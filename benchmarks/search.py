"""Time the search, and count how often it finds what a coder expects.

    python benchmarks/search.py
    python benchmarks/search.py --runs 5

For comparison, two simple searches are measured as well: a scan for codes that start
with the text and for titles that have all its words (LIKE in SQL), the shortest first;
and ``rapidfuzz.process.extract`` over the titles of billable codes, for a few queries,
because each takes a while.  Queries are timed on a warm cache, each by its fastest run.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from copy import copy
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import icdgraph
from icdgraph.search.index import search_index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph import CodeGraph

QUERIES = Path(__file__).parent.parent / "tests" / "data" / "search" / "queries.tsv"
FEW = 40
"""Queries for the slow searches."""
TITLES = 1000
"""Official titles to search for."""
PROCESS_LIMIT = 0.35
"""Seconds that the whole process may take on a warm cache."""

Query = dict[str, str]


def queries() -> list[Query]:
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def build(graph: CodeGraph, runs: int) -> tuple[float, int, int]:
    """Return seconds to build the index, its bytes, and its terms."""
    seconds = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["ICDGRAPH_CACHE_DIR"] = folder
            start = time.perf_counter()
            terms = search_index(copy(graph.core)).size
            seconds.append(time.perf_counter() - start)
            (path,) = Path(folder).glob("*.search")
            size = path.stat().st_size
    return min(seconds), size, terms


def process(folder: str, runs: int) -> float:
    """Return seconds of ``icdgraph search low back pain`` on a warm cache."""
    command = [sys.executable, "-m", "icdgraph", "search", "low back pain"]
    environment = os.environ | {"ICDGRAPH_CACHE_DIR": folder}
    seconds = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, env=environment, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def scan(graph: CodeGraph) -> Callable[[str], list[str]]:
    titles = [(len(n.title), n.title.lower(), n.code) for n in graph.values()]
    titles.sort()

    def search(text: str) -> list[str]:
        words, start = text.lower().split(), text.upper()
        matches = (
            code
            for _, title, code in titles
            if code.startswith(start) or all(w in title for w in words)
        )
        return list(islice(matches, 10))

    return search


def fuzzy(graph: CodeGraph) -> Callable[[str], list[str]]:
    from rapidfuzz import process, utils

    titles = {node.code: node.title for node in graph.values() if node.is_billable}

    def search(text: str) -> list[str]:
        near = process.extract(text, titles, limit=10, processor=utils.default_process)
        return [str(code) for _, _, code in near]

    return search


def seconds_of(search: Callable[[str], list[str]], text: str, runs: int) -> float:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        search(text)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def hits(
    search: Callable[[str], list[str]], asked: Iterable[Query], by: tuple[str, ...]
) -> dict[str, tuple[int, int, int]]:
    """Return queries, hits at 1 and hits at 10, for each value of the columns *by*."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for query in asked:
        expected, codes = query["codes"].split(), search(query["query"])
        for name in ("all", *(query[column] for column in by)):
            counts[name][0] += 1
            counts[name][1] += bool(codes) and codes[0] in expected
            counts[name][2] += any(code in expected for code in codes[:10])
    return {name: (n, first, ten) for name, (n, first, ten) in counts.items()}


def print_hits(title: str, counts: dict[str, tuple[int, int, int]]) -> None:
    print(f"\n{title:<44}{'queries':>8}{'hit at 1':>10}{'at 10':>8}")
    for name, (n, first, ten) in counts.items():
        print(f"  {name:<42}{n:>8}{first / n:>10.1%}{ten / n:>8.1%}")


def print_times(title: str, seconds: list[float]) -> None:
    seconds = sorted(seconds)
    median, p95 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    print(
        f"{title:<44}{median * 1e3:>8.1f} ms median{p95 * 1e3:>8.1f} ms p95"
        f"{seconds[-1] * 1e3:>8.1f} ms at most"
    )


def official_titles(graph: CodeGraph) -> list[Query]:
    codes = random.Random(1).sample(list(graph.codes("billable")), TITLES)
    return [{"query": graph[code].title, "codes": code} for code in codes]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    graph, asked = icdgraph.load(), queries()
    with tempfile.TemporaryDirectory() as kept:
        seconds, size, terms = build(graph, runs)
        print(f"index of {terms:,} terms: {seconds:.2f} s, {size / 2**20:.0f} MB")
        took = process(kept, runs)
        print(f"process on a warm cache: {took:.2f} s (limit {PROCESS_LIMIT} s)")
        os.environ["ICDGRAPH_CACHE_DIR"] = kept

        def icdgraph_search(text: str) -> list[str]:
            return list(graph.search(text).codes)

        icdgraph_search("warm")
        few = asked[:: len(asked) // FEW]
        for title, search, sample, times in (
            ("icdgraph", icdgraph_search, asked, runs),
            ("titles with all words", scan(graph), few, 1),
            ("rapidfuzz over titles", fuzzy(graph), few, 1),
        ):
            print_times(title, [seconds_of(search, q["query"], times) for q in sample])
        print_hits("icdgraph", hits(icdgraph_search, asked, ("set", "sort")))
        titles = official_titles(graph)
        print_hits("icdgraph, official titles", hits(icdgraph_search, titles, ()))
        print_hits("titles with all words", hits(scan(graph), asked, ("set", "sort")))
        print_hits(f"rapidfuzz over titles, {len(few)}", hits(fuzzy(graph), few, ()))


if __name__ == "__main__":
    main()
