"""The triples of a graph, and that other readers get the same ones."""

import json

import pyoxigraph
import pytest

from icdgraph.model import Relation
from icdgraph.rdf import jsonld, mapping, turtle
from icdgraph.rdf.vocabulary import PREFIXES, expand, iri_of, release_iri
from icdgraph.toy import toy

SKOS, IG = PREFIXES["skos"], PREFIXES["ig"]


def parsed(graph, root=None):
    text = "".join(turtle.lines(mapping.resources(graph, root), release_iri(graph)))
    return list(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE))


def objects(triples, subject, predicate):
    return [
        t.object.value
        for t in triples
        if t.subject.value == subject and t.predicate.value == expand(predicate)
    ]


@pytest.fixture(scope="module")
def low_back(core):
    return parsed(core, core["M54.5"])


def test_concept_has_what_thesaurus_tools_look_for(low_back):
    iri = "http://purl.bioontology.org/ontology/ICD10CM/M54.50"
    assert objects(low_back, iri, "skos:prefLabel") == ["Low back pain, unspecified"]
    assert objects(low_back, iri, "skos:altLabel") == ["Loin pain", "Lumbago NOS"]
    assert objects(low_back, iri, "skos:notation") == ["M54.50"]
    assert objects(low_back, iri, "skos:broader") == [iri[:-1]]
    assert objects(low_back, iri, "ig:billable") == ["true"]
    assert objects(low_back, iri, "ig:kind") == ["code"]
    assert objects(low_back, iri, "ig:compactCode") == ["M5450"]
    assert objects(low_back, iri, "ig:fhirIdentifier") == [
        "http://hl7.org/fhir/sid/icd-10-cm|M54.50"
    ]
    assert objects(low_back, iri, "skos:inScheme") == [
        "https://w3id.org/icdgraph/release/2026-04-01"
    ]


def test_note_and_link_are_both_there(low_back):
    owner = iri_of("M54")
    assert objects(low_back, owner, "ig:excludes1") == [iri_of("F45.41")]
    (note,) = objects(low_back, owner, "ig:note")
    assert objects(low_back, note, "xkos:plainText") == [
        "psychogenic dorsalgia (F45.41)"
    ]
    assert objects(low_back, note, "ig:owner") == [owner]
    assert objects(low_back, note, "ig:target") == [iri_of("F45.41")]
    assert objects(low_back, note, "ig:state") == ["resolved"]


def test_links_are_the_edges_of_the_graph(core):
    """Every edge of a note is a link and the other way round, scopes included."""
    links = {
        (core.codes[source], predicate, core.codes[target])
        for source, targets in mapping.links(core).items()
        for predicate, target in targets
    }
    edges = {
        (edge.source.code, mapping.RELATIONS[edge.relation], edge.target.code)
        for edge in core.edges(*mapping.RELATIONS)
    }
    assert links == edges
    assert ("G31.83", "ig:useAdditionalCode", "F02.84") in links
    assert ("G31", "ig:useAdditionalCode", "F02.84") not in links


def test_notes_on_order_and_company_are_at_each_code_they_apply_to(core):
    triples = parsed(core, core["G31"])
    name = "https://w3id.org/icdgraph/release/2026-04-01/note/"
    for code in ("G31.01", "G31.84", "G31.9"):
        named = {
            f"{note.owner.code}/{note.kind}/{note.position}"
            for note in core[code].applicable_notes()
            if note.kind in ("codeFirst", "useAdditionalCode", "codeAlso")
        }
        found = objects(triples, iri_of(code), "ig:subjectTo")
        assert {note.removeprefix(name) for note in found} == named, code
    # A note with a scope: for codes G31.0-G31.83 and G31.85-G31.9 alone.
    scoped = f"{name}G31/useAdditionalCode/2"
    assert scoped in objects(triples, iri_of("G31.01"), "ig:subjectTo")
    assert scoped not in objects(triples, iri_of("G31.84"), "ig:subjectTo")


def test_no_blank_nodes_and_no_triple_twice(low_back):
    assert not any(
        isinstance(term, pyoxigraph.BlankNode)
        for triple in low_back
        for term in (triple.subject, triple.object)
    )
    assert len(set(low_back)) == len(low_back)


def test_section_and_category_with_one_name_are_two_concepts():
    triples = parsed(toy().core)
    kinds = {
        name: objects(triples, iri_of(name), "ig:kind") for name in ("B99", "B99-B99")
    }
    assert kinds == {"B99": ["category"], "B99-B99": ["section"]}


def test_defect_of_the_source_is_in_the_data(core):
    triples = parsed(core, core["R10.85"])
    (defect,) = {
        t.subject.value for t in triples if t.object.value == expand("ig:Defect")
    }
    assert objects(triples, defect, "ig:defectKind") == ["dangling"]
    assert objects(triples, defect, "ig:printed") == ["R10.1-R10.4"]


def test_every_relation_but_two_has_a_property():
    assert set(Relation) - set(mapping.RELATIONS) == {Relation.PARENT, Relation.SYNONYM}


def test_jsonld_holds_the_same_triples_as_turtle(core):
    for one, root in ((toy().core, None), (core, core["S52.0"])):
        base = release_iri(one)
        text = "".join(jsonld.lines(mapping.resources(one, root), base))
        assert json.loads(text)["@graph"]
        form = pyoxigraph.RdfFormat.JSON_LD
        from_json = {
            quad.triple for quad in pyoxigraph.parse(text.encode(), format=form)
        }
        assert from_json == {quad.triple for quad in parsed(one, root)}


def test_context_binds_the_prefixes_of_the_code():
    context = jsonld.Context("icdgraph").terms
    assert {p: context[p] for p in PREFIXES if p in context}.items() <= PREFIXES.items()


def test_strange_names_stay_inside_their_iri():
    assert mapping.term_of("A00> <x") == (
        "<http://purl.bioontology.org/ontology/ICD10CM/A00%3E%20%3Cx>"
    )
