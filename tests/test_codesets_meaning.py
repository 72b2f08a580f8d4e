"""What expressions mean in the bundled release."""

import pytest

from icdgraph import ParseError, UnknownCode
from icdgraph.codes import character
from icdgraph.codesets import expression, meaning
from icdgraph.model import NoteKind


def codes_of(graph, text):
    return set(graph.codes(text))


def test_a_code_has_all_beneath_it(graph):
    node = graph["E11"]
    assert codes_of(graph, "E11") == {node.code, *(n.code for n in node.descendants)}
    assert codes_of(graph, "e11-") == {n.code for n in node.descendants}
    assert codes_of(graph, "=E11") == {"E11"}


def test_the_example_of_the_readme(graph):
    found = codes_of(graph, "E11 except E11.9 and billable")
    assert found == set(graph["E11"].billable_codes) - {"E11.9"}


def test_every_section_is_its_range(graph):
    for section in graph.nodes():
        if section.kind in ("section", "chapter"):
            inside = {n.code for n in section.descendants if n.kind != "section"}
            first, last = section.code.split("-")
            assert codes_of(graph, f"{first} - {last}") == inside
            assert codes_of(graph, f"{section.kind} {section.code}") == inside


def test_a_range_has_both_ends_in_book_order(graph):
    found = codes_of(graph, "C43-C44")
    assert found == codes_of(graph, "C43, C4A, C44")
    assert codes_of(graph, "M54.2-M54.4") == codes_of(graph, "M54.2, M54.3, M54.4")
    assert codes_of(graph, "I10-I10") == {"I10"}


def test_codes_that_are_categories_and_sections(graph):
    assert codes_of(graph, "B99") == codes_of(graph, "B99-B99")
    assert codes_of(graph, "B99") == codes_of(graph, "section B99")


def test_prefix(graph):
    assert codes_of(graph, "E1*") == codes_of(graph, "E10-E16")
    assert codes_of(graph, "E11.32*") == codes_of(graph, "E11.32")
    wanted = {c for c in graph if c.startswith("T36.0X")}
    assert codes_of(graph, "T36.0X*") == wanted


def test_predicates_of_kind(graph):
    billable = {n.code for n in graph.nodes() if n.is_billable}
    assert codes_of(graph, "billable") == billable
    assert len(billable) == 74_719
    assert codes_of(graph, "header") == set(graph) - billable
    assert codes_of(graph, "kind category") == {c for c in graph if len(c) == 3}
    assert codes_of(graph, "seventh D") == {c for c in graph if character(c, 7) == "D"}


def test_words_of_titles_are_whole_and_fold_case_and_accents(graph):
    assert codes_of(graph, 'title "LOW back"') == {
        "M54.5",
        "M54.50",
        "M54.51",
        "M54.59",
    }
    assert "H81.01" in codes_of(graph, 'title "meniere*"')
    assert codes_of(graph, 'title "Ménière\'s"') == codes_of(
        graph, 'title "meniere\'s"'
    )
    arm = codes_of(graph, "title arm")
    assert "S51.801A" not in arm  # forearm
    assert "S41.101A" in arm  # upper arm
    found = codes_of(graph, 'title "fore* fract*"')
    assert found <= codes_of(graph, 'title "fract*"')


def test_regex_of_titles(graph):
    found = codes_of(graph, "title /^low(er)? back/")
    assert found == {c for c in graph if graph[c].title.lower().startswith("low back")}


def test_regexes_can_be_turned_off(graph):
    with pytest.raises(ParseError, match="not taken here") as caught:
        graph.codes("E11 and title /(a+)+$/", patterns=False)
    assert str(caught.value).endswith(" " * 10 + "^" * 14)
    assert graph.codes("title sciatica", patterns=False)


def test_relations_agree_with_the_notes(graph):
    some = graph.codes("M50-M54, F40-F48, G89, R52, A00-A09")
    expected = {
        code
        for code in some
        if any(
            note.names(graph["F45.41"])
            for note in graph[code].applicable_notes(NoteKind.EXCLUDES1)
        )
    }
    assert set(graph.codes("excludes1 F45.41") & some) == expected
    assert "M54.50" in expected


def test_relation_of_a_code_is_what_its_notes_name(graph):
    notes = graph["M54.50"].applicable_notes(NoteKind.EXCLUDES1)
    billable = {code for note in notes for code in note.billable()}
    assert codes_of(graph, "excludes1 of M54.50 and billable") == billable


def test_both_directions_are_the_conflict(graph):
    found = codes_of(graph, "(excludes1 F45.41 or excludes1 of F45.41) and chapter 13")
    assert all(graph.excludes1(code, "F45.41") for code in found if code != "F45.41")
    others = [c for c in graph["M54"].billable_codes if c not in found]
    assert not any(graph.excludes1(code, "F45.41") for code in others)


@pytest.mark.parametrize("relation", dict.fromkeys(expression.RELATIONS.values()))
def test_has_and_lacks_are_two_halves(graph, relation):
    has = codes_of(graph, f"has {relation}")
    assert has | codes_of(graph, f"lacks {relation}") == set(graph)
    assert not has & codes_of(graph, f"lacks {relation}")
    for code in ("M54.50", "E11.9", "I10", "S52.501A", "T36.0X5A", "G89.4"):
        notes = graph[code].applicable_notes(relation.note_kind)
        assert (code in has) == bool(notes)


def test_notes_with_a_scope_speak_for_it_alone(graph):
    scoped = [n for n in graph.notes(NoteKind.USE_ADDITIONAL_CODE) if n.scope]
    assert scoped
    for note in scoped:
        if note.targets:
            target = note.targets[0].code
            found = codes_of(graph, f"use-additional {target}")
            assert {node.code for node in note.scope} <= found


@pytest.fixture(scope="module")
def by_side(graph):
    """Return the codes of each side."""
    return {side: graph.codes(f"laterality {side}") for side in expression.SIDES}


@pytest.mark.parametrize(
    ("code", "sides"),
    [
        ("M25.561", {"right"}),
        ("M25.562", {"left"}),
        ("M25.569", {"unspecified"}),
        ("H40.1133", {"bilateral"}),
        ("H54.0", {"bilateral"}),
        ("M54.50", set()),
        ("M54.30", {"unspecified"}),
        ("H54.1131", {"left", "right"}),
        ("I50.1", set()),
        ("I50.814", set()),
        ("I21.02", set()),
        ("S36.500A", set()),
        ("T81.500A", set()),
        ("K51.50", set()),
        ("I44.7", set()),
        ("I69.352", {"left"}),
        ("S52.501A", {"right"}),
        ("S52.509A", {"unspecified"}),
        ("C50.919", {"unspecified"}),
        ("G81.90", {"unspecified"}),
    ],
)
def test_laterality(by_side, code, sides):
    assert {side for side, found in by_side.items() if code in found} == sides


def test_sides_are_balanced(by_side):
    assert abs(len(by_side["left"]) - len(by_side["right"])) < 20


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("I10 or M54.5O", UnknownCode, "Did you mean M54.50"),
        ("E11.x", UnknownCode, "'E11*' would be right"),
        ("E1Z*", UnknownCode, "starts with"),
        ("M54-M50", ParseError, "'M50-M54' would be right"),
        ("M54-M54.5", ParseError, "stands beneath"),
        ("M54.5-M54.99", UnknownCode, "Did you mean"),
        ("I10-", ParseError, "nothing stands beneath"),
        ("section M50-M55", UnknownCode, "unknown section"),
        ("chapter 23", UnknownCode, "unknown chapter"),
        ("excludes1 Z99.999", UnknownCode, "Did you mean"),
        ("title /(/", ParseError, "is not a regular expression"),
    ],
)
def test_what_a_release_does_not_have_is_underlined(graph, text, error, words):
    with pytest.raises(error) as caught:
        graph.codes(text)
    message, line, mark = str(caught.value).split("\n")
    assert words in message
    assert line == f"  {text}"
    assert mark.strip("^ ") == ""


def test_every_form_has_a_meaning():
    assert meaning.MEANINGS.keys() == expression.FORMS.keys()
    assert meaning.OPERATIONS.keys() == set(expression.OPERATORS)
