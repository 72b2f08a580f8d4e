"""A toy you can draw: a few nodes around M54.50, real ones, with real notes.

    chapter 13 ── M40-M54 ── M50-M54 ─┬─ M51 ── M51.2 ─┬─ M51.26
                                      │                └─ M51.27
                                      └─ M54 ─┬─ M54.2
                                              ├─ M54.4 ─┬─ M54.41
                                              │         └─ M54.42
                                              └─ M54.5 ─┬─ M54.50
                                                        └─ M54.59
    chapter 1 ── B99 (a section) ── B99 (a category) ── B99.8, B99.9
    chapter 5 ── F40-F48 ── F45 ── F45.4 ── F45.41, F45.42
    chapter 6 ── G89-G99 ── G89 ── G89.4
    chapter 19 ── S30-S39 ── S39 ── S39.0 ── S39.01 ── S39.012 ── S39.012A, D, S

Its XML, ``toy.xml`` beside this file, is an extract of the Tabular List of April 2026.
R52 and Z18, which two notes name, were left out of it and so are reported as dangling.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from icdgraph.codegraph import CodeGraph
from icdgraph.graph import Graph
from icdgraph.graph.build import build
from icdgraph.read import tabular

PATH = Path(__file__).with_name("toy.xml")


@lru_cache(maxsize=1)
def toy() -> CodeGraph:
    """Return the graph of the toy.

    >>> toy()
    <CodeGraph ICD-10-CM 2026: 39 nodes, 15 billable codes, 17 notes>
    """
    columns = build(tabular.read(PATH.read_bytes(), PATH.name), PATH.name)
    return CodeGraph(Graph(columns))
