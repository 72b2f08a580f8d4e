from __future__ import annotations

import pytest

from icdgraph.search.abbreviations import long_form, spelled_out
from icdgraph.search.correction import corrected, most_edits, sound, split
from icdgraph.search.terms import shapes
from icdgraph.search.words import american, fold, joined, root, singular, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Low back pains", ["low", "back", "pain"]),
        ("Crohn\u2019s, Crohn's and Crohns", ["crohn", "crohn", "and", "crohn"]),
        ("Sj\u00f6gren\u2019s", ["sjogren"]),
        ("pre-eclampsia", ["pre", "eclampsia"]),
        ("COVID-19", ["covid", "19"]),
        ("'quoted' AND NEAR(x*)\0", ["quoted", "and", "near", "x"]),
        ("\u80ba\u708e \U0001f9b4", []),
        ("x" * 65, []),
        ("", []),
    ],
)
def test_words_of_a_text(text: str, found: list[str]) -> None:
    assert [word.text for word in words(text)] == found


def test_words_tell_where_they_stand() -> None:
    text = "Sj\u00f6gren\u2019s \u017fyndrome"
    assert [text[word.start : word.end] for word in words(text)] == text.split()


def test_folding_keeps_the_length() -> None:
    text = "\u0130stanbul \ufb01ssure \u2075 \u00df \u0301x"
    assert len(fold(text)) == len(text)


def test_hyphened_words_are_also_one() -> None:
    assert list(joined("Pre-eclampsia, X-linked")) == ["preeclampsia", "xlinked"]


@pytest.mark.parametrize(
    "family",
    [
        ["dislocated", "dislocation", "dislocations"],
        ["diabetic", "diabetes"],
        ["pregnant", "pregnancy"],
        ["psychotic", "psychosis"],
        ["ischemic", "ischemia"],
        ["dizzy", "dizziness"],
        ["depressed", "depression", "depressive"],
    ],
)
def test_a_family_shares_its_root(family: list[str]) -> None:
    assert len({root(singular(word)) for word in family}) == 1


@pytest.mark.parametrize(
    ("british", "known"),
    [
        ("oedema", "edema"),
        ("haemorrhage", "hemorrhage"),
        ("oesophagus", "esophagus"),
        ("leucocytosis", "leukocytosis"),
        ("goitre", "goiter"),
        ("tumour", "tumor"),
        ("paralysed", "paralyzed"),
        ("immunisation", "immunization"),
        ("haematocoele", "hematocele"),
    ],
)
def test_british_spelling(british: str, known: str) -> None:
    assert american(british, {known}) == known
    assert american(british, set()) is None
    assert american(known, {known}) is None


def test_brackets_hold_another_wording_and_parentheses_what_may_be_absent() -> None:
    one, other = shapes("Acute nasopharyngitis [common cold]")
    assert (one.essential, other.essential) == (
        ("acute", "nasopharyngiti"),
        ("common", "cold"),
    )
    (shape,) = shapes("Nonrheumatic mitral (valve) prolapse")
    assert shape.essential == ("mitral", "prolapse")
    assert shape.minor == ("nonrheumatic",)
    assert shape.optional == ("valve",)


@pytest.mark.parametrize(
    ("title", "essential", "minor"),
    [
        ("Urinary tract infection, site not specified", "urinary tract infection", ""),
        (
            "Laceration without foreign body of scalp",
            "laceration scalp",
            "foreign body",
        ),
        (
            "Migraine, not intractable, with aura",
            "migraine aura",
            "intractable",
        ),
        ("Other and unspecified asthma", "asthma", ""),
        ("Lumbago NOS", "lumbago", ""),
    ],
)
def test_fillers_and_negations_are_set_aside(
    title: str, essential: str, minor: str
) -> None:
    (shape,) = shapes(title)
    assert " ".join(shape.essential) == essential
    assert " ".join(shape.minor) == minor


def test_abbreviations_that_a_text_spells_out() -> None:
    texts = [
        ("Human immunodeficiency virus [HIV] disease", 1),
        ("Acquired immune deficiency syndrome (AIDS)", 2),
        ("Infection due to [Bruton]", 3),
    ]
    assert spelled_out(texts) == {
        "hiv": ("human immunodeficiency virus", 1),
        "aids": ("acquired immune deficiency syndrome", 2),
    }
    assert long_form("XYZ", "nothing of the kind") is None


def test_misspelt_words_are_corrected_to_what_sounds_and_is_met_most() -> None:
    counts = {"psoriasis": 40, "siriasis": 1, "sciatica": 30, "static": 50, "hip": 9}
    assert corrected("soriasis", counts) == "psoriasis"
    assert corrected("syatica", counts) == "sciatica"
    assert corrected("sciatcia", counts) == "sciatica"
    assert corrected("hap", counts) is None
    assert corrected("zzzzzzzz", counts) is None
    assert corrected("2026", {"2025": 3}) is None


def test_edits_grow_with_the_word() -> None:
    edits = [most_edits("x" * length) for length in range(1, 14)]
    assert edits == sorted(edits)
    assert (edits[2], edits[3], edits[-1]) == (0, 1, 3)
    assert sound("fosphate") == sound("phosphate")


def test_words_run_together() -> None:
    counts = {"low": 50, "back": 60, "kidney": 9, "stone": 9, "stones": 1}
    assert split("lowback", counts) == ("low", "back")
    assert split("kidneystone", counts) == ("kidney", "stone")
    assert split("kidneystones", counts) is None
    assert split("hi", counts) is None
