"""SPARQL over the store of a release.

Every query of ours reaches the engine in `evaluate`, which refuses what is not allowed,
binds the prefixes and chooses the graph.  `query` makes values of Python of the answer;
`icdgraph.rdf.answer_bytes` makes bytes of it, in a worker process.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph

from icdgraph.rdf.query_errors import explain
from icdgraph.rdf.query_safety import (
    QueryRefused,
    refuse_nesting,
    refuse_service,
    refuse_update,
)
from icdgraph.rdf.query_text import dataset
from icdgraph.rdf.results import Answer, Iri, Table, Triple, Triples, Value
from icdgraph.rdf.stores import is_built, open_store
from icdgraph.rdf.triple_formats import as_turtle
from icdgraph.rdf.vocabulary import PREFIXES, release_iri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

_TYPES: dict[str, Callable[[str], Value]] = dict.fromkeys(
    ["decimal", "double", "float"], float
)
_TYPES |= {"integer": int, "boolean": lambda value: value in ("true", "1")}


def query(
    graph: Graph,
    text: str,
    progress: Progress | None = None,
    limit: int | None = None,
) -> Answer:
    """Return the answer to the SPARQL query *text* over *graph*.

    The prefixes of `vocabulary.PREFIXES` are bound.  *limit* is the number of rows or
    triples after which the answer is cut, which then says that it `is_cut`.
    Raises `QueryRefused`, a `QueryError`.

    >>> from icdgraph.toy import toy
    >>> text = "SELECT ?code { ICD10CM:M54 ig:excludes1 ?code }"
    >>> query(toy().core, text)[0]["code"].short
    'ICD10CM:F45.41'
    """
    with errors_explained(text):
        if not is_built(graph):  # the store is not built for a query with a mistake
            evaluate(pyoxigraph.Store(), release_iri(graph), text)
        store = open_store(graph, progress)
        return answer_of(evaluate(store, release_iri(graph), text), limit)


def evaluate(
    store: pyoxigraph.Store,
    release: str,
    text: str,
    default: tuple[str, ...] | None = None,
    named: tuple[str, ...] | None = None,
) -> Any:
    """Return pyoxigraph's answer to *text*, which is computed as it is read.

    The graphs to ask are *default* and *named*, by IRI; else those that the query names
    with FROM; else the default graph, which *release* is a name of.  Relative IRIs,
    such as ``<note/M54/excludes1/1>``, are below the release, as in its Turtle.  Raises
    `QueryRefused`; errors of the engine are for `errors_explained`.
    """
    refuse_update(text)
    refuse_nesting(text)
    refuse_service(text)
    if default is None and named is None:
        default, named = dataset(text)
    graphs: dict[str, Any] = {}
    if default or named:
        graphs["default_graph"] = [_graph(iri, release) for iri in default or ()]
        graphs["named_graphs"] = [_graph(iri, "") for iri in named or ()]
    return store.query(text, base_iri=f"{release}/", prefixes=PREFIXES, **graphs)


@contextmanager
def errors_explained(text: str) -> Iterator[None]:
    """Turn what pyoxigraph raises over the query *text* into `QueryRefused`."""
    try:
        yield
    except QueryRefused:
        raise
    except (SyntaxError, ValueError) as exc:
        raise QueryRefused("syntax", explain(text, exc)) from exc
    except (OSError, RuntimeError) as exc:
        raise QueryRefused("failed", f"the query failed: {exc}") from exc


def _graph(iri: str, release: str) -> pyoxigraph.NamedNode | pyoxigraph.DefaultGraph:
    if iri == release:
        return pyoxigraph.DefaultGraph()
    try:
        return pyoxigraph.NamedNode(iri)
    except ValueError as exc:
        raise QueryRefused(
            "syntax", f"invalid graph {iri!r}: expected an absolute IRI"
        ) from exc


def answer_of(answer: Any, limit: int | None = None) -> Answer:
    """Return what pyoxigraph answers, or reads from an endpoint, as values of Python.

    *limit* is the number of rows or triples to take.
    """
    if isinstance(answer, pyoxigraph.QueryBoolean):
        return bool(answer)
    if isinstance(answer, pyoxigraph.QuerySolutions):
        variables = [variable.value for variable in answer.variables]
        # Rows are made as they are taken, so that a limit ends the work as well.
        rows = [[value_of(term) for term in row] for row in islice(answer, limit)]
        return Table(variables, rows, is_cut=next(answer, None) is not None)
    triples = sorted(islice(answer, limit), key=str)
    values, turtle = map(_triple, triples), as_turtle(triples)
    return Triples(values, turtle, is_cut=next(answer, None) is not None)


def statements(text: str) -> list[Triple]:
    """Return the triples of the Turtle *text* in its order.

    >>> statements('<a:b> <a:c> 1 .')
    [Triple(subject='a:b', predicate='a:c', object=1)]
    """
    return list(map(_triple, pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE)))


def _triple(triple: pyoxigraph.Triple | pyoxigraph.Quad) -> Triple:
    parts = triple.subject, triple.predicate, triple.object
    return Triple(*map(value_of, parts))


def value_of(term: Any) -> Value:
    """Return a term of RDF as a value of Python; see `icdgraph.rdf.results`."""
    if term is None:
        return None
    if isinstance(term, pyoxigraph.NamedNode):
        return Iri(term.value)
    if not isinstance(term, pyoxigraph.Literal):
        return str(term)
    kind = term.datatype.value.removeprefix(PREFIXES["xsd"])
    try:
        return _TYPES[kind](term.value) if kind in _TYPES else term.value
    except ValueError:
        return term.value
