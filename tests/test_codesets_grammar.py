"""The grammar of code sets: what is read as what, and where an error points."""

import pytest

from icdgraph import ParseError
from icdgraph.codesets.expression import FORMS, Group, Item, is_mixed
from icdgraph.codesets.grammar import parse


@pytest.mark.parametrize(
    ("text", "form", "arguments"),
    [
        ("m5450", "code", ("M54.50",)),
        ("M54.5-", "beneath", ("M54.5",)),
        ("M54.-", "beneath", ("M54",)),
        ("M54.5.-", "beneath", ("M54.5",)),
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
        ("kind Category", "kind", ("category",)),
        ('title "low  back"', "title", ("low back",)),
        ("title “low back”", "title", ("low back",)),
        ("title dorsalgia", "title", ("dorsalgia",)),
        (r"title /a\/b|(c)/", "pattern", (r"a\/b|(c)",)),
        ("excludes1 f45.41", "naming", ("excludes1", "F45.41")),
        ("use_additional Z79.4", "naming", ("use-additional", "Z79.4")),
        ("Use additional code Z79.4", "naming", ("use-additional", "Z79.4")),
        ("codeFirst of G89", "named", ("code-first", "G89")),
        ("has code also", "has", ("code-also",)),
        ("lacks Excludes2", "lacks", ("excludes2",)),
        ("seventh a", "seventh", ("A",)),
        ("7th character A", "seventh", ("A",)),
        ("laterality left", "laterality", ("left",)),
        ("(M54)", "code", ("M54",)),
        ("  M54 # a comment\n", "code", ("M54",)),
    ],
)
def test_item(text, form, arguments):
    assert parse(text) == Item(form, arguments)
    assert parse(str(parse(text))) == parse(text)


def test_every_form_can_be_said():
    samples = {
        "beneath": "M54-",
        "exact": "=M54",
        "prefix": "M5*",
        "pattern": "title /x/",
        "title": "title x",
        "kind": "kind code",
        "section": "section B99",
        "chapter": "chapter 1",
        "naming": "excludes1 M54",
        "named": "excludes1 of M54",
        "has": "has excludes1",
        "lacks": "lacks excludes1",
        "seventh": "seventh A",
        "laterality": "laterality left",
        "code": "M54",
        "range": "M50-M54",
        "billable": "billable",
        "header": "header",
    }
    assert {parse(text).form for text in samples.values()} == FORMS.keys()


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


def test_mixtures_that_people_read_in_two_ways_are_told_apart():
    assert is_mixed(parse("E11 or E13 except E13.9"))
    assert is_mixed(parse("I10, (E10 or E11 and billable)"))
    assert not is_mixed(parse("E11 or (E13 except E13.9)"))
    assert not is_mixed(parse("E11 except E11.9 and billable"))
    assert not is_mixed(parse("E10 or E11, E13 or M54"))


@pytest.mark.parametrize(
    ("text", "column", "width", "words"),
    [
        ("", 1, 1, "nothing to read"),
        ("  # only a comment", 1, 1, "nothing to read"),
        ("E11 adn billable", 5, 3, "did you mean 'and'?"),
        ("billabel", 1, 8, "did you mean 'billable'?"),
        ("E11 or", 7, 1, "the end stands where"),
        ("E11 or or E13", 8, 2, "'or'"),
        ("(E11 or E13", 1, 1, "never closed"),
        ("E11)", 4, 1, "closes nothing"),
        ("E11 E13", 5, 3, "a comma"),
        ("E11,", 5, 1, "the end stands where"),
        ("E11.99999", 1, 9, "is not a code"),
        ("M5", 1, 2, "is not a code"),
        ("not billable", 1, 3, "'E11 and not E11.9' would be right"),
        ("diabetes", 1, 8, 'predicate; to look for a word in titles, title "diabetes"'),
        ("excludes3", 1, 9, "did you mean 'excludes1'? Or to look"),
        ('E11 and "renal"', 9, 7, 'title "renal" would be right'),
        ("title", 6, 1, "words would be right"),
        ('title "  "', 7, 4, "words would be right"),
        ('title "*"', 7, 3, "words would be right"),
        ("kind chapter", 6, 7, "category, subcategory or code"),
        ("laterality up", 12, 2, "left, right"),
        ("has billable", 5, 8, "excludes1, excludes2"),
        ("excludes1", 10, 1, "'has excludes1'"),
        ("excludes1 E08-E13", 14, 1, "one code"),
        ("seventh AB", 9, 2, "one character"),
        ("chapter E*", 9, 2, "chapter 13"),
        ("section 13", 9, 2, "section M50-M54"),
        ("A00-B99-C00", 8, 1, "two ends"),
        ("=", 2, 1, "a code"),
        ("E11 ; E13", 5, 1, "';' is not expected"),
        ("E11\nand\n%%", 1, 2, "'%%'"),
    ],
)
def test_error_underlines_the_place(text, column, width, words):
    with pytest.raises(ParseError) as caught:
        parse(text)
    message, line, mark = str(caught.value).split("\n")
    assert message.startswith("line ")
    assert f"column {column}: " in message
    assert words in message
    assert "would be right" in message or "did you mean" in message
    assert mark == " " * (column + 1) + "^" * width
    assert line.startswith("  ")


def test_error_in_a_later_line_shows_that_line():
    with pytest.raises(ParseError) as caught:
        parse("E11 or # diabetes\r\n\tE13 an billable\r\n")
    assert str(caught.value).split("\n")[1:] == ["   E13 an billable", "       ^^"]
    assert str(caught.value).startswith("line 2, column 6: ")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "E11" + ")" * 5000,
        "E11" + " and E11 except E12" * 5000,
    ],
)
def test_what_is_nested_too_deep_is_refused(text):
    with pytest.raises(ParseError, match="deep"):
        parse(text)


def test_long_lists_are_no_nesting():
    for between in (", ", " or ", " and ", " except "):
        found = parse(between.join(["E11"] * 2000))
        assert isinstance(found, Group)
        assert len(found.parts) == 2000
        assert parse(str(found)) == found
