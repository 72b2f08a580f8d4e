"""A finding as JSON-LD and as a letter: what an appeal needs is in it."""

import json

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from icdgraph.errors import ParseError
from icdgraph.export import export
from icdgraph.rdf.vocabulary import IG, folder

CODES = ["M54.50", "F45.41", "I10", "N18.30"]
QUERY = f"""
PREFIX ig: <{IG}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?code ?words WHERE {{
  ?finding a ig:Finding ; ig:severity "error" ; ig:reason ?reason .
  ?reason ig:restsOn ?note ; ig:appliesToCode ?concept ; ig:text ?words .
  ?note ig:owner ?owner .
  ?concept skos:broader* ?owner ; skos:notation ?code .
}}"""


@pytest.fixture(scope="module")
def findings(graph):
    return graph.check(CODES)


def test_a_proof_and_the_graph_are_asked_together(graph, findings, tmp_path):
    store = Store()
    store.load(json.dumps(graph.proof(findings)), RdfFormat.JSON_LD)
    export(graph.core, "turtle", tmp_path / "M54.ttl", graph["M54"])
    store.load(path=tmp_path / "M54.ttl", format=RdfFormat.TURTLE)
    rows = [tuple(t.value for t in row) for row in store.query(QUERY)]
    assert rows == [("M54.50", "psychogenic dorsalgia (F45.41)")]


def test_a_proof_names_the_release_and_its_file(graph, findings):
    document = graph.proof(findings)
    edition = graph.edition
    assert document["used"]["issued"] == edition.effective == "2026-04-01"
    assert document["used"]["sha256"] == edition.digest
    assert document == graph.proof(graph.check(CODES))
    assert document["id"] != graph.proof(graph.check(CODES[:2]))["id"]


def test_a_proof_can_be_read_in_a_stream(graph, findings):
    document = graph.proof(findings)
    assert list(document)[:3] == ["@context", "type", "id"]
    for finding in document["generated"]:
        assert list(finding)[:2] == ["type", "id"]
        assert {next(iter(reason)) for reason in finding["reason"]} == {"type"}


def test_every_term_of_a_proof_is_in_the_vocabulary(graph, findings):
    terms, store = Store(), Store()
    for path in folder().glob("*.ttl"):
        terms.load(path=path, format=RdfFormat.TURTLE)
    unknown = graph.proof(graph.check(["Z99.99", *CODES]))
    store.load(json.dumps(unknown), RdfFormat.JSON_LD)
    used = {
        term
        for quad in store
        for term in (quad.predicate, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(IG)
    }
    assert used
    assert used <= {quad.subject for quad in terms}


@pytest.mark.parametrize("recipient", ["payer", "provider"])
def test_a_letter_quotes_what_it_rests_on(graph, findings, recipient):
    text = graph.letter(findings, recipient)
    assert "psychogenic dorsalgia (F45.41)" in text
    assert graph.edition.digest in text
    for code in CODES:
        assert f"- {code} {graph[code].title}" in text
    assert ("Unable to determine" in text) is (recipient == "provider")


def test_a_letter_quotes_the_guidelines_verbatim(graph, findings):
    words = "both hypertension and a condition classifiable to category N18"
    assert f"“… {words}" in graph.letter(findings).replace("when ", "")
    (finding,) = (f for f in graph.proof(findings)["generated"] if f["rule"] == "W206")
    assert words in finding["reason"][0]["quote"]


def test_a_provider_is_asked_only_what_a_provider_can_answer(graph):
    findings = graph.check(["E11.9", "N18.30", "O80"])
    assert {f.rule for f in findings} == {"E405", "E411", "W206", "W409"}
    text = graph.letter(findings, "provider")
    asked = [line for line in text.splitlines() if line.startswith("Please state")]
    words = "Please state whether, in your clinical judgment, there is another cause."
    assert asked == [words]
    assert "Z37" not in text
    assert "raise no question" in graph.letter(graph.check(["I10"]), "provider")
    assert "no errors" in graph.letter(graph.check(["I10"]), "payer")


def test_a_letter_to_nobody_is_refused(graph, findings):
    with pytest.raises(ParseError, match=r"'bank'.*payer or provider"):
        graph.letter(findings, "bank")


def test_the_command_writes_both(run, tmp_path):
    proof, letter = tmp_path / "p.jsonld", tmp_path / "l.md"
    codes = CODES[:2]
    code, _, err = run("check", *codes, "--proof", proof, "--letter", letter)
    assert code == 1, err
    assert json.loads(proof.read_text("utf-8"))["codes"] == codes
    assert letter.read_text("utf-8").startswith("To: [name of the payer]")
    code, _, err = run("check", *codes, "--to", "payer")
    assert (code, "--to requires --letter" in err) == (2, True)
