"""Errors of beginners: each is told in words, with the caret under its place."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icdgraph.rdf.query import query
from icdgraph.rdf.query_errors import explain
from icdgraph.rdf.query_safety import QueryRefused
from icdgraph.rdf.vocabulary import PREFIXES
from icdgraph.toy import toy

ERRORS = """
SELECT ^?chapter (COUNT(?c) AS ?n) { ?c ig:chapter ?chapter } | GROUP BY ?chapter
SELECT ?x ^?n { ?x ig:level ?n } GROUP BY ?x | GROUP BY ?x ?n
SELECT ^* { ?x ig:level ?n } GROUP BY ?x | name the variables
SELECT ^?x { ?x ig:level ?n } HAVING (COUNT(?n) > 1) | GROUP BY ?x
SELECT ?x { ?x ^skso:broader ?y } | mean 'skos:'?
SELECT ?x { ?x ^dcterms:title ?y } | mean 'dct:'?
SELECT ?x { ^icd10cm:M54 ?p ?x } | mean 'ICD10CM:'?
SELECT ?x { ?x ^geo:name ?y } | PREFIX geo: <...>
SELECT ?x { ^:M54 ?p ?x } | mean ICD10CM:M54?
^INSERT DATA { ICD10CM:M54 ig:level 3 } | read-only
PREFIX e: <a:b> ^DELETE WHERE { ?x ?p ?o } | read-only
ASK { ^SERVICE <a:b> { ?x ?p ?o } } | SERVICE is refused
SELECT ?x { ?x a ig:Code^ | missing '}' for the '{' of line 2, column 11
SELECT ?x ?x ^a ig:Code } | missing '{'
SELECT ?x { ?x a ig:Code }^} | closes nothing
SELECT ?x { ?x a ig:Code ^?x ig:level 3 } | missing '.' or ';'
SELECT ?x { ?x a ig:Code , ig:level ^3 } | write ';'
SELECT ?x { ?x ig:level ?y ^?z } | missing '.' or ';'
SELECT ?x { ?x ig:level ^} | incomplete
SELECT ?x { ig:level ?y ^} | incomplete
SELECT ?x { ?x skos:broader/ ^?y } | property after '/'
^SELEC ?x { ?x a ig:Code } | mean SELECT?
^M54.50 | mean DESCRIBE ICD10CM:M54.50?
^SHOW TABLES | expected one of SELECT
SELECT ?x ^WERE { ?x a ig:Code } | mean WHERE?
SELECT ^x { ?x a ig:Code } | mean ?x?
SELECT ?x { ^x a ig:Code } | mean ?x?
SELECT ?x^, ?y { ?x skos:broader ?y } | separated by spaces
SELECT ?x { ?x a ^Concept } | mean skos:Concept?
SELECT ?x { ?x ^prefLabel ?l } | mean skos:prefLabel?
SELECT ?x { ?x skos:notation ^M54.50 } | ICD10CM:M54.50, or the text "M54.50"
DESCRIBE ^m5450 | mean ICD10CM:M54.50
SELECT ?x { ?x ig:billable ^True } | mean true?
SELECT ?x { ?x skos:notation ^'M54.50 } | has no end
SELECT ?x { ?x skos:prefLabel "Low ^"back" pain"@en } | written \\"
SELECT ?x { ?x skos:prefLabel ^“Dorsalgia”@en } | use " or '
SELECT ?x { ?x ^http://www.w3.org/2004/02/skos/core#notation ?n } | angle brackets
SELECT ?x { ?x ^<http://www.w3.org/2004/02/skos/core#notation ?n } | missing '>'
PREFIX ^s <a:b#> SELECT ?x { ?x s:p ?n } | missing ':'
PREFIX s: ^a SELECT ?x { ?x s:p ?n } | angle brackets
^@prefix s: <a:b#> . SELECT ?x { ?x s:p ?n } | without '@'
PREFIX s: <a:b#> ^; SELECT ?x { ?x s:p ?n } | after a PREFIX line
SELECT ?x { ?x ?p ?n } ORDER ^?x | missing BY
SELECT ?x { ?x ?p ?n } ORDER BY DESC ^?x | DESC(?x)
SELECT ?x { ?x ?p ?n } LIMIT ^ten | whole number
SELECT ?x { ?x ?p ?n } LIMIT 10 ^ORDER BY ?x | the order is
SELECT ?x { ?x ?p ?n ^ORDER BY ?x } | after the closing '}'
SELECT ?x (COUNT(?n) AS ?m) ^GROUP BY ?x { ?x ?p ?n } | after the pattern
SELECT ^COUNT(?x) { ?x ?p ?n } | (COUNT(...) AS ?name)
SELECT (COUNT(?x)^) { ?x ?p ?n } | missing AS
SELECT (COUNT(?x) ^?n) { ?x ?p ?n } | missing AS
SELECT DISTINCT^(?x) { ?x ?p ?n } | no parentheses
SELECT ?x { ?x ?p ?n FILTER ^?n = 3 } | missing '('
SELECT ?x { ?x ?p ?n FILTER(?n ^== 3) } | use =
SELECT ?x { ?x ?p ?n FILTER(?n = 3 ^AND ?x = 1) } | use &&
SELECT ?x { ?x ?p ?n FILTER(?n ^LIKE "M54%") } | CONTAINS
SELECT ?x { ?x ?p ?n FILTER(^STARTSWITH(?n, "M54")) } | STRSTARTS
SELECT ?x { ?x ?p ?n FILTER(^CONTAIN(?n, "M54")) } | mean CONTAINS?
SELECT ?x { ?x ?p ?n FILTER(REGEX(?n ^"M54")) } | missing ','
SELECT ?x { ?x ?p ?n FILTER(REGEX(?n, "M54" ^} | missing ')'
SELECT ?x { ?x ?p ?n FILTER(?n IN ^"A", "B") } | in parentheses
SELECT ?x { ?x ?p ?n FILTER(?n NOT ^EXISTS { ?x a ?y }) } | stands alone
SELECT ?x { ?x ?p ?n FILTER NOT ^EXIST { ?x a ?y } } | mean EXISTS?
SELECT ?x { ?x ?p ?n ^WHERE ?n = 3 } | FILTER
SELECT ?x { ?x ig:level ^> 3 } | in FILTER
SELECT ?x { ?x ?p ?n OPTIONAL ^?x ?q ?l } | missing '{'
SELECT ?x { ?x ?p ?n ^OPTIONEL { ?x ?q ?l } } | mean OPTIONAL?
SELECT ?x { ?x ?p ?n ^UNION { ?x ?q ?l } } | both sides
SELECT ?x FROM ^{ ?x ?p ?n } | IRI of a graph
SELECT ?x { ?x ?p ?n . BIND(STR(?x) AS ^?n) } | has a value already
SELECT ?x { ?x ?p ?n . BIND(STR(?x) ^?s) } | missing AS
SELECT ?x { ?x ?p ?n VALUES ?n ^("M54") } | in braces
SELECT ?x { ?x ?p ?n VALUES ?n { ^M54 } } | or the text "M54"
SELECT ?x { ?x ?p ?n VALUES (?n ?m) { ^"M54" "M55" } } | each row
SELECT ?x { ?x ?p ?n }^; | remove it
ASK ^ICD10CM:M54 skos:broader ?x | missing '{'
SELECT ?x WHERE^ | missing '{'
SELECT^ | too early
"""
CASES = [tuple(line.rsplit(" | ", 1)) for line in ERRORS.strip().splitlines()]


@pytest.mark.parametrize(("marked", "words"), CASES)
def test_an_error_is_told_with_a_caret_at_its_place(marked, words):
    at = marked.index("^")
    text = f"# a comment\n{marked.replace('^', '', 1)}"
    with pytest.raises(QueryRefused) as error:
        query(toy().core, text)
    message, line, caret = str(error.value).splitlines()
    assert message.startswith("line 2, column ")
    assert line == "  " + text.splitlines()[1]
    assert caret.index("^") - 2 == at
    assert words in message
    assert len(message) < 160


VALID = """PREFIX e: <http://example.org/> # why
SELECT DISTINCT ?c (COUNT(?x) AS ?n) WHERE {
  { ?c a ig:Code ; skos:broader+/skos:notation "M54", 'a \\"b'@en . }
  UNION { VALUES (?c ?d) { (ICD10CM:M54.50 UNDEF) } }
  OPTIONAL { ?c ig:level ?x FILTER(?x >= 3 && ?x != 4 || ?x IN (5, 6)) }
  FILTER NOT EXISTS { ?c e:p [ e:q ?z ] }
  BIND(STR(?c) AS ?s)
} GROUP BY ?c HAVING (COUNT(?x) > 1) ORDER BY DESC(?n) LIMIT 10"""


@given(st.integers(0, len(VALID)), st.integers(0, 9), st.sampled_from("x?{}()'\"<.;|"))
def test_any_error_has_a_place_in_the_query(at, length, inserted):
    for text in (
        VALID[:at] + VALID[at + length :],
        VALID[:at] + inserted + VALID[at:],
        VALID[:at],
    ):
        try:
            pyoxigraph.Store().query(text, prefixes=PREFIXES, base_iri="http://e.org/")
        except (SyntaxError, ValueError) as exc:
            message, line, caret = explain(text, exc).splitlines()
            assert message.split(": ", 1)[1]
            assert line[2:] in text.splitlines() or not text
            assert caret.index("^") <= len(line) + 1


def test_the_valid_query_is_valid():
    query(toy().core, VALID)
