"""What occurs in the data, looked up in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, QueryResultsFormat

from icdgraph.rdf.vocabulary import PREFIXES, expand

if TYPE_CHECKING:
    import pyoxigraph

Value = NamedNode | Literal

TYPE = NamedNode(expand("rdf:type"))

FEW = 50
"""Values that a property may have for all of them to be read."""


class Occurrences:
    """The triples of *store*, all in its default graph.

    >>> from icdgraph.rdf.stores import open_store
    >>> from icdgraph.toy import toy
    >>> data = Occurrences(open_store(toy().core))
    >>> data.has(None, NamedNode(expand("skos:broader")), None)
    True
    """

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store

    def has(
        self, subject: Value | None, prop: Value | None, value: Value | None
    ) -> bool:
        """Return True if there is such a triple; None stands for any term.

        No triple has a text as its subject or its property.
        """
        if isinstance(subject, Literal) or isinstance(prop, Literal):
            return False
        found = self._store.quads_for_pattern(subject, prop, value, DefaultGraph())
        return next(found, None) is not None

    def values(self, prop: NamedNode) -> list[Any]:
        """Return the values of *prop*, [] where there are more than `FEW`."""
        text = f"SELECT DISTINCT ?o {{ ?s {prop} ?o }} LIMIT {FEW + 1}"
        rows: Any = self._store.query(text)
        found = [row[0] for row in rows]
        return found if len(found) <= FEW else []

    def codes(self) -> list[str]:
        """Return the codes and ranges of all concepts."""
        text = "SELECT ?code { ?c skos:notation ?code }"
        rows: Any = self._store.query(text, prefixes=PREFIXES)
        # A hundred thousand rows are made in Rust ten times as fast.
        lines = rows.serialize(format=QueryResultsFormat.TSV).decode().split("\n")
        return [line.strip('"') for line in lines[1:-1]]
