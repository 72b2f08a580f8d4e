"""Time the graph as a network, compared with other ways to get one.

    python benchmarks/network.py
    python benchmarks/network.py --runs 1

Compared are nxontology and networkx over ``simple_icd_10_cm``, which have only the
edges of the tree, and networkx's own writer.  Every figure is the least CPU time of
several runs in an interpreter of its own.  Loading icdgraph and importing
simple_icd_10_cm are not included, because they happen once.  The last column compares
with the line of icdgraph above.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

HEAD = """
import resource, time
def least(call, runs={runs}):
    def once():
        start = time.process_time()
        call()
        return time.process_time() - start
    return min(once() for _ in range(runs))
"""

TAIL = """
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

OURS = "import icdgraph, networkx\ng = icdgraph.load()\n"

SIMPLE = """
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
import icdgraph
from nxontology import NXOntology
g = icdgraph.load()
def build():
    tree = NXOntology()
    for node in g.nodes():
        tree.add_node(node.code, title=node.title)
        if node.parent:
            tree.add_edge(node.parent.code, node.code)
    tree.freeze()
    return tree
"""

FILES = """
from collections import deque
from icdgraph.export import pieces
def write(form):
    deque(pieces(g.core, form), maxlen=0)
"""

WRITTEN_BY_NETWORKX = """
import io
G = g.to_networkx()
seconds = least(lambda: networkx.write_graphml_xml(G, io.BytesIO()), 1)
"""

ALGORITHMS = (
    "paths('M54.50', 'F45.41')",
    "centrality()",
    "communities()",
    "components()",
    "cycles()",
)


def ours(call: str, setup: str = "") -> str:
    return f"{OURS}{setup}seconds = least(lambda: {call})"


LINES = {
    "all nodes and edges, networkx": ours("g.to_networkx()"),
    "one edge per pair, networkx": ours("g.to_networkx(multi=False)"),
    "all nodes and edges, igraph": ours("g.to_igraph()"),
    "the tree alone, networkx": ours("g.to_networkx('parent')"),
    "  from simple_icd_10_cm": f"{SIMPLE}seconds = least(build)",
    "  in nxontology": f"{ONTOLOGY}seconds = least(build)",
    "written as gexf": ours("write('gexf')", FILES),
    "written as nodelink": ours("write('nodelink')", FILES),
    "written as graphml": ours("write('graphml')", FILES),
    "  by networkx": OURS + WRITTEN_BY_NETWORKX,
    **{f"g.network.{call}": ours(f"g.network.{call}") for call in ALGORITHMS},
}
"""The code of each line; an indented one is compared with the last that is not."""

TARGETS = {"all nodes and edges, networkx": 2.5}
"""The seconds that a line may take."""


def measure(code: str, runs: int) -> tuple[float, float]:
    """Return the seconds that *code* takes, and the MB that its process grew to."""
    script = HEAD.format(runs=runs) + code + TAIL
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each line")
    runs = parser.parse_args().runs
    subprocess.run([sys.executable, "-c", OURS], check=True)
    missed = False
    base = 0.0
    print(f"{'':38}{'CPU time':>10}{'process':>11}")
    for name, code in LINES.items():
        seconds, memory = measure(code, runs)
        remark = ""
        if name.startswith(" "):
            remark = f"   {seconds / base:.1f} x"
        else:
            base = seconds
        if name in TARGETS:
            missed = missed or seconds > TARGETS[name]
            remark = f"   target {TARGETS[name]} s"
        print(f"{name:38}{seconds:8.3f} s{memory:8,.0f} MB{remark}", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
