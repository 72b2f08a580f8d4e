"""The names that icdgraph's RDF uses.

Codes have the IRIs that BioPortal, UMLS and Mondo use for them, the same in every
release.  What BioPortal has no name for is in our own vocabulary, `IG`, which
``ontology/icdgraph.ttl`` documents; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from icdgraph.model import Kind, NoteKind, Relation

if TYPE_CHECKING:
    from icdgraph.graph import Graph, Node

PREFIXES = {
    "ICD10CM": "http://purl.bioontology.org/ontology/ICD10CM/",
    "ig": "https://w3id.org/icdgraph/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xkos": "http://rdf-vocabulary.ddialliance.org/xkos#",
    "dct": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
}
"""Prefixes bound in every query and every export."""

IG = PREFIXES["ig"]
RELEASES = "https://w3id.org/icdgraph/release/"
SCHEME = "https://w3id.org/icdgraph#icd10cm"
"""ICD-10-CM without a date, of which every release is a version."""
NCHS = "https://www.cdc.gov/nchs"
DEVELOPERS = "https://w3id.org/icdgraph#developers"
ROOT = "ICD10CM:ICD-10-CM"
"""The concept above all chapters."""
FHIR_SYSTEM = "http://hl7.org/fhir/sid/icd-10-cm"
LICENSE = "https://creativecommons.org/publicdomain/mark/1.0/"
PUBLISHED = "https://www.cdc.gov/nchs/icd/icd-10-cm/index.html"

CLASSES = {kind: f"ig:{kind.capitalize()}" for kind in Kind}

NOTE_CLASSES = {
    NoteKind.EXCLUDES1: "ig:Excludes1Note",
    NoteKind.EXCLUDES2: "ig:Excludes2Note",
    NoteKind.USE_ADDITIONAL_CODE: "ig:UseAdditionalCodeNote",
    NoteKind.CODE_FIRST: "ig:CodeFirstNote",
    NoteKind.CODE_ALSO: "ig:CodeAlsoNote",
    NoteKind.INCLUDES: "ig:IncludesNote",
    NoteKind.INCLUSION_TERM: "ig:InclusionTerm",
    NoteKind.NOTES: "ig:Remark",
    NoteKind.SEVEN_CHR_NOTE: "ig:SeventhCharacterNote",
}

RELATIONS = {
    Relation.EXCLUDES1: "ig:excludes1",
    Relation.EXCLUDES2: "ig:excludes2",
    Relation.USE_ADDITIONAL: "ig:useAdditionalCode",
    Relation.CODE_FIRST: "ig:codeFirst",
    Relation.CODE_ALSO: "ig:codeAlso",
}
"""The direct link from the nodes that a note applies to, to what it names."""

XKOS_NOTES = {
    NoteKind.EXCLUDES1: "xkos:exclusionNote",
    NoteKind.EXCLUDES2: "xkos:exclusionNote",
    NoteKind.INCLUDES: "xkos:coreContentNote",
    NoteKind.INCLUSION_TERM: "xkos:coreContentNote",
}
"""The XKOS link to a note that says what is in a class and what is not."""


def iri_of(node: Node | str) -> str:
    """Return the IRI of *node*, or of a code or range.

    >>> from icdgraph.toy import toy
    >>> iri_of(toy().core.section("B99"))
    'http://purl.bioontology.org/ontology/ICD10CM/B99-B99'
    """
    name = node if isinstance(node, str) else node.code
    return PREFIXES["ICD10CM"] + quote(name, safe="-.")


def release_iri(graph: Graph) -> str:
    """Return the IRI of *graph*'s release: its concept scheme and its named graph."""
    return RELEASES + quote(graph.edition.identifier, safe="-.")


def path_of(*steps: str | int) -> str:
    """Return the path of a resource, such as a note, below the IRI of its release.

    >>> path_of("note", "M54", "excludes1", 1)
    'note/M54/excludes1/1'
    """
    return "/".join(quote(str(step), safe="-.") for step in steps)


def expand(term: str) -> str:
    """Return the IRI that the prefixed name *term* stands for.

    >>> expand("ig:excludes1")
    'https://w3id.org/icdgraph/ontology#excludes1'
    """
    prefix, _, name = term.partition(":")
    return PREFIXES[prefix] + name


def vocabulary() -> bytes:
    """Return the vocabulary, in Turtle: the terms of `IG` with their definitions."""
    return (folder() / "icdgraph.ttl").read_bytes()


def folder() -> Path:
    """Return the folder of the ontology: in the wheel, or at the top of a checkout."""
    packaged = Path(__file__).parent.parent / "ontology"
    return packaged if packaged.is_dir() else packaged.parent.parent / "ontology"
