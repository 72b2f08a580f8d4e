"""The profile for thesaurus tools such as Skosmos: plain SKOS and nothing else.

    ICD10CM:M54
        a skos:Concept ;
        skos:prefLabel "Dorsalgia"@en ;
        skos:notation "M54" ;
        skos:broader ICD10CM:M50-M54 ;
        skos:narrower ICD10CM:M54.0, ... ;
        skos:scopeNote "Excludes1: psychogenic dorsalgia (F45.41)"@en ;
        skos:related ICD10CM:F45.41 ;
        skos:inScheme <https://w3id.org/icdgraph/release/2026-04-01> .

Notes are lines of text, what they name is related.  It is consistent as the SKOS
reference has it (S9, S13, S14, S27), complete in both directions, and without
``broaderTransitive``, which tools infer (SKOS reference, section 8.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.export import part
from icdgraph.export.concepts import concepts, release
from icdgraph.rdf.vocabulary import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.export.concepts import Concept, Values
    from icdgraph.graph import Graph, Node
    from icdgraph.rdf.mapping import Resource, Statement

PREFIXES = ("ICD10CM", "owl", "xsd", "skos", "dct", "void")
"""The prefixes of what it says."""

OF_RELEASE = ("dct", "void", "owl", "skos")
"""The vocabularies in which it says what the release is."""

KEPT = ("skos:notation", "skos:broader")
"""What it says of a concept as the mapping does."""


def resources(graph: Graph, root: Node | None = None) -> Iterator[Resource]:
    """Yield *graph* as plain SKOS, by concept in the order of the book.

    >>> from icdgraph.toy import toy
    >>> dict(resources(toy().core))["ICD10CM:M54.2"][:2]
    [('a', 'skos:Concept'), ('skos:prefLabel', '"Cervicalgia"@en')]
    """
    yield "<>", list(_scheme(release(graph)))
    children, related = part.children(graph, root), part.related(graph, root)
    for concept in concepts(graph, root):
        said = list(_said(concept))
        said += [("skos:narrower", term) for term in children.get(concept.term, ())]
        said += concept.lines
        said += [("skos:related", term) for term in related.get(concept.term, ())]
        said.append(("skos:inScheme", "<>"))
        if concept.is_root:
            said.append(("skos:topConceptOf", "<>"))
        yield concept.term, said


def _scheme(values: Values) -> Iterator[Statement]:
    yield "a", "skos:ConceptScheme"
    yield "a", "void:Dataset"
    for predicate, terms in values.items():
        if predicate.partition(":")[0] in OF_RELEASE and predicate != _TOP:
            yield from ((predicate, term) for term in terms)
    yield _TOP, ROOT


_TOP = "skos:hasTopConcept"


def _said(concept: Concept) -> Iterator[Statement]:
    yield "a", "skos:Concept"
    yield "skos:prefLabel", concept.values["skos:prefLabel"][0]
    yield from (("skos:altLabel", term) for term in concept.synonyms)
    for predicate in KEPT:
        yield from ((predicate, term) for term in concept.values.get(predicate, ()))
