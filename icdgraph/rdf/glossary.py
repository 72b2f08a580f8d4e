"""The names of classes and properties for queries, and what they mean.

Our own terms come from ``ontology/icdgraph.ttl`` with their labels and comments; those
of SKOS, XKOS, Dublin Core and others from the JSON-LD context, which names every
property of the data.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyoxigraph

from icdgraph.rdf.results import Iri
from icdgraph.rdf.vocabulary import PREFIXES, folder

ELSEWHERE = {
    "a": ("property", "is a"),
    "rdfs:label": ("property", "Label"),
    "rdfs:subClassOf": ("property", "Subclass of"),
    "skos:Concept": ("class", "Chapter, section, category or code"),
    "skos:ConceptScheme": ("class", "The release"),
    "xsd:boolean": ("datatype", "true or false"),
    "xsd:date": ("datatype", "A day, as in 2026-04-01"),
    "xsd:integer": ("datatype", "A whole number"),
    "xsd:string": ("datatype", "A text"),
}
"""Terms that are in neither file."""

_OURS = """
SELECT ?term ?kind ?label ?comment {
  VALUES (?type ?kind) { (owl:Class "class") (owl:ObjectProperty "property")
    (owl:DatatypeProperty "property") (owl:AnnotationProperty "property") }
  ?term a ?type ; rdfs:label ?label ; rdfs:comment ?comment
  FILTER(STRSTARTS(STR(?term), STR(ig:)))
}"""


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or datatype: its prefixed name, and what it means."""

    name: str
    kind: str
    label: str = ""
    comment: str = ""


@cache
def terms() -> tuple[Term, ...]:
    """Return the terms, sorted by name.

    >>> [term.name for term in terms() if term.name.startswith("ig:excl")]
    ['ig:excludes1', 'ig:excludes2']
    """
    store = pyoxigraph.Store()
    store.load(path=folder() / "icdgraph.ttl", format=pyoxigraph.RdfFormat.TURTLE)
    found = {}
    rows: Any = store.query(_OURS, prefixes=PREFIXES)
    for iri, *about in rows:
        name = Iri(iri.value).short
        found[name] = Term(name, *(text.value for text in about))
    for name, (kind, label) in ELSEWHERE.items():
        found.setdefault(name, Term(name, kind, label))
    context = json.loads((folder() / "context.jsonld").read_text("utf-8"))["@context"]
    for key in context.values():
        name = key.get("@id", "") if isinstance(key, dict) else ""
        if ":" in name:
            found.setdefault(name, Term(name, "property"))
    return tuple(found[name] for name in sorted(found))
