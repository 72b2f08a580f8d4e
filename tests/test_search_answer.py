from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icdgraph import ParseError, UnknownCode
from icdgraph.model import Kind
from icdgraph.toy import toy

if TYPE_CHECKING:
    from icdgraph import CodeGraph


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("low back pain", "M54.50"),
        ("lumbago", "M54.50"),
        ("Lumbago NOS", "M54.50"),
        ("heart attack", "I21.9"),
        ("uti", "N39.0"),
        ("diabetes", "E11.9"),
        ("type 2 diabetes", "E11.9"),
        ("asthma", "J45.909"),
        ("hip fracture", "S72.009A"),
        ("right hip fracture", "S72.001A"),
        ("right hip fracture sequela", "S72.001S"),
        ("open wrist fracture", "S62.109B"),
        ("hemoroids", "K64.9"),
        ("heartattack", "I21.9"),
        ("head ache", "R51.9"),
        ("oedema", "R60.9"),
        ("b12 deficiency", "E53.8"),
        ("covid 19", "U07.1"),
        ("hepatitis a", "B15.9"),
        ("esophageal varices with bleeding", "I85.01"),
        ("esophageal varices without bleeding", "I85.00"),
        ("Sj\u00f6gren", "M35.00"),
        ("sjogren", "M35.00"),
    ],
)
def test_what_people_say_finds_what_coders_take(
    graph: CodeGraph, query: str, code: str
) -> None:
    assert graph.search(query)[0].node.code == code


def test_diabetes_with_ketoacidosis_finds_the_codes_of_every_type(
    graph: CodeGraph,
) -> None:
    codes = graph.search("diabetes with ketoacidosis").codes
    assert set(codes[:2]) == {"E10.10", "E11.10"}
    assert all(re.fullmatch(r"E(08|09|10|11|13)\.1[01]?", code) for code in codes)


def test_words_come_in_any_order(graph: CodeGraph) -> None:
    for text in ("low back pain", "pain, BACK (low)", "back pain low"):
        found = graph.search(text)
        assert found.codes[:2] == ("M54.50", "M54.5")


def test_a_reading_is_told_where_the_best_result_was_met_by_it(
    graph: CodeGraph,
) -> None:
    assert not graph.search("low back pain").readings
    (reading,) = graph.search("flu").readings
    assert (reading.said, reading.read) == ("flu", "influenza")


def test_beginnings_of_words_are_found(graph: CodeGraph) -> None:
    codes = graph.search("diab ketoac").codes
    assert {"E10.10", "E11.10"} <= set(codes)
    assert graph.search("low back pa", prefix=True).codes[0] == "M54.50"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("m54.5", ["M54.5", "M54.50", "M54.51", "M54.59"]),
        ("M545", ["M54.5", "M54.50", "M54.51", "M54.59"]),
        (" m5450 ", ["M54.50"]),
        ("M54.5O", ["M54.50"]),
        ("I1O", ["I10"]),
        ("E11.9, I10", ["E11.9", "I10"]),
        ("M50-M54", ["M50-M54", "M50"]),
        ("chapter 13", ["M00-M99", "M00-M25"]),
        ("s72.001a", ["S72.001A"]),
        ("m54.", ["M54", "M54.0"]),
        ("i6", ["I60", "I61"]),
    ],
)
def test_codes_and_their_beginnings(
    graph: CodeGraph, query: str, codes: list[str]
) -> None:
    found = graph.search(query)
    assert list(found.codes)[: len(codes)] == codes
    assert found[0].field == "code"


def test_a_code_that_is_none_gives_the_nearest(graph: CodeGraph) -> None:
    found = graph.search("E11.99")
    assert all(code.startswith("E11") for code in found.codes)
    assert found.readings[0].read.startswith("the nearest codes, E11.")


@pytest.mark.parametrize("query", ["h1n1", "b12", "t4"])
def test_a_word_that_looks_like_a_code_is_a_word(graph: CodeGraph, query: str) -> None:
    found = graph.search(query)
    assert found
    assert all(result.field != "code" for result in found)
    assert query.upper() in found[0].text


def test_a_code_among_words_keeps_to_what_is_beneath(graph: CodeGraph) -> None:
    found = graph.search("E11 foot ulcer")
    assert found.codes[0] == "E11.621"
    assert all(code.startswith("E11") for code in found.codes)
    assert found.readings[0].read == "what stands under E11"


def test_filters(graph: CodeGraph) -> None:
    assert all(r.node.is_billable for r in graph.search("fracture", billable=True))
    headers = graph.search("hip fracture", billable=False)
    assert headers.codes[0] == "S72.00"
    assert not any(r.node.is_billable for r in headers)
    for under in ("S72", "S70-S79", "chapter 19", graph["S72"]):
        found = graph.search("fracture", under=under)
        top = graph[under] if isinstance(under, str) else under
        assert found
        assert all(top.subsumes(result.node) for result in found)
    kinds = {r.node.kind for r in graph.search("injury", kind="section")}
    assert kinds == {Kind.SECTION}
    both = graph.search("neoplasm", kind=[Kind.CHAPTER, "section"], limit=30)
    assert {r.node.kind for r in both} == {Kind.CHAPTER, Kind.SECTION}
    assert len(graph.search("m54", kind="category")) == 1
    assert not graph.search("m54", under="I10")


def test_filters_that_are_none_are_refused(graph: CodeGraph) -> None:
    with pytest.raises(ParseError, match="'disease' is not a kind of node; one of"):
        graph.search("x", kind="disease")
    with pytest.raises(ParseError, match="1 or more would be right"):
        graph.search("x", limit=0)
    with pytest.raises(UnknownCode):
        graph.search("x", under="M99.999")


def test_limit(graph: CodeGraph) -> None:
    every = graph.search("fracture", limit=25)
    assert len(every) == 25
    assert graph.search("fracture", limit=3).codes == every.codes[:3]
    assert len(set(every.codes)) == 25


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "the of and",
        '"',
        "*",
        "NEAR(",
        "AND OR NOT",
        "lumbago AND",
        "words:lumbago",
        '"lumbago" NEAR/2 -pain ^x {a b}',
        "lumbago\0pain",
        "'; DROP TABLE term; --",
        "\u80ba\u708e",
        "\ud800",
        "x" * 10_000,
        "lumbago " * 1250,
        "a " * 5000,
        "qwzx " * 2000,
        "1 2 3 4 5 6 7 8 9",
        "-",
        "A-B",
        "13-14",
        "99",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_no_text_is_a_syntax_error(graph: CodeGraph, query: str) -> None:
    found = graph.search(query)
    assert len(found) <= 10
    assert repr(found)
    assert found._repr_html_()


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(), st.text("\"'*()-^:{}+ andorNEAR0M54.", max_size=40)))
def test_any_text_is_answered(text: str) -> None:
    for result in toy().search(text, limit=5):
        assert 0 < result.score <= 1
        assert result.text
        ends = [place for mark in result.marks for place in mark]
        assert ends == sorted(ends)
        assert all(0 <= end <= len(result.text) for end in ends)


def test_what_is_not_read_as_typed_is_told(graph: CodeGraph) -> None:
    found = graph.search("copd exacerbtion qqqqqqqq")
    assert found.corrections == {"exacerbtion": "exacerbation"}
    assert [(r.said, r.read, r.source) for r in found.readings][1:] == [
        ("copd", "chronic obstructive pulmonary disease", "release")
    ]
    assert found.unknown == ("qqqqqqqq",)
    assert found.codes[0] == "J44.1"
    assert repr(found).startswith(
        "spelling read as: exacerbation\n"
        "copd read as: chronic obstructive pulmonary disease\n"
        "not found in the release: qqqqqqqq\n"
    )


def test_marks_show_what_met(graph: CodeGraph) -> None:
    result = graph.search("lumbago")[0]
    assert (result.field, result.text, result.marks) == (
        "synonym",
        "Lumbago NOS",
        ((0, 7),),
    )
    assert result.marked("<", ">") == "<Lumbago> NOS"
    elsewhere = graph.search("hip fracture")[0]
    assert (elsewhere.at.code, elsewhere.text) == ("S72.00", "Fracture of hip NOS")
    assert elsewhere.marked("<", ">") == "<Fracture> of <hip> NOS"


def test_a_notebook_shows_it_escaped() -> None:
    html = toy().search("<b>lumbago</b> & <script>")._repr_html_()
    assert "<script>" not in html
    assert "<mark" in html
    assert "M54.50" in unescape(html)
    assert "nothing found" in toy().search("<i>")._repr_html_()
    assert "<i>" not in toy().search("<i>")._repr_html_()


def test_records_and_frames(graph: CodeGraph) -> None:
    found = graph.search("lumbago", limit=2)
    document = found.record()
    assert document["query"] == "lumbago"
    assert document["results"] == found.records()
    first = document["results"][0]
    assert first == {
        "kind": "code",
        "code": "M54.50",
        "title": "Low back pain, unspecified",
        "billable": True,
        "score": 1.0,
        "field": "synonym",
        "at": {"kind": "code", "code": "M54.50"},
        "text": "Lumbago NOS",
        "marks": [[0, 7]],
    }
    frame = found.to_pandas()
    assert list(frame["code"]) == ["M54.50", "M54.40"]
    assert list(graph.search("").to_pandas().columns) == list(frame.columns)


def test_it_is_a_sequence(graph: CodeGraph) -> None:
    found = graph.search("low back pain")
    assert [result.node.code for result in found] == list(found.codes)
    assert found[:2] == tuple(found)[:2]
    assert not graph.search("qqqqqqqq")
    assert repr(graph.search("qqqqqqqq")).endswith("[nothing found]")


def test_a_word_still_typed_is_corrected_where_nothing_begins_so(
    graph: CodeGraph,
) -> None:
    found = graph.search("heart atack", prefix=True)
    assert found.codes[0] == "I21.9"
    assert found.corrections == {"atack": "attacks"}
    assert graph.search("diabetis", prefix=True).codes[0] == "E11.9"
    assert not graph.search("low back pa", prefix=True).corrections


def test_a_word_of_a_known_family_is_no_misspelling(graph: CodeGraph) -> None:
    assert not graph.search("twisted bowel").corrections


def test_toes_are_of_a_toe(graph: CodeGraph) -> None:
    assert graph.search("frostbite toes").codes[0] == "T33.839A"


@pytest.mark.parametrize(
    ("half", "code"),
    [("giddiness", "R42"), ("hyponatremia", "E87.1"), ("hypernatremia", "E87.0")],
)
def test_half_of_a_title_with_and_is_enough(
    graph: CodeGraph, half: str, code: str
) -> None:
    assert graph.search(half).codes[0] == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("diabetic retinopathy", "E11.319"),
        ("diabetic foot ulcer", "E11.621"),
        ("type 1 diabetes retinopathy", "E10.319"),
        ("drug induced diabetes", "E09.9"),
    ],
)
def test_diabetes_is_type_2_unless_a_type_is_said(
    graph: CodeGraph, query: str, code: str
) -> None:
    assert graph.search(query).codes[0] == code


def test_a_synonym_with_nos_is_the_default(graph: CodeGraph) -> None:
    # S06.0XA has "Concussion NOS", though S06.0X0 says less beyond "Concussion".
    assert graph.search("concussion").codes[0] == "S06.0XAA"


def test_a_reading_tells_the_words_as_typed(graph: CodeGraph) -> None:
    (reading,) = graph.search("Hot flashes").readings
    assert (reading.said, reading.read) == ("hot flashes", "flushing")
