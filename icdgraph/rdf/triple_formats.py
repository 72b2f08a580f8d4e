"""Triples in the formats that pyoxigraph writes: the same triples, the same bytes.

A graph is translated from the Turtle of `icdgraph.rdf.turtle`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import RdfFormat

from icdgraph.rdf import turtle
from icdgraph.rdf.mapping import chunks
from icdgraph.rdf.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from icdgraph.rdf.mapping import Resource

CHUNK = 2_000
"""Resources translated at a time, so that memory holds little of a file."""

_RDF_TYPE = PREFIXES["rdf"] + "type"

LIKE_TURTLE = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N3)
"""Turtle is TriG without graphs, and N3 without formulas."""


def serialize(triples: Iterable[pyoxigraph.Triple], media: str) -> bytes:
    """Return *triples*, sorted, in the format of the media type *media*."""
    form = RdfFormat.from_media_type(media)
    assert form, f"unknown media type {media!r}"
    ordered = sorted(triples, key=str)
    if form in LIKE_TURTLE:
        return as_turtle(ordered).encode()
    if form == RdfFormat.RDF_XML:
        return "".join(_xml(ordered, PREFIXES)).encode()
    if form == RdfFormat.JSON_LD:
        return _jsonld(ordered).encode()
    return _written(ordered, form).encode()


def convert(text: str, media: str) -> bytes:
    """Return the Turtle *text* in the format of the media type *media*."""
    return serialize(_triples(text), media)


def as_turtle(triples: Iterable[pyoxigraph.Triple]) -> str:
    """Return *triples* as Turtle with `PREFIXES`."""
    text = _written(triples, RdfFormat.TURTLE, PREFIXES)
    # The library writes prefixes in an order that changes from run to run.
    lines = text.splitlines(keepends=True)
    prefixes = sorted(line for line in lines if line.startswith("@prefix"))
    return "".join(prefixes + lines[len(prefixes) :])


def _jsonld(triples: Iterable[pyoxigraph.Triple]) -> str:
    """Return *triples* as expanded JSON-LD in streaming document form, types first.

    The library writes a type as any other property, which is no ``@type`` to programs.
    """
    documents = json.loads(_written(triples, RdfFormat.JSON_LD))
    for number, document in enumerate(documents):
        types = [term.get("@id") for term in document.get(_RDF_TYPE, ())]
        if types and all(types):  # a literal, odd as it is, remains a value
            del document[_RDF_TYPE]
            documents[number] = {"@type": types} | document
    return json.dumps(documents, ensure_ascii=False) + "\n"


def ntriples(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    """Yield N-Triples in pieces; *base* is the release's IRI.

    >>> resource = ("ICD10CM:A00", [("skos:notation", '"A00"')])
    >>> print("".join(ntriples([resource], "https://example.org/r")).split()[2])
    "A00"
    """
    for triples in _chunks(resources, base):
        yield _written(triples, RdfFormat.N_TRIPLES)


def nquads(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    """Yield N-Quads in pieces, in the graph named *base*."""
    graph = pyoxigraph.NamedNode(base)
    for triples in _chunks(resources, base):
        quads = (pyoxigraph.Quad(s, p, o, graph) for s, p, o in triples)
        yield _written(quads, RdfFormat.N_QUADS)


def rdfxml(
    resources: Iterable[Resource], base: str, prefixes: Mapping[str, str] = PREFIXES
) -> Iterator[str]:
    """Yield RDF/XML in pieces; *base* is the release's IRI.

    An element is named by the first type of its resource, as ontology tools expect.

    >>> resource = ("ICD10CM:A00", [("a", "skos:Concept"), ("ig:level", "3")])
    >>> lines = "".join(rdfxml([resource], "https://example.org/r")).splitlines()
    >>> print(lines[2].strip())
    <skos:Concept rdf:about="http://purl.bioontology.org/ontology/ICD10CM/A00">
    """
    end = ""
    for triples in _chunks(resources, base):
        start, body, end_ = _xml(triples, prefixes)
        yield body if end else start + body
        end = end_
    yield end


def _xml(
    triples: Iterable[pyoxigraph.Triple], prefixes: Mapping[str, str]
) -> tuple[str, str, str]:
    """Return the head, the elements and the end of *triples* as RDF/XML."""
    text = _written(triples, RdfFormat.RDF_XML, prefixes)
    head, root, rest = text.partition("<rdf:RDF ")
    names, _, rest = rest.partition(">")
    body, end, _ = rest.rpartition("</rdf:RDF>")
    # The library writes prefixes in an order that changes from run to run.
    return f"{head}{root}{' '.join(sorted(names.split()))}>", body, f"{end}\n"


def _chunks(
    resources: Iterable[Resource], base: str
) -> Iterator[Iterator[pyoxigraph.Triple]]:
    for chunk in chunks(resources, CHUNK):
        yield _triples("".join(turtle.lines(chunk, base)))


def _triples(text: str) -> Iterator[pyoxigraph.Triple]:
    return (quad.triple for quad in pyoxigraph.parse(text, RdfFormat.TURTLE))


def _written(
    triples: Iterable[pyoxigraph.Triple] | Iterable[pyoxigraph.Quad],
    form: RdfFormat,
    prefixes: Mapping[str, str] | None = None,
) -> str:
    known = dict(prefixes) if prefixes else None
    return (pyoxigraph.serialize(triples, format=form, prefixes=known) or b"").decode()
