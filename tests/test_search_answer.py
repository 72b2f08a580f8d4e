"""What a search finds in the bundled release, and how the answer is shown."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import rows

from icdgraph import ParseError, UnknownCode
from icdgraph.model import Kind
from icdgraph.toy import toy


@pytest.mark.parametrize(("text", "code"), rows("search/first.jsonl"))
def test_everyday_words_find_what_coders_take(graph, text, code):
    """Half of a title with "and" is enough; diabetes is type 2 if no type is named.

    S06.0XA has "Concussion NOS", though S06.0X0 adds less to "Concussion".
    """
    assert graph.search(text)[0].node.code == code


@pytest.mark.parametrize("text", ["clavicle fracture malunion", "open wrist fracture"])
def test_the_meaning_of_a_7th_character_fills_its_part_of_the_query(graph, text):
    assert graph.search(text)[0].score == 1


def test_only_as_much_is_left_out_as_needed(graph):
    """No term has all three words, and terms with two of them are enough."""
    codes = graph.search("frostbite toes asthma", limit=200).codes
    assert codes[0].startswith("T33.83")
    assert not any(code.startswith("J45") for code in codes)


def test_diabetes_with_ketoacidosis_finds_the_codes_of_every_type(graph):
    codes = graph.search("diabetes with ketoacidosis").codes
    assert set(codes[:2]) == {"E10.10", "E11.10"}
    assert all(re.fullmatch(r"E(08|09|10|11|13)\.1[01]?", code) for code in codes)


@pytest.mark.parametrize("text", ["low back pain", "pain, BACK (low)", "back pain low"])
def test_words_can_be_in_any_order(graph, text):
    assert graph.search(text).codes[:2] == ("M54.50", "M54.5")


def test_the_start_of_a_word_is_enough(graph):
    assert {"E10.10", "E11.10"} <= set(graph.search("diab ketoac").codes)
    assert graph.search("low back pa", prefix=True).codes[0] == "M54.50"


@pytest.mark.parametrize(("text", "codes"), rows("search/codes.jsonl"))
def test_codes_and_the_start_of_codes(graph, text, codes):
    results = graph.search(text)
    assert list(results.codes)[: len(codes)] == codes
    assert results[0].field == "code"


def test_an_unknown_code_finds_the_nearest_codes(graph):
    results = graph.search("E11.99")
    assert all(code.startswith("E11") for code in results.codes)
    assert results.interpretations[0].read_as.startswith("the nearest codes, E11.")


@pytest.mark.parametrize("text", ["h1n1", "b12", "t4"])
def test_a_word_with_the_form_of_a_code_is_a_word(graph, text):
    results = graph.search(text)
    assert results
    assert all(result.field != "code" for result in results)
    assert text.upper() in results[0].text


def test_a_code_among_words_is_a_scope(graph):
    results = graph.search("E11 foot ulcer")
    assert results.codes[0] == "E11.621"
    assert all(code.startswith("E11") for code in results.codes)
    assert results.interpretations[0].read_as == "everything below E11"


def test_filters(graph):
    assert all(r.node.is_billable for r in graph.search("fracture", billable=True))
    headers = graph.search("hip fracture", billable=False)
    assert headers.codes[0] == "S72.00"
    assert not any(r.node.is_billable for r in headers)
    for under in ("S72", "S70-S79", "chapter 19", graph["S72"]):
        results = graph.search("fracture", under=under)
        top = graph[under]
        assert results
        assert all(top.subsumes(result.node) for result in results)
    kinds = {r.node.kind for r in graph.search("injury", kind="section")}
    assert kinds == {Kind.SECTION}
    both = graph.search("neoplasm", kind=[Kind.CHAPTER, "section"], limit=30)
    assert {r.node.kind for r in both} == {Kind.CHAPTER, Kind.SECTION}
    assert len(graph.search("m54", kind="category")) == 1
    assert not graph.search("m54", under="I10")


def test_invalid_filters_are_refused(graph):
    with pytest.raises(ParseError, match=r"invalid kind 'disease'.*chapter, section"):
        graph.search("x", kind="disease")
    with pytest.raises(ParseError, match="invalid limit 0"):
        graph.search("x", limit=0)
    with pytest.raises(UnknownCode):
        graph.search("x", under="M99.999")


def test_limit(graph):
    results = graph.search("fracture", limit=25)
    assert len(set(results.codes)) == 25
    assert graph.search("fracture", limit=3).codes == results.codes[:3]


@pytest.mark.parametrize(
    "text",
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
def test_no_text_is_a_syntax_error(graph, text):
    results = graph.search(text)
    assert len(results) <= 10
    assert repr(results)
    assert results._repr_html_()


@settings(max_examples=150)
@given(st.one_of(st.text(), st.text("\"'*()-^:{}+ andorNEAR0M54.", max_size=40)))
def test_any_text_has_an_answer(text):
    for result in toy().search(text, limit=5):
        assert 0 < result.score <= 1
        assert result.text
        ends = [place for mark in result.marks for place in mark]
        assert ends == sorted(ends)
        assert all(0 <= end <= len(result.text) for end in ends)
        assert "".join(piece for piece, _ in result.pieces()) == result.text


# What is not read as typed


def test_interpretations_are_reported(graph):
    results = graph.search("copd exacerbtion qqqqqqqq")
    assert results.interpretations == (
        ("exacerbtion", "exacerbation", "spelling"),
        ("copd", "chronic obstructive pulmonary disease", "release"),
    )
    assert results.unknown == ("qqqqqqqq",)
    assert results.codes[0] == "J44.1"
    assert repr(results).startswith(
        "spelling corrected: exacerbation\n"
        "copd read as: chronic obstructive pulmonary disease\n"
        "not in the release: qqqqqqqq\n"
    )


@pytest.mark.parametrize(
    ("text", "interpretations"),
    [
        ("low back pain", []),
        ("flu", [("flu", "influenza")]),
        ("Hot flashes", [("hot flashes", "flushing")]),
        ("twisted bowel", []),  # twisted is not twister
    ],
)
def test_only_interpretations_that_matter_are_reported(graph, text, interpretations):
    results = graph.search(text)
    assert [each[:2] for each in results.interpretations] == interpretations


def test_a_word_that_is_still_typed_is_corrected_if_it_starts_no_word(graph):
    results = graph.search("heart atack", prefix=True)
    assert results.codes[0] == "I21.9"
    assert ("atack", "attacks", "spelling") in results.interpretations
    assert graph.search("diabetis", prefix=True).codes[0] == "E11.9"
    assert not graph.search("low back pa", prefix=True).interpretations


# How results are shown


def test_marks_are_the_words_that_matched(graph):
    result = graph.search("lumbago")[0]
    assert (result.field, result.text) == ("synonym", "Lumbago NOS")
    assert list(result.pieces()) == [("", False), ("Lumbago", True), (" NOS", False)]
    elsewhere = graph.search("hip fracture")[0]
    assert (elsewhere.at.code, elsewhere.text) == ("S72.00", "Fracture of hip NOS")
    assert [piece for piece, is_match in elsewhere.pieces() if is_match] == [
        "Fracture",
        "hip",
    ]


def test_a_notebook_shows_escaped_html():
    html = toy().search("<b>lumbago</b> & <script>")._repr_html_()
    assert "<script>" not in html
    assert "<mark" in html
    assert "M54.50" in unescape(html)
    assert "no results" in toy().search("<i>")._repr_html_()
    assert "<i>" not in toy().search("<i>")._repr_html_()


def test_records(graph):
    results = graph.search("lumbago", limit=2)
    document = results.record()
    assert document["query"] == "lumbago"
    assert document["results"] == results.records()
    assert document["results"][0] == {
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
    assert graph.search("flu").record()["interpretations"] == [
        {"typed": "flu", "read_as": "influenza", "source": "usage"}
    ]


def test_results_are_a_sequence(graph):
    results = graph.search("low back pain")
    assert [result.node.code for result in results] == list(results.codes)
    assert results[:2] == tuple(results)[:2]
    assert not graph.search("qqqqqqqq")
    assert repr(graph.search("qqqqqqqq")).endswith("[no results]")
