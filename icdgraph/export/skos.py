"""The profile for thesaurus tools such as Skosmos: SKOS, and the relations of notes.

    ICD10CM:M54
        a skos:Concept ;
        skos:prefLabel "Dorsalgia"@en ;
        skos:notation "M54" ;
        skos:broader ICD10CM:M50-M54 ;
        skos:narrower ICD10CM:M54.0, ... ;
        skos:scopeNote "Excludes1: psychogenic dorsalgia (F45.41)"@en ;
        skos:related ICD10CM:F45.41 ;
        ig:excludes1 ICD10CM:F45.41 ;
        skos:inScheme <https://w3id.org/icdgraph/release/2026-04-01> .

Notes are lines of text; the concepts that they name are related.  How they are related,
for example that they exclude each other, is said by one of our own properties beside
it, declared in the file as a kind of ``skos:semanticRelation``.  It cannot be a kind of
``skos:related``, because a few notes name a concept below or above their own.

The result is consistent with the SKOS reference (S9, S13, S14, S27), complete in both
directions, and without ``broaderTransitive``, which tools infer (SKOS reference,
section 8.1).  Links stay inside the part that is written, so that tools can follow
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.export.concepts import note_lines, synonyms
from icdgraph.rdf import glossary, mapping
from icdgraph.rdf.mapping import literal, term_of, text
from icdgraph.rdf.vocabulary import IG, RELATIONS, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph, Node
    from icdgraph.rdf.mapping import Resource

PREFIXES = ("ICD10CM", "ig", "rdfs", "owl", "xsd", "skos", "dct", "void")
"""The prefixes that it uses."""

Links = dict[str, list[str]]
"""Terms of concepts by the term of the one they are linked with."""


def resources(graph: Graph, root: Node | None = None) -> Iterator[Resource]:
    """Yield *graph* as SKOS, by concept in the order of the book.

    >>> from icdgraph.toy import toy
    >>> dict(resources(toy().core))["ICD10CM:M54.2"][:2]
    [('a', 'skos:Concept'), ('skos:prefLabel', '"Cervicalgia"@en')]
    """
    scheme = [("a", "skos:ConceptScheme"), ("a", "void:Dataset")]
    for predicate, term in mapping.release(graph):
        if predicate.partition(":")[0] in {*PREFIXES} - {"ig"}:
            scheme.append((predicate, term))
    yield "<>", scheme
    yield from _relations()
    children, others = narrower(graph, root), related(graph, root)
    links, written = mapping.links(graph), {*mapping.numbers(graph, root)}
    top = [
        ("a", "skos:Concept"),
        ("skos:prefLabel", text("ICD-10-CM")),
        ("skos:notation", literal("ICD-10-CM")),
        *(("skos:narrower", child) for child in children[ROOT]),
        ("skos:inScheme", "<>"),
        ("skos:topConceptOf", "<>"),
    ]
    yield ROOT, top
    for number in mapping.numbers(graph, root):
        term, parent = term_of(graph.codes[number]), graph.tree.parents[number]
        statements = [
            ("a", "skos:Concept"),
            ("skos:prefLabel", text(graph.titles[number])),
            *(("skos:altLabel", synonym) for synonym in synonyms(graph, number)),
            ("skos:notation", literal(graph.codes[number])),
            ("skos:broader", _term(graph, parent)),
            *(("skos:narrower", child) for child in children.get(term, ())),
            *note_lines(graph, number),
            *(("skos:related", other) for other in others.get(term, ())),
            *(
                (relation, term_of(graph.codes[target]))
                for relation, target in links.get(number, ())
                if target in written
            ),
            ("skos:inScheme", "<>"),
        ]
        yield term, statements


def _relations() -> Iterator[Resource]:
    """Yield the relations of notes, declared in the words of the ontology."""
    known = {term.name: term for term in glossary.terms()}
    for name in RELATIONS.values():
        statements = [
            ("a", "owl:ObjectProperty"),
            ("rdfs:label", text(known[name].label)),
            ("rdfs:comment", text(known[name].comment)),
            ("rdfs:subPropertyOf", "skos:semanticRelation"),
            ("rdfs:isDefinedBy", f"<{IG.rstrip('#')}>"),
        ]
        yield name, statements


def narrower(graph: Graph, root: Node | None = None) -> Links:
    """Return the terms of each concept's children, in the order of the book.

    >>> from icdgraph.toy import toy
    >>> narrower(toy().core)["ICD10CM:M54.5"]
    ['ICD10CM:M54.50', 'ICD10CM:M54.59']
    """
    children: Links = {}
    for number in mapping.numbers(graph, root):
        parent = _term(graph, graph.tree.parents[number])
        children.setdefault(parent, []).append(term_of(graph.codes[number]))
    return children


def related(graph: Graph, root: Node | None = None) -> Links:
    """Return the terms of the concepts that each one is linked with, both ways.

    Those are the targets of its notes and the sources of notes that name it, without
    the ones above or below it, as SKOS requires (S27: related is not broader).

    >>> from icdgraph.toy import toy
    >>> related(toy().core)["ICD10CM:M54"]
    ['ICD10CM:F45.41', 'ICD10CM:G89']
    """
    written = frozenset(mapping.numbers(graph, root))
    others: Links = {}
    pairs = {(s, t) for s, links in mapping.links(graph).items() for _, t in links}
    for one, other in sorted(pairs | {(target, source) for source, target in pairs}):
        below = graph.tree.subsumes(*sorted((one, other)))
        if {one, other} <= written and not below:
            terms = others.setdefault(_term(graph, one), [])
            terms.append(_term(graph, other))
    return others


def _term(graph: Graph, number: int) -> str:
    """Return the term of a node, that of the classification for the parent of one."""
    return ROOT if number < 0 else term_of(graph.codes[number])
