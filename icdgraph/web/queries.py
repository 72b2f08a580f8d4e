"""The named queries, for the query page: their questions, and their bound text."""

from __future__ import annotations

from dataclasses import asdict
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from icdgraph.rdf import named_queries
from icdgraph.rdf.vocabulary import PREFIXES, release_iri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icdgraph.graph import Graph


def bound(graph: Graph, name: str, values: Mapping[str, str]) -> str:
    """Return the text of the query *name*, with *values* bound to its parameters.

    Its first comments, which the page shows, are left out.  Raises `IcdGraphError`.
    """
    lines = named_queries.find(name).bind(graph, **values).splitlines()
    return "\n".join(dropwhile(lambda line: not line or line[0] == "#", lines))


def start(graph: Graph, limit: int) -> dict[str, Any]:
    """Return what the query page needs; *limit* is the number of rows of an answer."""
    return {
        "limit": limit,
        "prefixes": PREFIXES,
        "here": [PREFIXES["ICD10CM"], release_iri(graph)],
        "queries": [
            asdict(query)
            for group in named_queries.by_group().values()
            for query in group
        ],
    }
