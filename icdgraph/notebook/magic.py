"""``%%sparql`` for notebooks, after ``%load_ext icdgraph``.

%%sparql
SELECT ?code ?title { ?code skos:broader ICD10CM:M54 ; skos:prefLabel ?title }

%sparql --name never-with --param code=M54.50 --as pandas --out df
"""

from __future__ import annotations

from functools import cache
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from icdgraph.codegraph import CodeGraph
from icdgraph.errors import IcdGraphError
from icdgraph.graph import Graph
from icdgraph.load import load
from icdgraph.rdf import ask
from icdgraph.rdf.results import Table

bundled = cache(load)
"""The bundled release, loaded once for all cells that name no graph."""


@magics_class
class SparqlMagics(Magics):
    """The magic ``%sparql`` and ``%%sparql``."""

    @magic_arguments()
    @argument("--graph", help="The variable that holds a graph; else the bundled one.")
    @argument("--name", help="The name of a named query, instead of a text.")
    @argument("--param", action="append", default=[], help="A parameter, as key=value.")
    @argument("--as", dest="frame", choices=["pandas", "polars"], help="A DataFrame.")
    @argument("--out", help="The variable to put the answer in, instead of showing it.")
    @argument("--endpoint", help="The URL of a SPARQL endpoint to ask instead.")
    @argument("--limit", type=int, help="The rows to take.")
    @argument("--timeout", type=float, help="The seconds to wait.")
    @line_cell_magic
    def sparql(self, line: str, cell: str | None = None) -> Any:
        """Answer the SPARQL query in the cell, or a named one.

        Names of codes and prefixes are bound; the answer is a table, or with ``--as``
        a DataFrame.
        """
        options = parse_argstring(self.sparql, line)
        try:
            answer = ask(
                self._graph(options.graph),
                cell,
                options.name,
                options.endpoint,
                options.timeout,
                options.limit,
                dict(_pair(text) for text in options.param),
            )
        except IcdGraphError as exc:
            # IPython prints a UsageError without the way it came.
            raise UsageError(str(exc)) from exc
        if options.frame and isinstance(answer, Table):
            frames = {"pandas": answer.to_pandas, "polars": answer.to_polars}
            shown: Any = frames[options.frame]()
        else:
            shown = answer
        if options.out:
            self._variables()[options.out] = shown
            return None
        return shown

    def _variables(self) -> dict[str, Any]:
        assert self.shell is not None
        variables: dict[str, Any] = self.shell.user_ns
        return variables

    def _graph(self, name: str | None) -> Graph:
        if name is None:
            return bundled().core
        found = self._variables().get(name)
        if not isinstance(found, CodeGraph):
            raise UsageError(f"{name!r} is not a variable that holds a graph")
        return found.core


def register(shell: Any) -> None:
    """Give *shell*, an IPython shell, the magic."""
    shell.register_magics(SparqlMagics)


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{text!r} is not a parameter; key=value would be right")
    return key, value
