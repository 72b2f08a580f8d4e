"""The grammar: what each text is parsed as, and where an error points."""

import pytest
from tables import rows

from icdgraph import ParseError
from icdgraph.codesets.expression import FORMS, Operand, Operation, is_ambiguous
from icdgraph.codesets.grammar import parse

OPERANDS = rows("codesets/operands.jsonl")


@pytest.mark.parametrize(("text", "form", "arguments"), OPERANDS)
def test_operand(text, form, arguments):
    assert parse(text) == Operand(form, tuple(arguments))
    assert parse(str(parse(text))) == parse(text)


def test_every_form_can_be_written():
    assert {form for _, form, _ in OPERANDS} == FORMS.keys()


@pytest.mark.parametrize(("text", "printed"), rows("codesets/printed.jsonl"))
def test_precedence_is_printed(text, printed):
    assert str(parse(text)) == printed
    assert parse(printed) == parse(text)


def test_ambiguous_expressions_are_recognized():
    assert is_ambiguous(parse("E11 or E13 except E13.9"))
    assert is_ambiguous(parse("I10, (E10 or E11 and billable)"))
    assert not is_ambiguous(parse("E11 or (E13 except E13.9)"))
    assert not is_ambiguous(parse("E11 except E11.9 and billable"))
    assert not is_ambiguous(parse("E10 or E11, E13 or M54"))


@pytest.mark.parametrize(
    ("text", "column", "width", "words"), rows("codesets/syntax_errors.jsonl")
)
def test_an_error_underlines_the_place(text, column, width, words):
    with pytest.raises(ParseError) as caught:
        parse(text)
    message, line, underline = str(caught.value).split("\n")
    assert message.startswith("line ")
    assert f"column {column}: " in message
    assert words in message
    assert underline == " " * (column + 1) + "^" * width
    assert line.startswith("  ")


def test_an_error_shows_its_own_line():
    with pytest.raises(ParseError) as caught:
        parse("E11 or # diabetes\r\n\tE13 an billable\r\n")
    assert str(caught.value).split("\n")[1:] == ["   E13 an billable", "       ^^"]
    assert str(caught.value).startswith("line 2, column 6: ")


def test_depth_is_limited():
    parse("(" * 100 + "E11" + ")" * 100)
    parse("E11 except E11.9" + " and E11 except E11.8" * 50)
    for text in ("(" * 101 + "E11" + ")" * 101, "E11" + " and E11 except E12" * 51):
        with pytest.raises(ParseError, match="100 levels deep"):
            parse(text)


def test_parentheses_side_by_side_are_not_deep():
    assert parse(", ".join(["(E11 or E12)"] * 200))


@pytest.mark.parametrize("separator", [", ", " or ", " and ", " except "])
def test_long_lists_are_not_deep(separator):
    parsed = parse(separator.join(["E11"] * 2000))
    assert isinstance(parsed, Operation)
    assert len(parsed.operands) == 2000
    assert parse(str(parsed)) == parsed
