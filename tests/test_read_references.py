"""The grammar of references, no codes known: what `test_graph_resolve` leaves out."""

import pytest

from icdgraph.model import DefectKind
from icdgraph.read.references import Criterion, Reading, parse

Ends = tuple[str, str | None]


def _ends(items):
    return [(item.first, item.last) for item in items]


def _named(reading):
    return [end for ref in reading.references for end in _ends(ref.items)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("meconium passage (P03.82 )", [("P03.82", None)]),
        ("fever (I01.0 -I01.9)", [("I01.0", "I01.9")]),
        ("drug abuse (F11.-F17.-)", [("F11", "F17")]),
        ("drug abuse (F10.--F19.-)", [("F10", "F19")]),
        ("drug abuse (F10.- -F19.-)", [("F10", "F19")]),
        ("fracture (S12.0--S12.6.-)", [("S12.0", "S12.6")]),
        ("eating disorders (F98.2.-F98.3)", [("F98.2", "F98.3")]),
        ("infarction (I21.0-I21.B, I22.-)", [("I21.0", "I21.B"), ("I22", None)]),
        ("infections (J00-J06; J20-J22)", [("J00", "J06"), ("J20", "J22")]),
        ("(I60.-. I61.-, I62.-)", [("I60", None), ("I61", None), ("I62", None)]),
        ("neoplasm (C43.2-,C44.2-)", [("C43.2", None), ("C44.2", None)]),
        (
            "retinal disorders (E08.311-E08.359, E09.311-E09.359)",
            [("E08.311", "E08.359"), ("E09.311", "E09.359")],
        ),
        (
            "effects (A00-R94 and T80-T88.6, T88.8)",
            [("A00", "R94"), ("T80", "T88.6"), ("T88.8", None)],
        ),
        ("loin (A01) pain, or back (A02.-) pain", [("A01", None), ("A02", None)]),
        ("see category (M54.-)", [("M54", None)]),
        ("pain (see codes M54.5, M54.6)", [("M54.5", None), ("M54.6", None)]),
        ("(M1A), (QA0.0), (C4A.9)", [("M1A", None), ("QA0.0", None), ("C4A.9", None)]),
    ],
)  # fmt: skip
def test_lists_in_parentheses(text, ends):
    reading = parse(text)
    assert _named(reading) == ends
    assert not reading.mentions
    assert not reading.defects
    assert all(ref.condition is None and not ref.unread for ref in reading.references)
    assert all(ref.in_parentheses for ref in reading.references)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("intestinal obstruction classifiable to K56.-", [("K56", None)]),
        ("tendinitis as classified in M75-M77", [("M75", "M77")]),
        ("specified in categories Y93.0-Y93.A", [("Y93.0", "Y93.A")]),
        (
            "classified in S06.1- to S06.6-, and S06.81- to S06.89-, code",
            [("S06.1", "S06.6"), ("S06.81", "S06.89")],
        ),
        ("classifiable to S06.0- to S06.8-code to injury", [("S06.0", "S06.8")]),
        ("floppy iris syndrome (IFIS) (intraoperative) H21.81", [("H21.81", None)]),
        ("from category T31 or T32 to identify extent", [("T31", None), ("T32", None)]),
        ("code from category O08, if any", [("O08", None)]),
        (
            "from categories E08, E09 and E13 to identify",
            [("E08", None), ("E09", None), ("E13", None)],
        ),
    ],
)  # fmt: skip
def test_lists_in_prose(text, ends):
    reading = parse(text)
    assert _named(reading) == ends
    assert not any(ref.in_parentheses for ref in reading.references)
    assert not reading.defects


@pytest.mark.parametrize(
    ("text", "places", "values"),
    [
        ("(S92.-with 7th character B)", (7, 7), "B"),
        ("(S06.0X- with seventh character S)", (7, 7), "S"),
        ("(T39.0-, with sixth character 1-4)", (6, 6), "1 2 3 4"),
        ("(B27.- with fourth character 2)", (4, 4), "2"),
        ("leukemia in remission C91.0-C95.9 with 5th character 1", (5, 5), "1"),
        ("(S52.- with 7th character A, B and C)", (7, 7), "A B C"),
    ],
)
def test_conditions_by_character(text, places, values):
    (reference,) = parse(text).references
    assert reference.condition is not None
    assert reference.condition.criterion == Criterion.PLACE
    assert reference.condition.places == places
    assert reference.condition.values == tuple(values.split())
    assert not reference.unread


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("(T36-T50 with fifth or six character 5)", "5"),
        ("(T36-T65 with fifth or sixth character 1-4)", "1 2 3 4"),
        ("(T51-T65 with fifth or sixth character to indicate intent), for toxic", ""),
    ],
)
def test_conditions_by_intent(text, values):
    (reference,) = parse(text).references
    assert reference.condition is not None
    assert reference.condition.criterion == Criterion.INTENT
    assert reference.condition.values == tuple(values.split())
    assert not reference.unread


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("(E08-E13 with .9)", ".9"),
        ("(F10, F13, F19 with .26, .96)", ".26 .96"),
    ],
)
def test_conditions_by_ending(text, values):
    (reference,) = parse(text).references
    assert reference.condition is not None
    assert reference.condition.criterion == Criterion.ENDING
    assert reference.condition.values == tuple(values.split())


def test_conditions_by_meaning():
    (fracture,) = parse("(S52.- with open fracture 7th character)").references
    assert fracture.condition is not None
    assert fracture.condition.criterion == Criterion.CHARACTER_MEANING
    assert fracture.condition.words == "open fracture"
    (acidosis,) = parse("see categories E08-E10, E11, E13 with ketoacidosis").references
    assert acidosis.condition is not None
    assert acidosis.condition.criterion == Criterion.TITLE
    assert acidosis.condition.words == "with ketoacidosis"
    assert _ends(acidosis.items) == [("E08", "E10"), ("E11", None), ("E13", None)]


def test_words_that_are_not_understood_are_kept():
    (reference,) = parse("pain (M54.5 unless it rains)").references
    assert reference.unread == "unless it rains"


@pytest.mark.parametrize(
    ("text", "target", "mention"),
    [
        ("pneumoconiosis with tuberculosis, any type in A15 (J65)", "J65", "A15"),
        ("vitamin B12 deficiency anemia (D51.-)", "D51", "B12"),
    ],
)
def test_codes_in_prose_beside_parentheses_are_mentions(text, target, mention):
    reading = parse(text)
    assert _named(reading) == [(target, None)]
    assert _ends(reading.mentions) == [(mention, None)]


@pytest.mark.parametrize(
    "text",
    [
        "primary cutaneous CD30-positive T-cell proliferations",
        "influenza A/H1N1",
        "glucose-6-phosphate dehydrogenase (G6PD) deficiency",
        "COVID-19",
        "code (Chapter 20) to identify external cause",
        "current injury - see injury of spine by body region",
        "code to condition in Chapter 15",
        "see Alphabetical Index",
        "omit code",
        "code to fracture with 7th character D",
        "type 4 or type 5 myocardial infarction",
        "",
    ],
)
def test_what_names_no_code(text):
    assert parse(text) == Reading()


@pytest.mark.parametrize(
    ("text", "target", "kind"),
    [
        ("skin of nose C44.301)", "C44.301", DefectKind.UNBALANCED),
    ],
)
def test_parentheses_that_do_not_match_are_reported(text, target, kind):
    reading = parse(text)
    assert _named(reading) == [(target, None)]
    assert [found for found, _ in reading.defects] == [kind]


def test_a_reference_that_is_no_code_is_reported():
    reading = parse("alcoholic hallucinations (F1.5)")
    assert reading.references == ()
    assert reading.defects == ((DefectKind.UNREADABLE, "(F1.5)"),)


def test_a_scope_is_not_a_target():
    reading = parse("code, for codes G31.0-G31.83, G31.85-G31.9, to identify (F06.7-)")
    assert _ends(reading.scope) == [("G31.0", "G31.83"), ("G31.85", "G31.9")]
    assert _named(reading) == [("F06.7", None)]
    assert not reading.mentions


def test_spans_are_those_of_the_text():
    text = "any in A15, drug (T36-T50) with fifth or sixth character 6"
    reading = parse(text)
    (reference,) = reading.references
    assert text[slice(*reference.span)] == "(T36-T50) with fifth or sixth character 6"
    assert text[slice(*reference.items[0].span)] == "T36-T50"
    assert text[slice(*reading.mentions[0].span)] == "A15"
    text = "torticollis NOS M43.6 and M43.8-"
    (reference,) = parse(text).references
    assert text[slice(*reference.span)] == "M43.6 and M43.8-"
    assert [item.dashed for item in reference.items] == [False, True]


def test_a_range_of_mixed_values_means_its_ends():
    (reference,) = parse("pain (A00 with 00-A)").references
    assert reference.condition is not None
    assert reference.condition.values == ("00", "A")


def test_values_end_where_words_begin():
    reading = parse("drug (T36-T50) with fifth or sixth character 6, any in A15 here")
    (reference,) = reading.references
    assert reference.condition is not None
    assert reference.condition.values == ("6",)
    assert _ends(reading.mentions) == [("A15", None)]
