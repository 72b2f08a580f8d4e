"""The open knowledge graph of ICD-10-CM.

>>> import icdgraph
>>> g = icdgraph.load()                               # doctest: +SKIP
>>> g["M54.50"].title                                 # doctest: +SKIP
'Low back pain, unspecified'
"""

from icdgraph.codegraph import CodeGraph
from icdgraph.codes import Code
from icdgraph.errors import (
    DamagedRelease,
    IcdGraphError,
    MissingExtra,
    ParseError,
    QueryError,
    UnknownCode,
)
from icdgraph.graph import Defect, Edge, Node, Note
from icdgraph.load import load
from icdgraph.model import Kind, NoteKind, Relation, Seventh, State
from icdgraph.notebook import cards as _cards  # noqa: F401  (nodes show as cards)

__version__ = "0.1.0"

__all__ = [
    "Code",
    "CodeGraph",
    "DamagedRelease",
    "Defect",
    "Edge",
    "IcdGraphError",
    "Kind",
    "MissingExtra",
    "Node",
    "Note",
    "NoteKind",
    "ParseError",
    "QueryError",
    "Relation",
    "Seventh",
    "State",
    "UnknownCode",
    "load",
]


def load_ipython_extension(shell: object) -> None:
    """Give a notebook ``%%sparql``; IPython calls this on ``%load_ext icdgraph``."""
    from functools import cache

    from icdgraph.notebook.magic import register

    register(shell, cache(lambda: load().core))
