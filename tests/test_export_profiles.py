"""Profiles: SKOS as its reference requires, OWL as ontology tools read it."""

from collections import Counter

import pyoxigraph
import pytest

from icdgraph.export import PROFILES, pieces
from icdgraph.export.concepts import headed
from icdgraph.model import NoteKind
from icdgraph.rdf import mapping
from icdgraph.rdf.vocabulary import PREFIXES, RELATIONS, ROOT, expand
from icdgraph.toy import toy

SEMANTIC = f"<{expand('skos:semanticRelation')}>"
MAPPINGS = {
    f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
}


@pytest.fixture(scope="module")
def skos(core):
    """Return the whole graph in SKOS: the terms by subject and predicate."""
    return valued(PROFILES["skos"].resources(core, None))


def valued(resources):
    resources_by_term = {}
    for subject, statements in resources:
        assert subject not in resources_by_term, f"{subject} comes twice"
        resources_by_term[subject] = values = {}
        for predicate, term in statements:
            assert term not in values.setdefault(predicate, []), f"{subject} {term}"
            values[predicate].append(term)
    return resources_by_term


def ancestors(skos, term):
    while term != ROOT:
        (term,) = skos[term]["skos:broader"]
        yield term


# The numbers are those of the integrity conditions of the SKOS reference.


def test_s9_no_scheme_is_a_concept(skos):
    kinds = Counter(tuple(values["a"]) for values in skos.values())
    assert kinds == {
        ("skos:ConceptScheme", "void:Dataset"): 1,
        ("owl:ObjectProperty",): 5,
        ("skos:Concept",): 98_506,
    }


def test_s13_s14_one_preferred_label_that_no_other_repeats(skos):
    for values in skos.values():
        labels = values.get("skos:prefLabel", []) + values.get("skos:altLabel", [])
        assert len(set(labels)) == len(labels)
        labeled = not {"skos:Concept", "skos:ConceptScheme"}.isdisjoint(values["a"])
        assert len(values.get("skos:prefLabel", ())) == labeled
        assert all(label.endswith('"@en') for label in labels)
        assert "skos:hiddenLabel" not in values


def test_s23_s27_related_goes_both_ways_and_never_up_or_down(skos):
    count = 0
    for term, values in skos.items():
        related = values.get("skos:related", ())
        if related:
            above = {term, *ancestors(skos, term)}
            assert above.isdisjoint(related), term
        for other in related:
            count += 1
            assert term in skos[other]["skos:related"]
    assert count > 10_000


def test_relations_of_notes_are_beside_related_and_alone_up_or_down(core, skos):
    links = {
        (
            mapping.term_of(core.codes[source]),
            relation,
            mapping.term_of(core.codes[target]),
        )
        for source, targets in mapping.links(core).items()
        for relation, target in targets
    }
    written = {
        (term, relation, other)
        for term, values in skos.items()
        for relation in RELATIONS.values()
        for other in values.get(relation, ())
    }
    assert written == links
    pairs = {(term, other) for term, _, other in links}
    related = {(term, t) for term, v in skos.items() for t in v.get("skos:related", ())}
    assert related <= pairs | {(other, term) for term, other in pairs}
    alone = {("D72", "D72.824"), ("M26-M27", "M27.8"), ("G40.5", "G40")}
    alone |= {("I25", "I25.82")}
    ours = {tuple(map(mapping.term_of, pair)) for pair in alone}
    assert {(a, b) for a, b in pairs - related if a != b} == ours


def test_hierarchy_has_one_top_and_reads_both_ways(skos):
    """One broader each, narrower its inverse, no circle, and one top for them all."""
    assert skos["<>"]["skos:hasTopConcept"] == [ROOT]
    assert [t for t, v in skos.items() if "skos:topConceptOf" in v] == [ROOT]
    narrower, broader = (
        {(term, t) for term, v in skos.items() for t in v.get(predicate, ())}
        for predicate in ("skos:narrower", "skos:broader")
    )
    assert narrower == {(parent, term) for term, parent in broader}
    assert len(broader) == 98_505
    unwanted = {"skos:broaderTransitive"} | MAPPINGS  # S46
    assert not any(unwanted & values.keys() for values in skos.values())
    for term in skos:
        if "skos:Concept" in skos[term]["a"] and term != ROOT:
            assert skos[term]["skos:inScheme"] == ["<>"]
            assert len(list(ancestors(skos, term))) <= 10


def test_notations_are_unique(skos):
    found = Counter(n for v in skos.values() for n in v.get("skos:notation", ()))
    assert set(found.values()) == {1}
    assert found.total() == 98_506


def test_skos_declares_each_term_of_ours(core):
    """Of ours, the relations of notes alone; the scheme describes the release."""
    text = "".join(pieces(core, "ntriples", core["M54"], "skos"))
    predicates = {line.split()[1].strip("<>") for line in text.splitlines()}
    known = tuple(PREFIXES[p] for p in ("skos", "dct", "void", "rdf", "rdfs", "owl"))
    ours = {expand(relation) for relation in RELATIONS.values()}
    assert {p for p in predicates if not p.startswith(known)} <= ours
    declared = {
        line.split()[0].strip("<>")
        for line in text.splitlines()
        if line.split()[1:3] == [f"<{expand('rdfs:subPropertyOf')}>", SEMANTIC]
    }
    assert declared == ours
    assert PREFIXES["dct"] + "license" in predicates
    assert "broaderTransitive" not in text


def test_part_in_skos_names_no_concept_that_is_not_there(core):
    resources_by_term = valued(PROFILES["skos"].resources(core, core["M54"]))
    named = {
        term
        for values in resources_by_term.values()
        for predicate in (
            "skos:broader",
            "skos:narrower",
            "skos:related",
            *RELATIONS.values(),
        )
        for term in values.get(predicate, ())
    }
    assert named <= resources_by_term.keys()
    assert resources_by_term["ICD10CM:M40-M54"]["skos:narrower"] == ["ICD10CM:M50-M54"]


def test_every_note_is_a_line_of_text(core, skos):
    """As many lines as notes that are no heading and no synonym, and sevenths."""
    headings = set(map(core.heading_of, core.note_numbers()))
    count = sum(
        core.kind_of_note(note) is not NoteKind.INCLUSION_TERM
        for note in core.note_numbers()
        if note not in headings
    )
    count += sum(len(core.sevenths_defined_at(number)) for number in core.numbers())
    lines = Counter()
    for values in skos.values():
        for predicate in ("skos:scopeNote", "skos:note"):
            lines[predicate] += len(values.get(predicate, ()))
    # A line that is printed twice at one concept is written once.
    assert count - 10 <= lines.total() <= count


def test_notes_read_as_in_the_book(skos):
    def lines(code, predicate):
        return [t[1:-4] for t in skos[f"ICD10CM:{code}"].get(predicate, ())]

    assert lines("M54", "skos:scopeNote") == [
        "Excludes1: psychogenic dorsalgia (F45.41)"
    ]
    assert (
        "Excludes2: localized pain, unspecified type - code to pain by site, such as: "
        "lumbar region pain (M54.5-)"
    ) in lines("G89", "skos:scopeNote")
    assert lines("B88.01", "skos:note") == [
        "Code also, if applicable, eyelid inflammation (H01.8-)"
    ]
    assert "7th character D: subsequent encounter" in lines("S39", "skos:note")
    assert any(
        line.startswith("Use additional code") for line in lines("E11", "skos:note")
    )


@pytest.mark.parametrize(
    ("kind", "words", "line"),
    [
        (NoteKind.CODE_FIRST, "underlying disease", "Code first: underlying disease"),
        (NoteKind.CODE_ALSO, ", if any, x", "Code also, if any, x"),
        (NoteKind.USE_ADDITIONAL_CODE, "code(s) for x", "Use additional code(s) for x"),
        (NoteKind.USE_ADDITIONAL_CODE, "external x", "Use additional code: external x"),
        (NoteKind.NOTES, "Note that", "Note: Note that"),
    ],
)
def test_heading_and_words_make_one_line(kind, words, line):
    assert headed(kind, words) == line


# OWL


@pytest.fixture(scope="module")
def owl(core):
    return valued(PROFILES["owl"].resources(core, None))


def test_every_concept_is_a_class_below_its_parent(core, owl):
    classes = {t for t, values in owl.items() if "owl:Class" in values["a"]}
    assert len(classes) == 98_506
    for node in core.nodes():
        parent = mapping.term_of(node.parent.code) if node.parent else ROOT
        assert owl[mapping.term_of(node.code)]["rdfs:subClassOf"] == [parent]
    assert "rdfs:subClassOf" not in owl[ROOT]


def test_every_property_is_declared_and_used(owl):
    declared = {t for t, v in owl.items() if v["a"] == ["owl:AnnotationProperty"]}
    used = {p for t, v in owl.items() if t not in declared for p in v}
    assert used - {"a", "rdfs:subClassOf", "rdfs:label"} == declared | {
        "owl:versionIRI",
        "owl:versionInfo",
    }


def test_ontology_is_named_with_its_version(core):
    def header(root=None):
        ontology = next(PROFILES["owl"].resources(core, root))
        ((name, values),) = valued([ontology]).items()
        assert name == "<https://w3id.org/icdgraph/icd10cm.owl>"
        assert values["a"] == ["owl:Ontology"]
        return values

    assert header()["owl:versionIRI"] == ["<icd10cm.owl>"]
    assert header(core["M54"])["owl:versionIRI"] == ["<subsets/M54.owl>"]
    assert header()["dct:issued"] == ['"2026-04-01"']


def test_class_has_what_ontology_tools_look_for(owl):
    assert owl["ICD10CM:M54.50"] == {
        "a": ["owl:Class"],
        "rdfs:subClassOf": ["ICD10CM:M54.5"],
        "rdfs:label": ['"Low back pain, unspecified"@en'],
        "oboInOwl:id": ['"ICD10CM:M54.50"'],
        "oboInOwl:hasExactSynonym": ['"Loin pain"@en', '"Lumbago NOS"@en'],
        "skos:notation": ['"M54.50"'],
        "ig:kind": ['"code"'],
        "ig:billable": ["true"],
    }
    assert owl["ICD10CM:M54"]["ig:excludes1"] == ["ICD10CM:F45.41"]


def test_conditions_under_other_codes_are_narrower(owl):
    """Guidelines I.A.11: there, inclusion terms are conditions assigned to the code."""
    assert "oboInOwl:hasNarrowSynonym" in owl["ICD10CM:M51.2"]
    assert "oboInOwl:hasExactSynonym" not in owl["ICD10CM:M51.2"]
    assert "oboInOwl:hasExactSynonym" in owl["ICD10CM:D21.0"]


def test_synonym_under_a_heading_is_whole(skos):
    labels = skos["ICD10CM:B81.3"]["skos:altLabel"]
    assert '"Angiostrongyliasis due to: Angiostrongylus costaricensis"@en' in [
        label.replace("Parastrongylus", "Angiostrongylus") for label in labels
    ]
    assert not any(label.endswith(':"@en') for label in labels)


def test_owl_has_no_axiom_but_of_subclass():
    text = "".join(pieces(toy().core, "turtle", profile="owl"))
    read = pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    kinds = {
        quad.object.value for quad in read if quad.predicate.value.endswith("#type")
    }
    assert {kind.rpartition("#")[2] for kind in kinds} == {
        "Ontology",
        "AnnotationProperty",
        "Class",
    }
