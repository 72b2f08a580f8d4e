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
    assert found.words == "psychogenic dorsalgia (F45.41)"
    assert (found.printed_at, found.title) == ("M54", "Dorsalgia")
    assert found.path == ("M54.50", "M54.5", "M54")
    assert found.section == "I.A.12.a"
    assert "unrelated" in found.unless
    assert json.loads(json.dumps(found.record()))["path"] == ["M54.50", "M54.5", "M54"]


def test_an_inherited_note_is_told_by_its_section_and_path(graph):
    found = graph.check(["I10", "O10.011"], rules=["E201"])
    assert all(f.path[0] in f.codes and f.path[-1] == f.printed_at for f in found)
    assert found


def test_a_clean_encounter_says_so(graph):
    found = graph.check(["M17.11"])
    assert not found
    assert found.text() == "nothing found in M17.11"
    assert found.errors == []


def test_no_codes_at_all():
    assert len(toy().check([])) == 0


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
        ({"setting": "hospital"}, "'hospital' is not a setting"),
        ({"age": "old"}, "'old' is not an age"),
        ({"rules": ["E999"]}, "'E999' is not a rule"),
    ],
)
def test_wrong_options_are_refused(options, words):
    with pytest.raises(ParseError, match=words):
        toy().check(["M54.50"], **options)


def test_one_text_is_not_taken_for_its_letters():
    with pytest.raises(ParseError, match="a list of codes would be right"):
        toy().check("M54.50")


def test_a_note_whose_condition_was_not_applied_is_advice_at_most(grow, toy_text):
    note = "psychogenic dorsalgia (F45.41"
    graph = grow(toy_text.replace(note, f"{note} if there is great pain"))
    assert graph["M54"].notes[0].state == State.QUALIFIED
    assert not graph.check(["M54.50", "F45.41"]).errors
    found = graph.check(["M54.50"], words=True)
    assert {f.rule for f in found} == {"A901"}
    assert [f.words[:20] for f in found] == [
        "psychogenic dorsalgi",
        "current injury - see",
    ]


def test_a_faulty_note_says_so(graph):
    found = graph.check(["R10.85", "R10.11"], rules=["E201"])
    assert any(f.state == "resolved with a defect" for f in found)


def test_findings_in_a_notebook_are_escaped():
    found = toy().check(["<b>", "M54.50", "F45.41"])
    assert "<b>" not in found._repr_html_()
    assert "&lt;b&gt;" in found._repr_html_()
    assert "F45.41" in found._repr_html_()


def test_findings_as_a_table():
    pandas = pytest.importorskip("pandas")
    frame = toy().check(["M54.50", "F45.41"]).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame.loc[0, "rule"] == "E201"
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


def test_an_order_that_no_code_may_lead(graph):
    order = graph.order(["F02.80", "W18.30XA"])
    assert not order.is_legal
    assert order.cycle == ()
    assert "none of the codes may be first-listed" in order.text()


def test_an_unknown_code_cannot_be_ordered(graph):
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
    assert "nothing found" not in DOCS.read_text("utf-8")
