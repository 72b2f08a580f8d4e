"""Time the graph as a network beside what one would otherwise take.

    python benchmarks/network.py

Beside it stand nxontology and networkx over ``simple_icd_10_cm``, which have the edges
of the tree alone: `pip install nxontology` for the first.  Every figure is the least of
several runs, in an interpreter of its own; to load icdgraph or to import
simple_icd_10_cm is timed apart, since it is done once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec

HEAD = """
import resource, time
def least(call, runs={runs}):
    def once():
        start = time.perf_counter()
        call()
        return time.perf_counter() - start
    return min(once() for _ in range(runs))
"""

TAIL = """
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

OURS = "import icdgraph, networkx\ng = icdgraph.load()\n"

THEIRS = """
import networkx, simple_icd_10_cm as cm
def build():
    tree = networkx.DiGraph()
    for code in cm.get_all_codes(with_dots=True):
        tree.add_node(code, title=cm.get_description(code))
        parent = cm.get_parent(code)
        if parent:
            tree.add_edge(code, parent)
    return tree
"""

ONTOLOGY = """
import icdgraph, networkx
from nxontology import NXOntology
from icdgraph.network.selection import names
g = icdgraph.load()
known = names(g)
def build():
    tree = NXOntology()
    for node in g.nodes():
        tree.add_node(known[node.number], title=node.title)
    for number, parent in enumerate(g.tree.parents):
        if parent >= 0:
            tree.add_edge(known[parent], known[number])
    tree.freeze()
    return tree
"""

ANSWERS = "from icdgraph.network import *\n"
FILES = """
from collections import deque
from icdgraph.export import pieces
def write(form):
    deque(pieces(g, form), maxlen=0)
"""

LINES: dict[str, tuple[str, float | None]] = {
    "all nodes and edges, networkx": (
        OURS + "took = least(lambda: g.to_networkx())",
        2.5,
    ),
    "the tree alone, networkx": (
        OURS + "took = least(lambda: g.to_networkx('parent'))",
        None,
    ),
    "  the same from simple_icd_10_cm": (THEIRS + "took = least(build)", None),
    "  the same in nxontology": (ONTOLOGY + "took = least(build)", None),
    "one edge a pair, networkx": (
        OURS + "took = least(lambda: g.to_networkx(multi=False))",
        None,
    ),
    "all nodes and edges, igraph": (
        OURS + "took = least(lambda: g.to_igraph())",
        None,
    ),
    **{
        f"written as {form}": (
            OURS + FILES + f"took = least(lambda: write({form!r}))",
            None,
        )
        for form in ("graphml", "gexf", "nodelink")
    },
    "  GraphML by networkx": (
        OURS + "import io\nG = g.to_networkx()\n"
        "took = least(lambda: networkx.write_graphml_xml(G, io.BytesIO()), 1)",
        None,
    ),
    **{
        name: (OURS + ANSWERS + f"took = least(lambda: {name}(g))", None)
        for name in (
            "pagerank",
            "degrees",
            "communities",
            "pieces",
            "cycles",
            "knots",
            "bridges",
            "bridgeheads",
        )
    },
}


def measure(code: str, runs: int) -> tuple[float, float]:
    """Return the seconds that *code* takes, and the MB its process grew to."""
    script = HEAD.format(runs=runs) + code + TAIL
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each line")
    runs = parser.parse_args().runs
    subprocess.run([sys.executable, "-c", OURS], check=True)
    missed = False
    print(f"{'':38}{'time':>9}{'process':>11}")
    for name, (code, target) in LINES.items():
        if "nxontology" in name and not find_spec("nxontology"):
            print(f"{name:38}    not installed")
            continue
        took, memory = measure(code, runs)
        missed = missed or (target is not None and took > target)
        told = f"   target {target} s" if target is not None else ""
        print(f"{name:38}{took:7.2f} s{memory:8,.0f} MB{told}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
