"""A graph as RDF: which resources there are, and what is stated of each.

    release ── skos:hasTopConcept ──> ICD-10-CM <── skos:broader ── M00-M99 <── ...
                                                                      M54
       M54 ── ig:excludes1 ──────────────────────────────────────────> F45.41
        └──── ig:note ──> .../note/M54/excludes1/1 ── ig:target ──────> F45.41
                            "psychogenic dorsalgia (F45.41)"

Every note is there twice: as a resource with its words and its place, and as direct
links to what it names, so that both can be queried.  There are no blank nodes.

A `Resource` is a subject with its predicates and objects, all written as in Turtle:
``ICD10CM:M54.50``, ``"Lumbago NOS"@en``, ``true``, and relative to the release's own
IRI ``<note/M54/excludes1/1>``.  So Turtle is made by joining strings.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING

from icdgraph.codes import compact
from icdgraph.coding.conflict_groups import conflict_groups
from icdgraph.coding.note_edges import NOTE_RELATIONS, note_edges
from icdgraph.coding.rectangles import contradictions
from icdgraph.model import INSTRUCTIONS, Kind, NoteKind
from icdgraph.rdf.vocabulary import (
    CLASSES,
    DEVELOPERS,
    FHIR_SYSTEM,
    IG,
    LICENSE,
    NCHS,
    NOTE_CLASSES,
    PREFIXES,
    PUBLISHED,
    RELATIONS,
    RELEASES,
    ROOT,
    SCHEME,
    XKOS_NOTES,
    iri_of,
    path_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Graph, Node

Statement = tuple[str, str]
Resource = tuple[str, list[Statement]]

_LOCAL_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9-])?")


def resources(graph: Graph, root: Node | None = None) -> Iterator[Resource]:
    """Yield the resources of *graph*, by concept in the order of the book.

    The release comes first, then each concept with its notes after it, and at last, for
    the whole graph, the number of triples.  With *root*, the concepts are those of its
    subtree and the ones above it.

    >>> from icdgraph.toy import toy
    >>> [subject for subject, _ in resources(toy().core)][-2:]
    ['ICD10CM:S39.012S', '<>']
    """
    triples = 1
    for subject, statements in _resources(graph, root):
        triples += len(set(statements))
        yield subject, statements
    if root is None:
        yield "<>", [("void:triples", str(triples))]


def _resources(graph: Graph, root: Node | None) -> Iterator[Resource]:
    written = numbers(graph, root)
    yield "<>", release(graph)
    yield _scheme()
    yield from _agents()
    yield from _distributions()
    yield _source(graph)
    yield from _levels(graph, written)
    yield ROOT, _root(graph)
    concepts = _Concepts(graph)
    yield from concepts.conflict_groups(written)
    defects: dict[int, list[tuple[int, str, str]]] = {}
    for number, (note, kind, printed) in enumerate(graph.defects_by_note(), 1):
        defects.setdefault(note, []).append((number, kind, printed))
    for number in written:
        yield concepts.terms[number], concepts.concept(number)
        for note in graph.notes_at(number):
            yield concepts.note_terms[note], concepts.note(note)
            for defect in defects.get(note, ()):
                yield _defect(*defect, concepts.note_terms[note])
        yield from concepts.sevenths(number)


def numbers(graph: Graph, root: Node | None = None) -> Sequence[int]:
    """Return the numbers of the nodes that are written, in the order of the book.

    With *root*, those are the nodes of its subtree and the ones above it.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> [graph.codes[number] for number in numbers(graph, graph["M54.41"])]
    ['M00-M99', 'M40-M54', 'M50-M54', 'M54', 'M54.4', 'M54.41']
    """
    if root is None:
        return range(graph.node_count)
    above = [node.number for node in root.path]
    return [*above, root.number, *graph.tree.descendants(root.number)]


def links(graph: Graph) -> dict[int, dict[tuple[str, int], None]]:
    """Return the direct links of notes: predicates and targets by number of the source.

    >>> from icdgraph.toy import toy
    >>> graph = toy().core
    >>> [(p, graph.codes[n]) for p, n in links(graph)[graph.number_of("M54")]]
    [('ig:excludes1', 'F45.41')]
    """
    by_source: dict[int, dict[tuple[str, int], None]] = {}
    for edge in note_edges(graph):
        link = RELATIONS[edge.relation], edge.target
        by_source.setdefault(edge.source, {})[link] = None
    return by_source


def chunks(resources: Iterable[Resource], size: int) -> Iterator[list[Resource]]:
    """Yield *resources* in lists of *size*, the last one shorter.

    >>> [len(chunk) for chunk in chunks([("a", []), ("b", []), ("c", [])], 2)]
    [2, 1]
    """
    rest = iter(resources)
    while chunk := list(islice(rest, size)):
        yield chunk


# Terms


def term_of(name: str) -> str:
    """Return the term of the concept called *name*, a code or a range."""
    if _LOCAL_NAME.fullmatch(name):
        return f"ICD10CM:{name}"
    return f"<{iri_of(name)}>"


def literal(words: str) -> str:
    r"""Return *words* as a literal.

    >>> literal('called "railway spine"')
    '"called \\"railway spine\\""'
    """
    # JSON escapes what Turtle escapes, by the same characters (RFC 8259 section 7,
    # Turtle section 6.4).
    return json.dumps(words, ensure_ascii=False)


def text(words: str) -> str:
    """Return *words* as a literal in English.

    >>> text("Dorsalgia")
    '"Dorsalgia"@en'
    """
    return literal(words) + "@en"


def _path(*steps: str | int) -> str:
    """Return the term of a resource of the release."""
    return f"<{path_of(*steps)}>"


# Concepts


class _Concepts:
    """The concepts of a graph and their notes, by number: a `Node` for each is slow."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.codes = graph.codes
        self.terms = [term_of(code) for code in graph.codes]
        self.links = links(graph)
        self.group_of = conflict_groups(graph).group_of
        self.contradicted: dict[int, list[int]] = {}
        for excludes1, instruction in contradictions(graph):
            self.contradicted.setdefault(excludes1, []).append(instruction)
        self.note_terms = [self._note_term(note) for note in graph.note_numbers()]

    def _note_term(self, note: int) -> str:
        return _path("note", *self.graph.note_id(note).split("/"))

    def concept(self, number: int) -> list[Statement]:
        """Return what is stated of the node *number*, with its links."""
        graph, terms = self.graph, self.terms
        kind = graph.kind_of(number)
        above = list(graph.tree.ancestors(number))
        notes = graph.notes_at(number)
        made_by = graph.made_by(number)
        statements = [("a", "skos:Concept"), ("a", CLASSES[kind])]
        if made_by:
            statements.append(("a", "ig:SeventhCharacterCode"))
        title = text(graph.titles[number])
        statements += [("skos:prefLabel", title), ("rdfs:label", title)]
        statements += [
            ("skos:altLabel", text(graph.text_of(note).strip()))
            for note in notes
            if graph.kind_of_note(note) is NoteKind.INCLUSION_TERM
        ]
        statements += [
            ("skos:notation", literal(self.codes[number])),
            ("skos:broader", terms[above[0]] if above else ROOT),
            *(("skos:broaderTransitive", terms[n]) for n in above),
            ("skos:broaderTransitive", ROOT),
            *(("skos:narrower", terms[n]) for n in graph.tree.children(number)),
            *(("ig:ancestorOrSelf", terms[n]) for n in (number, *above)),
            ("ig:ancestorOrSelf", ROOT),
            ("skos:inScheme", "<>"),
            ("ig:chapter", terms[above[-1] if above else number]),
            ("ig:kind", literal(kind)),
            ("ig:level", str(graph.tree.depth[number])),
            ("ig:order", str(number + 1)),
        ]
        if not graph.tree.is_leaf(number):
            low, high = graph.tree.span(number)
            statements.append(("ig:billableCodes", str(high - low)))
        if kind == Kind.CHAPTER:
            chapter = str(graph.chapter_number(number))
            statements.append(("ig:chapterNumber", literal(chapter)))
        elif kind != Kind.SECTION:
            statements += self._code(number)
        statements += [
            ("ig:hasSeventhCharacter", self._seventh(number, seventh.character))
            for seventh in graph.sevenths_defined_at(number)
        ]
        if made_by:
            owner = next(filter(graph.sevenths_defined_at, above))
            statements.append(("ig:madeBy", self._seventh(owner, made_by)))
        statements += [(p, terms[n]) for p, n in self.links.get(number, ())]
        for note in notes:
            statements.append(("ig:note", self.note_terms[note]))
            xkos = XKOS_NOTES.get(graph.kind_of_note(note))
            if xkos:
                statements.append((xkos, self.note_terms[note]))
        return statements

    def _code(self, number: int) -> Iterator[Statement]:
        """Yield what is stated of categories and codes alone."""
        code = self.codes[number]
        yield "ig:billable", "true" if self.graph.is_billable(number) else "false"
        yield "ig:compactCode", literal(compact(code))
        yield "ig:fhirIdentifier", literal(f"{FHIR_SYSTEM}|{code}")
        if number in self.group_of:
            yield "ig:conflictGroup", _group(self.group_of[number])
            # Conflict groups do this for Excludes1; for Excludes2 it is half a million.
            for node in (number, *self.graph.tree.ancestors(number)):
                for note in self.graph.notes_from(node):
                    if self.graph.kind_of_note(note) in INSTRUCTIONS:
                        yield "ig:subjectTo", self.note_terms[note]
        if self.graph.is_placeholder(number):
            yield "ig:placeholder", "true"

    def note(self, note: int) -> list[Statement]:
        """Return what is stated of a note: its words, its place, and what it names."""
        graph, terms = self.graph, self.terms
        kind = graph.kind_of_note(note)
        statements = [
            ("a", "ig:Note"),
            ("a", NOTE_CLASSES[kind]),
            ("xkos:plainText", text(graph.text_of(note))),
            ("ig:noteKind", literal(kind)),
            ("ig:owner", terms[graph.owner_of(note)]),
            ("ig:position", str(graph.position_of(note))),
        ]
        if kind.relation in NOTE_RELATIONS:
            statements.append(("ig:state", literal(graph.state_of(note))))
        heading = graph.heading_of(note)
        if heading is not None:
            statements.append(("ig:heading", text(graph.text_of(heading))))
            statements.append(("ig:headedBy", self.note_terms[heading]))
        statements += [("ig:target", terms[n]) for n in graph.targets_of(note)]
        applies_to = [terms[n] for n in graph.speakers_of(note)]
        statements += [("ig:appliesTo", term) for term in applies_to]
        if graph.is_scoped(note):
            statements += [("ig:scope", term) for term in applies_to]
        others = self.contradicted.get(note, ())
        statements += [("ig:contradicts", self.note_terms[other]) for other in others]
        return statements

    def conflict_groups(self, written: Iterable[int]) -> Iterator[Resource]:
        """Yield the groups of the nodes *written*, with each pair both ways."""
        groups = conflict_groups(self.graph)
        conflicts: list[list[Statement]] = [[] for _ in groups.members]
        for (one, other), is_qualified in groups.pairs.items():
            link = "ig:mayConflictWith" if is_qualified else "ig:conflictsWith"
            conflicts[one].append((link, _group(other)))
            conflicts[other].append((link, _group(one)))
        used = {self.group_of[n] for n in written if n in self.group_of}
        for number in sorted(used):
            size = ("ig:groupSize", str(len(groups.members[number])))
            yield _group(number), [("a", "ig:ConflictGroup"), size, *conflicts[number]]

    def sevenths(self, number: int) -> Iterator[Resource]:
        """Yield the seventh characters that are defined at the node *number*."""
        for seventh in self.graph.sevenths_defined_at(number):
            statements = [
                ("a", "ig:SeventhCharacter"),
                ("ig:character", literal(seventh.character)),
                ("skos:prefLabel", text(seventh.meaning)),
            ]
            statements += [("rdfs:comment", text(r.strip())) for r in seventh.remarks]
            yield self._seventh(number, seventh.character), statements

    def _seventh(self, number: int, character: str) -> str:
        return _path("seventh", self.codes[number], character)


def _group(number: int) -> str:
    """Return the term of a conflict group; the first has the number 1."""
    return _path("conflictGroup", number + 1)


def _defect(number: int, kind: str, printed: str, note: str) -> Resource:
    statements = [
        ("a", "ig:Defect"),
        ("ig:defectKind", literal(kind)),
        ("ig:printed", literal(printed)),
        ("ig:inNote", note),
    ]
    return _path("defect", number), statements


# The release


def _root(graph: Graph) -> list[Statement]:
    return [
        ("a", "skos:Concept"),
        ("a", "ig:Classification"),
        ("skos:prefLabel", text("ICD-10-CM")),
        ("rdfs:label", text("ICD-10-CM")),
        ("skos:notation", literal("ICD-10-CM")),
        *(("skos:narrower", term_of(graph.codes[n])) for n in graph.tree.children(-1)),
        ("ig:ancestorOrSelf", ROOT),
        ("skos:inScheme", "<>"),
        ("skos:topConceptOf", "<>"),
        ("ig:kind", literal("classification")),
        ("ig:level", "0"),
        ("ig:order", "0"),
        ("ig:billableCodes", str(len(graph.leaves))),
    ]


def release(graph: Graph) -> list[Statement]:
    """Return what is stated of the release, as a concept scheme and a data set.

    >>> from icdgraph.toy import toy
    >>> release(toy().core)[0]
    ('a', 'skos:ConceptScheme')
    """
    edition = graph.edition
    name = text(edition.title)
    issued = [edition.effective] if edition.effective else []
    previous = [f"<{RELEASES}{edition.previous}>"] if edition.previous else []
    return [
        ("a", "skos:ConceptScheme"),
        ("a", "void:Dataset"),
        ("a", "dcat:Dataset"),
        ("dct:title", name),
        ("rdfs:label", name),
        ("skos:prefLabel", name),
        ("dct:description", text(_DESCRIPTION)),
        ("owl:versionInfo", literal(graph.version)),
        ("owl:versionIRI", "<>"),
        *(("owl:priorVersion", release) for release in previous),
        *(("dct:replaces", release) for release in previous),
        ("dct:isVersionOf", f"<{SCHEME}>"),
        ("dct:identifier", literal(edition.identifier)),
        *(("dct:issued", f'"{date}"^^xsd:date') for date in issued),
        ("dct:creator", f"<{NCHS}>"),
        ("dct:publisher", f"<{DEVELOPERS}>"),
        ("dct:license", f"<{LICENSE}>"),
        ("dct:source", f"<{PUBLISHED}>"),
        ("prov:wasDerivedFrom", "<source>"),
        ("dct:language", "<http://id.loc.gov/vocabulary/iso639-1/en>"),
        ("dcat:keyword", text("ICD-10-CM")),
        *(("dcat:distribution", _path("distribution", ending)) for ending in FILES),
        *(("void:vocabulary", f"<{iri}>") for iri in _VOCABULARIES),
        ("void:exampleResource", term_of(graph.codes[graph.leaves[0]])),
        ("void:uriSpace", literal(iri_of(""))),
        ("void:entities", str(graph.node_count)),
        ("ig:billableCodes", str(len(graph.leaves))),
        ("ig:notes", str(graph.note_count)),
        ("skos:hasTopConcept", ROOT),
        ("xkos:numberOfLevels", str(max(graph.tree.depth))),
        ("xkos:levels", "<levels/1>"),
    ]


_DESCRIPTION = (
    "The International Classification of Diseases, Tenth Revision, Clinical "
    "Modification: its Tabular List, with the instructional notes as links."
)


FILES = {
    "ttl": "text/turtle",
    "trig": "application/trig",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
"""The files of a release, by their endings, and their media types."""

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

_VOCABULARIES = [iri.rstrip("#") for iri in (IG, PREFIXES["skos"], PREFIXES["xkos"])]


def _scheme() -> Resource:
    name = text("ICD-10-CM")
    names = [(p, name) for p in ("dct:title", "rdfs:label", "skos:prefLabel")]
    about = [("dct:creator", f"<{NCHS}>"), ("dct:hasVersion", "<>")]
    return f"<{SCHEME}>", [("a", "skos:ConceptScheme"), *names, *about]


def _agents() -> Iterator[Resource]:
    name = text("National Center for Health Statistics (NCHS)")
    yield f"<{NCHS}>", [("a", "foaf:Organization"), ("foaf:name", name)]
    name = text("The icdgraph developers")
    yield f"<{DEVELOPERS}>", [("a", "foaf:Group"), ("foaf:name", name)]


def _distributions() -> Iterator[Resource]:
    """Yield the files that ``icdgraph export`` writes, named after the release."""
    for ending, media in FILES.items():
        yield (
            _path("distribution", ending),
            [
                ("a", "dcat:Distribution"),
                ("dct:title", text(f"icd10cm.{ending}")),
                ("dct:license", f"<{LICENSE}>"),
                ("dcat:accessURL", "<>"),
                ("dcat:mediaType", f"<{MEDIA_TYPES}{media}>"),
            ],
        )


def _source(graph: Graph) -> Resource:
    statements = [("a", "prov:Entity"), ("dct:title", text(graph.edition.source))]
    if graph.edition.digest:
        statements.append(("ig:sha256", literal(graph.edition.digest)))
    return "<source>", statements


def _levels(graph: Graph, written: Iterable[int]) -> Iterator[Resource]:
    """Yield the levels, and the list that orders them, an RDF list without blanks."""
    deepest = max(graph.tree.depth)
    members: dict[int, list[str]] = {}
    for number in written:
        term = term_of(graph.codes[number])
        members.setdefault(graph.tree.depth[number], []).append(term)
    for level in range(1, deepest + 1):
        rest = f"<levels/{level + 1}>" if level < deepest else "rdf:nil"
        first = ("rdf:first", f"<level/{level}>")
        yield f"<levels/{level}>", [("a", "rdf:List"), first, ("rdf:rest", rest)]
        title = ("skos:prefLabel", text(f"level {level} of ICD-10-CM"))
        statements = [("a", "xkos:ClassificationLevel"), title]
        statements.append(("xkos:depth", str(level)))
        statements += [("skos:member", term) for term in members.get(level, ())]
        yield f"<level/{level}>", statements
