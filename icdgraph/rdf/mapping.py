"""A graph as RDF: which resources there are, and what is said of each.

    release ── skos:hasTopConcept ──> ICD-10-CM <── skos:broader ── M00-M99 <── ...
                                                                      M54
       M54 ── ig:excludes1 ──────────────────────────────────────────> F45.41
        └──── ig:note ──> .../note/M54/excludes1/1 ── ig:target ──────> F45.41
                            "psychogenic dorsalgia (F45.41)"

Every note is there twice: as a node with its words and its place, and as direct links
from its owner to what it names, so that both may be asked.  There are no blank nodes.

A `Resource` is a subject with its predicates and objects, all written as in Turtle:
``ICD10CM:M54.50``, ``"Lumbago NOS"@en``, ``true``, and relative to the release's own
IRI ``<note/M54/excludes1/1>``.  Turtle of it is a matter of joining lines, JSON-LD of
splitting them, and everything else is made from Turtle by libraries.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote

from icdgraph.codes import compact
from icdgraph.model import Kind, NoteKind, State
from icdgraph.rdf.vocabulary import (
    CLASSES,
    FHIR_SYSTEM,
    LICENCE,
    NOTE_CLASSES,
    PUBLISHED,
    RELATIONS,
    ROOT,
    WHO,
    XKOS_NOTES,
    iri_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Graph, Node

Statement = tuple[str, str]
Resource = tuple[str, list[Statement]]

_LOCAL_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9-])?")
_STATES = {state: json.dumps(state.value) for state in State}


def resources(graph: Graph, root: Node | None = None) -> Iterator[Resource]:
    """Yield what there is to say of *graph*, by concept in the order of the book.

    The release comes first, then each concept with its notes after it.  With *root*,
    the concepts are those of its subtree and the ones above it.

    >>> from icdgraph.toy import toy
    >>> [subject for subject, _ in resources(toy().core)][-1]
    'ICD10CM:S39.012S'
    """
    yield from _release(graph)
    yield from _levels(graph)
    yield _root(graph)
    mapped = _Concepts(graph)
    if root is None:
        numbers: Iterator[int] = iter(range(len(graph.codes)))
    else:
        above = [node.number for node in root.path]
        numbers = iter([*above, root.number, *graph.tree.descendants(root.number)])
    faults: dict[int, list[tuple[int, str, str]]] = {}
    for number, (note, kind, printed) in enumerate(graph.defects_by_note(), 1):
        faults.setdefault(note, []).append((number, kind, printed))
    for number in numbers:
        yield mapped.concept(number)
        for note in graph.notes_at(number):
            yield mapped.note(note)
            for fault in faults.get(note, ()):
                yield _defect(*fault, mapped.note_terms[note])
        if graph.sevenths_defined_at(number):
            yield from mapped.sevenths(number)


def chunks(resources: Iterable[Resource], size: int) -> Iterator[list[Resource]]:
    """Yield *resources* in lists of *size*, the last one shorter.

    >>> [len(chunk) for chunk in chunks([("a", []), ("b", []), ("c", [])], 2)]
    [2, 1]
    """
    rest = iter(resources)
    while chunk := list(islice(rest, size)):
        yield chunk


class _Concepts:
    """The concepts of a graph and their notes, from its columns.

    A hundred thousand concepts are written in a few seconds because no `Node` is made
    for them.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.names = graph.codes
        self.terms = [term_of(name) for name in self.names]
        self.links: dict[int, list[Statement]] = {}
        self.note_terms = [self._note_term(note) for note in graph.note_numbers()]
        self._link()

    def _note_term(self, note: int) -> str:
        owner = self.names[self.graph.owner_of(note)]
        kind, position = self.graph.kind_of_note(note), self.graph.position_of(note)
        return f"<{_path('note', owner, kind, position)}>"

    def _link(self) -> None:
        """Gather the direct links of all notes by source."""
        graph = self.graph
        found: dict[int, dict[Statement, None]] = {}
        for note in graph.note_numbers():
            predicate = _LINKS.get(graph.kind_of_note(note))
            if predicate is None:
                continue
            for target in graph.targets_of(note):
                for source in graph.speakers_of(note):
                    found.setdefault(source, {})[predicate, self.terms[target]] = None
        self.links = {source: list(links) for source, links in found.items()}

    def concept(self, number: int) -> Resource:
        """Return the node *number* as a SKOS concept with its links."""
        graph, terms = self.graph, self.terms
        kind = graph.kind_of(number)
        above = list(graph.tree.ancestors(number))
        chapter = above[-1] if above else number
        made = graph.made_by(number)
        said = [("a", "skos:Concept"), ("a", CLASSES[kind])]
        if made:
            said.append(("a", "ig:SeventhCharacterCode"))
        said.append(("skos:prefLabel", _text(graph.titles[number])))
        notes = graph.notes_at(number)
        said += [
            ("skos:altLabel", _text(graph.text_of(note).strip()))
            for note in notes
            if graph.kind_of_note(note) is NoteKind.INCLUSION_TERM
        ]
        said.append(("skos:notation", _literal(self.names[number])))
        said.append(("skos:broader", terms[above[0]] if above else ROOT))
        said += [("skos:broaderTransitive", terms[n]) for n in above]
        said += [
            ("skos:broaderTransitive", ROOT),
            ("skos:inScheme", "<>"),
            ("ig:chapter", terms[chapter]),
            ("ig:kind", f'"{kind.value}"'),
            ("ig:level", str(graph.tree.depth[number])),
            ("ig:order", str(number + 1)),
        ]
        if not graph.tree.is_leaf(number):
            low, high = graph.tree.span(number)
            said.append(("ig:billableBeneath", str(high - low)))
        if kind == Kind.CHAPTER:
            said.append(
                ("ig:chapterNumber", _literal(str(graph.chapter_number(number))))
            )
        elif kind != Kind.SECTION:
            said += self._code(number)
        said += [
            ("ig:hasSeventhCharacter", self._seventh(number, seventh.character))
            for seventh in graph.sevenths_defined_at(number)
        ]
        if made:
            owner = next(n for n in above if graph.sevenths_defined_at(n))
            said.append(("ig:madeBy", self._seventh(owner, made)))
        said += self.links.get(number, ())
        for note in notes:
            said.append(("ig:note", self.note_terms[note]))
            xkos = XKOS_NOTES.get(graph.kind_of_note(note))
            if xkos:
                said.append((xkos, self.note_terms[note]))
        return terms[number], said

    def _code(self, number: int) -> Iterator[Statement]:
        """Yield what is said of categories and codes, not of what is above them."""
        code = self.names[number]
        short = compact(code)
        yield "ig:billable", "true" if self.graph.tree.is_leaf(number) else "false"
        yield "ig:compactCode", f'"{short}"'
        # WHO's codes end with the fourth character, and hold one letter, the first.
        if len(short) <= 4 and short[1:].isdecimal():
            yield "ig:whoIdentifier", f'"{WHO}{code}"^^xsd:anyURI'
        yield "ig:fhirIdentifier", f'"{FHIR_SYSTEM}|{code}"^^xsd:anyURI'
        if self.graph.is_placeholder(number):
            yield "ig:placeholder", "true"

    def note(self, note: int) -> Resource:
        """Return the note *note* with its words, its place, and what it names."""
        graph, terms = self.graph, self.terms
        kind = graph.kind_of_note(note)
        said = [
            ("a", NOTE_CLASSES[kind]),
            ("xkos:plainText", _text(graph.text_of(note))),
            ("ig:noteKind", f'"{kind.value}"'),
            ("ig:owner", terms[graph.owner_of(note)]),
            ("ig:position", str(graph.position_of(note))),
            ("ig:state", _STATES[graph.state_of(note)]),
        ]
        heading = graph.heading_of(note)
        if heading is not None:
            said.append(("ig:heading", _text(graph.text_of(heading))))
            said.append(("ig:headedBy", self.note_terms[heading]))
        said += [("ig:target", terms[target]) for target in graph.targets_of(note)]
        if graph.is_scoped(note):
            said += [("ig:scope", terms[node]) for node in graph.speakers_of(note)]
        return self.note_terms[note], said

    def sevenths(self, number: int) -> Iterator[Resource]:
        """Yield the seventh characters that are defined at the node *number*."""
        for seventh in self.graph.sevenths_defined_at(number):
            yield (
                self._seventh(number, seventh.character),
                [
                    ("a", "ig:SeventhCharacter"),
                    ("ig:character", _literal(seventh.character)),
                    ("skos:prefLabel", _text(seventh.meaning)),
                    *(
                        ("rdfs:comment", _text(remark.strip()))
                        for remark in seventh.remarks
                    ),
                ],
            )

    def _seventh(self, number: int, character: str) -> str:
        return f"<{_path('seventh', self.names[number], character)}>"


_LINKS = {
    kind: RELATIONS[kind.relation] for kind in NoteKind if kind.relation in RELATIONS
}


def term_of(name: str) -> str:
    """Return the term of the concept called *name*, a code or a range."""
    if _LOCAL_NAME.fullmatch(name):
        return f"ICD10CM:{name}"
    return f"<{iri_of(name)}>"


def _path(*steps: str | int) -> str:
    return "/".join(quote(str(step), safe="-.") for step in steps)


def _defect(number: int, kind: str, printed: str, note: str) -> Resource:
    return (
        f"<defect/{number}>",
        [
            ("a", "ig:Defect"),
            ("ig:defectKind", _literal(kind)),
            ("ig:printed", _literal(printed)),
            ("ig:inNote", note),
        ],
    )


def _root(graph: Graph) -> Resource:
    return (
        ROOT,
        [
            ("a", "skos:Concept"),
            ("a", "ig:Classification"),
            ("skos:prefLabel", _text("ICD-10-CM")),
            ("skos:notation", _literal("ICD-10-CM")),
            ("skos:inScheme", "<>"),
            ("skos:topConceptOf", "<>"),
            ("ig:kind", '"classification"'),
            ("ig:level", "0"),
            ("ig:order", "0"),
            ("ig:billableBeneath", str(len(graph.leaves))),
        ],
    )


def _release(graph: Graph) -> Iterator[Resource]:
    """Yield the release as a concept scheme and a data set, and where it came from."""
    said: list[Statement] = [
        ("a", "skos:ConceptScheme"),
        ("a", "void:Dataset"),
        ("a", "dcat:Dataset"),
        ("dct:title", _text(f"ICD-10-CM {graph.version}")),
        ("dct:description", _text(_DESCRIPTION)),
        ("owl:versionInfo", _literal(graph.version)),
        ("dct:identifier", _literal(graph.edition.identifier)),
    ]
    if graph.edition.effective:
        said.append(("dct:issued", f'"{graph.edition.effective}"^^xsd:date'))
    said += [
        ("dct:creator", _text("National Center for Health Statistics (NCHS)")),
        ("dct:publisher", _text("icdgraph")),
        ("dct:license", f"<{LICENCE}>"),
        ("dct:source", f"<{PUBLISHED}>"),
        ("prov:wasDerivedFrom", "<source>"),
        ("dct:language", '"en"'),
        ("dcat:keyword", _text("ICD-10-CM")),
        ("void:uriSpace", _literal(iri_of(""))),
        ("void:entities", str(graph.node_count)),
        ("ig:billableCodes", str(len(graph.leaves))),
        ("ig:notes", str(graph.note_count)),
        ("skos:hasTopConcept", ROOT),
        ("xkos:numberOfLevels", str(max(graph.tree.depth))),
        ("xkos:levels", "<levels/1>"),
    ]
    yield "<>", said
    source = [("a", "prov:Entity"), ("dct:title", _text(graph.edition.source))]
    if graph.edition.digest:
        source.append(("ig:sha256", _literal(graph.edition.digest)))
    yield "<source>", source


_DESCRIPTION = (
    "The International Classification of Diseases, Tenth Revision, Clinical "
    "Modification: its Tabular List, with the instructional notes as links."
)


def _levels(graph: Graph) -> Iterator[Resource]:
    """Yield the levels, and the list that orders them, an RDF list without blanks."""
    deepest = max(graph.tree.depth)
    for level in range(1, deepest + 1):
        rest = f"<levels/{level + 1}>" if level < deepest else "rdf:nil"
        first = ("rdf:first", f"<level/{level}>")
        yield f"<levels/{level}>", [("a", "rdf:List"), first, ("rdf:rest", rest)]
        yield (
            f"<level/{level}>",
            [
                ("a", "xkos:ClassificationLevel"),
                ("skos:prefLabel", _text(f"level {level} of ICD-10-CM")),
                ("xkos:depth", str(level)),
            ],
        )


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) + "@en"


def _literal(text: str) -> str:
    # JSON escapes what Turtle escapes, by the same characters (RFC 8259 section 7,
    # Turtle section 6.4).
    return json.dumps(text, ensure_ascii=False)
