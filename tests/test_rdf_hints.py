"""Mistakes that make a query answer nothing: told truly, with what was meant."""

import json
import re
import subprocess
import sys
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icdgraph import QueryWarning
from icdgraph.rdf.glossary import terms
from icdgraph.rdf.hints import LONGEST_HEADER, as_header, hints, hints_in
from icdgraph.rdf.remedies import instead
from icdgraph.rdf.stores import open_store
from icdgraph.rdf.vocabulary import PREFIXES, expand, release_iri
from icdgraph.toy import toy

RELEASE = release_iri(toy().core)


def told(text, is_zero=False):
    return hints(open_store(toy().core), RELEASE, text, is_zero=is_zero)


MISTAKES = [
    # a property, a class, a code
    ("?c ig:exclude1 ?x", "ig:exclude1", "ig:excludes1"),
    ("?c ig:excludes ?x", "ig:excludes", "ig:excludes1", "ig:excludes2"),
    ("?c skos:broder ICD10CM:M54", "skos:broder", "skos:broader"),
    ("?c skos:excludes1 ?x", "skos:excludes1", "ig:excludes1"),
    ("?c skos:preflabel ?x", "skos:preflabel", "skos:prefLabel"),
    ("?c a ig:code", "ig:code", "ig:Code"),
    ("?c rdf:type ig:Kode", "ig:Kode", "ig:Code"),
    ("?c a 'Code'", '"Code"', "ig:Code"),
    ("ICD10CM:M54.5O ?p ?x", "ICD10CM:M54.5O", "ICD10CM:M54.50"),
    ("?x skos:broader ICD10CM:m54.5", "ICD10CM:m54.5", "ICD10CM:M54.5"),
    ("ICD10CM:M5450 ?p ?x", "ICD10CM:M5450", "ICD10CM:M54.50"),
    ("ICD10CM:Q12.34 ?p ?x", "ICD10CM:Q12.34"),
    # the wrong kind of value
    ('?c skos:prefLabel "Dorsalgia"', '"Dorsalgia"', '"Dorsalgia"@en'),
    ("?c skos:prefLabel 'dorsalgia'@en-US", '"dorsalgia"@en-us', '"Dorsalgia"@en'),
    ('?c ig:billable "true"', '"true"', "true"),
    ("?c ig:billable 'yes'", '"yes"', "true"),
    ("?c ig:level '3'", '"3"', "3"),
    ("?c ig:chapterNumber 13", "13", '"13"'),
    ("?c skos:notation 'm54.50'", '"m54.50"', '"M54.50"'),
    ("?c skos:notation 'M5450'", '"M5450"', '"M54.50"'),
    ("?c skos:notation ICD10CM:M54.50", "ICD10CM:M54.50", '"M54.50"'),
    ("?c skos:broader 'M54'", '"M54"', "ICD10CM:M54"),
    ("?n ig:noteKind 'Excludes1'", '"Excludes1"', '"excludes1"'),
    ("'M54.50' skos:prefLabel ?t", '"M54.50"', "ICD10CM:M54.50"),
    # full IRIs and namespaces
    (
        "?c <http://www.w3.org/2004/02/skos/core/broader> ?x",
        "<http://www.w3.org/2004/02/skos/core/broader>",
        "skos:broader",
    ),
    (
        "<https://purl.bioontology.org/ontology/ICD10CM/M54.50> ?p ?x",
        "<https://purl.bioontology.org/ontology/ICD10CM/M54.50>",
        "ICD10CM:M54.50",
    ),
    (
        "?c skos:inScheme <https://w3id.org/icdgraph/release/1999-10-01>",
        "<https://w3id.org/icdgraph/release/1999-10-01>",
        f"<{RELEASE}>",
    ),
    # terms of other vocabularies, and of earlier versions
    ("?c rdfs:subClassOf+ ICD10CM:M54", "rdfs:subClassOf", "skos:broader"),
    ("ICD10CM:M54 dct:title ?t", "dct:title", "skos:prefLabel"),
    (
        "?c skos:narrowerTransitive ?x",
        "skos:narrowerTransitive",
        "^skos:broaderTransitive",
    ),
    ("?c ig:billableBeneath ?x", "ig:billableBeneath", "ig:billableCodes"),
    ("?c ig:inExcludes1Of ?x", "ig:inExcludes1Of", "^ig:excludes1"),
    ("?c ig:whoIdentifier ?x", "ig:whoIdentifier"),
    ("?c ig:title ?x", "ig:title", "skos:prefLabel"),
    # graphs
    (
        "GRAPH <http://example.org/g> { ?s ?p ?o }",
        "<http://example.org/g>",
        f"<{RELEASE}>",
    ),
    (f"GRAPH <{RELEASE}> {{ ?s ?p ?o }}", f"<{RELEASE}>"),
    ("GRAPH ?g { ?s ?p ?o }", "GRAPH"),
    # places where a term must occur
    ("VALUES ?c { ICD10CM:M54.5O } ?c ?p ?o", "ICD10CM:M54.5O", "ICD10CM:M54.50"),
    ("BIND(ICD10CM:M54.5O AS ?c) ?c ?p ?o", "ICD10CM:M54.5O", "ICD10CM:M54.50"),
    ("?c skos:prefLabel ?t FILTER(?t = 'Dorsalgia')", '"Dorsalgia"', '"Dorsalgia"@en'),
    ("?c ig:level ?n FILTER('M54.50' = ?c && ?n > 1)", '"M54.50"', "ICD10CM:M54.50"),
    ("?c a ig:Code FILTER EXISTS { ?c ig:exclude1 ?x }", "ig:exclude1", "ig:excludes1"),
    ("{ SELECT ?c { ?c a ig:code } }", "ig:code", "ig:Code"),
    ("{ ?c a ig:code } OPTIONAL { ?c ?p ?o }", "ig:code", "ig:Code"),
    ("?c a ig:code MINUS { ?c ?p ?o }", "ig:code", "ig:Code"),
    ("?c skos:broder*/ig:level 99 ; ig:level ?l", "skos:broder", "skos:broader"),
    ("?c skos:broader/^ig:exclude1 ?x", "ig:exclude1", "ig:excludes1"),
    ("?c skos:broader/skos:prefLabel 'Dorsalgia'", '"Dorsalgia"', '"Dorsalgia"@en'),
    ("ICD10CM:M54.5O skos:broader*/ig:level 99", "ICD10CM:M54.5O", "ICD10CM:M54.50"),
]


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case[0])
def test_a_mistake_is_told_with_what_was_meant(case):
    pattern, term, *nearest = case
    toy_answer = open_store(toy().core).query(
        f"ASK {{ {pattern} }}", prefixes=PREFIXES, base_iri=f"{RELEASE}/"
    )
    assert not toy_answer
    hint = told(f"ASK {{ {pattern} }}")[0]
    assert hint.term == term
    assert list(hint.nearest)[: len(nearest)] == nearest
    assert bool(nearest) == bool(hint.nearest)
    assert term in str(hint)


def test_a_wrong_namespace_is_told_once():
    for wrong in ("http://w3id.org/icdgraph/ontology#", expand("ig:")[:-1] + "/"):
        text = f"PREFIX ig: <{wrong}> ASK {{ ?c ig:excludes1 ?x ; a ig:Code }}"
        (hint,) = told(text)
        assert (hint.term, hint.nearest) == (f"<{wrong}>", (f"<{expand('ig:')}>",))


def test_the_prefixes_of_the_query_are_used():
    text = f"PREFIX s: <{PREFIXES['skos']}> ASK {{ ?c s:broder ?x }}"
    assert [hint.nearest for hint in told(text)] == [("s:broader",)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <http://example.org/g> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://example.org/g> { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_a_graph_that_is_not_there_is_told_alone(text):
    (hint,) = told(text)
    assert (hint.term, hint.nearest) == ("<http://example.org/g>", (f"<{RELEASE}>",))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("DESCRIBE ICD10CM:M54.5O", "ICD10CM:M54.5O"),
        ("CONSTRUCT { ?c a ?x } { ?c ig:exclude1 ?x }", "ig:exclude1"),
        ("CONSTRUCT WHERE { ?c ig:exclude1 ?x }", "ig:exclude1"),
        ("SELECT ?c (COUNT(*) AS ?n) { ?c a ig:code } GROUP BY ?c", "ig:code"),
    ],
)
def test_each_form_of_query_has_hints(text, term):
    assert [hint.term for hint in told(text)] == [term]


ABSENT = "?c ig:exclude1 ICD10CM:M54.5O"


@pytest.mark.parametrize(
    "pattern",
    [
        "?c skos:broader ICD10CM:M54.50",  # the combination, not a term
        "?c a ig:Code, ig:Section",
        f"?c a ig:Section, ig:Code OPTIONAL {{ {ABSENT} }}",
        f"?c a ig:Section, ig:Code MINUS {{ {ABSENT} }}",
        f"?c a ig:Section, ig:Code FILTER NOT EXISTS {{ {ABSENT} }}",
        f"{{ ?c a ig:Section, ig:Code }} UNION {{ {ABSENT} }}",
        f"{{ {ABSENT} }} UNION {{ ?c a ig:Section, ig:Code }}",
        f"?c a ig:Section, ig:Code {{ SELECT ?c {{ {ABSENT} }} LIMIT 0 }}",
        f"?c a ig:Section {{ SELECT (COUNT(?c) AS ?n) {{ {ABSENT} }} }} FILTER(?n > 0)",
        "VALUES ?c { ICD10CM:M54 ICD10CM:M54.5O } ?c a ig:Section",
        "VALUES (?c ?d) { (ICD10CM:M54.5O UNDEF) (UNDEF 1) } ?c a ig:Section, ig:Code",
        "?c a ig:Section FILTER(?c IN (ICD10CM:M54, ICD10CM:M54.5O))",
        "?c a ig:Section, ig:Code FILTER(?c != ICD10CM:M54.5O)",
        "?c a ig:Section FILTER(?c = ICD10CM:M54.5O || ?c = ICD10CM:M54)",
        "?c a ig:Section, ig:Code FILTER(!(?c = ICD10CM:M54.5O))",
        "?c ig:level ?n ; a ig:Section, ig:Code FILTER(?n = 99.0)",
        "?c a ig:Section ; (ig:exclude1|skos:broader) ICD10CM:M54.50",
        "?c a ig:Section ; ig:exclude1?/ig:level 6",
        "?c a ig:Section, ig:Code ; !ig:exclude1 ?x",
    ],
)
def test_a_term_that_may_be_absent_is_no_mistake(pattern):
    assert told(f"ASK {{ {pattern} }}") == []


def test_each_side_of_a_union_must_fail():
    text = "ASK { { ?c a ig:code } UNION { ?c ig:exclude1 ?x } }"
    assert {hint.term for hint in told(text)} == {"ig:code", "ig:exclude1"}


def test_no_more_than_the_missing_terms_is_told():
    assert len(told("ASK { ?c ig:exclude1 'x' ; skos:broader ICD10CM:M54 }")) == 1


# A law, over queries made of terms that occur and terms that do not.

SUBJECTS = ["?s", "ICD10CM:M54.50", "ICD10CM:M54.5O", "ig:excludes1", "'M54'"]
PROPERTIES = ["?p", "a", "skos:broader", "skos:broder", "ig:excludes1", "ig:exclude1"]
PROPERTIES += ["^ig:exclude1", "skos:broader*", "skos:broder+", "ig:level/ig:x?"]
OBJECTS = [*SUBJECTS, "ig:Code", "ig:code", "3", "'3'", "true", "'Dorsalgia'@en"]
TRIPLES = st.tuples(*map(st.sampled_from, (SUBJECTS, PROPERTIES, OBJECTS))).map(
    " ".join
)
PATTERNS = st.recursive(
    TRIPLES,
    lambda inner: (
        st.tuples(
            inner,
            st.sampled_from(
                [
                    *(". {1}", "OPTIONAL {{ {1} }}", "MINUS {{ {1} }}", ". {{ {1} }}"),
                    *("FILTER NOT EXISTS {{ {1} }}", "FILTER EXISTS {{ {1} }}"),
                ]
            ),
            inner,
        ).map(lambda t: f"{t[0]} {t[1].format('', t[2])}")
        | st.tuples(inner, inner).map(lambda t: f"{{ {t[0]} }} UNION {{ {t[1]} }}")
    ),
    max_leaves=4,
)


@given(PATTERNS)
def test_no_hint_is_false_and_none_is_given_for_an_answer(pattern):
    store = open_store(toy().core)
    try:
        is_true = bool(store.query(f"ASK {{ {pattern} }}", prefixes=PREFIXES))
    except SyntaxError:
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert toy().sparql(f"ASK {{ {pattern} }}") == is_true
    if is_true:
        assert not caught
    for hint in told(f"ASK {{ {pattern} }}") if not is_true else ():
        problem = str(hint).partition(". Did you")[0]
        checks = {
            "no triple has the property": "?s {} ?o",
            "nothing is of the class": "?s a {}",
            "occurs nowhere": "{{ {0} ?p ?o }} UNION {{ ?s ?p {0} }}",
            "is the subject of no triple": "{} ?p ?o",
            "is a property, and no": "{{ {0} ?p ?o }} UNION {{ ?s ?p {0} }}",
        }
        for words, check in checks.items():
            if words in problem:
                check = check.format(hint.term)
                break
        else:
            prop, value = problem.split(" is never ")
            check = f"?s {prop} {value}"
        assert not store.query(f"ASK {{ {check} }}", prefixes=PREFIXES)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(*) AS ?n) { ?c ig:exclude1 ?x }",
        "SELECT (SUM(?x) AS ?n) (MAX(?x) AS ?m) { ?c ig:exclude1 ?x }",
        "SELECT (GROUP_CONCAT(?x) AS ?n) { ?c ig:exclude1 ?x }",
        "ASK { ?c ig:exclude1 ?x }",
        "SELECT ?c { ?c ig:exclude1 ?x }",
        "CONSTRUCT WHERE { ?c ig:exclude1 ?x }",
    ],
)
@pytest.mark.parametrize("timeout", [None, 60])
def test_python_warns(text, timeout):
    with pytest.warns(QueryWarning, match=r"mean ig:excludes1\?") as caught:
        answer = toy().sparql(text, timeout=timeout)
    assert caught[0].filename == __file__
    if not isinstance(answer, bool):
        assert answer.hints == (str(caught[0].message),)
        assert answer.hints[0] in repr(answer)


def test_a_misspelled_variable_is_told_for_rows_too():
    with pytest.warns(QueryWarning, match=r"Did you mean \?title\?"):
        assert len(toy().sparql("SELECT ?titel { ?c skos:prefLabel ?title }")) > 9


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?c { ?c skos:broader ICD10CM:M54.50 }",
        "SELECT (COUNT(*) AS ?n) { ?c skos:broader ICD10CM:M54.50 }",
        "SELECT (0 AS ?n) { ICD10CM:M54 skos:notation 'M54' OPTIONAL { ?c ig:x ?d } }",
        "SELECT (COUNT(?x) AS ?count) ?c { ?c a ig:Code } GROUP BY ?c",
    ],
)
def test_python_is_silent_otherwise(text):
    toy().sparql(text)  # warnings are errors


def test_the_header_is_ascii_and_bounded():
    told = ["Ménière's\n" * 100] * 5
    header = as_header(told)
    assert header.isascii()
    assert header.isprintable()
    assert len(header) <= LONGEST_HEADER
    assert hints_in(header) == tuple(told[: len(json.loads(header))])
    assert hints_in('{"a": 1}') == hints_in("") == ()


def test_remedies_are_terms_of_the_vocabulary_and_what_they_replace_is_not():
    names = {term.name for term in terms()}
    tables = instead()
    assert names.isdisjoint(tables["dropped"])
    remedies = [remedy for table in tables.values() for remedy in table.values()]
    for remedy in filter(None, remedies):
        assert {*re.findall(r"\w+:\w+", remedy)} <= names


def test_rdflib_is_imported_for_an_empty_answer_alone():
    code = (
        "import sys, icdgraph.toy as t; g = t.toy(); "
        "g.sparql('ASK { ?c ig:excludes1 ?x }'); print('rdflib' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout == "False\n"
