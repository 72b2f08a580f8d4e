"""Time icdgraph's RDF side by side with raw pyoxigraph and with rdflib, in one run.

    python benchmarks/rdf.py                    ten minutes, most of them for rdflib
    python benchmarks/rdf.py --without-rdflib   one minute

Times are medians of several runs on one machine; a ratio says how many times as fast
icdgraph is.  The data is the complete bundled release.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BUILD = """
import resource, time
import icdgraph
from icdgraph.rdf.stores import open_store
graph = icdgraph.load().core
start = time.perf_counter()
open_store(graph)
print(time.perf_counter() - start)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""

QUERIES = {
    "describe": "DESCRIBE ICD10CM:M54.50",
    "subtree by broader+": "SELECT ?c { ?c skos:broader+ ICD10CM:M54 }",
    "billable per chapter": "SELECT ?chapter ?n { ?chapter a ig:Chapter ; "
    "ig:billableCodes ?n }",
    "label scan": "SELECT ?c ?l { ?c skos:prefLabel ?l "
    'FILTER(CONTAINS(LCASE(STR(?l)), "low back")) }',
    "3-way join": "SELECT ?a ?b ?t { ?a ig:note ?n . ?n ig:target ?b ; "
    "a ig:Excludes1Note . ?b ig:chapter ICD10CM:M00-M99 . ?a skos:prefLabel ?t }",
}
"""The five queries; the third and the fourth are the slow ones."""

SLOW = ("billable per chapter", "label scan")
_COUNT = "SELECT ?chapter (COUNT(?c) AS ?n) "
COUNTED = {
    "counted by ig:chapter": _COUNT
    + "{ ?c ig:billable true ; ig:chapter ?chapter } GROUP BY ?chapter",
    "counted by broader+": _COUNT
    + "{ ?c ig:billable true ; skos:broader+ ?chapter . ?chapter a ig:Chapter } "
    "GROUP BY ?chapter",
}
"""The same count without ig:billableCodes, and without ig:chapter."""


def seconds(call: Callable[[], object], runs: int) -> float:
    """Return the median time of *runs* calls, of fifty times as many brief ones."""
    start = time.perf_counter()
    call()
    times = [time.perf_counter() - start]
    for _ in range(runs * 50 if times[0] < 0.005 else runs - 1):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def row(what: str, ours: str, other: str = "", target: str = "") -> None:
    print(f"{what:44}{ours:>14}{other:>34}   {target}", flush=True)


def build(cache: Path) -> None:
    environment = {**os.environ, "ICDGRAPH_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", BUILD]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    )
    took, memory = map(float, done.stdout.split())
    row("build of the store", f"{took:.1f} s", "", "<= 15 s")
    row("its memory at most", f"{memory / 2**20:,.0f} MB", "", "<= 1,536 MB")


def look_up(runs: int) -> None:
    query = "SELECT ?t { ICD10CM:M54.50 skos:prefLabel ?t }"
    command = [sys.executable, "-m", "icdgraph", "query", query]
    took = seconds(
        lambda: subprocess.run(command, capture_output=True, check=True), runs
    )
    row("process: icdgraph query, a look-up", f"{took:.2f} s", "", "<= 0.4 s")


def queries(runs: int, rdflib_times: dict[str, float]) -> None:
    import pyoxigraph

    import icdgraph
    from icdgraph.rdf.stores import open_store
    from icdgraph.rdf.vocabulary import PREFIXES

    graph = icdgraph.load()
    store = open_store(graph.core)

    def raw(text: str) -> object:
        answer = store.query(text, prefixes=PREFIXES)
        if isinstance(answer, pyoxigraph.QuerySolutions):
            return [[term.value for term in solution] for solution in answer]
        return pyoxigraph.serialize(
            answer, format=pyoxigraph.RdfFormat.TURTLE, prefixes=PREFIXES
        )

    for name, text in QUERIES.items():
        graph.sparql(text)
        ours = seconds(lambda text=text: graph.sparql(text), runs)
        theirs = seconds(lambda text=text: raw(text), runs)
        other = f"pyoxigraph {theirs * 1000:,.1f} ms, {ours / theirs:.2f} of it"
        row(name, f"{ours * 1000:,.1f} ms", other, "<= 1.3 and 500 ms")
        if name in rdflib_times:
            ratio = rdflib_times[name] / ours
            other = f"rdflib {rdflib_times[name]:,.3f} s, {ratio:,.0f} x"
            # A count that is stored is a look-up in rdflib too.
            row("", "", other, "" if name == SLOW[0] else ">= 20 x")
        for way in COUNTED if name == SLOW[0] and rdflib_times else ():
            ratio = rdflib_times[way] / ours
            other = f"rdflib, {way} {rdflib_times[way]:,.1f} s, {ratio:,.0f} x"
            row("", "", other, ">= 20 x")
    for way, text in COUNTED.items():
        took = seconds(lambda text=text: graph.sparql(text), runs)
        row(way, f"{took * 1000:,.1f} ms")


def files(folder: Path, rdflib_times: dict[str, float]) -> None:
    import icdgraph
    from icdgraph.export import export

    graph = icdgraph.load()
    for form, target in (("turtle", "<= 5 s"), ("jsonld", "<= 10 s")):
        path = folder / f"whole.{form}"
        took = seconds(lambda form=form, path=path: export(graph.core, form, path), 3)
        other = ""
        if form in rdflib_times:
            ratio = rdflib_times[form] / took
            other = f"rdflib {rdflib_times[form]:,.1f} s, {ratio:,.1f} x"
            target += ", >= 5 x"
        row(f"the whole graph as {form}", f"{took:.1f} s", other, target)


def time_rdflib(folder: Path) -> dict[str, float]:
    """Load the whole graph into rdflib, in memory, and time the same queries there."""
    import rdflib

    import icdgraph
    from icdgraph.export import export
    from icdgraph.rdf.vocabulary import PREFIXES

    path = export(icdgraph.load().core, "turtle", folder / "for_rdflib.ttl")
    graph = rdflib.Graph()
    start = time.perf_counter()
    graph.parse(path, format="turtle")
    row("rdflib: reading the Turtle", "", f"{time.perf_counter() - start:,.0f} s")
    times = {}
    namespaces = {prefix: rdflib.Namespace(iri) for prefix, iri in PREFIXES.items()}
    queries = {name: QUERIES[name] for name in SLOW} | COUNTED
    for name, text in queries.items():
        times[name] = seconds(
            lambda text=text: list(graph.query(text, initNs=namespaces)),
            1 if name in COUNTED else 3,
        )
    for form, theirs in (("turtle", "turtle"), ("jsonld", "json-ld")):
        times[form] = seconds(
            lambda theirs=theirs: graph.serialize(folder / "out", format=theirs), 1
        )
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7, help="runs of each query")
    parser.add_argument(
        "--without-rdflib", action="store_true", help="leave out rdflib, which is slow"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["ICDGRAPH_CACHE_DIR"] = str(folder / "cache")
        row("", "icdgraph", "beside", "target")
        build(folder / "cache")
        look_up(options.runs)
        times = {} if options.without_rdflib else time_rdflib(folder)
        queries(options.runs, times)
        files(folder, times)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"\nPython {sys.version.split()[0]}, {os.cpu_count()} cores, {peak:,.0f} MB"
        )


if __name__ == "__main__":
    main()
