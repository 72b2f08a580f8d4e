"""The audit by graph, held against counts made pair by pair."""

import re
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icdgraph.network.audit import CHECKS, Weight, audit

from icdgraph import NoteKind, ParseError
from icdgraph.audit import cycles, report
from icdgraph.audit.manifestations import is_manifestation
from icdgraph.audit.rectangles import Plane, areas, example, pairs
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
OTHER_SIDE = "Excludes2 said by another node on the other side"
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
def found(graph):
    return {finding.check.id: finding.cases for finding in audit(graph)}


def cases(graph, check):
    (finding,) = audit(graph, [check])
    return [
        (case.group, [n.code for n in case.nodes], case.pairs) for case in finding.cases
    ]


# Each check on a release made for it


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("A101", [("at the same node", ["A00", "A01.1"], 2)]),
        ("A102", [("Excludes2 at a node above the Excludes1", ["A04.0", "A05"], 1)]),
        ("A103", [(OTHER_SIDE, ["A02", "A03"], 1)]),
        ("A104", [("against Code first", ["A04.0", "A05"], 1)]),
        ("A105", [("Excludes1 of a descendant", ["A01", "A01.2"], 0)]),
        ("A201", [("as printed", ["A07", "A06"], 1)]),
        ("A202", [("as printed", ["A08", "A09", "A10"], 0)]),
        (
            "A203",
            [
                (TITLED + "no Use additional code is printed", ["A11", "A12"], 1),
                (TITLED + "no Use additional code is printed", ["A17.1", "A12"], 1),
            ],
        ),
        (
            "A204",
            [
                (
                    TITLED + "Code first is said in words without codes",
                    ["A13", "A14"],
                    1,
                )
            ],
        ),
        ("A205", [("no Code first note", ["A17.0", "A17"], 0)]),
        ("A301", [("not one above the other", ["A00.1", "A01.2"], 0)]),
        ("A302", [("not one above the other", ["A00.1", "A01.1"], 0)]),
        ("A303", [("not one above the other", ["A15", "A16"], 0)]),
        ("A401", [("dangling", ["A15"], 0)]),
    ],
)
def test_case_of_each_check(faulty, check, expected):
    got = cases(faulty, check)
    if check == "A203":
        # The opposed pair and the forbidden one are plain rules of sequence.
        got = [case for case in got if "title" in case[0]]
    if check == "A401":
        got = [(group, nodes[:1], n) for group, nodes, n in got]
    assert got == expected


def test_ranges_and_parentheses_are_reported(faulty):
    assert [group for group, *_ in cases(faulty, "A402")] == [
        "dangling",
        "reversed range",
    ]
    assert [group for group, *_ in cases(faulty, "A403")] == ["unbalanced parenthesis"]


def test_one_side_is_told_from_both(grow):
    one = note("excludes1", "(A01)")
    g = grow(
        release(
            diag("A00", "One", one),
            diag(
                "A01",
                "Other",
                diag("A01.0", "Says it back", note("excludes1", "(A00)")),
                diag("A01.1", "Silent"),
            ),
        )
    )
    assert cases(g, "A106") == [("said back in part", ["A00", "A01"], 1)]
    both = release(
        diag("A00", "One", one), diag("A01", "O", note("excludes1", "(A00)"))
    )
    assert cases(grow(both), "A106") == []


def test_the_toy_has_what_was_left_out_of_it():
    assert {f.check.id: len(f.cases) for f in audit(toy()) if f.cases} == {
        "A106": 4,
        "A401": 2,
    }


def test_named_queries_agree_with_the_checks(faulty):
    counts = {
        name: len(list(faulty.sparql(name=name)))
        for name in ("opposed-exclusions", "self-exclusions", "synonyms-as-titles")
    }
    # A title is compared to the letter there; here "Third" is one in any case.
    assert counts == {
        "opposed-exclusions": len(cases(faulty, "A103")),
        "self-exclusions": len(cases(faulty, "A105")),
        "synonyms-as-titles": len(cases(faulty, "A302")),
    }
    # Exclusions of the very same node are wanted there, of shared codes here.
    assert len(list(faulty.sparql(name="both-excludes"))) == 0


# Pairs, counted one by one


@given(st.data())
def test_pairs_counts_each_pair_once(data):
    g = toy()
    nodes = st.integers(0, len(g.tables.codes) - 1)
    rectangles = data.draw(st.lists(st.tuples(nodes, nodes), max_size=5))
    every = {
        frozenset(pair)
        for one, other in rectangles
        for pair in product(g.node(one).billable_codes, g.node(other).billable_codes)
        if len(set(pair)) == 2
    }
    assert pairs(g.tree, rectangles) == len(every)
    shown = example(g, rectangles)
    assert (frozenset(shown) in every) if every else shown == ()


def under(note):
    """Return the billable codes that *note* speaks for."""
    return {c for top in note.scope or (note.owner,) for c in top.billable_codes}


class Said:
    """For each billable code, the notes of some kinds that speak for it or name it."""

    def __init__(self, graph, *kinds):
        self.speaks, self.names = {}, {}
        for note in graph.notes(*kinds):
            for code in under(note):
                self.speaks.setdefault(code, set()).add(note)
            for code in note.billable():
                self.names.setdefault(code, set()).add(note)

    def of(self, one, other):
        """Return the notes that speak for *one* and name *other*."""
        return self.speaks.get(one, set()) & self.names.get(other, set())


def spoken(note):
    return product(sorted(under(note)), note.billable())


def small(graph, chapter, kind, most=4_000):
    """Return the notes of *kind* in *chapter* that speak of *most* pairs."""
    return [
        note
        for note in graph.notes(kind)
        if note.targets
        and note.owner.chapter.code == chapter
        and len(under(note)) * len(note.billable()) <= most
    ]


@pytest.fixture(scope="module")
def forbidding(graph):
    return [
        n for chapter in ("3", "14", "16") for n in small(graph, chapter, EXCLUDES1)
    ]


def test_pairs_under_both_excludes_are_those_counted_one_by_one(
    graph, found, forbidding
):
    allowing = Said(graph, EXCLUDES2)
    same, turned = Counter(), Counter()
    for note in forbidding:
        for one, other in spoken(note):
            if one != other:
                same.update((note, m) for m in allowing.of(one, other))
                turned.update((note, m) for m in allowing.of(other, one))
    assert same == counted(found["A101"] + found["A102"], forbidding)
    assert turned == counted(found["A103"], forbidding)
    assert len(same) > 50
    assert len(turned) > 30


def counted(cases, notes):
    wanted = set(notes)
    return {case.notes: case.pairs for case in cases if case.notes[0] in wanted}


def test_exclusions_against_instructions_are_those_counted_one_by_one(graph, found):
    instructions = Said(
        graph,
        NoteKind.CODE_FIRST,
        NoteKind.USE_ADDITIONAL_CODE,
        NoteKind.CODE_ALSO,
    )
    notes = {case.notes[0] for case in found["A104"]}
    notes |= set(small(graph, "16", EXCLUDES1, 1_000))
    expected = {}
    for note in notes:
        for one, other in spoken(note):
            told = instructions.of(one, other) | instructions.of(other, one)
            for instruction in told if one != other else ():
                key = (note, instruction)
                expected.setdefault(key, set()).add(frozenset((one, other)))
    assert counted(found["A104"], notes) == {
        both: len(met) for both, met in expected.items()
    }


def test_one_sided_exclusions_are_those_counted_one_by_one(graph, found, forbidding):
    excluding = Said(graph, EXCLUDES1)
    silent = {
        note: sum(not excluding.of(b, a) - {note} for a, b in spoken(note) if a != b)
        for note in forbidding
    }
    assert {n: count for n, count in silent.items() if count} == {
        case.notes[0]: case.pairs
        for case in found["A106"]
        if case.notes[0] in set(forbidding)
    }
    assert 0 in silent.values()
    assert Counter(case.group for case in found["A106"])["said back in part"] > 100


@pytest.mark.parametrize(
    ("check", "asked", "wanted"),
    [("A203", *ORDERING), ("A204", *ORDERING[::-1])],
)
def test_unanswered_notes_are_those_counted_one_by_one(
    graph, found, check, asked, wanted
):
    answering = Said(graph, wanted)
    reported = {case.notes[0]: case.pairs for case in found[check]}
    checked = 0
    for note in graph.notes(asked):
        if not note.targets or len(under(note)) * len(note.billable()) > 3_000:
            continue
        silent = sum(not answering.of(b, a) for a, b in spoken(note) if a != b)
        if note in reported:
            assert reported[note] == silent, note
        else:
            # Of a Use additional code note only manifestations are looked at.
            assert not silent or check == "A204"
        checked += 1
    assert checked > 200


def test_codes_that_go_before_each_other_are_those_counted_one_by_one(graph, found):
    first = Said(graph, NoteKind.CODE_FIRST)
    after = Said(graph, NoteKind.USE_ADDITIONAL_CODE)
    expected = Counter()
    for code in ["D64.2", *graph["N14"].billable_codes, "E11.9", "F02.80"]:
        for other in first.names:
            # Before *other* by its own Code first, or by Use additional code at *code*.
            ahead = first.of(other, code) | after.of(code, other)
            behind = first.of(code, other) | after.of(other, code)
            expected.update(frozenset(pair) for pair in product(ahead, behind))
    assert {frozenset(c.notes): c.pairs for c in found["A201"]} == expected


def test_circles_close(graph, found):
    for case in found["A202"]:
        assert len(case.nodes) == len(case.notes) == len(set(case.notes)) > 2
        ends = zip(case.nodes, (*case.nodes[1:], case.nodes[0]), strict=True)
        for (first, second), note in zip(ends, case.notes, strict=True):
            if note.kind == NoteKind.CODE_FIRST:
                first, second = second, first
            # One of the codes at an end is enough: subtrees that meet are nested.
            assert any(t.subsumes(second) or second.subsumes(t) for t in note.targets)
            assert note.owner.subsumes(first) or first.subsumes(note.owner)
    assert [{node.code for node in case.nodes} for case in found["A202"]] == [
        {"E13", "E89.1", "Z90.41"},
        {"T36.0X5", "R65.11", "D65"},
    ]


def test_no_note_is_in_a_shorter_circle_than_told(graph, found):
    order = Sequencing(graph)
    for case in found["A202"]:
        for note in case.notes:
            assert note.owner.graph is graph
        number = next(n for n in order.earlier if graph.note(n) == case.notes[0])
        assert 2 < len(cycles.circle(order, number)) <= len(case.notes)


def test_plane_finds_what_meets(graph):
    plane = Plane(graph.tree, areas(graph, EXCLUDES1))
    low = graph.tree.subsumes
    for area in plane.areas[::700]:
        expected = [
            other
            for other in plane.areas
            if (low(other.speaker, area.speaker) or low(area.speaker, other.speaker))
            and (low(other.named, area.named) or low(area.named, other.named))
        ]
        assert list(plane.meeting(area.speaker, area.named)) == expected


# What is known of the release


def test_counts_of_april_2026(found):
    assert {check: len(cases) for check, cases in found.items()} == {
        "A101": 21,
        "A102": 1_274,
        "A103": 737,
        "A104": 25,
        "A105": 2,
        "A106": 4_037,
        "A201": 0,
        "A202": 2,
        "A203": 479,
        "A204": 271,
        "A205": 1,
        "A301": 28,
        "A302": 5,
        "A303": 2,
        "A401": 1,
        "A402": 4,
        "A403": 2,
        "A404": 0,
    }


def test_every_defect_is_reported_once(graph, found):
    reported = [c.notes[0] for check in ("A401", "A402", "A403") for c in found[check]]
    assert Counter(reported) == Counter(defect.note for defect in graph.defects)


def test_manifestations_by_title(graph):
    assert is_manifestation(graph["F02.80"])
    assert is_manifestation(graph["M14.60"])
    assert not is_manifestation(graph["B95.0"])
    assert not is_manifestation(graph["G89"])


# The report


def test_every_case_has_a_sentence_and_its_notes(found):
    for check, cases in found.items():
        for case in cases:
            assert case.sentence.endswith("."), check
            assert case.nodes
            assert case.notes or check in {"A205", "A303"}
            assert (
                all(n.text in case.sentence for n in case.notes)
                or len({n.text.casefold() for n in case.notes}) > 1
                or check.startswith("A3")
            )
            assert len(case.example) == (2 if case.pairs else 0)


def test_lines_count_every_case_and_show_the_first_of_each_group(graph):
    findings = audit(graph, ["A101", "A105"])
    lines = list(report.lines(graph, findings, shown=2))
    assert lines[0].endswith("audited by its graph: 23 cases")
    assert "    and 19 more, with --check A101" in lines
    assert f"A106 {CHECKS['A106'].title}: 4,037" in report.lines(
        graph, audit(graph, ["A106"]), shown=0
    )
    whole = list(report.lines(graph, findings, shown=None))
    assert not any("more, with" in line for line in whole)
    whole = "\n".join(whole).splitlines()
    flat = " ".join(" ".join(whole).split())
    assert all(" ".join(c.sentence.split()) in flat for f in findings for c in f.cases)
    assert max(map(len, whole[5:])) <= 88


def test_document_holds_every_case_with_its_notes(graph):
    (check,) = report.document(graph, audit(graph, ["A401"]))["checks"]
    (case,) = check["cases"]
    assert (check["count"], case["nodes"][0]["code"]) == (1, "F02")
    assert case["notes"][0]["line"] > 0
    assert "G31.90" in case["notes"][0]["text"]


def test_rows_have_a_row_for_each_note(graph):
    (finding,) = audit(graph, ["A101"])
    rows = list(report.rows([finding]))
    assert len(rows) == 2 * len(finding.cases)
    assert {len(row) for row in rows} == {len(report.COLUMNS)}
    (single,) = audit(graph, ["A205"])
    assert len(list(report.rows([single]))) == 1


def test_unknown_check_is_refused():
    with pytest.raises(ParseError, match=r"'A999' is not the number of a check"):
        audit(toy(), ["A101", "a999"])


def test_checks_are_numbered_and_explained():
    assert list(CHECKS) == sorted(CHECKS)
    assert {check.weight for check in CHECKS.values()} == set(Weight)
    assert len({check.title for check in CHECKS.values()}) == len(CHECKS)
    printed = DOCS.read_text("utf-8")
    headings = re.findall(r"^### (A\d{3}) (.+)$", printed, re.MULTILINE)
    assert headings == [(check.id, check.title) for check in CHECKS.values()]
