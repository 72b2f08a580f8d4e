"""The shapes: our data conforms to them, and wrong data does not."""

import gc
import json
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyoxigraph import RdfFormat
from rdflib.namespace import RDF, SH

from icdgraph.rdf import glossary, mapping, turtle
from icdgraph.rdf.vocabulary import IG, folder, release_iri, vocabulary
from icdgraph.toy import toy

pyshacl = pytest.importorskip("pyshacl")

PATH = folder() / "shapes.ttl"


def shapes():
    return rdflib.Graph().parse(PATH)


def flat(graph):
    """Give each property its shape's targets; it means the same.

    pySHACL then looks at all nodes of a property at once, and is four times as fast.
    """
    targets = SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf
    for shape in graph.subjects(SH.closed):
        ignored = graph.value(shape, SH.ignoredProperties)
        for part in graph.objects(shape, SH.property):
            # A list has its members once, and more of them in front.
            rest, ignored = ignored, rdflib.BNode()
            graph.add((ignored, RDF.first, graph.value(part, SH.path)))
            graph.add((ignored, RDF.rest, rest))
        graph.set((shape, SH.ignoredProperties, ignored))
    for shape, part in list(graph.subject_objects(SH.property)):
        if any((shape, target, None) in graph for target in targets):
            graph.remove((shape, SH.property, part))
            for target in targets:
                for value in graph.objects(shape, target):
                    graph.add((part, target, value))
    return graph


def text_of(graph, root=None):
    return "".join(turtle.lines(mapping.resources(graph, root), release_iri(graph)))


def read(text):
    """Return *text* in rdflib, five times as fast as rdflib's own parser reads it."""
    terms = {}

    def term(value):
        if value not in terms:
            if isinstance(value, pyoxigraph.NamedNode):
                terms[value] = rdflib.URIRef(value.value)
            elif value.language:
                terms[value] = rdflib.Literal(value.value, lang=value.language)
            elif value.datatype == STRING:
                terms[value] = rdflib.Literal(value.value)
            else:
                datatype = rdflib.URIRef(value.datatype.value)
                terms[value] = rdflib.Literal(value.value, datatype=datatype)
        return terms[value]

    graph = rdflib.Graph()
    for quad in pyoxigraph.parse(text, RdfFormat.TURTLE):
        graph.add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return graph


STRING = pyoxigraph.NamedNode("http://www.w3.org/2001/XMLSchema#string")


def findings(text, inference="none"):
    """Return what pySHACL finds fault with in *text*, nothing if it conforms."""
    # Millions of small objects that all stay: collecting in between triples the time.
    gc.disable()
    try:
        conforms, _, report = pyshacl.validate(
            read(text),
            shacl_graph=flat(shapes()),
            ont_graph=read(vocabulary()) if inference == "rdfs" else None,
            inference=inference,
            inplace=True,
        )
    finally:
        gc.enable()
    return "" if conforms else str(report)


# --- our data ----------------------------------------------------------------------


def test_the_toy_conforms():
    assert findings(text_of(toy().core)) == ""


@pytest.mark.parametrize("root", ["M54", "S39", "F06", "H44"])
def test_an_excerpt_conforms(core, root):
    assert findings(text_of(core, core[root])) == ""


@pytest.mark.parametrize("root", [None, "M54.5"])
def test_it_conforms_with_rdfs_inference(core, root):
    """Superproperties and types that the vocabulary implies break no shape."""
    text = text_of(core, core[root]) if root else text_of(toy().core)
    assert findings(text, inference="rdfs") == ""


def test_a_chapter_conforms(core):
    assert findings(text_of(core, core.chapter(5))) == ""


def test_the_shapes_as_they_stand_find_the_same():
    text = text_of(toy().core)
    for data in (text, text.replace("    ig:owner ICD10CM:M54 ;\n", "")):
        conforms, _, _ = pyshacl.validate(read(data), shacl_graph=shapes())
        assert conforms is (findings(data) == "")


@pytest.mark.slow
def test_the_whole_release_conforms(core):
    assert findings(text_of(core)) == ""


# --- data that is not right --------------------------------------------------------

WRONG = json.loads((Path(__file__).parent / "data/wrong_rdf.json").read_text())
"""A name, what is replaced in the Turtle of the toy, by what, and the message."""


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [pytest.param(*words, id=name) for name, *words in WRONG],
)
def test_wrong_data_does_not_conform(right, wrong, message):
    text = text_of(toy().core)
    assert right in text
    found = findings(text.replace(right, wrong, 1))
    assert message in found


# --- the shapes themselves ---------------------------------------------------------


def test_the_shapes_are_shapes():
    conforms, _, report = pyshacl.validate(
        rdflib.Graph(), shacl_graph=shapes(), meta_shacl=True
    )
    assert conforms, report


def test_the_shapes_use_terms_that_exist():
    used = {
        str(part)
        for triple in shapes()
        for part in triple
        if isinstance(part, rdflib.URIRef) and part.startswith(IG)
    }
    names = (term.name.partition(":") for term in glossary.terms())
    declared = {IG + local for prefix, _, local in names if prefix == "ig"}
    assert used - declared == set()
    assert declared - used == set()
