"""The grammar: what each text is parsed as, and where an error points."""

import pytest

from icdgraph import ParseError
from icdgraph.codesets.expression import FORMS, Operand, Operation, is_ambiguous
from icdgraph.codesets.grammar import parse

OPERANDS = [
    ("m5450", "code", ("M54.50",)),
    ("M54.5-", "below", ("M54.5",)),
    ("M54.-", "below", ("M54",)),
    ("M54.5.-", "below", ("M54.5",)),
    ("=e11", "exact", ("E11",)),
    ("exact E11", "exact", ("E11",)),
    ("E11*", "prefix", ("E11",)),
    ("e11.3*", "prefix", ("E11.3",)),
    ("E1*", "prefix", ("E1",)),
    ("M50-M54", "range", ("M50", "M54")),
    ("M50 - M54", "range", ("M50", "M54")),
    ("M50\u2013M54", "range", ("M50", "M54")),
    ("I70.2--I70.7-", "range", ("I70.2", "I70.7")),
    ("Q70.0- -Q70.3-", "range", ("Q70.0", "Q70.3")),
    ("section m50-m54", "section", ("M50-M54",)),
    ("Section B99", "section", ("B99",)),
    ("chapter 13", "chapter", ("13",)),
    ("CHAPTER M00-M99", "chapter", ("M00-M99",)),
    ("BILLABLE", "billable", ()),
    ("header", "header", ()),
    ("kind Category", "kind", ("category",)),
    ('title "low  back"', "title", ("low back",)),
    ("title “low back”", "title", ("low back",)),
    ("title dorsalgia", "title", ("dorsalgia",)),
    ("title open", "title", ("open",)),
    (r"title /a\/b|(c)/", "pattern", (r"a\/b|(c)",)),
    ("excludes1 f45.41", "naming", ("excludes1", "F45.41")),
    ("use_additional Z79.4", "naming", ("use-additional", "Z79.4")),
    ("Use additional code Z79.4", "naming", ("use-additional", "Z79.4")),
    ("codeFirst of G89", "named-by", ("code-first", "G89")),
    ("has code also", "has", ("code-also",)),
    ("lacks Excludes2", "lacks", ("excludes2",)),
    ("seventh a", "seventh", ("A",)),
    ("7th character A", "seventh", ("A",)),
    ("laterality left", "laterality", ("left",)),
    ("(M54)", "code", ("M54",)),
    ("  M54 # a comment\n", "code", ("M54",)),
]


@pytest.mark.parametrize(("text", "form", "arguments"), OPERANDS)
def test_operand(text, form, arguments):
    assert parse(text) == Operand(form, arguments)
    assert parse(str(parse(text))) == parse(text)


def test_every_form_can_be_written():
    assert {form for _, form, _ in OPERANDS} == FORMS.keys()


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("E11 except E11.9 and billable", "(E11 except E11.9) and billable"),
        ("billable and E11 except E11.9", "(billable and E11) except E11.9"),
        ("E11 or E13 except E13.9", "E11 or (E13 except E13.9)"),
        ("(E11 or E13) except E13.9", "(E11 or E13) except E13.9"),
        ("E11, E13 except E13.9", "E11, E13 except E13.9"),
        ("E10 or E11 and billable", "E10 or (E11 and billable)"),
        ("E11 and not E11.9", "E11 except E11.9"),
        ("E11 except E11.9 except E11.8", "E11 except E11.9 except E11.8"),
        ("E11 except (E11.3 except E11.31)", "E11 except (E11.3 except E11.31)"),
        ("(E10, E11), E12", "(E10, E11), E12"),
        ("E10 or (E11 or E13)", "E10 or (E11 or E13)"),
    ],
)
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
    ("text", "column", "width", "words"),
    [
        ("", 1, 1, "expected an expression"),
        ("  # only a comment", 1, 1, "expected an expression"),
        ("E11 adn billable", 5, 3, "unexpected 'adn'. Did you mean 'and'?"),
        ("billabel", 1, 8, "Did you mean 'billable'?"),
        ("E11 or", 7, 1, "got the end"),
        ("E11 or or E13", 8, 2, "'or'"),
        ("(E11 or E13", 1, 1, "never closed"),
        ("(E11 E13", 6, 3, "a comma"),
        ("E11)", 4, 1, "no matching '('"),
        ("E11 E13", 5, 3, "a comma"),
        ("E11,", 5, 1, "got the end"),
        ("E11.99999", 1, 9, "invalid code 'E11.99999'"),
        ("M5", 1, 2, "invalid code 'M5'"),
        ("not billable", 1, 3, "after 'and', as in: E11 and not E11.9"),
        ("diabetes", 1, 8, "unknown word 'diabetes'. To search titles"),
        ("excludes3", 1, 9, "Did you mean 'excludes1'? To search"),
        ('E11 and "renal"', 9, 7, 'title "renal"'),
        ("E11 and /renal/", 9, 7, "title /renal/"),
        ("title", 6, 1, "expected words"),
        ('title "  "', 7, 4, "expected words"),
        ('title "*"', 7, 3, "expected words"),
        ("kind chapter", 6, 7, "category, subcategory, code"),
        ("laterality up", 12, 2, "left, right"),
        ("has billable", 5, 8, "excludes1, excludes2"),
        ("excludes1", 10, 1, "has excludes1"),
        ("excludes1 E08-E13", 14, 1, "one code"),
        ("seventh AB", 9, 2, "one character"),
        ("chapter E*", 9, 2, "chapter 13"),
        ("section 13", 9, 2, "section M50-M54"),
        ("section M50-", 13, 1, "the end of the range"),
        ("A00-B99-C00", 8, 1, "two ends"),
        ("=", 2, 1, "a code"),
        ("E11 ; E13", 5, 1, "unexpected ';'"),
        ("E11\nand\n%%", 1, 2, "'%%'"),
    ],
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
