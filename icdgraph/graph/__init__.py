"""The graph of one release: questions, and nodes, notes and edges in the answers.

columns     what is built once and kept in the cache
build       from the records of a release to columns; `resolve` finds what notes name
edition     which release it is
questions   what can be asked by number
nodes       nodes, notes and edges, the objects in the answers
graph       the graph: nodes by name, and how they are related
"""

from icdgraph.graph.graph import Graph, reopen
from icdgraph.graph.nodes import Defect, Edge, Node, Note

__all__ = ["Defect", "Edge", "Graph", "Node", "Note", "reopen"]
