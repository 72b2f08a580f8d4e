"""What expressions mean in the bundled release."""

import pytest
from tables import rows

from icdgraph import ParseError, UnknownCode
from icdgraph.codes import character
from icdgraph.codesets import expression, meaning
from icdgraph.model import NoteKind


def codes_of(graph, text):
    return set(graph.codes(text))


def test_a_code_includes_everything_below_it(graph):
    below = {node.code for node in graph["E11"].descendants}
    assert codes_of(graph, "E11") == {"E11", *below}
    assert codes_of(graph, "e11-") == below
    assert codes_of(graph, "=E11") == {"E11"}


def test_the_example_of_the_readme(graph):
    codes = codes_of(graph, "E11 except E11.9 and billable")
    assert codes == set(graph["E11"].billable_codes) - {"E11.9"}


def test_every_section_is_its_range(graph):
    for section in graph.nodes():
        if section.kind in ("section", "chapter"):
            inside = {n.code for n in section.descendants if n.kind != "section"}
            first, last = section.code.split("-")
            assert codes_of(graph, f"{first} - {last}") == inside
            assert codes_of(graph, f"{section.kind} {section.code}") == inside


def test_a_range_is_in_book_order(graph):
    assert codes_of(graph, "C43-C44") == codes_of(graph, "C43, C4A, C44")
    assert codes_of(graph, "M54.2-M54.4") == codes_of(graph, "M54.2, M54.3, M54.4")
    assert codes_of(graph, "I10-I10") == {"I10"}


def test_a_category_may_have_the_name_of_its_section(graph):
    assert codes_of(graph, "B99") == codes_of(graph, "B99-B99")
    assert codes_of(graph, "B99") == codes_of(graph, "section B99")


def test_prefix(graph):
    assert codes_of(graph, "E1*") == codes_of(graph, "E10-E16")
    assert codes_of(graph, "E11.32*") == codes_of(graph, "E11.32")
    assert codes_of(graph, "T36.0X*") == {c for c in graph if c.startswith("T36.0X")}


def test_properties_of_codes(graph):
    billable = {n.code for n in graph.nodes() if n.is_billable}
    assert codes_of(graph, "billable") == billable
    assert codes_of(graph, "header") == set(graph) - billable
    assert codes_of(graph, "kind category") == {c for c in graph if len(c) == 3}
    assert codes_of(graph, "seventh D") == {c for c in graph if character(c, 7) == "D"}


def test_words_of_titles_are_whole_words_in_any_case(graph):
    low_back = {"M54.5", "M54.50", "M54.51", "M54.59"}
    assert codes_of(graph, 'title "LOW back"') == low_back
    arm = codes_of(graph, "title arm")
    assert "S51.801A" not in arm  # forearm
    assert "S41.101A" in arm  # upper arm
    both = codes_of(graph, 'title "fore* fract*"')
    assert both < codes_of(graph, 'title "fract*"')


def test_words_of_titles_match_without_accents(graph):
    with_accent = codes_of(graph, 'title "Ménière\'s"')
    assert with_accent == codes_of(graph, 'title "meniere\'s"')
    assert "H81.01" in with_accent
    assert with_accent <= codes_of(graph, 'title "meniere*"')


def test_regular_expressions_match_titles(graph):
    codes = codes_of(graph, "title /^low(er)? back/")
    assert codes == {c for c in graph if graph[c].title.lower().startswith("low back")}


def test_regular_expressions_can_be_refused(graph):
    with pytest.raises(ParseError, match="not allowed here") as caught:
        graph.codes("E11 and title /(a+)+$/", patterns=False)
    assert str(caught.value).endswith(" " * 10 + "^" * 14)
    assert graph.codes("title sciatica", patterns=False)


def test_a_relation_has_the_codes_with_a_note_that_names_the_code(graph):
    sample = graph.codes("M50-M54, F40-F48, G89, R52, A00-A09")
    expected = {
        code
        for code in sample
        if any(
            note.names(graph["F45.41"])
            for note in graph[code].applicable_notes(NoteKind.EXCLUDES1)
        )
    }
    assert set(graph.codes("excludes1 F45.41") & sample) == expected
    assert "M54.50" in expected


@pytest.mark.parametrize("code", ["M54.50", "G31.84", "F02.84"])
@pytest.mark.parametrize("relation", ["excludes1", "use-additional", "code-first"])
def test_a_relation_of_a_code_has_what_its_notes_name(graph, code, relation):
    kind = {r.value: r.note_kind for r in expression.RELATIONS.values()}[relation]
    notes = graph[code].applicable_notes(kind)
    billable = {code for note in notes for code in note.billable()}
    assert codes_of(graph, f"{relation} of {code} and billable") == billable


def test_both_directions_are_the_conflict(graph):
    codes = codes_of(graph, "(excludes1 F45.41 or excludes1 of F45.41) and chapter 13")
    assert all(graph.excludes1(code, "F45.41") for code in codes)
    others = set(graph["M54"].billable_codes) - codes
    assert not any(graph.excludes1(code, "F45.41") for code in others)


@pytest.mark.parametrize("relation", dict.fromkeys(expression.RELATIONS.values()))
def test_has_and_lacks_are_complements(graph, relation):
    has = codes_of(graph, f"has {relation}")
    assert codes_of(graph, f"lacks {relation}") == set(graph) - has
    for code in ("M54.50", "E11.9", "I10", "S52.501A", "T36.0X5A", "G89.4"):
        notes = graph[code].applicable_notes(relation.note_kind)
        assert (code in has) == bool(notes)


def test_a_note_with_a_scope_applies_only_to_it(graph):
    scoped = [n for n in graph.notes(NoteKind.USE_ADDITIONAL_CODE) if n.scope]
    assert scoped
    for note in scoped:
        for target in note.targets[:1]:
            codes = codes_of(graph, f"use-additional {target.code}")
            assert {node.code for node in note.scope} <= codes


def test_laterality(graph):
    side_of = {
        "M25.561": "right",
        "M25.562": "left",
        "M25.569": "unspecified",
        "H40.1133": "bilateral",
        "M54.50": None,
        "I50.1": None,  # left ventricular failure
    }
    for side in expression.SIDES:
        codes = graph.codes(f"laterality {side}")
        assert {c for c in side_of if c in codes} == {
            code for code, known in side_of.items() if known == side
        }
    assert "H54.1131" in graph.codes("laterality left and laterality right")


@pytest.mark.parametrize(("text", "words"), rows("codesets/not_in_release.jsonl"))
def test_what_the_release_does_not_have_is_underlined(graph, text, words):
    with pytest.raises((ParseError, UnknownCode)) as caught:
        graph.codes(text)
    message, line, underline = str(caught.value).split("\n")
    assert words in message
    assert line == f"  {text}"
    assert underline.strip("^ ") == ""


def test_every_form_has_a_meaning():
    assert meaning.MEANINGS.keys() == expression.FORMS.keys()
    assert meaning.OPERATIONS.keys() == set(expression.OPERATORS)
