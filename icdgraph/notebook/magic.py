"""``%%sparql`` for notebooks, after ``%load_ext icdgraph``.

%%sparql
SELECT ?code ?title { ?code skos:broader ICD10CM:M54 ; skos:prefLabel ?title }

%sparql --name never-with --param code=M54.50 --as pandas --out df
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from icdgraph.errors import IcdGraphError
from icdgraph.graph import Graph
from icdgraph.notebook.progress import in_notebook
from icdgraph.rdf import ask
from icdgraph.rdf.results import Table

if TYPE_CHECKING:
    from collections.abc import Callable


@magics_class
class SparqlMagics(Magics):
    """The magic ``%sparql`` and ``%%sparql``.

    *bundled* returns the graph for cells that do not name one.
    """

    def __init__(self, shell: Any, bundled: Callable[[], Graph]) -> None:
        super().__init__(shell)
        self._bundled = bundled

    @magic_arguments()
    @argument(
        "--graph", help="The variable of a graph; by default the bundled release."
    )
    @argument("--name", help="The name of a named query, in place of a text.")
    @argument(
        "--param", action="append", default=[], help="A parameter of it, as name=value."
    )
    @argument(
        "--as",
        dest="frame",
        choices=["pandas", "polars"],
        help="Make a DataFrame of the rows.",
    )
    @argument("--out", help="The variable for the answer, which is then not shown.")
    @argument("--endpoint", help="The URL of a SPARQL endpoint to query instead.")
    @argument("--limit", type=int, help="The number of rows to return.")
    @argument("--timeout", type=float, help="Stop the query after these seconds.")
    @line_cell_magic
    def sparql(self, line: str, cell: str | None = None) -> Any:
        """Answer the SPARQL query in the cell, or a named one.

        The usual prefixes need not be declared; the answer is a table, or with ``--as``
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
                progress=in_notebook(),
            )
        except IcdGraphError as exc:
            # IPython prints a UsageError without a traceback.
            raise UsageError(str(exc)) from exc
        if options.frame and not isinstance(answer, bool):
            table = answer if isinstance(answer, Table) else answer.table
            frames = {"pandas": table.to_pandas, "polars": table.to_polars}
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
            return self._bundled()
        graph = getattr(self._variables().get(name), "core", None)
        if not isinstance(graph, Graph):
            raise UsageError(
                f"unknown graph {name!r}: expected the name of a variable with a graph"
            )
        return graph


def register(shell: Any, bundled: Callable[[], Graph]) -> None:
    """Register the magic with an IPython shell; *bundled* opens the default graph."""
    shell.register_magics(SparqlMagics(shell, bundled))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"invalid --param {text!r}: expected name=value")
    return name, value
