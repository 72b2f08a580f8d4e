"""Why a query answers nothing: terms that occur nowhere, and the nearest that do.

    ?code ig:exclude1 ?x             no triple has the property ig:exclude1. Did you
                                     mean ig:excludes1?
    ?code a ig:code                  nothing is of the class ig:code. Did you mean
                                     ig:Code?
    ICD10CM:M54.55 skos:broader ?x   ICD10CM:M54.55 occurs nowhere in the data. Did
                                     you mean ICD10CM:M54.50, ICD10CM:M54.51 or ...?
    ?code ig:billable "true"         ig:billable is never "true". Did you mean true?

A hint is given only for an empty answer, and only for a term that the query requires
(see `icdgraph.rdf.conditions`).  Whether it occurs, the store is asked.  Where all
terms occur, and their combination does not, there is no hint.

A misspelled variable of SELECT is told for every answer.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from icdgraph.errors import QueryWarning
from icdgraph.rdf.occurrences import TYPE, Occurrences
from icdgraph.rdf.query_text import selected, variables
from icdgraph.rdf.remedies import Names, Remedies, instead
from icdgraph.rdf.results import Answer, Iri, Table
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.spelling import closest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyoxigraph

    from icdgraph.rdf.conditions import Condition, Either, Role, Term
    from icdgraph.rdf.occurrences import Value

LONGEST = 10_000
"""Characters of the longest query that is looked into: each takes 10 us to parse."""

HEADER = "Icdgraph-Hint"
"""The header of an answer over HTTP that has the hints, as a list in JSON, in ASCII."""

LONGEST_HEADER = 2_000
"""Characters of its longest value."""

MOST = 5
"""Hints that are given at a time."""


class Hint(NamedTuple):
    """A *term* of a query as written, its *problem*, and the *nearest* terms."""

    term: str
    problem: str
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the hint as a sentence, or two.

        >>> str(Hint("?titel", "nothing binds ?titel", ("?title",)))
        'nothing binds ?titel. Did you mean ?title?'
        """
        if not self.nearest:
            return self.problem
        *first, last = self.nearest
        guess = f"{', '.join(first)} or {last}" if first else last
        return f"{self.problem}. Did you mean {guess}?"


def unbound(text: str) -> list[Hint]:
    """Return hints for misspelled variables, which SELECT names and nothing binds.

    A name like no other is no mistake: it asks for an empty column.

    >>> [str(hint) for hint in unbound("SELECT ?titel { ?c skos:prefLabel ?title }")]
    ['?titel is selected, but nothing binds it. Did you mean ?title?']
    """
    counts = Counter(variables(text))
    found = []
    for name in selected(text):
        if counts[name] != 1:
            continue
        near = closest(name, sorted(counts.keys() - {name}))
        if near:
            problem = f"?{name} is selected, but nothing binds it"
            found.append(Hint(f"?{name}", problem, tuple(f"?{n}" for n in near)))
    return found


def hints_for(
    store: pyoxigraph.Store,
    release: str,
    text: str,
    emptiness: str | None,
    default: tuple[str, ...] | None = None,
    named: tuple[str, ...] | None = None,
) -> tuple[str, ...]:
    """Return what is to be told about *text*, whose answer has the *emptiness*.

    Its graphs are *default* and *named*, as for `icdgraph.rdf.query.evaluate`.
    """
    found = unbound(text)
    if emptiness:
        is_zero = emptiness == "zero"
        found += hints(store, release, text, default, named, is_zero=is_zero)
    return tuple(map(str, found[:MOST]))


def emptiness(answer: Answer) -> str | None:
    """Return how *answer* is empty: ``none`` at all, or a row that may say ``zero``.

    >>> emptiness(Table(["n"], [[0]])), emptiness(Table(["n"], [[3]]))
    ('zero', None)
    """
    if not answer:
        return "none"
    if isinstance(answer, Table) and len(answer) == 1:
        return "zero" if all(map(_is_nothing, answer[0])) else None
    return None


def _is_nothing(value: object) -> bool:
    return not value and value is not False


def as_header(told: Iterable[str]) -> str:
    """Return hints as the value of `HEADER`: as many as fit, as a list in JSON.

    >>> as_header(["no triple has the property ig:exclude1"])
    '["no triple has the property ig:exclude1"]'
    """
    kept: list[str] = []
    for hint in told:
        if len(json.dumps([*kept, hint])) > LONGEST_HEADER:
            break
        kept.append(hint)
    return json.dumps(kept)


def hints_in(header: str) -> tuple[str, ...]:
    """Return the hints in the value of `HEADER`, () for anything else.

    >>> hints_in('["no triple has the property ig:exclude1"]'), hints_in("?")
    (('no triple has the property ig:exclude1',), ())
    """
    try:
        told = json.loads(header)
    except ValueError:
        return ()
    if not isinstance(told, list):
        return ()
    return tuple(hint for hint in told if isinstance(hint, str))[:MOST]


def tell(answer: Answer, told: Sequence[str]) -> Answer:
    """Return *answer* with its hints, and warn the caller of icdgraph of them."""
    if not isinstance(answer, bool):
        answer.hints = tuple(told)
    depth, frame = 1, sys._getframe()
    # Code that is executed from a string may have no name.
    while frame.f_back and frame.f_globals.get("__name__", "").startswith("icdgraph."):
        depth, frame = depth + 1, frame.f_back
    for hint in told:
        warnings.warn(hint, QueryWarning, stacklevel=depth)
    return answer


def hints(
    store: pyoxigraph.Store,
    release: str,
    text: str,
    default: tuple[str, ...] | None = None,
    named: tuple[str, ...] | None = None,
    *,
    is_zero: bool = False,
) -> list[Hint]:
    """Return why *text*, evaluated over the same graphs, answers nothing.

    With *is_zero*, the answer is a row of zeros; this is nothing only if the query is
    an aggregate over everything.

    >>> from icdgraph.rdf.stores import open_store
    >>> from icdgraph.rdf.vocabulary import release_iri
    >>> from icdgraph.toy import toy
    >>> store, release = open_store(toy().core), release_iri(toy().core)
    >>> print(*hints(store, release, "ASK { ?code ig:exclude1 ?x }"))
    no triple has the property ig:exclude1. Did you mean ig:excludes1?
    """
    if len(text) > LONGEST:
        return []
    # rdflib takes half a second to import, which only an empty answer has to wait for.
    from icdgraph.rdf.conditions import requirements

    try:
        required = requirements(text, PREFIXES, f"{release}/")
    except Exception:  # of any kind, for what rdflib cannot read, such as RDF 1.2
        return []
    if is_zero and not required.counts:
        return []
    if default is None and named is None:
        default, named = required.default, required.named
    chosen = [*(default or ()), *(named or ())]
    others = [graph for graph in chosen if graph != release]
    finder = _Finder(Occurrences(store), Names(text), release)
    found = [finder.graph(NamedNode(graph)) for graph in others]
    if not chosen or release in (default or ()):
        found += finder.hints(required.conditions)
    # The parser sorts triples; a reader goes through the query from its start.
    found.sort(key=lambda hint: (hint.term not in text, text.find(hint.term)))
    return list(dict.fromkeys(found))[:MOST]


class _Finder:
    """Hints for conditions that *data* does not meet, in the *names* of a query."""

    def __init__(self, data: Occurrences, names: Names, release: str) -> None:
        self._data = data
        self._names = names
        self._release = release
        self._remedies = Remedies(data, names, release)

    def hints(self, conditions: Iterable[Condition | Either]) -> list[Hint]:
        """Return hints for the *conditions* that are not met."""
        found: list[Hint] = []
        for condition in conditions:
            if len(condition) == 1:
                branches = [self.hints(branch) for branch in condition.branches]
                if all(branches):
                    found += [hint for branch in branches for hint in branch]
            else:
                found += self._unmet(condition)
        return found

    def _unmet(self, condition: Condition) -> list[Hint]:
        """Return a hint for each term of *condition*, [] where one of them occurs."""
        if condition.role == "graph":
            return [self.graph(*map(_converted, condition.terms))]
        found: list[Hint] = []
        for term in condition.terms:
            hint = self._hint(_converted(term), condition)
            if hint is None:
                return []
            found.append(hint)
        return found

    def _hint(self, term: Value, condition: Condition) -> Hint | None:
        prop = NamedNode(condition.property) if condition.property else None
        if prop and not self._data.has(None, prop, None):
            return None  # this has a hint of its own
        if condition.role == "property":
            return self._property(term)
        if condition.role == "object" and prop == TYPE:
            return self._class(term)
        if isinstance(term, Literal):
            return self._literal(term, condition.role, prop)
        return self._iri(term, condition.role, prop)

    def graph(self, term: Value | None = None) -> Hint:
        """Return the hint for a graph that is not there, None for any named graph."""
        name = f"<{term.value}>" if term else "GRAPH"
        if term is None or term.value == self._release:
            problem = f"{name} matches nothing: all triples are in the default graph"
            return Hint(name, f"{problem}. Remove GRAPH or FROM NAMED")
        problem = f"{name} is not a graph of this store"
        return Hint(name, problem, (f"<{self._release}>",))

    def _property(self, term: Value) -> Hint | None:
        if self._data.has(None, term, None):
            return None
        name = self._names.write(term)
        if isinstance(term, Literal):
            return Hint(name, f"the text {name} cannot be a property")
        remedy = instead()["dropped"].get(Iri(term.value).short)
        if remedy is not None:
            written = (self._names.expression(remedy),) if remedy else ()
            return Hint(name, f"{name} is no longer in the data", written)
        return self._namespace(term) or Hint(
            name,
            f"no triple has the property {name}",
            self._remedies.property(term.value),
        )

    def _class(self, term: Value) -> Hint | None:
        if self._data.has(None, TYPE, term):
            return None
        name = self._names.write(term)
        problem = f"nothing is of the class {name}"
        if isinstance(term, Literal):
            return Hint(name, problem, self._remedies.value(term, TYPE))
        near = self._remedies.kind(term.value)
        return self._namespace(term) or Hint(name, problem, near)

    def _literal(
        self, term: Literal, role: Role, prop: NamedNode | None
    ) -> Hint | None:
        name = self._names.write(term)
        if role == "subject":
            near = self._remedies.resource(term.value)
            return Hint(name, f"the text {name} is the subject of no triple", near)
        if self._data.has(None, prop, term):
            return None
        near = self._remedies.value(term, prop)
        if not near and self._data.has(None, None, term):
            return None  # only the combination with this property is not there
        if prop is None:
            return Hint(name, f"{name} occurs nowhere in the data", near)
        return Hint(name, f"{self._names.write(prop)} is never {name}", near)

    def _iri(self, term: NamedNode, role: Role, prop: NamedNode | None) -> Hint | None:
        name = self._names.write(term)
        is_subject = self._data.has(term, None, None)
        is_object = self._data.has(None, None, term)
        if is_subject or is_object:
            return self._misplaced(term, role, prop)
        if self._data.has(None, term, None):
            return Hint(name, f"{name} is a property, and no {role} of a triple")
        near = self._remedies.resource(term.value)
        problem = f"{name} occurs nowhere in the data"
        return self._namespace(term) or Hint(name, problem, near)

    def _misplaced(
        self, term: NamedNode, role: Role, prop: NamedNode | None
    ) -> Hint | None:
        """Return a hint for a *term* that occurs, but never with the property *prop*.

        It is given for a property of another vocabulary, and for one of texts.
        """
        if prop is None or self._data.has(None, prop, term):
            return None
        name, what = self._names.write(term), self._names.write(prop)
        remedy = instead()["properties"].get(Iri(prop.value).short)
        is_stated = self._data.has(term, prop, None)
        if remedy and not is_stated and Iri(term.value).short.startswith("ICD10CM:"):
            problem = f"{what} is not stated of {name}"
            return Hint(what, problem, (self._names.expression(remedy),))
        near = self._remedies.text(term, prop) if role == "object" else ()
        return Hint(name, f"{what} is never {name}", near) if near else None

    def _namespace(self, term: NamedNode) -> Hint | None:
        """Return a hint for a *term* in a namespace that is almost a known one."""
        meant = self._remedies.meant(term.value)
        if meant == term.value:
            return None
        wrong = self._names.wrong_namespace(term.value, meant)
        if wrong is None:
            name = self._names.write(term)
            near = (self._names.write(NamedNode(meant)),)
            return Hint(name, f"{name} occurs nowhere in the data", near)
        prefix, bound, right = wrong
        problem = f"PREFIX {prefix}: <{bound}> is not a namespace of the data"
        return Hint(f"<{bound}>", problem, (f"<{right}>",))


def _converted(term: Term) -> Value:
    """Return a term of rdflib as one of pyoxigraph."""
    if term.n3().startswith("<"):
        return NamedNode(str(term))
    language = getattr(term, "language", None)
    datatype = getattr(term, "datatype", None)
    if language or datatype is None:
        return Literal(str(term), language=language)
    return Literal(str(term), datatype=NamedNode(str(datatype)))
