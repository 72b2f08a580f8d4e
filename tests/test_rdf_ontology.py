"""The vocabulary as Turtle, against the code, the data, and other people's tools."""

import io
import runpy
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat
from rdflib.namespace import DCAT, DCTERMS, OWL, PROV, RDF, RDFS, SKOS, VOID

from icdgraph.rdf import jsonld, mapping, turtle
from icdgraph.rdf.results import Iri
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

PATH = folder() / "icdgraph.ttl"
ONTOLOGY = "<https://w3id.org/icdgraph/ontology>"
DOCS = Path(__file__).parents[1] / "docs"

KINDS = {
    f"owl:{kind}"
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
}
RANGE_INCLUDES = "<http://purl.org/dc/dcam/rangeIncludes>"
"""The range of properties whose datatype OWL 2 EL does not have: xsd:boolean."""

BUILT_IN = ("rdf:", "rdfs:", "owl:", "xsd:")

IN_LINE = {
    ("ig:excludes1", "ICD10CM:D72", "ICD10CM:D72.824"),
    ("ig:excludes1", "ICD10CM:M26-M27", "ICD10CM:M27.8"),
    ("ig:useAdditionalCode", "ICD10CM:I25", "ICD10CM:I25.82"),
    ("ig:codeAlso", "ICD10CM:G40.5", "ICD10CM:G40"),
}
"""Links to concepts above or below, in all releases: errors of the source."""


def read(text):
    """Return the triples of *text*, which must not have blank nodes."""
    triples = [quad.triple for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)]
    for triple in triples:
        assert isinstance(triple.subject, NamedNode), triple
        assert isinstance(triple.object, NamedNode | Literal), triple
    return triples


def name(term):
    """Return the prefixed name of an IRI, and the words of a literal."""
    return Iri(term.value).short if isinstance(term, NamedNode) else term.value


@pytest.fixture(scope="module")
def triples():
    return read(PATH.read_text("utf-8"))


@pytest.fixture(scope="module")
def stated_of(triples):
    """Return the values by subject and predicate, IRIs as prefixed names."""
    found = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        found[name(triple.subject)][name(triple.predicate)].append(name(triple.object))
    return found


@pytest.fixture(scope="module")
def declared(stated_of):
    return {term for term in stated_of if term.startswith("ig:")}


@pytest.fixture(scope="module")
def examples(core, stated_of, declared):
    """Return the example of each term."""
    head = "".join(turtle.lines([], release_iri(core)))
    found = {}
    for term in declared:
        ((one, predicate, two),) = read(head + stated_of[term]["skos:example"][0])
        assert term in (name(predicate), name(two))
        found[term] = pyoxigraph.Triple(one, predicate, two)
    return found


@pytest.fixture(scope="module")
def mapped(core, examples):
    """Return the terms that the mapping uses, and the resources of the examples."""
    about = {triple.subject.value for triple in examples.values()}
    base = release_iri(core)

    def iri(term):
        if term == "<>":
            return base
        return f"{base}/{term[1:-1]}" if term[0] == "<" else expand(term)

    terms, described = set(), []
    for subject, statements in mapping.resources(core):
        terms.update(v if p == "a" else p for p, v in statements)
        if iri(subject) in about:
            described.append((subject, statements))
    return terms, described


# --- the code and the Turtle -------------------------------------------------------


def test_what_is_declared_is_what_the_mapping_writes(mapped, declared):
    used = {term for term in mapped[0] if term.startswith("ig:")}
    assert used == declared


def test_the_constants_are_declared(declared):
    tables = (CLASSES, NOTE_CLASSES, RELATIONS)
    assert {term for table in tables for term in table.values()} <= declared


def test_the_classes_of_nodes_and_notes_are_where_they_belong(stated_of):
    above = dict.fromkeys(CLASSES.values(), "skos:Concept")
    above |= dict.fromkeys(NOTE_CLASSES.values(), "ig:Note")
    above["ig:Note"] = "xkos:ExplanatoryNote"
    for term, parent in above.items():
        assert stated_of[term]["rdfs:subClassOf"] == [parent]


def test_the_comments_say_which_notes_xkos_links(stated_of):
    for kind, term in NOTE_CLASSES.items():
        links = {v for v in stated_of[term]["rdfs:seeAlso"] if v.startswith("xkos:")}
        assert links == ({XKOS_NOTES[kind]} if kind in XKOS_NOTES else set())


def test_the_terms_of_the_context_exist(stated_of):
    spaces = {"skos": SKOS, "dct": DCTERMS, "dcat": DCAT, "void": VOID, "prov": PROV}
    spaces |= {"owl": OWL, "rdf": RDF, "rdfs": RDFS}
    for value in jsonld.Context("icdgraph").terms.values():
        term = value["@id"] if isinstance(value, dict) else value
        prefix, _, local = term.partition(":")
        if prefix in ("ig", "xkos"):
            assert term in stated_of
        elif prefix in spaces:
            assert local in spaces[prefix], term


def test_the_prefixes_are_those_of_the_code():
    parser = pyoxigraph.parse(path=PATH, format=RdfFormat.TURTLE)
    list(parser)
    ours = parser.prefixes.keys() - {"vann", "dcam", "bibo"}
    assert {(prefix, parser.prefixes[prefix]) for prefix in ours} <= {*PREFIXES.items()}


# --- the statements about every term ------------------------------------------------


def test_every_term_is_explained(stated_of, declared):
    labels = set()
    for term in declared:
        of = stated_of[term]
        assert of["rdfs:isDefinedBy"] == [ONTOLOGY], term
        (kind,) = {*of["rdf:type"]} & KINDS
        once = ["rdfs:label", "rdfs:comment", "skos:example"]
        if kind != "owl:Class":
            once += ["rdfs:domain"]
            # OWL 2 EL has no xsd:boolean.
            ranges = of["rdfs:range"] + of[RANGE_INCLUDES]
            assert len(ranges) == 1, term
        assert [len(of[predicate]) for predicate in once] == [1] * len(once), term
        labels.add((of["rdfs:label"][0], term[3].isupper()))
    assert len(labels) == len(declared), "two terms have the same label"


def test_examples_are_true(core, mapped, examples):
    known = {*read("".join(turtle.lines(mapped[1], release_iri(core))))}
    assert {term for term, stated in examples.items() if stated not in known} == set()


# --- SKOS --------------------------------------------------------------------------


@pytest.mark.parametrize("year", ["2017", "2021", "2025", "2026"])
def test_nothing_else_is_related_to_what_is_above_or_below_it(release, year):
    """SKOS Reference, S27; the exceptions are errors of the source."""
    graph = release(year).core
    in_line = {
        (predicate, *(f"ICD10CM:{graph.codes[n]}" for n in (source, target)))
        for source, targets in mapping.links(graph).items()
        for predicate, target in targets
        # In 2017, Y70-Y82 has a note that names itself: below no concept but itself.
        if source != target and graph.tree.subsumes(*sorted((source, target)))
    }
    only = {("ig:excludes2", "ICD10CM:Z79", "ICD10CM:Z79.84")}
    assert in_line == IN_LINE | (only if year == "2017" else set())


def test_links_are_semantic_relations(stated_of):
    # Not under skos:related, which S27 forbids between the pairs above.
    for term in RELATIONS.values():
        assert stated_of[term]["rdfs:subPropertyOf"] == ["skos:semanticRelation"]


# --- OWL ---------------------------------------------------------------------------


def test_nothing_is_left_undeclared(mapped, stated_of):
    known = {term for term, of in stated_of.items() if KINDS & {*of["rdf:type"]}}
    axioms = [f"rdfs:{name}" for name in ("subClassOf", "subPropertyOf", "domain")]
    used = {term for term in mapped[0] if term != "a"}
    for of in stated_of.values():
        used |= of.keys()
        for predicate in (*axioms, "rdfs:range", "rdf:type"):
            used.update(of[predicate])
    assert {term for term in used if not term.startswith(BUILT_IN)} - known == set()


def test_no_term_is_of_two_kinds(stated_of):
    for term, of in stated_of.items():
        assert len(KINDS & {*of["rdf:type"]}) == (term != ONTOLOGY), term


def test_owlready2_opens_it_without_a_warning(triples, stated_of, capfd):
    owlready2 = pytest.importorskip("owlready2")
    data = pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES)
    world = owlready2.World()
    ontology = world.get_ontology(ONTOLOGY[1:-1]).load(fileobj=io.BytesIO(data))
    found = {
        "owl:Class": ontology.classes(),
        "owl:ObjectProperty": ontology.object_properties(),
        "owl:DatatypeProperty": ontology.data_properties(),
        "owl:AnnotationProperty": ontology.annotation_properties(),
    }
    for kind, entities in found.items():
        expected = {term for term, of in stated_of.items() if kind in of["rdf:type"]}
        assert {Iri(entity.iri).short for entity in entities} == expected, kind
    ig = ontology.get_namespace(IG)
    assert ig.SeventhCharacterCode.is_a == [ig.Code]
    assert list(ontology.individuals()) == []
    assert capfd.readouterr() == ("", "")


def test_rapper_reads_it_without_a_warning(triples):
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed (Debian package raptor2-utils)")
    command = [rapper, "-i", "turtle", "-c", str(PATH)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"returned {len(triples)} triples" in result.stderr
    assert "warning" not in result.stderr.lower()


# --- the page ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def page():
    """Return the page that docs/make_ontology.py writes."""
    make = runpy.run_path(str(DOCS / "make_ontology.py"))["page"]
    text = make()
    assert text == make(), "the same Turtle gives the same page"
    return text


def test_the_page_has_every_term_and_no_dead_link(declared, page):
    anchors = {part.partition('"')[0] for part in page.split(' id="')[1:]}
    assert {f"ig:{anchor}" for anchor in anchors} == declared
    links = {part.partition('"')[0] for part in page.split('href="#')[1:]}
    assert links == anchors


def test_the_page_needs_no_network(page):
    for loader in ("<script", "<link", "<img", "<iframe", "src=", "@import", "url("):
        assert loader not in page


def test_the_page_in_docs_is_current(page):
    assert (DOCS / "ontology.html").read_text("utf-8") == page, (
        "run: python docs/make_ontology.py"
    )
