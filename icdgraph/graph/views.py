"""The views that open from a graph: ``g.sparql(...)``, ``g.to_rdflib()``.

Each method imports its view when it is called, and the view its libraries, so that
loading a graph and looking a code up load none of them.  This is the one place where
an import goes up the layers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    import rdflib

    from icdgraph.graph.codegraph import CodeGraph
    from icdgraph.rdf.results import Answer


class Views:
    """What a `CodeGraph` can be asked through a view."""

    __slots__ = ()

    def sparql(
        self,
        text: str | None = None,
        *,
        name: str | None = None,
        endpoint: str | None = None,
        timeout: float | None = None,
        limit: int | None = None,
        graphs: Sequence[str] = (),
        **parameters: object,
    ) -> Answer:
        """Return the answer to a SPARQL query: a `Table`, `Triples` or a bool.

        Either *text* is the query, its usual prefixes bound, or *name* is that of a
        named query, whose parameters are given as keywords.  *endpoint* is the URL of
        a SPARQL 1.1 endpoint to ask instead of the store in the cache, *timeout* a
        limit in seconds, *limit* the rows to take, *graphs* the named graphs of the
        endpoint to ask in place of its default graph.  Raises `QueryError`.

        >>> from icdgraph.toy import toy
        >>> toy().sparql("SELECT ?code { ICD10CM:M54 ig:excludes1 ?code }")
        code
        --------------
        ICD10CM:F45.41
        [1 row]
        """
        from icdgraph.rdf import ask

        return ask(
            cast("CodeGraph", self),
            text,
            name,
            endpoint,
            timeout,
            limit,
            parameters,
            graphs=graphs,
        )

    def to_rdflib(self) -> rdflib.Graph:
        """Return an rdflib graph over the same store, nothing copied.

        Raises `MissingExtra` where ``icdgraph[rdflib]`` is not installed.
        """
        from icdgraph.rdf.rdflib_graph import to_rdflib

        return to_rdflib(cast("CodeGraph", self))
