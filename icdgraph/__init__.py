"""The open knowledge graph of ICD-10-CM.

>>> import icdgraph
>>> g = icdgraph.load()                               # doctest: +SKIP
>>> g["M54.50"].title                                 # doctest: +SKIP
'Low back pain, unspecified'

What is listed here is imported when it is first used, so that the import itself takes
no time.
"""

TYPE_CHECKING = False  # `typing` itself takes time to import
if TYPE_CHECKING:
    from icdgraph.codegraph import CodeGraph
    from icdgraph.codes import Code
    from icdgraph.errors import (
        DamagedRelease,
        IcdGraphError,
        MissingExtra,
        ParseError,
        QueryError,
        QueryWarning,
        UnknownCode,
    )
    from icdgraph.graph import Defect, Edge, Node, Note
    from icdgraph.loading import load
    from icdgraph.model import Kind, NoteKind, Relation, Seventh, State

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
    "QueryWarning",
    "Relation",
    "Seventh",
    "State",
    "UnknownCode",
    "load",
]


_HOMES = ("errors", "codes", "model", "graph", "codegraph", "loading")
"""The modules that define the names of `__all__`, those that import less first."""


def __getattr__(name: str) -> object:
    if name in __all__:
        from importlib import import_module

        for home in _HOMES:
            module = import_module(f"icdgraph.{home}")
            if hasattr(module, name):
                globals()[name] = getattr(module, name)
                return globals()[name]
    raise AttributeError(f"module 'icdgraph' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])


def load_ipython_extension(shell: object) -> None:
    """Give a notebook ``%%sparql``; IPython calls this on ``%load_ext icdgraph``."""
    from functools import cache

    from icdgraph.loading import load
    from icdgraph.notebook.magic import register

    register(shell, cache(lambda: load().core))
