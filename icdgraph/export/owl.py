"""The profile for ontology tools such as OLS, OAK and Protege: classes and annotations.

    ICD10CM:M54.50
        a owl:Class ;
        rdfs:subClassOf ICD10CM:M54.5 ;
        rdfs:label "Low back pain, unspecified"@en ;
        oboInOwl:id "ICD10CM:M54.50" ;
        oboInOwl:hasExactSynonym "Loin pain"@en, "Lumbago NOS"@en .

A class is below another where the book prints it there.  All else is annotation,
because the notes are rules for coders and not axioms about patients: that F45.41 should
not be coded with M54 does not keep a person from having both.  A note is a line of
text; ``ig:excludes1`` and the other relations lead to the classes that it names.  They
are annotation properties here, so that tools show them with the class and reasoners
ignore them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.export.concepts import note_lines, synonyms
from icdgraph.rdf import mapping
from icdgraph.rdf.mapping import literal, term_of, text
from icdgraph.rdf.vocabulary import IG, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.rdf.mapping import Resource, Statement

PREFIXES = ("ICD10CM", "ig", "rdfs", "owl", "xsd", "skos", "dct", "oboInOwl")
"""The prefixes that it uses."""

ONTOLOGY = "https://w3id.org/icdgraph/icd10cm.owl"
"""The IRI of the ontology; each release, and each part of one, is a version of it."""

HEADER = {
    "dct:title": "title",
    "dct:description": "description",
    "dct:creator": "creator",
    "dct:publisher": "publisher",
    "dct:issued": "date issued",
    "dct:license": "license",
    "dct:source": "source",
}
"""What it takes over from the mapping of the release, and the labels of that."""

ANNOTATIONS = {
    "oboInOwl:id": "id",
    "oboInOwl:hasExactSynonym": "has exact synonym",
    "oboInOwl:hasNarrowSynonym": "has narrow synonym",
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
"""The properties that it annotates classes with, and their labels."""

OTHER = re.compile(r"(?<!\band )(?<!\bor )\bother\b", re.IGNORECASE)
"""In the title of a code for conditions that have no code of their own."""


def resources(graph: Graph, root: Node | None = None) -> Iterator[Resource]:
    """Yield *graph* as an ontology, by concept in the order of the book.

    >>> from icdgraph.toy import toy
    >>> dict(resources(toy().core))["ICD10CM:M54.2"][1:3]
    [('rdfs:subClassOf', 'ICD10CM:M54'), ('rdfs:label', '"Cervicalgia"@en')]
    """
    yield f"<{ONTOLOGY}>", list(_header(graph, root))
    for name, label in (HEADER | ANNOTATIONS).items():
        declared = [("a", "owl:AnnotationProperty"), ("rdfs:label", text(label))]
        if name.startswith("ig:"):
            declared.append(("rdfs:isDefinedBy", f"<{IG.rstrip('#')}>"))
        yield name, declared
    top = [
        ("a", "owl:Class"),
        ("rdfs:label", text("ICD-10-CM")),
        ("oboInOwl:id", literal(ROOT)),
        ("skos:notation", literal("ICD-10-CM")),
        ("ig:kind", literal("classification")),
    ]
    yield ROOT, top
    links = mapping.links(graph)
    for number in mapping.numbers(graph, root):
        code, title = graph.codes[number], graph.titles[number]
        parent = graph.tree.parents[number]
        above = term_of(graph.codes[parent]) if parent >= 0 else ROOT
        statements = [
            ("a", "owl:Class"),
            ("rdfs:subClassOf", above),
            ("rdfs:label", text(title)),
            ("oboInOwl:id", literal(f"ICD10CM:{code}")),
            *((_synonymy(title), synonym) for synonym in synonyms(graph, number)),
            *_codes(graph, number),
            *((p, term_of(graph.codes[n])) for p, n in links.get(number, ())),
            *note_lines(graph, number),
        ]
        yield term_of(code), statements


def _header(graph: Graph, root: Node | None) -> Iterator[Statement]:
    yield "a", "owl:Ontology"
    # Named as OBO names releases; a part of one must not pass for the whole.
    file = f"subsets/{root.code}.owl" if root else "icd10cm.owl"
    yield "owl:versionIRI", f"<{file}>"
    yield "owl:versionInfo", literal(graph.edition.identifier)
    for predicate, term in mapping.release(graph):
        if predicate in HEADER:
            # xsd:date is no datatype of OWL 2 (Structural Specification, section 4).
            yield predicate, term.removesuffix("^^xsd:date")


def _codes(graph: Graph, number: int) -> Iterator[Statement]:
    code = graph.codes[number]
    yield "skos:notation", literal(code)
    yield "ig:kind", literal(graph.kind_of(number))
    if graph.is_code(number):
        yield "ig:billable", "true" if graph.is_billable(number) else "false"


def _synonymy(title: str) -> str:
    """Return the property for the inclusion terms of a code with this *title*.

    Terms under a code for "other" conditions list such conditions, elsewhere they are
    synonyms (Official Guidelines I.A.11 and I.A.9.a).

    >>> _synonymy("Other low back pain"), _synonymy("Connective and other soft tissue")
    ('oboInOwl:hasNarrowSynonym', 'oboInOwl:hasExactSynonym')
    """
    return f"oboInOwl:has{'Narrow' if OTHER.search(title) else 'Exact'}Synonym"
