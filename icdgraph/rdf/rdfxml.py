"""RDF/XML of a graph: an element a resource, named by its type where it has one.

    <skos:Concept rdf:about="http://purl.bioontology.org/ontology/ICD10CM/M54">
      <rdf:type rdf:resource="https://w3id.org/icdgraph/ontology#Category"/>
      <skos:prefLabel xml:lang="en">Dorsalgia</skos:prefLabel>

Ontology tools look for elements of that shape (``owl:Class``), and some read nothing
else.  IRIs are spelt out, since few tools follow ``xml:base``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from icdgraph.rdf.terms import Literal, iri, literal
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from icdgraph.rdf.mapping import Resource


def lines(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    """Yield RDF/XML in pieces, each a resource; *base* is the release's IRI.

    >>> piece = ("ICD10CM:A00", [("a", "skos:Concept"), ("ig:level", "3")])
    >>> print(list(lines([piece], "https://example.org/r"))[1].strip())
    <skos:Concept rdf:about="http://purl.bioontology.org/ontology/ICD10CM/A00">
      <ig:level rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">3</ig:level>
    </skos:Concept>
    """
    # Its attributes are rdf:about and rdf:resource, whatever a profile makes use of.
    spaces = {"rdf": PREFIXES["rdf"], **prefixes}
    named = "".join(f"\n  xmlns:{p}={quoteattr(iri)}" for p, iri in spaces.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{named}>\n'
    for resource in resources:
        yield _element(resource, base)
    yield "</rdf:RDF>\n"


def _element(resource: Resource, base: str) -> str:
    subject, statements = resource
    name = "rdf:Description"
    if statements[0][0] == "a":
        name, statements = statements[0][1], statements[1:]
    about = quoteattr(iri(subject, base))
    inside = "".join([_property(p, value, base) for p, value in statements])
    return f"\n<{name} rdf:about={about}>\n{inside}</{name}>\n"


def _property(predicate: str, value: str, base: str) -> str:
    name = "rdf:type" if predicate == "a" else predicate
    said = literal(value)
    if said is None:
        return f"  <{name} rdf:resource={quoteattr(iri(value, base))}/>\n"
    # A bare carriage return would be read as a line feed (XML 1.0 section 2.11).
    words = escape(said.words, {"\r": "&#13;"})
    return f"  <{name}{_marks(said, base)}>{words}</{name}>\n"


def _marks(said: Literal, base: str) -> str:
    if said.language:
        return f' xml:lang="{said.language}"'
    if said.datatype:
        return f" rdf:datatype={quoteattr(iri(said.datatype, base))}"
    return ""
