"""What a query requires of the data: terms that must occur for it to have an answer.

    SELECT ?t {
      ?c a ig:Code ;                       ig:Code must be the class of something
         skos:broader+/skos:notation ?n .  both must be properties of something
      VALUES ?c { ICD10CM:I10 }            it must be the subject of something
      OPTIONAL { ?c skos:prefLabel ?t }    nothing: the rest has an answer without it
      FILTER NOT EXISTS { ?c ig:note ?x }  nothing
    }

rdflib parses the query into the algebra of SPARQL 1.1 (section 18.2).  What stands on
the left of OPTIONAL and MINUS, in a FILTER that compares with ``=`` or IN, in EXISTS
and in a subquery is required.  Of the two sides of a UNION one is, so both must fail
for the query to fail.  A term of ``p*`` counts as required: without it the path is no
path.  What this module does not know, it takes for not required.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from rdflib import XSD, BNode, URIRef, Variable
from rdflib import Literal as Text
from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translateQuery
from rdflib.plugins.sparql.parser import parseQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Term = URIRef | Text
Role = Literal["subject", "property", "object", "resource", "graph"]


class Condition(NamedTuple):
    """One of *terms* must occur in the *role*; *property* is that of the triple.

    A *role* of ``resource`` is that of subject or object.  For ``graph``, the terms are
    named graphs, none of them for any.
    """

    role: Role
    terms: tuple[Term, ...]
    property: URIRef | None = None


class Either(NamedTuple):
    """The conditions of one of *branches* must hold."""

    branches: tuple[tuple[Condition | Either, ...], ...]


Conditions = tuple[Condition | Either, ...]


class Requirements(NamedTuple):
    """What a query requires, and the graphs that it chooses by FROM and FROM NAMED.

    *counts* is True for an aggregate over the whole answer, which has one row even
    where nothing matches.
    """

    conditions: Conditions
    default: tuple[str, ...]
    named: tuple[str, ...]
    counts: bool


def requirements(
    text: str, prefixes: Mapping[str, str], base: str | None = None
) -> Requirements:
    """Return what the query *text* requires, whose relative IRIs are below *base*.

    Raises what rdflib raises for a query that it cannot parse.

    >>> text = "ASK { ?x a <a:b> OPTIONAL { ?x <a:c> ?y } }"
    >>> [(c.role, *map(str, c.terms)) for c in requirements(text, {}).conditions][1:]
    [('object', 'a:b')]
    """
    query = translateQuery(parseQuery(text), base, dict(prefixes)).algebra
    clauses = query.datasetClause or ()
    default = tuple(str(clause.default) for clause in clauses if clause.default)
    named = tuple(str(clause.named) for clause in clauses if clause.named)
    if query.name == "DescribeQuery" and query.p is None:
        return Requirements(_described(query.PV), default, named, False)
    whole = query.p
    while whole is not None and not _is_total(whole) and whole.name in _OUTER:
        whole = whole.p
    counts = whole is not None and _is_total(whole)
    top = whole.p if counts else query.p
    return Requirements(_conditions(top), default, named, counts)


def _described(terms: Any) -> Conditions:
    """Return the conditions for DESCRIBE without a pattern: one of *terms* occurs."""
    found = [(Condition("subject", (t,)),) for t in terms if isinstance(t, URIRef)]
    return (Either(tuple(found)),) if found else ()


_OUTER = {
    *("Project", "Distinct", "Reduced", "OrderBy", "Slice", "Extend", "Filter"),
    *("AggregateJoin", "Group"),
}
_PARTS: dict[str, tuple[str, ...]] = dict.fromkeys(_OUTER, ("p",))
_PARTS |= {"Join": ("p1", "p2"), "LeftJoin": ("p1",), "Minus": ("p1",)}
"""The parts of a node of the algebra that must have an answer for it to have one."""


def _is_total(node: Any) -> bool:
    return bool(node.name == "AggregateJoin" and not node.p.expr)


def _conditions(node: Any) -> Conditions:
    group = _Group()
    group.read(node)
    return tuple(group.conditions())


@dataclass
class _Group:
    """What a group pattern requires: its triples, the values of variables, and more."""

    triples: list[tuple[Any, Any, Any]] = field(default_factory=list)
    values: dict[Variable, list[tuple[Term, ...]]] = field(default_factory=dict)
    others: list[Condition | Either] = field(default_factory=list)

    def read(self, node: Any) -> None:
        """Add what *node* of the algebra requires."""
        name = str(node.name)
        if name == "BGP":
            self.triples += node.triples
        elif name == "Union":
            sides = _conditions(node.p1), _conditions(node.p2)
            self.others.append(Either(sides))
        elif name == "Graph":
            names = (node.term,) if isinstance(node.term, URIRef) else ()
            self.others.append(Condition("graph", names))
        elif name == "ToMultiSet" and node.p.name == "values":
            self._bind(node.p.res)
        elif name == "ToMultiSet":  # a subquery, whose variables are its own
            self.others += _conditions(node.p)
        elif not _is_total(node) and node.length != 0:  # as of LIMIT 0
            if name == "Extend":
                self._restrict(node.var, [node.expr])
            elif name == "Filter":
                self._filter(node.expr)
            for part in _PARTS.get(name, ()):
                self.read(node[part])

    def _bind(self, rows: Any) -> None:
        for variable in {variable for row in rows for variable in row}:
            if all(variable in row for row in rows):
                self._restrict(variable, [row[variable] for row in rows])

    def _filter(self, node: Any) -> None:
        name = getattr(node, "name", None)
        if name == "ConditionalAndExpression":
            for part in (node.expr, *node.other):
                self._filter(part)
        elif name == "RelationalExpression" and node.op in ("=", "IN"):
            others = [node.other] if node.op == "=" else list(node.other)
            sides = (node.expr, others), (node.other, [node.expr])
            for variable, terms in sides:
                # Numbers and dates are equal by value, in whatever form.
                if all(isinstance(term, URIRef) or _is_text(term) for term in terms):
                    self._restrict(variable, terms)
        elif name == "Builtin_sameTerm":
            self._restrict(node.arg1, [node.arg2])
            self._restrict(node.arg2, [node.arg1])
        elif name == "Builtin_EXISTS":
            pattern = node.graph
            if pattern.name == "GroupGraphPatternSub":
                pattern = translateGroupGraphPattern(pattern)
            self.others += _conditions(pattern)

    def _restrict(self, variable: Any, terms: list[Any]) -> None:
        is_fixed = terms and all(isinstance(term, URIRef | Text) for term in terms)
        if isinstance(variable, Variable) and is_fixed:
            self.values.setdefault(variable, []).append(tuple(terms))

    def conditions(self) -> Iterator[Condition | Either]:
        """Yield the conditions, those of the first triples first."""
        for subject, prop, value in self.triples:
            if isinstance(prop, Path):
                yield from _path(prop)
            for terms in self._terms(prop):
                yield Condition("property", terms)
            for role, step in _ends(prop, ("subject", "object")):
                for terms in self._terms(subject):
                    yield Condition(role, terms, step)
            for role, step in _ends(prop, ("object", "subject"), last=True):
                for terms in self._terms(value):
                    yield Condition(role, terms, step)
        yield from self.others

    def _terms(self, place: Any) -> list[tuple[Term, ...]]:
        """Return what may stand in a *place* of a triple, [] for anything."""
        if isinstance(place, Variable):
            return self.values.get(place, [])
        constant = isinstance(place, URIRef | Text) and not isinstance(place, BNode)
        return [(place,)] if constant else []


def _is_text(term: Any) -> bool:
    return isinstance(term, Text) and term.datatype in (None, XSD.string)


def _path(path: Any) -> Iterator[Condition | Either]:
    """Yield the conditions of a property *path*."""
    if isinstance(path, URIRef):
        yield Condition("property", (path,))
    elif isinstance(path, InvPath):
        yield from _path(path.arg)
    elif isinstance(path, SequencePath):
        for step in path.args:
            yield from _path(step)
    elif isinstance(path, AlternativePath):
        yield Either(tuple(tuple(_path(step)) for step in path.args))
    elif isinstance(path, MulPath) and path.mod in ("+", "*"):
        yield from _path(path.path)


def _ends(
    path: Any, roles: tuple[Role, Role], last: bool = False
) -> Iterator[tuple[Role, URIRef | None]]:
    """Yield the role of the term at an end of *path*, and the property there.

    *roles* are those at a property and at an inverted one.
    """
    if isinstance(path, SequencePath):
        path = path.args[-1 if last else 0]
    if isinstance(path, MulPath) and path.mod == "+":
        path = path.path
    if isinstance(path, InvPath):
        path, roles = path.arg, roles[::-1]
    if isinstance(path, URIRef):
        yield roles[0], path
    elif isinstance(path, MulPath) and isinstance(path.path, URIRef):
        yield "resource", path.path
    elif isinstance(path, Path):
        yield "resource", None
    else:
        yield roles[0], None
