"""The audit of the classification, compared with counts made pair by pair."""

import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icdgraph import NoteKind, ParseError
from icdgraph.audit import CHECKS, AuditSeverity, cycles, report
from icdgraph.audit.rectangles import (
    RectangleIndex,
    count_pairs,
    example_pair,
    rectangles,
)
from icdgraph.check.rules import rules
from icdgraph.coding.sequence import Sequencing
from icdgraph.toy import toy

DOCS = Path(__file__).parent.parent / "docs" / "audit.md"
EXCLUDES1, EXCLUDES2 = NoteKind.EXCLUDES1, NoteKind.EXCLUDES2
ORDERING = (NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL_CODE)


def diag(code, title, *inner):
    return f"<diag><name>{code}</name><desc>{title}</desc>{''.join(inner)}</diag>"


def note(kind, *texts):
    return f"<{kind}>{''.join(f'<note>{text}</note>' for text in texts)}</{kind}>"


def release(*diags):
    return (
        "<ICD10CM.tabular><version>2026</version><chapter><name>1</name>"
        "<desc>Everything (A00-A99)</desc><section id='A00-A99'>"
        f"<desc>Everything (A00-A99)</desc>{''.join(diags)}</section></chapter>"
        "</ICD10CM.tabular>"
    )


TITLED = "manifestation by its title: "
OTHER_SIDE = "Excludes2 at another node on the other side"
FEVER = "Fever in diseases classified elsewhere"
RASH = "Rash in other diseases classified elsewhere"
CHILL = "Chill in diseases classified elsewhere"
FAULTY = release(
    diag(
        "A00",
        "Both at one node",
        note("excludes1", "this NOS (A01)"),
        note("excludes2", "that (A01.1)"),
        diag("A00.0", "First"),
        diag("A00.1", "Second", note("inclusionTerm", "Shared  Term", "Third")),
    ),
    diag(
        "A01",
        "Kin",
        note("excludes1", "own part (A01.2)"),
        diag("A01.1", "Third"),
        diag("A01.2", "Fourth", note("inclusionTerm", "shared term")),
    ),
    diag("A02", "One side", note("excludes1", "the other (A03)")),
    diag("A03", "Two sides", note("excludes2", "the one (A02)")),
    diag(
        "A04",
        "Above",
        note("excludes2", "all (A05-A06)"),
        diag("A04.0", "Low", note("excludes1", "part (A05)")),
        diag("A04.1", "Else"),
    ),
    diag("A05", "Forbidden", note("codeFirst", "yet first (A04.0)")),
    diag("A06", "Opposed", note("codeFirst", "seventh (A07)")),
    diag("A07", "Opposed too", note("codeFirst", "sixth (A06)")),
    diag("A08", "Circle, first", note("useAdditionalCode", "next (A09)")),
    diag("A09", "Circle, second", note("useAdditionalCode", "next (A10)")),
    diag("A10", "Circle, third", note("useAdditionalCode", "next (A08)")),
    diag("A11", FEVER, note("codeFirst", "a disease (A12)")),
    diag("A12", "Silent etiology"),
    diag("A13", "Etiology", note("useAdditionalCode", "rash (A14)")),
    diag("A14", RASH, note("codeFirst", "a disease, such as:")),
    diag(
        "A15",
        "Same",
        note(
            "excludes1",
            "nothing (A55)",
            "between (A16-A66)",
            "back (A03-A02)",
            "open (A16",
        ),
    ),
    diag("A16", "same"),
    diag(
        "A17",
        CHILL,
        diag("A17.0", "Mild"),
        diag("A17.1", "Bad", note("codeFirst", "any (A12)")),
    ),
)


@pytest.fixture(scope="module")
def faulty(grow):
    return grow(FAULTY)


@pytest.fixture(scope="module")
def results(graph):
    """The cases in the bundled release, by the id of their check."""
    return {result.check.id: result.cases for result in graph.audit()}


def cases(graph, check):
    (result,) = graph.audit(check)
    return [
        (case.group, [n.code for n in case.nodes], case.pairs) for case in result.cases
    ]


# Each check on a release made for it


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("C101", [("at the same node", ["A00", "A01.1"], 2)]),
        ("C102", [("Excludes2 at a node above the Excludes1", ["A04.0", "A05"], 1)]),
        ("C103", [(OTHER_SIDE, ["A02", "A03"], 1)]),
        ("C104", [("against Code first", ["A04.0", "A05"], 1)]),
        ("C105", [("Excludes1 of a descendant", ["A01", "A01.2"], 0)]),
        ("C201", [("as printed", ["A07", "A06"], 1)]),
        ("C202", [("as printed", ["A08", "A09", "A10"], 0)]),
        (
            "C203",
            [
                (TITLED + "there is no Use additional code note", ["A11", "A12"], 1),
                (TITLED + "there is no Use additional code note", ["A17.1", "A12"], 1),
            ],
        ),
        (
            "C204",
            [
                (
                    TITLED + "Code first has words without codes",
                    ["A13", "A14"],
                    1,
                )
            ],
        ),
        ("C205", [("no Code first note", ["A17.0", "A17"], 0)]),
        ("C301", [("not one above the other", ["A00.1", "A01.2"], 0)]),
        ("C302", [("not one above the other", ["A00.1", "A01.1"], 0)]),
        ("C303", [("not one above the other", ["A15", "A16"], 0)]),
        ("C401", [("dangling", ["A15"], 0)]),
    ],
)
def test_case_of_each_check(faulty, check, expected):
    got = cases(faulty, check)
    if check == "C203":
        # The opposed pair and the excluded one are plain rules of sequence.
        got = [case for case in got if "title" in case[0]]
    if check == "C401":
        got = [(group, nodes[:1], n) for group, nodes, n in got]
    assert got == expected


def test_ranges_and_parentheses_are_reported(faulty):
    assert [group for group, *_ in cases(faulty, "C402")] == [
        "dangling",
        "reversed range",
    ]
    assert [group for group, *_ in cases(faulty, "C403")] == ["unbalanced parenthesis"]


def test_exclusions_on_one_side_and_on_both(grow):
    one = note("excludes1", "(A01)")
    g = grow(
        release(
            diag("A00", "One", one),
            diag(
                "A01",
                "Other",
                diag("A01.0", "States it", note("excludes1", "(A00)")),
                diag("A01.1", "Silent"),
            ),
        )
    )
    assert cases(g, "C106") == [("stated in return in part", ["A00", "A01"], 1)]
    ((case,),) = (result.cases for result in g.audit("C106"))
    assert "at A01 state it for 1 of 2 pairs" in case.sentence
    both = release(
        diag("A00", "One", one), diag("A01", "O", note("excludes1", "(A00)"))
    )
    assert cases(grow(both), "C106") == []


def test_a_note_does_not_state_itself_in_return(grow):
    parts = [diag("A00.0", "First"), diag("A00.1", "Second")]
    both = diag("A00", "Parts", note("excludes1", "parts (A00.0, A00.1)"), *parts)
    g = grow(release(both))
    assert cases(g, "C106") == [("not stated in return", ["A00", "A00"], 1)]
    ((case,),) = (result.cases for result in g.audit("C106"))
    assert "no Excludes1 note at A00 states it in return" in case.sentence


def test_a_note_may_oppose_itself(grow):
    parts = [diag("A00.0", "First"), diag("A00.1", "Second")]
    both = diag("A00", "Parts", note("useAdditionalCode", "(A00.0, A00.1)"), *parts)
    assert [pairs for *_, pairs in cases(grow(release(both)), "C201")] == [1]


def test_a_code_before_itself_is_no_cycle(grow):
    notes = note("useAdditionalCode", "its category (A06)", "both (A05-A06)")
    parts = [diag("A06.0", "First", notes), diag("A06.1", "Second")]
    g = grow(release(diag("A05", "Other"), diag("A06", "Category", *parts)))
    assert cases(g, "C201") == cases(g, "C202") == []


def test_a_cycle_goes_through_the_codes_that_its_notes_share(grow):
    diags = [diag(f"A0{n}", "Other") for n in range(3, 8)]
    diags += [
        diag("A08", "Circle, first", note("useAdditionalCode", "next (A03, A09)")),
        diag("A09", "Circle, second"),
        diag(
            "A10",
            "Circle, third",
            note("codeFirst", "any of (A05, A09)"),
            note("useAdditionalCode", "next (A08)"),
        ),
    ]
    assert cases(grow(release(*diags)), "C202") == [
        ("as printed", ["A08", "A09", "A10"], 0)
    ]


BY_NOTE = "manifestation by its Code first note: "
USE = "useAdditionalCode"


@pytest.mark.parametrize(
    ("titles", "at_etiology", "group"),
    [
        (("Plain", "Plain"), "", BY_NOTE + "there is no Use additional code note"),
        ((FEVER, "Plain"), "", TITLED + "there is no Use additional code note"),
        (
            ("Plain", FEVER),
            "",
            TITLED[:-2] + " among others: there is no Use additional code note",
        ),
        (
            ("Plain", "Plain"),
            note(USE, "other (A02)"),
            BY_NOTE + "Use additional code names only other codes",
        ),
        (
            ("Plain", "Plain"),
            note(USE, "code to identify:", "other (A02)"),
            BY_NOTE + "Use additional code names only other codes",
        ),
        (
            ("Plain", "Plain"),
            note(USE, "code for a complication, such as:", "other (A02)"),
            BY_NOTE + "Use additional code has words without codes",
        ),
        (
            ("Plain", "Plain"),
            note(USE, "part (A00.0)"),
            BY_NOTE + "Use additional code names some of these codes, not all",
        ),
        (("Plain", "Plain"), note(USE, "all (A00)"), None),
    ],
)
def test_groups_say_how_a_manifestation_is_known_and_what_is_missing(
    grow, titles, at_etiology, group
):
    above, below = titles
    parts = [diag("A00.0", below), diag("A00.1", "Other")]
    first = note("codeFirst", "etiology (A01)")
    diags = [
        diag("A00", above, first, *parts),
        diag("A01", "Etiology", at_etiology),
        diag("A02", "Other etiology"),
    ]
    pairs = 1 if "part" in at_etiology else 2
    expected = [(group, ["A00", "A01"], pairs)] if group else []
    assert cases(grow(release(*diags)), "C203") == expected


def test_a_manifestation_says_which_title_makes_it_one(faulty):
    ((case,),) = (result.cases for result in faulty.audit("C205"))
    assert case.sentence.startswith(f"A17.0 Mild, below A17 {CHILL}: neither")


def test_a_sentence_names_the_first_codes_and_counts_the_others(grow):
    excluded = note("excludes1", "part (A01.1, A01.2)")
    allowed = note("excludes2", "all (A01)")
    parts = [diag(f"A01.{n}", "Part") for n in range(4)]
    g = grow(release(diag("A00", "One", excluded, allowed), diag("A01", "X", *parts)))
    (case,) = g.audit("C101")[0].cases
    assert case.sentence.endswith("both apply to A00 with A01.1 and 1 more.")
    assert (case.pairs, case.example) == (2, ("A00", "A01.1"))


def test_the_toy_has_what_was_left_out_of_it():
    (result,) = toy().audit("C401")
    assert [case.sentence.split("dangling ")[1] for case in result.cases] == [
        "'R52'; no code is found.",
        "'Z18'; no code is found.",
    ]


def test_named_queries_agree_with_the_checks(faulty):
    counts = {
        name: len(list(faulty.sparql(name=name)))
        for name in ("opposed-exclusions", "self-exclusions", "synonyms-as-titles")
    }
    # A title is compared to the letter there; here "Third" is one in any case.
    assert counts == {
        "opposed-exclusions": len(cases(faulty, "C103")),
        "self-exclusions": len(cases(faulty, "C105")),
        "synonyms-as-titles": len(cases(faulty, "C302")),
    }
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


def test_codes_that_go_before_each_other_are_those_counted_one_by_one(graph, results):
    first = NotesByCode(graph, NoteKind.CODE_FIRST)
    after = NotesByCode(graph, NoteKind.USE_ADDITIONAL_CODE)
    expected = Counter()
    for code in ["D64.2", *graph["N14"].billable_codes, "E11.9", "F02.80"]:
        for other in first.naming:
            # Before *other* by its own Code first, or by Use additional code at *code*.
            ahead = first.between(other, code) | after.between(code, other)
            behind = first.between(code, other) | after.between(other, code)
            expected.update(frozenset(pair) for pair in product(ahead, behind))
    assert {frozenset(c.notes): c.pairs for c in results["C201"]} == expected


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


def test_no_note_is_in_a_shorter_cycle_than_reported(graph, results):
    order = Sequencing(graph.core)
    for case in results["C202"]:
        number = next(n for n in order.earlier if graph.core.note(n) == case.notes[0])
        assert 2 < len(cycles.cycle(order, number)) <= len(case.notes)


def test_index_finds_the_rectangles_that_overlap(graph):
    tree = graph.core.tree
    index = RectangleIndex(tree, rectangles(graph.core, EXCLUDES1))

    def nested(a, b):
        return tree.subsumes(a, b) or tree.subsumes(b, a)

    for rectangle in index.rectangles[::700]:
        expected = [
            other
            for other in index.rectangles
            if nested(other.source, rectangle.source)
            and nested(other.target, rectangle.target)
        ]
        assert list(index.overlapping(*rectangle.sides)) == expected


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


def test_every_case_has_a_sentence_and_its_notes(results):
    for check, cases in results.items():
        for case in cases:
            assert case.sentence.endswith("."), check
            assert case.nodes
            assert case.notes or check in {"C205", "C303"}
            assert (
                all(n.text in case.sentence for n in case.notes)
                or len({n.text.casefold() for n in case.notes}) > 1
                or check.startswith("C3")
            )
            assert len(case.example) == (2 if case.pairs else 0)


def test_lines_count_every_case_and_show_the_first_of_each_group(graph):
    results = graph.audit("C101", "C105")
    count = sum(len(result.cases) for result in results)
    lines = list(report.lines(graph.core, results, shown=2))
    assert lines[0].endswith(f": {count} cases")
    assert f"    and {len(results[0].cases) - 2} more, with --check C101" in lines
    shown = [line for line in lines if line.startswith("    ")]
    whole = list(report.lines(graph.core, results, shown=None))
    assert not any("more, with" in line for line in whole)
    assert len(whole) - len(lines) == count - len(shown)
    text = "\n".join(whole)
    assert all(case.sentence in text for result in results for case in result.cases)


def test_document_has_every_case_with_its_notes(graph):
    (check,) = report.document(graph.core, graph.audit("C401"))["checks"]
    (case,) = check["cases"]
    assert (check["count"], case["nodes"][0]["code"]) == (1, "F02")
    assert case["notes"][0]["line"] > 0
    assert "G31.90" in case["notes"][0]["text"]


def test_rows_have_a_row_for_each_note(graph):
    (result,) = graph.audit("C101")
    rows = list(report.rows([result]))
    assert len(rows) == 2 * len(result.cases)
    assert {len(row) for row in rows} == {len(report.COLUMNS)}
    (single,) = graph.audit("C205")
    assert len(list(report.rows([single]))) == 1


def test_unknown_check_is_refused_with_those_that_exist():
    with pytest.raises(ParseError, match=r"unknown check 'C999'.*C101, C102"):
        toy().audit("C101", "c999")


def test_ids_are_unique_in_the_product():
    assert not CHECKS.keys() & rules().keys()


def test_checks_are_numbered_and_explained():
    assert list(CHECKS) == sorted(CHECKS)
    assert {check.severity for check in CHECKS.values()} == set(AuditSeverity)
    printed = DOCS.read_text("utf-8")
    headings = re.findall(r"^### (C\d{3}) (.+)$", printed, re.MULTILINE)
    assert headings == [(check.id, check.title) for check in CHECKS.values()]


def test_counts_in_the_documentation_are_those_of_the_release(results):
    printed = re.findall(
        r"^### (C\d{3}) .+\n\n(\w+), ([\d,]+) cases?\b", DOCS.read_text("utf-8"), re.M
    )
    assert printed == [
        (name, CHECKS[name].severity.value.capitalize(), f"{len(cases):,}")
        for name, cases in results.items()
    ]
