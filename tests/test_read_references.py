"""The grammar of references, no codes known: what `test_graph_resolve` leaves out."""

import pytest
from tables import rows

from icdgraph.model import DefectKind
from icdgraph.read.references import Criterion, Reading, parse


def _ends(items):
    return [f"{i.first}-{i.last}" if i.last else i.first for i in items]


def _named(reading):
    return [end for ref in reading.references for end in _ends(ref.items)]


@pytest.mark.parametrize(
    ("text", "ends"),
    rows("notes/lists_in_parentheses.jsonl"),
)  # fmt: skip
def test_lists_in_parentheses(text, ends):
    reading = parse(text)
    assert _named(reading) == ends.split()
    assert not reading.mentions
    assert not reading.defects
    assert all(ref.condition is None and not ref.unread for ref in reading.references)
    assert all(ref.in_parentheses for ref in reading.references)


@pytest.mark.parametrize(
    ("text", "ends"),
    rows("notes/lists_in_prose.jsonl"),
)  # fmt: skip
def test_lists_in_prose(text, ends):
    reading = parse(text)
    assert _named(reading) == ends.split()
    assert not any(ref.in_parentheses for ref in reading.references)
    assert not reading.defects


@pytest.mark.parametrize(
    ("text", "criterion", "places", "values"),
    [
        ("(S92.-with 7th character B)", Criterion.PLACE, (7, 7), "B"),
        ("(S06.0X- with seventh character S)", Criterion.PLACE, (7, 7), "S"),
        ("(T39.0-, with sixth character 1-4)", Criterion.PLACE, (6, 6), "1 2 3 4"),
        ("(B27.- with fourth character 2)", Criterion.PLACE, (4, 4), "2"),
        ("C91.0-C95.9 with 5th character 1", Criterion.PLACE, (5, 5), "1"),
        ("(S52.- with 7th character A, B and C)", Criterion.PLACE, (7, 7), "A B C"),
        ("(T36-T50 with fifth or six character 5)", Criterion.INTENT, (5, 6), "5"),
        (
            "(T36-T65 with fifth or sixth character 1-4)",
            Criterion.INTENT,
            (5, 6),
            "1 2 3 4",
        ),
        (
            "(T51-T65 with fifth or sixth character to indicate intent), for",
            Criterion.INTENT,
            (5, 6),
            "",
        ),
        ("(E08-E13 with .9)", Criterion.ENDING, (0, 0), ".9"),
        ("(F10, F13, F19 with .26, .96)", Criterion.ENDING, (0, 0), ".26 .96"),
    ],
)
def test_conditions(text, criterion, places, values):
    (reference,) = parse(text).references
    condition = reference.condition
    assert (condition.criterion, condition.places) == (criterion, places)
    assert condition.values == tuple(values.split())
    assert not reference.unread


def test_conditions_by_meaning():
    (fracture,) = parse("(S52.- with open fracture 7th character)").references
    assert fracture.condition.criterion == Criterion.CHARACTER_MEANING
    assert fracture.condition.words == "open fracture"
    (acidosis,) = parse("see categories E08-E10, E11, E13 with ketoacidosis").references
    assert acidosis.condition.criterion == Criterion.TITLE
    assert acidosis.condition.words == "with ketoacidosis"
    assert _ends(acidosis.items) == ["E08-E10", "E11", "E13"]


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
    assert _named(reading) == [target]
    assert _ends(reading.mentions) == [mention]


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


def test_parentheses_that_do_not_match_are_reported():
    reading = parse("skin of nose C44.301)")
    assert _named(reading) == ["C44.301"]
    assert [kind for kind, _ in reading.defects] == [DefectKind.UNBALANCED]


def test_a_scope_is_not_a_target():
    reading = parse("code, for codes G31.0-G31.83, G31.85-G31.9, to identify (F06.7-)")
    assert _ends(reading.scope) == ["G31.0-G31.83", "G31.85-G31.9"]
    assert _named(reading) == ["F06.7"]
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
    assert reference.condition.values == ("00", "A")


def test_values_end_where_words_begin():
    reading = parse("drug (T36-T50) with fifth or sixth character 6, any in A15 here")
    (reference,) = reading.references
    assert reference.condition.values == ("6",)
    assert _ends(reading.mentions) == ["A15"]
