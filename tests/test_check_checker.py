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
    (reason,) = found.reasons
    assert (reason.defined_at, reason.title) == ("M54", "Dorsalgia")
    assert found.path == ("M54.50", "M54.5", "M54")
    assert found.section == "I.A.12.a"
    assert "unrelated" in found.unless
    (told,) = json.loads(json.dumps(found.record()))["reasons"]
    assert told["path"] == ["M54.50", "M54.5", "M54"]


def test_a_clean_encounter_says_so(graph):
    found = graph.check(["M17.11"])
    assert not found
    assert found.text() == "no findings for M17.11"
    assert found.errors == []
    assert len(graph.check([])) == 0


def test_gravest_first_and_narrowed(graph):
    codes = ["I48.91", "I48.20", "M17.10", "zz"]
    assert [f.rule for f in graph.check(codes)] == ["E101", "W207"]
    found = graph.check(codes, notes=True)
    assert [f.severity for f in found[:2]] == ["error", "warning"]
    assert {f.severity for f in found[2:]} == {"note"}
    assert found.down_to("error").summary() == "1 error"


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
        ({"sex": "x"}, "'x': expected F or M"),
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
@pytest.mark.parametrize(
    ("more", "rule", "note", "unless"),
    [
        ("", "W205", QUALIFIED, "the condition in the note does not hold"),
        (
            "<note>psychogenic back pain (F45.41)</note>",
            *("E201", "psychogenic back pain (F45.41)", "unrelated"),
        ),
    ],
)
def test_an_excludes1_note_with_a_condition_is_a_warning(
    qualified, codes, more, rule, note, unless
):
    """A pair that another note excludes as well stays an error."""
    (finding,) = qualified(more).check(codes)
    assert (finding.rule, finding.codes, finding.note) == (rule, tuple(codes), note)
    assert unless in finding.unless
    assert QUALIFIED in [reason.text for reason in finding.reasons]
    assert "qualified" in [reason.state for reason in finding.reasons]


WITH_CONDITION = "chronic pain syndrome (G89.4 if there is great pain)"


@pytest.mark.parametrize(
    ("kind", "codes", "rule"),
    [
        ("codeFirst", ["M54.50", "G89.4"], "W302"),
        ("useAdditionalCode", ["G89.4", "M54.50"], "W304"),
    ],
)
def test_an_order_with_a_condition_is_a_warning(qualified, kind, codes, rule):
    more = f"</excludes1><{kind}><note>{WITH_CONDITION}</note></{kind}><excludes1>"
    findings = qualified(more).check(codes, rules=["E3", "W3"])
    assert [(f.rule, f.note) for f in findings] == [(rule, WITH_CONDITION)]


def test_notes_in_words_are_shown_on_demand(qualified):
    findings = qualified().check(["M54.50"], words=True)
    assert {f.rule for f in findings} == {"N901"}
    assert [f.note[:20] for f in findings] == [
        "psychogenic dorsalgi",
        "current injury - see",
    ]


def test_a_faulty_note_says_so(graph):
    found = graph.check(["R10.85", "R10.11"], rules=["E201"])
    (finding,) = found
    assert any(r.state == "resolved with a defect" for r in finding.reasons)


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


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # The etiology takes the place of its manifestation.
        ("F02.80 I10 G30.9", "G30.9 F02.80 I10"),
        ("J18.9 F02.80 I10 G30.9", "J18.9 G30.9 F02.80 I10"),
        ("I10 Z00.00", "Z00.00 I10"),
        ("E11.9 O24.111", "O24.111 E11.9"),
        ("W18.30XA S39.012A Y92.010", "S39.012A W18.30XA Y92.010"),
        # Right as they are: an organism stays with its infection.
        ("I10 M54.50", "I10 M54.50"),
        ("L03.115 B95.62 N39.0 B96.20", "L03.115 B95.62 N39.0 B96.20"),
        ("N39.0 L03.115 B95.62 B96.20", "N39.0 L03.115 B95.62 B96.20"),
        ("R07.9 I21.4", "R07.9 I21.4"),
        ("", ""),
    ],
)
def test_only_what_is_in_the_wrong_place_is_moved(graph, given, expected):
    order = graph.order(given.split())
    assert order.codes == tuple(expected.split())
    assert bool(order.reasons) is order.is_changed is (given != expected)


def test_an_order_of_secondary_codes_is_told(graph):
    order = graph.order(["Z38.00", "P07.32", "P07.17"])
    assert not order.is_changed
    assert [finding.rule for finding in order.notes] == ["N306"]
    assert "forbids" not in order.text()
    assert "forbids" in graph.order(["I10", "E78.5"]).text()


def test_codes_that_have_no_order(graph):
    order = graph.order(["F02.80", "W18.30XA"])
    assert not order.is_valid
    assert {reason.rule for reason in order.reasons} == {"E401"}
    assert order.text().startswith("no valid order")
    with pytest.raises(UnknownCode):
        graph.order(["M54.5O"])


def test_companions(graph):
    found = graph.may_go_with("M54.50")
    assert {"M54", "M54.5"} <= {note.owner.code for note in found.apart}
    assert "G89" in {note.owner.code for note in found.may}
    assert "G30" in {note.owner.code for note in graph.may_go_with("F02.80").before}


def test_another_release_is_checked_as_well(release):
    graph = release("2017")
    found = graph.check(["M54.5", "F45.41"])
    assert [f.rule for f in found if f.severity is Severity.ERROR] == ["E201"]
    assert graph.check(["F02.80", "G30.9"], rules=["E401"])


def test_the_pages_are_what_the_rules_say(graph):
    """If this fails: python docs/make_rules.py."""
    assert DOCS.read_text("utf-8") == document(checker_of(graph.core))
