"""Turtle and TriG of a graph: grouped by concept, in the order of the book.

    ICD10CM:M54.50
        a skos:Concept, ig:Code ;
        skos:prefLabel "Low back pain, unspecified"@en ;
        skos:altLabel "Loin pain"@en, "Lumbago NOS"@en ;

TriG is the same between braces, in the named graph of the release.  The same graph
gives the same bytes.  pyoxigraph writes Turtle without IRIs relative to the release and
from a Python object for every term, which is too slow for millions of triples: stores
are filled from this text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from icdgraph.rdf.mapping import Resource, Statement

WIDTH = 86
"""The columns of a line; longer lists of values are broken."""


def lines(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    """Yield Turtle in pieces, each a resource; *base* is the release's IRI.

    >>> piece = ("ICD10CM:A00", [("a", "skos:Concept"), ("a", "ig:Category")])
    >>> print(list(lines([piece], "https://example.org/r"))[-1].strip())
    ICD10CM:A00
        a skos:Concept, ig:Category .
    """
    for prefix, iri in prefixes.items():
        yield f"@prefix {prefix}: <{iri}> .\n"
    # A slash at its end, so that <note/M54/excludes1/1> lies below the release.
    yield f"@base <{base}/> .\n"
    yield from _blocks(resources, base)


def trig(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    """Yield TriG in pieces: the Turtle of `lines`, in the graph named *base*.

    The optional keyword GRAPH is omitted, because Raptor cannot read it.
    """
    yield from lines((), base, prefixes)
    yield f"\n<{base}> {{\n"
    yield from _blocks(resources, base)
    yield "}\n"


def _blocks(resources: Iterable[Resource], base: str) -> Iterator[str]:
    for subject, statements in resources:
        subject = absolute(subject, base)
        yield f"\n{subject}\n{_statements(statements, base)} .\n"


def _statements(statements: list[Statement], base: str) -> str:
    grouped: dict[str, list[str]] = {}
    for predicate, value in statements:
        grouped.setdefault(predicate, []).append(absolute(value, base))
    return " ;\n".join(_statement(*pair) for pair in grouped.items())


def _statement(predicate: str, values: list[str]) -> str:
    line = f"    {predicate} {', '.join(values)}"
    if len(line) <= WIDTH or len(values) == 1:
        return line
    lines, line = [], f"    {predicate}"
    for value in (*(f"{value}," for value in values[:-1]), values[-1]):
        if len(line) + len(value) >= WIDTH:
            lines.append(line)
            line = "       "
        line += f" {value}"
    return "\n".join((*lines, line))


def absolute(term: str, base: str) -> str:
    """Return *term*, the release in full: "<>" would be the base with its slash."""
    return f"<{base}>" if term == "<>" else term
