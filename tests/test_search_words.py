"""Words, wordings, abbreviations and corrections, without a release."""

import pytest
from tables import rows

from icdgraph.search import correction
from icdgraph.search.abbreviations import long_form, spelled_out
from icdgraph.search.correction import corrected, most_edits, sound, split
from icdgraph.search.terms import wordings
from icdgraph.search.words import american, fold, joined, root, singular, words


@pytest.mark.parametrize(("text", "expected"), rows("search/words.jsonl"))
def test_words_of_a_text(text, expected):
    assert [word.text for word in words(text)] == expected


def test_words_have_their_place():
    text = "Sj\u00f6gren\u2019s \u017fyndrome"
    assert [text[word.start : word.end] for word in words(text)] == text.split()


def test_folding_keeps_the_length():
    text = "\u0130stanbul \ufb01ssure \u2075 \u00df \u0301x"
    assert len(fold(text)) == len(text)


def test_hyphenated_words_are_also_one():
    assert list(joined("Pre-eclampsia, X-linked")) == ["preeclampsia", "xlinked"]


@pytest.mark.parametrize("family", rows("search/families.jsonl"))
def test_a_family_shares_its_root(family):
    assert len({root(singular(word)) for word in family}) == 1


@pytest.mark.parametrize(("british", "known"), rows("search/british.jsonl"))
def test_british_spelling(british, known):
    assert american(british, {known}.__contains__) == known
    assert american(british, set().__contains__) is None
    assert american(known, {known}.__contains__) is None


def test_brackets_have_another_wording_and_parentheses_optional_words():
    title, bracket = wordings("Acute nasopharyngitis [common cold]")
    assert title.essential == ("acute", "nasopharyngiti")
    assert bracket.essential == ("common", "cold")
    *_, bracket = wordings("Preterm [premature] newborn [other]")
    assert bracket.essential == ("premature",)
    (words,) = wordings("Nonrheumatic mitral (valve) prolapse")
    assert words == (("mitral", "prolapse"), ("nonrheumatic",), ("valve",))


@pytest.mark.parametrize(("title", "essential", "minor"), rows("search/fillers.jsonl"))
def test_fillers_and_negations_are_not_essential(title, essential, minor):
    (words,) = wordings(title)
    assert " ".join(words.essential) == essential
    assert " ".join(words.minor) == minor


def test_abbreviations_that_a_text_defines():
    texts = [
        "Human immunodeficiency virus [HIV] disease",
        "Acquired immune deficiency syndrome (AIDS)",
        "Infection due to [Bruton]",
    ]
    assert spelled_out(texts) == {
        "hiv": "human immunodeficiency virus",
        "aids": "acquired immune deficiency syndrome",
    }
    assert long_form("XYZ", "nothing of the kind") is None


@pytest.mark.parametrize(
    ("word", "counts", "expected"), rows("search/corrections.jsonl")
)
def test_corrections(word, counts, expected):
    assert corrected(word, counts) == expected


@pytest.mark.parametrize("weight", ["FREQUENCY", "SOUND", "FIRST_LETTER"])
def test_each_weight_of_corrections_decides(weight, monkeypatch):
    word, counts = {
        "FREQUENCY": ("habd", {"hand": 1, "hard": 100}),
        "SOUND": ("syatica", {"sciatica": 30, "static": 50}),
        "FIRST_LETTER": ("foment", {"doment": 2, "fomena": 1}),
    }[weight]
    before = corrected(word, counts)
    monkeypatch.setattr(correction, weight, 0)
    assert corrected(word, counts) != before


def test_longer_words_can_have_more_edits():
    edits = [most_edits("x" * length) for length in range(1, 14)]
    assert edits == sorted(edits)
    assert (edits[2], edits[3], edits[-1]) == (0, 1, 3)
    assert sound("fosphate") == sound("phosphate")


def test_joined_words():
    counts = {"low": 50, "back": 60, "kidney": 9, "stone": 9, "stones": 1}
    assert split("lowback", counts) == ("low", "back")
    assert split("kidneystone", counts) == ("kidney", "stone")
    assert split("kidneystones", counts) is None
    assert split("hi", counts) is None
