"""The profile for ontology tools such as OLS, OAK and Protege: classes and annotations.

    ICD10CM:M54.50
        a owl:Class ;
        rdfs:subClassOf ICD10CM:M54.5 ;
        rdfs:label "Low back pain, unspecified"@en ;
        oboInOwl:id "ICD10CM:M54.50" ;
        oboInOwl:hasExactSynonym "Loin pain"@en, "Lumbago NOS"@en .

A class is below another where the book prints it so.  All else is annotation, since
the notes are rules for coders and no axioms about patients: that F45.41 may not be
coded with M54 does not keep a person from having both.  A note is a line of text, and
beside it ``ig:excludes1`` and its kin lead to the classes it names; they are annotation
properties here, so that tools show them with the class and a reasoner leaves them be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.export.concepts import concepts, release
from icdgraph.rdf.terms import text
from icdgraph.rdf.vocabulary import IG, RELATIONS, WHO, iri_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.export.concepts import Concept
    from icdgraph.graph import Graph, Node
    from icdgraph.rdf.mapping import Resource, Statement

PREFIXES = ("ICD10CM", "ig", "rdfs", "owl", "xsd", "skos", "dct", "oboInOwl")
"""The prefixes of what it says."""

ONTOLOGY = "https://w3id.org/icdgraph/icd10cm.owl"
"""The ontology; each release, and each part of one, is a version of it."""

HEADER = {
    "dct:title": "title",
    "dct:description": "description",
    "dct:creator": "creator",
    "dct:publisher": "publisher",
    "dct:issued": "date issued",
    "dct:license": "license",
    "dct:source": "source",
}
"""What it says of the release as the mapping does, and how these are labelled."""

ANNOTATIONS = {
    "oboInOwl:id": "id",
    "oboInOwl:hasExactSynonym": "has exact synonym",
    "oboInOwl:hasNarrowSynonym": "has narrow synonym",
    "oboInOwl:hasDbXref": "database cross reference",
    "skos:notation": "notation",
    "skos:scopeNote": "scope note",
    "skos:note": "note",
    "ig:kind": "kind",
    "ig:billable": "billable",
    "ig:excludes1": "excludes1",
    "ig:excludes2": "excludes2",
    "ig:useAdditionalCode": "use additional code",
    "ig:codeFirst": "code first",
    "ig:codeAlso": "code also",
}
"""The properties that it annotates classes with, and how these are labelled."""

KEPT = ("skos:notation", "ig:kind", "ig:billable", *RELATIONS.values())
"""What it says of a concept as the mapping does."""

OTHER = re.compile(r"(?<!\band )(?<!\bor )\bother\b", re.IGNORECASE)
"""What a title holds when its code is for conditions that have none of their own."""


def resources(graph: Graph, root: Node | None = None) -> Iterator[Resource]:
    """Yield *graph* as an ontology, by concept in the order of the book.

    >>> from icdgraph.toy import toy
    >>> dict(resources(toy().core))["ICD10CM:M54.2"][1:3]
    [('rdfs:subClassOf', 'ICD10CM:M54'), ('rdfs:label', '"Cervicalgia"@en')]
    """
    yield f"<{ONTOLOGY}>", list(_header(graph, root))
    for name, label in (HEADER | ANNOTATIONS).items():
        yield name, list(_declaration(name, label))
    for concept in concepts(graph, root):
        yield concept.term, [*_said(concept), *concept.lines]


def _header(graph: Graph, root: Node | None) -> Iterator[Statement]:
    yield "a", "owl:Ontology"
    # Named as OBO names releases; a part of one must not pass for the whole.
    file = f"subsets/{root.code}.owl" if root else "icd10cm.owl"
    yield "owl:versionIRI", f"<{file}>"
    yield "owl:versionInfo", f'"{graph.edition.identifier}"'
    values = release(graph)
    for predicate in HEADER:
        for term in values.get(predicate, ()):
            # xsd:date is no datatype of OWL 2 (Structural Specification, section 4).
            yield predicate, term.removesuffix("^^xsd:date")


def _declaration(name: str, label: str) -> Iterator[Statement]:
    yield "a", "owl:AnnotationProperty"
    yield "rdfs:label", text(label)
    if name.startswith("ig:"):
        yield "rdfs:isDefinedBy", f"<{IG.rstrip('#')}>"


def _said(concept: Concept) -> Iterator[Statement]:
    values = concept.values
    yield "a", "owl:Class"
    yield from (("rdfs:subClassOf", term) for term in values.get("skos:broader", ()))
    label = values["skos:prefLabel"][0]
    yield "rdfs:label", label
    yield "oboInOwl:id", f'"{_curie(concept.term)}"'
    yield from ((_synonymy(label), term) for term in concept.synonyms)
    for term in values.get("ig:whoIdentifier", ()):
        yield "oboInOwl:hasDbXref", f'"ICD10WHO:{_after(WHO, term)}"'
    for predicate in KEPT:
        yield from ((predicate, term) for term in values.get(predicate, ()))


def _synonymy(label: str) -> str:
    """Return how inclusion terms under *label* stand to it.

    Terms under a code for "other" conditions list such conditions, elsewhere they are
    synonyms (Official Guidelines I.A.11 and I.A.9.a).

    >>> _synonymy("Other low back pain"), _synonymy("Connective and other soft tissue")
    ('oboInOwl:hasNarrowSynonym', 'oboInOwl:hasExactSynonym')
    """
    return f"oboInOwl:has{'Narrow' if OTHER.search(label) else 'Exact'}Synonym"


def _curie(term: str) -> str:
    """Return *term* as ontology tools write it, ``ICD10CM:M54.50``."""
    return term if term[0] != "<" else f"ICD10CM:{_after(iri_of(''), term)}"


def _after(start: str, term: str) -> str:
    return term.partition(start)[2].partition('"')[0].rstrip(">")
