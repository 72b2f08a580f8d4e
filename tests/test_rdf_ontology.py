"""The vocabulary as Turtle, against the code, the data, and other people's tools."""

from __future__ import annotations

import io
import runpy
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat
from rdflib.namespace import DCAT, DCTERMS, OWL, PROV, RDF, RDFS, SKOS, VOID

from icdgraph.rdf import jsonld, mapping, turtle
from icdgraph.rdf.vocabulary import (
    CLASSES,
    IG,
    NOTE_CLASSES,
    PREFIXES,
    RELATIONS,
    XKOS_NOTES,
    expand,
    folder,
    release_iri,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rdflib.namespace import DefinedNamespace

    from icdgraph import CodeGraph
    from icdgraph.graph import Graph

PATH = folder() / "icdgraph.ttl"
ONTOLOGY = "https://w3id.org/icdgraph/ontology"
DOCS = Path(__file__).parents[1] / "docs"

INVERSES = {
    "ig:excludes1": "ig:inExcludes1Of",
    "ig:excludes2": "ig:inExcludes2Of",
    "ig:useAdditionalCode": "ig:additionalCodeFor",
    "ig:codeFirst": "ig:firstCodeFor",
    "ig:codeAlso": "ig:alsoCodedWith",
}
"""Declared for reasoners; the data has only the other direction."""
ABSTRACT = {"ig:Note"}

RDF_TYPE = expand("rdf:type")
KINDS = {
    expand(f"owl:{kind}")
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
}
PROPERTIES = KINDS - {expand("owl:Class")}
BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "xsd"))

ABOVE = {
    "ig:excludes1": "xkos:disjoint",
    "ig:excludes2": "skos:related",
    "ig:useAdditionalCode": "xkos:sequential",
    "ig:codeFirst": "xkos:sequential",
    "ig:codeAlso": "skos:related",
}
"""The properties above the relations; XKOS puts its two under ``skos:related``."""

IN_LINE = {
    ("ig:excludes1", "ICD10CM:D72", "ICD10CM:D72.824"),
    ("ig:excludes1", "ICD10CM:M26-M27", "ICD10CM:M27.8"),
    ("ig:useAdditionalCode", "ICD10CM:I25", "ICD10CM:I25.82"),
    ("ig:codeAlso", "ICD10CM:G40.5", "ICD10CM:G40"),
}
"""Links to concepts above or below, in all releases; the comments name them."""


Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]


@pytest.fixture(scope="session")
def graph(graph: CodeGraph) -> Graph:
    """Return the core of the bundled release, which views take."""
    return graph.core


def triples() -> list[Triple]:
    return read(PATH.read_text("utf-8"))


def read(text: str) -> list[Triple]:
    """Return the triples of *text*, which must not have blank nodes."""
    found: list[Triple] = []
    for quad in pyoxigraph.parse(text, RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode), quad
        assert isinstance(quad.object, NamedNode | Literal), quad
        found.append((quad.subject, quad.predicate, quad.object))
    return found


@pytest.fixture(scope="module")
def stated_of() -> dict[str, dict[str, list[str]]]:
    """Return the values by subject and predicate, as IRIs or words."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in triples():
        found[subject.value][predicate.value].append(value.value)
    return found


@pytest.fixture(scope="module")
def declared(stated_of: dict[str, dict[str, list[str]]]) -> set[str]:
    return {f"ig:{iri.removeprefix(IG)}" for iri in stated_of if iri.startswith(IG)}


@pytest.fixture(scope="module")
def examples(
    graph: Graph, stated_of: dict[str, dict[str, list[str]]], declared: set[str]
) -> dict[str, Triple]:
    """Return the example of each term; those of an inverse are turned round."""
    head = "".join(turtle.lines([], release_iri(graph)))
    forward = {expand(two): NamedNode(expand(one)) for one, two in INVERSES.items()}
    found = {}
    for term in declared:
        (example,) = stated_of[expand(term)][expand("skos:example")]
        ((one, predicate, two),) = read(head + example)
        assert term in ABSTRACT or expand(term) in (predicate.value, two.value)
        if predicate.value in forward:
            assert isinstance(two, NamedNode)
            one, predicate, two = two, forward[predicate.value], one
        found[term] = (one, predicate, two)
    return found


@pytest.fixture(scope="module")
def mapped(
    graph: Graph, examples: dict[str, Triple]
) -> tuple[set[str], list[mapping.Resource]]:
    """Return the terms that the mapping uses, and the resources of the examples."""
    about = {one.value for one, _, _ in examples.values()}
    base = release_iri(graph)
    terms: set[str] = set()
    described = []
    for subject, statements in mapping.resources(graph):
        terms.update(v if p == "a" else p for p, v in statements)
        if _iri(subject, base) in about:
            described.append((subject, statements))
    return terms, described


Mapped = tuple[set[str], "list[mapping.Resource]"]


# --- the code and the Turtle -------------------------------------------------------


def test_what_the_mapping_writes_is_declared(
    mapped: Mapped, declared: set[str]
) -> None:
    assert {term for term in mapped[0] if term.startswith("ig:")} <= declared


def test_what_is_declared_is_written(mapped: Mapped, declared: set[str]) -> None:
    assert declared - mapped[0] == ABSTRACT | {*INVERSES.values()}


def test_the_constants_are_declared(declared: set[str]) -> None:
    tables = (CLASSES, NOTE_CLASSES, RELATIONS)
    assert {term for table in tables for term in table.values()} <= declared
    assert INVERSES.keys() == {*RELATIONS.values()}


def test_the_classes_of_nodes_and_notes_are_where_they_belong(
    stated_of: dict[str, dict[str, list[str]]],
) -> None:
    above = expand("rdfs:subClassOf")
    for term in CLASSES.values():
        assert stated_of[expand(term)][above] == [expand("skos:Concept")]
    for term in NOTE_CLASSES.values():
        assert stated_of[expand(term)][above] == [expand("ig:Note")]
    assert stated_of[expand("ig:Note")][above] == [expand("xkos:ExplanatoryNote")]


def test_the_comments_say_which_notes_xkos_links(
    stated_of: dict[str, dict[str, list[str]]],
) -> None:
    for kind, term in NOTE_CLASSES.items():
        xkos = {
            iri
            for iri in stated_of[expand(term)][expand("rdfs:seeAlso")]
            if iri.startswith(PREFIXES["xkos"])
        }
        assert xkos == ({expand(XKOS_NOTES[kind])} if kind in XKOS_NOTES else set())


def test_the_terms_of_the_context_exist(
    stated_of: dict[str, dict[str, list[str]]], declared: set[str]
) -> None:
    spaces: dict[str, type[DefinedNamespace]] = {
        "skos": SKOS,
        "dct": DCTERMS,
        "dcat": DCAT,
        "void": VOID,
        "prov": PROV,
        "owl": OWL,
        "rdf": RDF,
        "rdfs": RDFS,
    }
    for term in jsonld.Context("icdgraph").terms.values():
        name = term["@id"] if isinstance(term, dict) else term
        prefix, _, local = name.partition(":")
        if prefix == "ig":
            assert name in declared
        elif prefix == "xkos":
            assert expand(name) in stated_of
        elif prefix in spaces:
            assert local in spaces[prefix], name


def test_the_prefixes_are_those_of_the_code() -> None:
    parser = pyoxigraph.parse(path=PATH, format=RdfFormat.TURTLE)
    list(parser)
    ours = {prefix: iri for prefix, iri in parser.prefixes.items() if prefix != "vann"}
    assert ours.items() <= PREFIXES.items()


# --- the statements about every term ------------------------------------------------


def test_every_term_is_explained(
    stated_of: dict[str, dict[str, list[str]]], declared: set[str]
) -> None:
    for term in declared:
        of = stated_of[expand(term)]
        for predicate in ("rdfs:label", "rdfs:comment", "skos:example"):
            assert len(of[expand(predicate)]) == 1, (term, predicate)
        assert of[expand("rdfs:isDefinedBy")] == [ONTOLOGY], term
        types = {*of[RDF_TYPE]} & KINDS
        assert len(types) == 1, term
        if types & PROPERTIES:
            assert len(of[expand("rdfs:domain")]) == 1, term
            assert len(of[expand("rdfs:range")]) == 1, term


def test_labels_are_different(
    stated_of: dict[str, dict[str, list[str]]], declared: set[str]
) -> None:
    labels = [
        (stated_of[expand(term)][expand("rdfs:label")][0], term[3].isupper())
        for term in declared
    ]
    assert len({*labels}) == len(labels)


def test_inverses_are_declared_both_ways(
    stated_of: dict[str, dict[str, list[str]]],
) -> None:
    inverse = expand("owl:inverseOf")
    for one, other in {**INVERSES, "ig:note": "ig:owner"}.items():
        assert stated_of[expand(one)][inverse] == [expand(other)]
        assert stated_of[expand(other)][inverse] == [expand(one)]
        for end, start in (
            ("rdfs:domain", "rdfs:range"),
            ("rdfs:range", "rdfs:domain"),
        ):
            assert (
                stated_of[expand(one)][expand(end)]
                == stated_of[expand(other)][expand(start)]
            )
        assert (
            stated_of[expand(one)][expand("rdfs:subPropertyOf")]
            == stated_of[expand(other)][expand("rdfs:subPropertyOf")]
        )


def test_examples_are_true(
    graph: Graph, mapped: Mapped, examples: dict[str, Triple]
) -> None:
    known = {*read("".join(turtle.lines(mapped[1], release_iri(graph))))}
    assert {term for term, stated in examples.items() if stated not in known} == set()


def _iri(term: str, base: str) -> str:
    if term == "<>":
        return base
    return f"{base}/{term[1:-1]}" if term[0] == "<" else expand(term)


# --- SKOS --------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["2017", "2021", "2025", "2026"])
def test_nothing_else_is_related_to_what_is_above_or_below_it(
    release: Callable[[str], CodeGraph],
    year: str,
) -> None:
    """SKOS Reference, S27; the exceptions are errors of the source."""
    graph = release(year).core
    tree, codes = graph.tree, graph.codes
    in_line = {
        (predicate, f"ICD10CM:{codes[source]}", f"ICD10CM:{codes[target]}")
        for source, targets in mapping.links(graph).items()
        for predicate, target in targets
        # In 2017, Y70-Y82 has a note that names itself: below no concept but itself.
        if source != target and tree.subsumes(*sorted((source, target)))
    }
    only = {("ig:excludes2", "ICD10CM:Z79", "ICD10CM:Z79.84")}
    assert in_line == IN_LINE | (only if year == "2017" else set())


def test_links_have_their_place_under_skos_or_xkos(
    stated_of: dict[str, dict[str, list[str]]],
) -> None:
    under = {
        term: stated_of[expand(term)][expand("rdfs:subPropertyOf")] for term in INVERSES
    }
    assert under == {
        term: [expand(ABOVE.get(term, "skos:semanticRelation"))] for term in INVERSES
    }


def test_the_comments_name_the_pairs_that_break_s27(
    stated_of: dict[str, dict[str, list[str]]],
) -> None:
    for term, one, other in IN_LINE:
        (comment,) = stated_of[expand(term)][expand("rdfs:comment")]
        assert f"{one[8:]} with {other[8:]}" in comment


# --- OWL ---------------------------------------------------------------------------


def test_nothing_is_left_undeclared(
    mapped: Mapped, stated_of: dict[str, dict[str, list[str]]]
) -> None:
    known = {iri for iri, of in stated_of.items() if KINDS & {*of[RDF_TYPE]}}
    used = {expand(term) for term in mapped[0]}
    axioms = {expand(f"rdfs:{name}") for name in ("subClassOf", "subPropertyOf")}
    axioms |= {expand("rdfs:domain"), expand("rdfs:range"), expand("rdf:type")}
    for _, predicate, value in triples():
        used.add(predicate.value)
        if predicate.value in axioms:
            used.add(value.value)
    assert {iri for iri in used if not iri.startswith(BUILT_IN)} - known == set()


def test_no_term_is_of_two_kinds(stated_of: dict[str, dict[str, list[str]]]) -> None:
    for iri, of in stated_of.items():
        assert len(KINDS & {*of[RDF_TYPE]}) == (iri != ONTOLOGY), iri


def test_owlready2_opens_it_without_a_warning(
    stated_of: dict[str, dict[str, list[str]]], capfd: pytest.CaptureFixture[str]
) -> None:
    owlready2 = pytest.importorskip("owlready2")
    data = pyoxigraph.serialize(
        (pyoxigraph.Triple(*triple) for triple in triples()),
        format=RdfFormat.N_TRIPLES,
    )
    assert data
    world = owlready2.World()
    ontology = world.get_ontology(ONTOLOGY).load(fileobj=io.BytesIO(data))
    found = {
        "owl:Class": ontology.classes(),
        "owl:ObjectProperty": ontology.object_properties(),
        "owl:DatatypeProperty": ontology.data_properties(),
        "owl:AnnotationProperty": ontology.annotation_properties(),
    }
    for kind, entities in found.items():
        expected = {
            iri for iri, of in stated_of.items() if expand(kind) in of[RDF_TYPE]
        }
        assert {entity.iri for entity in entities} == expected, kind
    ig = ontology.get_namespace(IG)
    assert ig.excludes1.inverse_property is ig.inExcludes1Of
    assert ig.SeventhCharacterCode.is_a == [ig.Code]
    assert list(ontology.individuals()) == []
    assert capfd.readouterr() == ("", "")


def test_rapper_reads_it_without_a_warning() -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed (Debian package raptor2-utils)")
    result = subprocess.run(
        [rapper, "-i", "turtle", "-c", str(PATH)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"returned {len(triples())} triples" in result.stderr
    assert "warning" not in result.stderr.lower()


# --- the page ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page that docs/make_ontology.py writes."""
    make = runpy.run_path(str(DOCS / "make_ontology.py"))["page"]
    text: str = make()
    assert text == make(), "the same Turtle gives the same page"
    return text


def test_the_page_has_every_term_and_no_dead_link(
    declared: set[str], page: str
) -> None:
    anchors = {part.partition('"')[0] for part in page.split(' id="')[1:]}
    assert {f"ig:{anchor}" for anchor in anchors} == declared
    links = {part.partition('"')[0] for part in page.split('href="#')[1:]}
    assert links == anchors


def test_the_page_needs_no_network(page: str) -> None:
    for loader in ("<script", "<link", "<img", "<iframe", "src=", "@import", "url("):
        assert loader not in page


def test_the_page_in_docs_is_current(page: str) -> None:
    assert (DOCS / "ontology.html").read_text("utf-8") == page, (
        "run: python docs/make_ontology.py"
    )
