"""The graph of one release: questions, and the nodes, notes and edges in the answers.

A `CodeGraph` never changes once it is built, so that several releases can live side by
side.  It answers with light objects made on demand: a `Node` is a number and a graph,
equal to another when kind and code are; a `Note` and an `Edge` are records.

A note speaks for everything beneath its owner.  That is asked here and never copied
down: `Node.applicable_notes` walks up and returns each note with where it was printed.
"""

from icdgraph.graph.codegraph import CodeGraph
from icdgraph.graph.nodes import Node
from icdgraph.graph.notes import Defect, Edge, Note

__all__ = ["CodeGraph", "Defect", "Edge", "Node", "Note"]
