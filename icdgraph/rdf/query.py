"""SPARQL over a graph, with prefixes bound and errors a person can use."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph

from icdgraph.errors import QueryError
from icdgraph.rdf import query_safety
from icdgraph.rdf.results import Answer, Iri, Table, Triples, Value
from icdgraph.rdf.stores import open_store
from icdgraph.rdf.vocabulary import PREFIXES, release_iri
from icdgraph.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

_NUMBERS = {"integer": int, "decimal": float, "double": float, "float": float}


def query(
    graph: Graph,
    text: str,
    progress: Progress | None = None,
    limit: int | None = None,
) -> Answer:
    """Return the answer to the SPARQL query *text* over *graph*.

    The prefixes of `vocabulary.PREFIXES` are bound.  *limit* is the number of rows or
    triples after which the answer is cut; a `Table` then says that it `is_cut`.

    Raises `QueryError` for a query that cannot be parsed, shown with the place, and
    for SERVICE, which would ask the network.

    >>> from icdgraph.toy import toy
    >>> text = "SELECT ?code { ICD10CM:M54 ig:excludes1 ?code }"
    >>> query(toy().core, text)[0]["code"].short
    'ICD10CM:F45.41'
    """
    refuse_service(text)
    store = open_store(graph, progress)
    try:
        answer = store.query(
            text,
            prefixes=PREFIXES,
            # A query that names its own dataset with FROM is left its choice.
            default_graph=None
            if query_safety.names_dataset(text)
            else [pyoxigraph.NamedNode(release_iri(graph))],
        )
        return answer_of(answer, limit)
    except (SyntaxError, ValueError) as exc:
        raise QueryError(explain(text, exc)) from exc
    except (OSError, RuntimeError) as exc:
        raise QueryError(
            f"the query cannot be answered: {exc}; a simpler one would be right"
        ) from exc


def refuse_service(text: str) -> None:
    """Raise `QueryError` where *text* would ask another endpoint."""
    if query_safety.asks_service(text):
        raise QueryError(
            "SERVICE asks another endpoint over the network and is refused; a query "
            "over this graph alone would be right"
        )


def explain(text: str, exc: Exception) -> str:
    """Return a sentence on the error *exc* in *text*, with a caret under the place.

    >>> print(explain("ASK { ?x skso:broader ?y }", SyntaxError("error at 1:22")))
    line 1, column 10: the prefix 'skso:' is not bound; did you mean 'skos:'?
      ASK { ?x skso:broader ?y }
               ^
    """
    found = unbound(text)
    if found:
        at, prefix = found
        row, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        guess = nearest(prefix, PREFIXES, 1)[0]
        reason = f"the prefix '{prefix}:' is not bound; did you mean '{guess}:'?"
    else:
        place = re.search(r"at (\d+):(\d+)", str(exc))
        if not place:
            return f"the query is not valid SPARQL: {exc}"
        row, column = int(place[1]), int(place[2])
        missing = text.count("{") - text.count("}")
        reason = "a '}' is missing" if missing > 0 else "this is not expected here"
    lines = text.splitlines() or [""]
    line = lines[min(row, len(lines)) - 1]
    return f"line {row}, column {column}: {reason}\n  {line}\n  {' ' * (column - 1)}^"


def unbound(text: str) -> tuple[int, str] | None:
    """Return the first prefix that is used and not bound, and where it stands."""
    bare = query_safety.bare(text)
    declared = set(re.findall(r"PREFIX\s+([\w-]*):", bare, re.IGNORECASE))
    for match in re.finditer(r"(?<![\w?$:.-])([A-Za-z][\w-]*):", bare):
        if match[1] not in PREFIXES and match[1] not in declared:
            return match.start(), match[1]
    return None


def answer_of(answer: Any, limit: int | None = None) -> Answer:
    """Return what pyoxigraph answers, or read from an endpoint, as our own values.

    *limit* is the number of rows or triples to take.
    """
    if isinstance(answer, pyoxigraph.QueryBoolean):
        return bool(answer)
    if isinstance(answer, pyoxigraph.QuerySolutions):
        variables = [variable.value for variable in answer.variables]
        # Rows are made as they are taken, so that a limit ends the work as well.
        rows = [[value_of(term) for term in row] for row in islice(answer, limit)]
        is_cut = limit is not None and len(rows) == limit and any(True for _ in answer)
        return Table(variables, rows, is_cut=is_cut)
    return turtle_of(islice(answer, limit))


def turtle_of(triples: Iterable[pyoxigraph.Triple]) -> Triples:
    """Return *triples* as Turtle, sorted, with the prefixes that we know."""
    turtle = pyoxigraph.serialize(
        sorted(triples, key=str), format=pyoxigraph.RdfFormat.TURTLE, prefixes=PREFIXES
    )
    # The library writes prefixes in an order that changes from run to run.
    lines = (turtle or b"").decode().splitlines(keepends=True)
    prefixes = sorted(line for line in lines if line.startswith("@prefix"))
    return Triples("".join(prefixes + lines[len(prefixes) :]))


def value_of(term: Any) -> Value:
    """Return a term of RDF as a value of Python; see `icdgraph.rdf.results`."""
    if term is None:
        return None
    if isinstance(term, pyoxigraph.NamedNode):
        return Iri(term.value)
    if isinstance(term, pyoxigraph.Literal):
        return _literal(term.value, term.datatype.value)
    return str(term)


def _literal(value: str, datatype: str) -> Value:
    kind = datatype.removeprefix(PREFIXES["xsd"])
    if kind == "boolean":
        return value in ("true", "1")
    try:
        return _NUMBERS[kind](value) if kind in _NUMBERS else value
    except ValueError:
        return value
