"""The resources of our RDF that are no nodes: the vocabulary, the release, its notes.

/ontology                                   the vocabulary, each term at #excludes1
/release/2026-04-01                         the release
/release/2026-04-01/note/M54/excludes1/1    a note; levels, defects and others likewise
/.well-known/void                           the release, and the address of /sparql
/ICD-10-CM                                  the concept above all chapters

An IRI below `HOME` is served at its own path, so that w3id.org can redirect to a server
as well as to files.  The answer has the triples about the resource and those that refer
to it; the Accept header or a suffix chooses the format, as for nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote

from icdgraph.errors import UnknownCode
from icdgraph.rdf import mapping, turtle
from icdgraph.rdf.answer_bytes import Question
from icdgraph.rdf.query import statements
from icdgraph.rdf.results import Iri, Triple, Value, plain
from icdgraph.rdf.triple_formats import convert
from icdgraph.rdf.vocabulary import (
    PREFIXES,
    RELEASES,
    ROOT,
    expand,
    folder,
    release_iri,
)
from icdgraph.web.addresses import FORMATS, find
from icdgraph.web.linked import MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph.graph import Graph

HOME = RELEASES.removesuffix("release/")
"""What the IRIs that are ours start with."""

TURTLE = "text/turtle"

DOCUMENTS = {
    "ontology": ("icdgraph.ttl", "findings.ttl"),  # both define terms of ig:
    "findings": ("findings.ttl",),
    "shapes": ("shapes.ttl",),
}
"""The files whose triples a document has, by its path."""

VOID = ".well-known/void"

RELEASE = "release"

ROOT_PATH = ROOT.partition(":")[2]

RESOURCE_FORMATS = tuple(form for form in FORMATS if form.suffix != ".json")
"""The formats of a resource: a card, which is JSON, is for nodes alone."""

SHOWN = 200
"""How many values of a property a page shows."""

EVERYWHERE = "skos:inScheme, skos:broaderTransitive, ig:ancestorOrSelf, ig:chapter"
"""Links that every concept has: the answer has none that lead to the resource."""

NAMES = ("skos:prefLabel", "dct:title", "rdfs:label")
"""What a resource is called, the preferred property first."""

_TEXT = f"""CONSTRUCT {{{{ ?s ?p ?o }}}} {{{{
  {{{{ {{iri}} ?p ?o BIND({{iri}} AS ?s) }}}}
  UNION {{{{ ?s ?p {{iri}} FILTER(?p NOT IN ({EVERYWHERE})) BIND({{iri}} AS ?o) }}}}
}}}}"""


def iri_at(path: str) -> str:
    """Return the IRI of the resource that is served at *path*.

    >>> iri_at("release/2026/note/A00/excludes1/1")
    'https://w3id.org/icdgraph/release/2026/note/A00/excludes1/1'
    """
    if path == ROOT_PATH:
        return expand(ROOT)
    return HOME + quote(path, safe="/-.")


def question(path: str, media: str) -> Question:
    """Return the question whose answer is the resource at *path*."""
    text = _TEXT.format(iri=f"<{iri_at(path)}>")
    return Question(text, None, media, MOST)


def document(path: str) -> str | None:
    """Return the document at *path* as Turtle, None if there is none.

    A version of it, such as ``ontology/0.1.0``, is there if it is the present one.

    >>> document("ontology/0.0.1") is None
    True
    """
    name, _, version = path.partition("/")
    if name not in DOCUMENTS:
        return None
    files = (folder() / file for file in DOCUMENTS[name])
    text = "\n".join(file.read_text("utf-8") for file in files)
    is_there = not version or f"owl:versionIRI <{iri_at(path)}>" in text
    return text if is_there else None


def void(graph: Graph, endpoint: str | None = None) -> str:
    """Return the description of the release as Turtle, with the *endpoint* to ask."""
    description = mapping.release(graph)
    if endpoint:
        description = [*description, ("void:sparqlEndpoint", f"<{endpoint}>")]
    return "".join(turtle.lines([("<>", description)], release_iri(graph)))


def written(text: str, media: str) -> bytes:
    """Return the Turtle *text* in the format *media*."""
    return text.encode() if media == TURTLE else convert(text, media)


def unknown(graph: Graph, path: str) -> str:
    """Return a sentence about a *path* where there is nothing."""
    name = release_iri(graph).removeprefix(HOME)
    return (
        f"nothing is known of {path!r}: this server has ICD-10-CM {graph.version}, "
        f"described at /{name}"
    )


# Pages


class Shown(NamedTuple):
    """A value on a page: its *text*, where it leads, and *more* about it."""

    text: str
    href: str | None = None
    more: str = ""


class Row(NamedTuple):
    """The first `SHOWN` values of a property, and how many more there are."""

    property: Shown
    values: list[Shown]
    more: int


class Section(NamedTuple):
    """A resource on a page: its anchor, its name, and what is stated of it."""

    anchor: str
    name: Shown
    title: str
    rows: list[Row]


def here(iri: str) -> str:
    """Return the address of *iri* on this server, or *iri* itself.

    >>> here("https://w3id.org/icdgraph/ontology#excludes1")
    '/ontology#excludes1'
    """
    for start in (HOME, PREFIXES["ICD10CM"]):
        if iri.startswith(start):
            return "/" + iri.removeprefix(start)
    return iri


def page(
    graph: Graph,
    iri: str,
    text: str,
    place: Callable[[str], str] = here,
    is_document: bool = False,
) -> dict[str, Any]:
    """Return the values for ``resource.html``: the resource *iri*, from Turtle *text*.

    The other resources of a document are sections of it; those of a single resource are
    the ones that refer to it.  *place* returns the address of an IRI.
    """
    shown = _Shown(graph, place)
    by_subject: dict[Value, list[Triple]] = {}
    for triple in statements(text):
        by_subject.setdefault(triple.subject, []).append(triple)
    own = by_subject.pop(Iri(iri), [])
    others = [triple for triples in by_subject.values() for triple in triples]
    sections = (
        Section(
            _anchor(subject, iri),
            shown.value(subject),
            _title(triples),
            shown.rows((triple.predicate, triple.object) for triple in triples),
        )
        for subject, triples in by_subject.items()
        if isinstance(subject, Iri)  # a blank node has no name to link to
    )
    return {
        "iri": iri,
        "main": shown.value(Iri(iri)),
        "called": _title(own),
        "rows": shown.rows((triple.predicate, triple.object) for triple in own),
        "sections": list(sections) if is_document else [],
        "incoming": []
        if is_document
        else shown.rows((triple.predicate, triple.subject) for triple in others),
    }


def _anchor(subject: str, iri: str) -> str:
    """Return the fragment of *subject*, or its path below the document *iri*."""
    return subject.partition("#")[2] or subject.removeprefix(iri).lstrip("/")


def _title(triples: list[Triple]) -> str:
    names = {triple.predicate: plain(triple.object) for triple in reversed(triples)}
    return next((names[Iri(expand(n))] for n in NAMES if expand(n) in names), "")


class _Shown:
    """How values are shown on the pages of a release."""

    def __init__(self, graph: Graph, place: Callable[[str], str]) -> None:
        self._graph = graph
        self._place = place
        self._release = release_iri(graph) + "/"

    def rows(self, pairs: Iterable[tuple[Value, Value]]) -> list[Row]:
        values: dict[Value, list[Value]] = {}
        for prop, value in pairs:
            values.setdefault(prop, []).append(value)
        return [
            Row(
                self.value(prop),
                [self.value(value) for value in found[:SHOWN]],
                max(0, len(found) - SHOWN),
            )
            for prop, found in values.items()
        ]

    def value(self, value: Value) -> Shown:
        if not isinstance(value, Iri):
            is_blank = isinstance(value, str) and value.startswith("_:")
            return Shown("a blank node, in the data" if is_blank else plain(value))
        href = self._place(value)
        if value.startswith(PREFIXES["ICD10CM"]):
            code = unquote(value.removeprefix(PREFIXES["ICD10CM"]))
            return Shown(code, href, self._title_of(code))
        if value.startswith(self._release):
            return Shown(unquote(value.removeprefix(self._release)), href)
        return Shown(value.short.strip("<>"), href)

    def _title_of(self, code: str) -> str:
        try:
            return find(self._graph, code).title
        except UnknownCode:
            return ""


def links(path: str) -> str:
    """Return the Link header of the resource at *path*: where its other formats are."""
    at = quote(f"/{path}")
    return ", ".join(
        f'<{at}{form.suffix}>; rel="alternate"; type="{form.media}"'
        for form in RESOURCE_FORMATS[1:]
    )
