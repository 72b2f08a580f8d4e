import pytest

from icdgraph import ParseError, codes

WRITTEN = {
    "M54.50": ["M54.50", "M5450", "m54.50", " M54 .50 ", "m 5 4 5 0", "M54\t.50\n"],
    "I10": ["i10"],
    "C4A": ["c4a"],
    "Z3A.40": ["z3a40"],
    "QA0": ["qa0"],
    "QA0.0": ["QA00"],
    "D47.Z2": ["D47.Z2", "D47Z2"],
    "E11.A": ["E11.A"],
    "I1A.0": ["I1A0"],
    "S00.01XA": ["s0001xa", "S00.01XA"],
}


def test_all_ways_of_writing_a_code_are_one():
    for code, texts in WRITTEN.items():
        assert {codes.parse(text) for text in texts} == {code}


INVALID = (
    *("", " ", "M", "M5", "54.50", "M54.", "M54.-", "M54-", "M54.50123", "M5450123"),
    *("M545.0", "M54..5", "M.54", "MAA", "hello", "M50-M54", "M54.5é", "M५4", "*"),
)


@pytest.mark.parametrize("text", INVALID)
def test_an_invalid_code_is_rejected_with_an_example(text):
    with pytest.raises(ParseError, match=r"a letter and .*M54\.50") as caught:
        codes.parse(text)
    assert repr(text) in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_every_code_of_the_release_is_canonical(graph):
    for code in graph:
        assert codes.parse(code) == code
        assert codes.parse(codes.compact(code).lower()) == code


def test_characters_are_counted_from_one_without_the_dot():
    assert [codes.character("T36.0X5A", place) for place in range(1, 8)] == [*"T360X5A"]
    assert codes.character("T36.0X5A", 8) == ""


INTENTS = {
    "1": "accidental",
    "2": "self-harm",
    "3": "assault",
    "4": "undetermined",
    "5": "adverse effect",
    "6": "underdosing",
}


def test_the_character_of_intent_is_what_the_title_says(graph):
    drugs = [node for node in graph.nodes() if "T36" <= node.code < "T66"]
    billable = [node for node in drugs if node.is_billable]
    assert len(billable) > 4000
    for node in billable:
        assert INTENTS[codes.intent(node.code)] in node.title.lower(), node
