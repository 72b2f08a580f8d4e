"""The SPARQL 1.1 Service Description (W3C, 2013) of the endpoint."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from icdgraph.rdf.triple_formats import convert
from icdgraph.rdf.vocabulary import LICENSE, release_iri

if TYPE_CHECKING:
    from collections.abc import Callable

    from icdgraph.graph import Graph

TURTLE = "text/turtle"
FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
    "N3",
)
"""The formats of answers, by their names at http://www.w3.org/ns/formats/."""


def describer(graph: Graph) -> Callable[[str, str], bytes]:
    """Return a function from an address and a media type to the description.

    >>> from icdgraph.toy import toy
    >>> text = describer(toy().core)("http://localhost/sparql", "text/turtle").decode()
    >>> "sd:endpoint <http://localhost/sparql>" in text
    True
    """
    return partial(_described, release_iri(graph), f"ICD-10-CM {graph.version}")


def _described(release: str, title: str, address: str, media: str) -> bytes:
    formats = ", ".join(f"<http://www.w3.org/ns/formats/{name}>" for name in FORMATS)
    text = f"""
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix void: <http://rdfs.org/ns/void#> .

<{address}> a sd:Service ;
    dct:title "icdgraph: {title}"@en ;
    sd:endpoint <{address}> ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:resultFormat {formats} ;
    sd:defaultDataset <{address}#dataset> .

<{address}#dataset> a sd:Dataset ;
    sd:defaultGraph <{address}#default> ;
    sd:namedGraph <{address}#release> .

<{address}#default> a sd:Graph, void:Dataset ;
    dct:title "{title}"@en ;
    dct:source <{release}> ;
    dct:license <{LICENSE}> .

<{address}#release> a sd:NamedGraph ;
    sd:name <{release}> ;
    sd:graph <{address}#default> .
"""
    return text.lstrip().encode() if media == TURTLE else convert(text, media)
