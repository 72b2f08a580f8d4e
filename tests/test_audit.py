"""The audit of the classification, compared with counts made pair by pair."""

import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from books import block, book, diag
from hypothesis import given
from hypothesis import strategies as st
from tables import rows

from icdgraph import NoteKind
from icdgraph.audit import CHECKS, report
from icdgraph.check.rules import rules
from icdgraph.coding.rectangles import count_pairs, example_pair
from icdgraph.toy import toy

DATA = Path(__file__).parent / "data"
DOCS = Path(__file__).parent.parent / "docs" / "audit.md"
EXCLUDES1, EXCLUDES2 = NoteKind.EXCLUDES1, NoteKind.EXCLUDES2
ORDERING = (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)
BY_NOTE = "manifestation by its Code first note: "
TITLED = "manifestation by its title: "
ANSWER = "Use additional code"
USE = "useAdditionalCode"
FEVER = "Fever in diseases classified elsewhere"


@pytest.fixture(scope="module")
def made(grow):
    """Return a function from parts of a Tabular List to the graph of a release."""
    return lambda *diags: grow(book(*diags))


@pytest.fixture(scope="module")
def faulty(grow):
    """A release with a fault for each check."""
    return grow((DATA / "audit.xml").read_text("utf-8"))


@pytest.fixture(scope="module")
def results(graph):
    """The cases in the bundled release, by the id of their check."""
    return {result.check.id: result.cases for result in graph.audit()}


def cases(graph, check):
    (result,) = graph.audit(check)
    return [
        [case.group, [n.code for n in case.nodes], case.pairs] for case in result.cases
    ]


# Each check on a release made for it


@pytest.mark.parametrize(("check", "expected"), rows("audit_cases.jsonl"))
def test_case_of_each_check(faulty, check, expected):
    assert cases(faulty, check) == expected


SECOND_STATES_IT = [
    diag("A01.0", "States it", block("excludes1", "(A00)")),
    diag("A01.1", "Silent"),
]
PARTS = [diag("A00.0", "First"), diag("A00.1", "Second")]


@pytest.mark.parametrize(
    ("diags", "expected"),
    [
        (
            [
                diag("A00", "One", block("excludes1", "(A01)")),
                diag("A01", "Other", *SECOND_STATES_IT),
            ],
            ("in part", 1, "Excludes1 notes at A01 state it for 1 of 2 pairs."),
        ),
        (
            [
                diag("A00", "One", block("excludes1", "(A01)")),
                diag("A01", "Other", block("excludes1", "(A00)")),
            ],
            None,
        ),
        (
            [diag("A00", "Parts", block("excludes1", "parts (A00.0, A00.1)"), *PARTS)],
            ("not stated", 1, "no Excludes1 note at A00 states it in return."),
        ),
    ],
    ids=["in part", "on both sides", "by itself"],
)
def test_exclusions_on_one_side(made, diags, expected):
    found = made(*diags).audit("C106")[0].cases
    assert len(found) == (expected is not None)
    for case in found:
        group, pairs, sentence = expected
        assert group in case.group
        assert (case.pairs, case.sentence.endswith(sentence)) == (pairs, True)


def test_a_note_may_oppose_itself(made):
    g = made(diag("A00", "Parts", block(USE, "(A00.0, A00.1)"), *PARTS))
    assert [pairs for *_, pairs in cases(g, "C201")] == [1]


def test_a_code_before_itself_is_no_cycle(made):
    notes = block(USE, "its category (A06)", "both (A05-A06)")
    parts = [diag("A06.0", "First", notes), diag("A06.1", "Second")]
    g = made(diag("A05", "Other"), diag("A06", "Category", *parts))
    assert cases(g, "C201") == cases(g, "C202") == []


def test_a_cycle_goes_through_the_codes_that_its_notes_share(made):
    diags = [diag(f"A0{n}", "Other") for n in range(3, 8)]
    third = block("codeFirst", "any of (A05, A09)"), block(USE, "next (A08)")
    diags += [
        diag("A08", "Cycle, first", block(USE, "next (A03, A09)")),
        diag("A09", "Cycle, second"),
        diag("A10", "Cycle, third", *third),
    ]
    assert cases(made(*diags), "C202") == [["as printed", ["A08", "A09", "A10"], 0]]


@pytest.mark.parametrize(("titles", "at_etiology", "group"), rows("audit_groups.jsonl"))
def test_groups_say_how_a_manifestation_is_known_and_what_is_missing(
    made, titles, at_etiology, group
):
    above, below = titles
    parts = [diag("A00.0", below), diag("A00.1", "Other")]
    g = made(
        diag("A00", above, block("codeFirst", "etiology (A01)"), *parts),
        diag("A01", "Etiology", block(USE, *at_etiology)),
        diag("A02", "Other etiology"),
    )
    pairs = 1 if at_etiology == ["part (A00.0)"] else 2
    expected = [[group, ["A00", "A01"], pairs]] if group else []
    assert cases(g, "C203") == expected


def test_a_manifestation_says_which_title_makes_it_one(faulty):
    ((case,),) = (result.cases for result in faulty.audit("C205"))
    assert case.sentence.startswith("A17.0 Mild, below A17 Chill in diseases classif")


def test_a_sentence_names_the_first_codes_and_counts_the_others(made):
    notes = block("excludes1", "part (A01.1, A01.2)"), block("excludes2", "all (A01)")
    parts = [diag(f"A01.{n}", "Part") for n in range(4)]
    g = made(diag("A00", "One", *notes), diag("A01", "X", *parts))
    (case,) = g.audit("C101")[0].cases
    assert case.sentence.endswith("both apply to A00 with A01.1 and 1 more.")
    assert (case.pairs, case.example) == (2, ("A00", "A01.1"))


def test_named_queries_agree_with_the_checks(faulty):
    # A title is compared to the letter there; here "Third" is one in any case.
    for query, check in [
        ("opposed-exclusions", "C103"),
        ("self-exclusions", "C105"),
        ("synonyms-as-titles", "C302"),
    ]:
        assert len(list(faulty.sparql(name=query))) == len(cases(faulty, check)), query
    # Exclusions of the very same node are wanted there, of shared codes here.
    assert len(list(faulty.sparql(name="both-excludes"))) == 0


# Pairs, counted one by one


@given(st.data())
def test_pairs_counts_each_pair_once(data):
    g = toy().core
    nodes = st.integers(0, g.node_count - 1)
    sides = data.draw(st.lists(st.tuples(nodes, nodes), max_size=5))
    every = {
        frozenset(pair)
        for a, b in sides
        for pair in product(g.node(a).billable_codes, g.node(b).billable_codes)
        if len(set(pair)) == 2
    }
    assert count_pairs(g.tree, sides) == len(every)
    example = example_pair(g, sides)
    assert (frozenset(example) in every) if every else example == ()


def below(note):
    """Return the billable codes that *note* applies to."""
    return {c for top in note.scope or (note.owner,) for c in top.billable_codes}


class NotesByCode:
    """For each billable code, the notes of some kinds that apply to it or name it."""

    def __init__(self, graph, *kinds):
        self.applying, self.naming = {}, {}
        for note in graph.notes(*kinds):
            for code in below(note):
                self.applying.setdefault(code, set()).add(note)
            for code in note.billable():
                self.naming.setdefault(code, set()).add(note)

    def between(self, a, b):
        """Return the notes that apply to *a* and name *b*."""
        return self.applying.get(a, set()) & self.naming.get(b, set())


def pairs_of(note):
    return product(sorted(below(note)), note.billable())


def small(graph, chapter, kind, most=4_000):
    """Return the notes of *kind* in *chapter* with at most *most* pairs."""
    return [
        note
        for note in graph.notes(kind)
        if note.targets
        and note.owner.chapter_number == chapter
        and len(below(note)) * len(note.billable()) <= most
    ]


@pytest.fixture(scope="module")
def excluding(graph):
    return [n for chapter in (3, 14, 16) for n in small(graph, chapter, EXCLUDES1)]


def test_pairs_under_both_excludes_are_those_counted_one_by_one(
    graph, results, excluding
):
    allowing = NotesByCode(graph, EXCLUDES2)
    same, flipped = Counter(), Counter()
    for note in excluding:
        for a, b in pairs_of(note):
            if a != b:
                same.update((note, m) for m in allowing.between(a, b))
                flipped.update((note, m) for m in allowing.between(b, a))
    assert same == pairs_by_notes(results["C101"] + results["C102"], excluding)
    assert flipped == pairs_by_notes(results["C103"], excluding)
    assert len(same) > 50
    assert len(flipped) > 30


def pairs_by_notes(cases, notes):
    wanted = set(notes)
    return {case.notes: case.pairs for case in cases if case.notes[0] in wanted}


def test_exclusions_against_instructions_are_those_counted_one_by_one(graph, results):
    instructions = NotesByCode(
        graph,
        NoteKind.CODE_FIRST,
        NoteKind.USE_ADDITIONAL_CODE,
        NoteKind.CODE_ALSO,
    )
    notes = {case.notes[0] for case in results["C104"]}
    notes |= set(small(graph, 16, EXCLUDES1, 1_000))
    expected = {}
    for note in notes:
        for a, b in pairs_of(note):
            asking = instructions.between(a, b) | instructions.between(b, a)
            for instruction in asking if a != b else ():
                expected.setdefault((note, instruction), set()).add(frozenset((a, b)))
    assert pairs_by_notes(results["C104"], notes) == {
        both: len(pairs) for both, pairs in expected.items()
    }


def test_one_sided_exclusions_are_those_counted_one_by_one(graph, results, excluding):
    answers = NotesByCode(graph, EXCLUDES1)
    silent = {
        note: sum(
            not answers.between(b, a) - {note} for a, b in pairs_of(note) if a != b
        )
        for note in excluding
    }
    assert {n: count for n, count in silent.items() if count} == {
        case.notes[0]: case.pairs
        for case in results["C106"]
        if case.notes[0] in set(excluding)
    }
    assert 0 in silent.values()
    assert (
        Counter(case.group for case in results["C106"])["stated in return in part"]
        > 100
    )


@pytest.mark.parametrize(
    ("check", "kind", "answering"),
    [("C203", *ORDERING), ("C204", *ORDERING[::-1])],
)
def test_unanswered_notes_are_those_counted_one_by_one(
    graph, results, check, kind, answering
):
    answers = NotesByCode(graph, answering)
    reported = {case.notes[0]: case.pairs for case in results[check]}
    checked = 0
    for note in graph.notes(kind):
        if not note.targets or len(below(note)) * len(note.billable()) > 3_000:
            continue
        silent = sum(not answers.between(b, a) for a, b in pairs_of(note) if a != b)
        if note in reported:
            assert reported[note] == silent, note
        else:
            # Of a Use additional code note only manifestations are looked at.
            assert not silent or check == "C204"
        checked += 1
    assert checked > 200


def test_cycles_close(results):
    for case in results["C202"]:
        assert len(case.nodes) == len(case.notes) == len(set(case.notes)) > 2
        ends = zip(case.nodes, (*case.nodes[1:], case.nodes[0]), strict=True)
        for (first, second), note in zip(ends, case.notes, strict=True):
            if note.kind == NoteKind.CODE_FIRST:
                first, second = second, first
            # One of the codes at an end is enough: subtrees that overlap are nested.
            assert any(t.subsumes(second) or second.subsumes(t) for t in note.targets)
            assert note.owner.subsumes(first) or first.subsumes(note.owner)
    assert [{node.code for node in case.nodes} for case in results["C202"]] == [
        {"E13", "E89.1", "Z90.41"},
        {"T36.0X5", "R65.11", "D65"},
    ]


# What is known of the release


def test_every_defect_is_reported_once(graph, results):
    ids = ("C401", "C402", "C403")
    reported = [case.notes[0] for check in ids for case in results[check]]
    assert Counter(reported) == Counter(defect.note for defect in graph.core.defects)


def test_cases_of_exclusions_are_in_book_order(results):
    for check in ("C101", "C102", "C103", "C104", "C106"):
        lines = [case.notes[0].line for case in results[check]]
        assert lines == sorted(lines), check


# The report


def test_every_case_has_a_sentence_with_the_words_of_its_notes(results):
    for check, cases in results.items():
        for case in cases:
            assert case.sentence.endswith(".")
            assert bool(case.notes) == (check not in {"C205", "C303"})
            assert check[:2] == "C3" or all(n.text in case.sentence for n in case.notes)
            assert len(case.example) == (2 if case.pairs else 0)


def test_the_first_cases_of_each_group_are_shown_or_all(graph):
    results = graph.audit("C101", "C105")
    sentences = [f"    {case.sentence}" for r in results for case in r.cases]
    lines = list(report.lines(graph.core, results))
    assert lines[0].endswith(f": {len(sentences)} cases")
    assert f"    and {len(results[0].cases) - 2} more, with --check C101" in lines
    assert [line for line in lines if line in sentences] == [
        *sentences[:2],
        *sentences[-2:],
    ]
    whole = list(report.lines(graph.core, results, shown=None))
    assert [line for line in whole if line in sentences] == sentences
    assert not any("more, with" in line for line in whole)


def test_a_row_has_a_note_or_blanks(graph):
    (check,) = report.document(graph.core, graph.audit("C401"))["checks"]
    (record,) = check["cases"][0]["notes"]
    (row,) = report.rows(graph.audit("C401"))
    assert (
        dict(zip(report.COLUMNS, row, strict=True))["note_line"] == record["line"] > 0
    )
    (row,) = report.rows(graph.audit("C205"))
    assert row[-6:] == ("",) * 6


def test_ids_are_unique_in_the_product():
    assert not CHECKS.keys() & rules().keys()


def test_checks_are_numbered_explained_and_counted(results):
    assert list(CHECKS) == sorted(CHECKS)
    printed = re.findall(
        r"^### (C\d{3}) (.+)\n\n(\w+), ([\d,]+) cases?\b", DOCS.read_text("utf-8"), re.M
    )
    assert printed == [
        (name, check.title, check.severity.capitalize(), f"{len(results[name]):,}")
        for name, check in CHECKS.items()
    ]
