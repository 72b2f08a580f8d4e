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
    from collections.abc import Iterator

    from icdgraph.graph import CodeGraph, Node

Statement = tuple[str, str]
Resource = tuple[str, list[Statement]]

_LOCAL_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9-])?")
_STATES = [json.dumps(state.value) for state in State]


def resources(graph: CodeGraph, root: Node | None = None) -> Iterator[Resource]:
    """Yield what there is to say of *graph*, by concept in the order of the book.

    The release comes first, then each concept with its notes after it.  With *root*,
    the concepts are those of its subtree and the ones above it.

    >>> from icdgraph.toy import toy
    >>> [subject for subject, _ in resources(toy())][-1]
    'ICD10CM:S39.012S'
    """
    yield from _release(graph)
    yield from _levels(graph)
    yield _root(graph)
    mapped = _Concepts(graph)
    if root is None:
        numbers: Iterator[int] = iter(range(len(graph.tables.codes)))
    else:
        above = [node.number for node in root.path]
        numbers = iter([*above, root.number, *graph.tree.descendants(root.number)])
    faults: dict[int, list[tuple[int, str, str]]] = {}
    for number, (note, kind, printed) in enumerate(graph.tables.defects, 1):
        faults.setdefault(note, []).append((number, kind, printed))
    for number in numbers:
        yield mapped.concept(number)
        for note in graph.note_numbers(number):
            yield mapped.note(note)
            for fault in faults.get(note, ()):
                yield _defect(*fault, mapped.note_terms[note])
        if number in graph.tables.sevenths:
            yield from mapped.sevenths(number)


class _Concepts:
    """The concepts of a graph and their notes, from its columns.

    A hundred thousand concepts are written in a few seconds because no `Node` is made
    for them; the columns are those of `icdgraph.graph.columns.Tables`.
    """

    def __init__(self, graph: CodeGraph) -> None:
        self.graph = graph
        self.tables = graph.tables
        self.names = [
            node.range if node.kind in (Kind.CHAPTER, Kind.SECTION) else node.code
            for node in graph.nodes()
        ]
        self.terms = [term_of(name) for name in self.names]
        self.links: dict[int, list[Statement]] = {}
        self.note_terms = [
            f"<{_path('note', self.names[owner], kind, position)}>"
            for owner, kind, position in zip(
                self.tables.note_owners,
                (_NOTE_KINDS[k] for k in self.tables.note_kinds),
                self.tables.note_positions,
                strict=True,
            )
        ]
        self._link()

    def _link(self) -> None:
        """Gather the direct links by source: a scope's nodes, else the owner."""
        tables = self.tables
        starts = tables.target_starts
        found: dict[int, dict[Statement, None]] = {}
        for note, (owner, kind) in enumerate(
            zip(tables.note_owners, tables.note_kinds, strict=True)
        ):
            predicate = _LINKS.get(_NOTE_KINDS[kind])
            if predicate is None:
                continue
            for target in tables.targets[starts[note] : starts[note + 1]]:
                for source in tables.scopes.get(note, (owner,)):
                    found.setdefault(source, {})[predicate, self.terms[target]] = None
        self.links = {source: list(links) for source, links in found.items()}

    def concept(self, number: int) -> Resource:
        """Return the node *number* as a SKOS concept with its links."""
        graph, tables, terms = self.graph, self.tables, self.terms
        kind = _KINDS[tables.kinds[number]]
        above = list(graph.tree.ancestors(number))
        chapter = above[-1] if above else number
        made = tables.made_by[number]
        said = [("a", "skos:Concept"), ("a", CLASSES[kind])]
        if made:
            said.append(("a", "ig:SeventhCharacterCode"))
        said.append(("skos:prefLabel", _text(tables.titles[number])))
        notes = graph.note_numbers(number)
        said += [
            ("skos:altLabel", _text(tables.note_texts[note].strip()))
            for note in notes
            if tables.note_kinds[note] == _INCLUSION_TERM
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
            said.append(("ig:chapterNumber", _literal(tables.codes[number])))
        elif kind != Kind.SECTION:
            said += self._code(number)
        if number in tables.sevenths:
            said += [
                ("ig:hasSeventhCharacter", self._seventh(number, row[0]))
                for row in tables.sevenths[number]
            ]
        if made:
            owner = next(n for n in above if n in tables.sevenths)
            said.append(("ig:madeBy", self._seventh(owner, chr(made))))
        said += self.links.get(number, ())
        for note in notes:
            said.append(("ig:note", self.note_terms[note]))
            xkos = XKOS_NOTES.get(_NOTE_KINDS[tables.note_kinds[note]])
            if xkos:
                said.append((xkos, self.note_terms[note]))
        return terms[number], said

    def _code(self, number: int) -> Iterator[Statement]:
        """Yield what is said of categories and codes, not of what is above them."""
        code = self.tables.codes[number]
        short = compact(code)
        yield "ig:billable", "true" if self.graph.tree.is_leaf(number) else "false"
        yield "ig:compactCode", f'"{short}"'
        # WHO's codes end with the fourth character, and hold one letter, the first.
        if len(short) <= 4 and short[1:].isdecimal():
            yield "ig:whoIdentifier", f'"{WHO}{code}"^^xsd:anyURI'
        yield "ig:fhirIdentifier", f'"{FHIR_SYSTEM}|{code}"^^xsd:anyURI'
        if number in self.graph.placeholders:
            yield "ig:placeholder", "true"

    def note(self, note: int) -> Resource:
        """Return the note *note* with its words, its place, and what it names."""
        tables, terms = self.tables, self.terms
        kind = _NOTE_KINDS[tables.note_kinds[note]]
        said = [
            ("a", NOTE_CLASSES[kind]),
            ("xkos:plainText", _text(tables.note_texts[note])),
            ("ig:noteKind", f'"{kind.value}"'),
            ("ig:owner", terms[tables.note_owners[note]]),
            ("ig:position", str(tables.note_positions[note])),
            ("ig:state", _STATES[tables.note_states[note]]),
        ]
        heading = tables.note_headings[note]
        if heading >= 0:
            said.append(("ig:heading", _text(tables.note_texts[heading])))
            said.append(("ig:headedBy", self.note_terms[heading]))
        starts = tables.target_starts
        targets = tables.targets[starts[note] : starts[note + 1]]
        said += [("ig:target", terms[target]) for target in targets]
        said += [("ig:scope", terms[node]) for node in tables.scopes.get(note, ())]
        return self.note_terms[note], said

    def sevenths(self, number: int) -> Iterator[Resource]:
        """Yield the seventh characters that are defined at the node *number*."""
        for character, meaning, remarks in self.tables.sevenths[number]:
            yield (
                self._seventh(number, character),
                [
                    ("a", "ig:SeventhCharacter"),
                    ("ig:character", _literal(character)),
                    ("skos:prefLabel", _text(meaning)),
                    *(("rdfs:comment", _text(remark.strip())) for remark in remarks),
                ],
            )

    def _seventh(self, number: int, character: str) -> str:
        return f"<{_path('seventh', self.names[number], character)}>"


_KINDS = list(Kind)
_NOTE_KINDS = list(NoteKind)
_INCLUSION_TERM = _NOTE_KINDS.index(NoteKind.INCLUSION_TERM)
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


def _root(graph: CodeGraph) -> Resource:
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


def _release(graph: CodeGraph) -> Iterator[Resource]:
    """Yield the release as a concept scheme and a data set, and where it came from."""
    tables = graph.tables
    said: list[Statement] = [
        ("a", "skos:ConceptScheme"),
        ("a", "void:Dataset"),
        ("a", "dcat:Dataset"),
        ("dct:title", _text(f"ICD-10-CM {graph.version}")),
        ("dct:description", _text(_DESCRIPTION)),
        ("owl:versionInfo", _literal(graph.version)),
        ("dct:identifier", _literal(graph.identifier)),
    ]
    if graph.issued:
        said.append(("dct:issued", f'"{graph.issued}"^^xsd:date'))
    said += [
        ("dct:creator", _text("National Center for Health Statistics (NCHS)")),
        ("dct:publisher", _text("icdgraph")),
        ("dct:license", f"<{LICENCE}>"),
        ("dct:source", f"<{PUBLISHED}>"),
        ("prov:wasDerivedFrom", "<source>"),
        ("dct:language", '"en"'),
        ("dcat:keyword", _text("ICD-10-CM")),
        ("void:uriSpace", _literal(iri_of(""))),
        ("void:entities", str(len(tables.codes))),
        ("ig:billableCodes", str(len(graph.leaves))),
        ("ig:notes", str(len(tables.note_texts))),
        ("skos:hasTopConcept", ROOT),
        ("xkos:numberOfLevels", str(max(graph.tree.depth))),
        ("xkos:levels", "<levels/1>"),
    ]
    yield "<>", said
    source = [("a", "prov:Entity"), ("dct:title", _text(tables.source))]
    if tables.digest:
        source.append(("ig:sha256", _literal(tables.digest)))
    yield "<source>", source


_DESCRIPTION = (
    "The International Classification of Diseases, Tenth Revision, Clinical "
    "Modification: its Tabular List, with the instructional notes as links."
)


def _levels(graph: CodeGraph) -> Iterator[Resource]:
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
