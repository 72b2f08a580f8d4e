"""The check of one encounter: its options, its answer, orders and companions."""

import json
from pathlib import Path

import pytest

from icdgraph.check import Findings, Severity, checker_of
from icdgraph.check.rule_docs import document
from icdgraph.errors import ParseError, UnknownCode
from icdgraph.model import State
from icdgraph.toy import toy

DOCS = Path(__file__).parent.parent / "docs" / "rules.md"


def test_a_finding_says_all(graph):
    (found,) = graph.check(["M5450", "f45.41"])
    assert found.rule == "E201"
    assert found.severity is Severity.ERROR
    assert found.codes == ("M54.50", "F45.41")
    assert found.note == "psychogenic dorsalgia (F45.41)"
    assert (found.defined_at, found.title) == ("M54", "Dorsalgia")
    assert found.path == ("M54.50", "M54.5", "M54")
    assert found.section == "I.A.12.a"
    assert "unrelated" in found.unless
    assert json.loads(json.dumps(found.record()))["path"] == ["M54.50", "M54.5", "M54"]


def test_a_clean_encounter_says_so(graph):
    found = graph.check(["M17.11"])
    assert not found
    assert found.text() == "no findings for M17.11"
    assert found.errors == []
    assert len(graph.check([])) == 0


def test_gravest_first_and_narrowed(graph):
    found = graph.check(["F02.80", "G30.9", "I10", "zz"])
    ranks = [list(Severity).index(f.severity) for f in found]
    assert ranks == sorted(ranks)
    assert {f.severity for f in found.down_to("warning")} == {"error", "warning"}
    assert len(found[:2]) == 2


def test_principal_is_first_listed(graph):
    codes = ["W18.30XA", "S39.012A"]
    assert graph.check(codes, rules=["E404"])
    assert not graph.check(codes, rules=["E404"], principal="s39012a")
    assert graph.check(codes[1:], rules=["E404"], principal="W18.30XA").codes == (
        "W18.30XA",
        "S39.012A",
    )
    assert not graph.check(codes, rules=["E106"], principal="S39012A")


def test_in_an_inpatient_stay_the_first_code_is_the_principal_diagnosis(graph):
    codes = ["W18.30XA", "S39.012A"]
    (found,) = graph.check(codes, rules=["E404"], setting="inpatient")
    assert "the principal diagnosis" in found.message
    (found,) = graph.check(codes, rules=["E404"])
    assert "the first-listed code" in found.message


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"setting": "hospital"}, "'hospital': expected inpatient or outpatient"),
        ({"age": "old"}, "'old': expected years"),
        ({"rules": ["E999"]}, "'E999': expected an id"),
    ],
)
def test_wrong_options_are_refused(options, words):
    with pytest.raises(ParseError, match=words):
        toy().check(["M54.50"], **options)


def test_one_text_is_not_taken_for_its_letters():
    with pytest.raises(
        ParseError, match=r"a list of codes, such as \['M54.50'\], got 'M54.50'"
    ):
        toy().check("M54.50")


QUALIFIED = "psychogenic dorsalgia (F45.41 if there is great pain)"
"""A note whose condition in words is not applied."""


@pytest.fixture
def qualified(grow, toy_text):
    """Return the toy with a condition in its note at M54, and *more* notes at M54.5."""

    def qualified(more=""):
        text = toy_text.replace("psychogenic dorsalgia (F45.41)", QUALIFIED)
        strain = "<note>low back strain (S39.012)</note>"
        graph = grow(text.replace(strain, strain + more))
        assert graph["M54"].notes[0].state == State.QUALIFIED
        return graph

    return qualified


@pytest.mark.parametrize("codes", [["M54.50", "F45.41"], ["F45.41", "M54.50"]])
def test_an_excludes1_note_with_a_condition_is_a_warning(qualified, codes):
    (finding,) = qualified().check(codes)
    assert finding.rule == "W205"
    assert finding.severity is Severity.WARNING
    assert finding.codes == ("M54.50", "F45.41")
    assert finding.note == QUALIFIED
    assert finding.state == "qualified"
    assert "condition" in finding.message


@pytest.mark.parametrize("codes", [["M54.50", "F45.41"], ["F45.41", "M54.50"]])
def test_a_pair_that_another_note_excludes_as_well_stays_an_error(qualified, codes):
    graph = qualified("<note>psychogenic back pain (F45.41)</note>")
    (finding,) = graph.check(codes)
    assert (finding.rule, finding.note) == ("E201", "psychogenic back pain (F45.41)")


@pytest.mark.parametrize(
    ("kind", "codes", "rule"),
    [
        ("codeFirst", ["M54.50", "F45.41"], "W302"),
        ("useAdditionalCode", ["F45.41", "M54.50"], "W304"),
    ],
)
def test_an_order_with_a_condition_is_a_warning(qualified, kind, codes, rule):
    more = f"</excludes1><{kind}><note>{QUALIFIED}</note></{kind}><excludes1>"
    findings = qualified(more).check(codes, rules=["E3", "W3"])
    assert [(f.rule, f.note) for f in findings] == [(rule, QUALIFIED)]


def test_notes_in_words_are_advice_on_demand(qualified):
    findings = qualified().check(["M54.50"], words=True)
    assert {f.rule for f in findings} == {"A901"}
    assert [f.note[:20] for f in findings] == [
        "psychogenic dorsalgi",
        "current injury - see",
    ]


def test_a_faulty_note_says_so(graph):
    found = graph.check(["R10.85", "R10.11"], rules=["E201"])
    assert any(f.state == "resolved with a defect" for f in found)


def test_findings_as_a_table():
    found = toy().check(["<b>", "M54.50", "F45.41"])
    assert "<b>" not in found._repr_html_()
    assert "&lt;b&gt;" in found._repr_html_()
    assert "F45.41" in found._repr_html_()
    frame = found.to_pandas()
    assert frame["rule"].tolist() == ["E101", "E201"]
    empty = Findings(["M54.50"], []).to_pandas()
    assert list(empty.columns) == list(frame.columns)
    assert empty.empty


def test_orders(graph):
    assert graph.order(["F02.80", "I10", "G30.9"]).codes == ("I10", "G30.9", "F02.80")
    assert graph.order(["I10", "Z00.00"]).codes == ("Z00.00", "I10")
    assert graph.order(["E11.9", "O24.111"]).codes == ("O24.111", "E11.9")
    assert graph.order(["I10", "M54.50"]).codes == ("I10", "M54.50")
    assert not graph.order(["I10", "M54.50"]).is_changed
    assert graph.order([]).codes == ()


def test_codes_that_have_no_order(graph):
    order = graph.order(["F02.80", "W18.30XA"])
    assert not order.is_legal
    assert order.cycle == ()
    assert "none of the codes may be listed first" in order.text()
    with pytest.raises(UnknownCode):
        graph.order(["M54.5O"])


def test_companions(graph):
    found = graph.may_go_with("M54.50")
    assert {"M54", "M54.5"} <= {note.owner.code for note in found.apart}
    assert "G89" in {note.owner.code for note in found.may}
    assert "G30" in {note.owner.code for note in graph.may_go_with("F02.80").before}


@pytest.mark.data
def test_another_release_is_checked_as_well(release):
    graph = release("2017")
    found = graph.check(["M54.5", "F45.41"])
    assert [f.rule for f in found if f.severity is Severity.ERROR] == ["E201"]
    assert graph.check(["F02.80", "G30.9"], rules=["E401"])


def test_the_pages_are_what_the_rules_say(graph):
    """If this fails: python docs/make_rules.py."""
    assert DOCS.read_text("utf-8") == document(checker_of(graph.core))


def test_every_example_finds_what_it_shows(graph):
    assert "no findings" not in DOCS.read_text("utf-8")
