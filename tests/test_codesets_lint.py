"""Lists as people publish them: reading, and what is told of each line."""

from pathlib import Path

import pytest

from icdgraph import ParseError
from icdgraph.codesets import listing
from icdgraph.codesets.findings import Flaw
from icdgraph.codesets.lint import lint

LISTS = Path(__file__).parent / "data" / "codesets"


def flaws(graph, text, column=None):
    found = lint(graph.core, text, column).findings
    return [(finding.line, finding.flaw.value) for finding in found]


def codes(graph, text, column=None):
    return list(lint(graph.core, text, column).codes)


# Reading


@pytest.mark.parametrize(
    "text",
    [
        "E11.21\nE11.22\n",
        "e1121\r\ne1122\r\n",
        "E1121, E11.22",
        "E1121;E1122;",
        "E11.21 and E11.22",
        "\ufeffE11.21 | E11.22",
        "'E11.21', 'E11.22'",
        "('E1121','E1122')",
        "- E11.21\n- E11.22  Type 2 diabetes mellitus, 2024",
        "\u2022 E11.21 Type 2\n\u2022 E11.22",
        "E11.21 # yes\n# E11.29\nE11.22 // and that",
        "code,title\nE11.21,a\nE11.22,b",
        "title\tICD\na\tE11.21\nb, c\tE11.22",
        '"E11.21","a, b"\n"E11.22","c"',
        "id;dx;n\n1;E11.21;44\n2;E11.22;45\n",
        'sep=;\r\ncode;title\r\nE11.21;"a; b"\r\nE11.22;c\r\n',
        "sep=,\nE11.21\nE11.22",
    ],
)
def test_many_ways_to_write_two_codes(graph, text):
    report = lint(graph.core, text.removeprefix("\ufeff"))
    assert list(report.codes) == ["E11.21", "E11.22"]
    assert report.is_clean, report.findings


def test_marks_of_unicode_and_encodings_of_windows():
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert (
            listing.decode("I10 \u2013 I15\r\n".encode(encoding))
            == "I10 \u2013 I15\r\n"
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("E11.2*", "E11.2-"),
        ("E11.2x", "E11.2-"),
        ("E11.2X", "E11.2-"),
        ("E11.2%", "E11.2-"),
        ("E11.2-", "E11.2-"),
        ("E11.2.-", "E11.2-"),
        ("E112*", "E11.2-"),
        ("S52.5xx", "S52.5"),
        ("E1?", "E10-E16"),
        ("E11.21-E11.22", "E11.21-E11.22"),
        ("E11.21 to E11.22", "E11.21-E11.22"),
        ("E11.21 through E11.22", "E11.21-E11.22"),
        ("E11.21 THRU E11.22", "E11.21-E11.22"),
        ("E1121 \u2013 E1122", "E11.21-E11.22"),
        ("E08-E13", "E08-E13"),
    ],
)
def test_ranges_and_wildcards_are_their_billable_codes(graph, text, said):
    assert lint(graph.core, text).codes == graph.codes(said).billable


@pytest.mark.parametrize("text", ["I10.12345678", "I10.9%x", "B20.9*x"])
def test_what_is_longer_than_a_code_is_not_read_as_its_beginning(graph, text):
    assert codes(graph, text) == []
    assert flaws(graph, text) == [(1, "unread")]


@pytest.mark.parametrize(
    "rest",
    [", .1, .9", "-9", " \u2013 .9", "/.9", " .9", "_", "-I15.66666666", "_2021"],
)
def test_the_end_of_a_further_code_is_told(graph, rest):
    assert codes(graph, f"I10{rest}") == ["I10"]
    assert flaws(graph, f"I10{rest}") == [(1, "condition")]
    assert flaws(graph, f"I10{rest}\nI11.0{rest}")[-1] == (2, "condition")


@pytest.mark.parametrize("title", [" - 2nd", "-Hypertension", ".", ". 1", " 2.5 mg"])
def test_a_title_may_start_anyhow(graph, title):
    assert codes(graph, f"I10{title}") == ["I10"]
    assert (1, "condition") not in flaws(graph, f"I10{title}")


def test_x_that_is_a_placeholder_is_no_wildcard(graph):
    assert codes(graph, "T36.0X") == ["T36.0X"]
    assert codes(graph, "T360X1A") == ["T36.0X1A"]


def test_a_column_is_chosen_by_name_or_number(graph):
    text = "old;new\nE11.8;E11.9\nI10;I11.0\n"
    assert codes(graph, text) == ["E11.8", "I10"]
    assert flaws(graph, text) == [(1, "heading"), (1, "column")]
    for column in ("NEW", "2"):
        assert codes(graph, text, column) == ["E11.9", "I11.0"]
    with pytest.raises(ParseError, match="no column 'newest'"):
        lint(graph.core, text, "newest")
    with pytest.raises(ParseError, match="no column '3'"):
        lint(graph.core, text, "3")


def test_no_code_of_another_column_is_lost(graph):
    text = "E11.9, foo\nE11.8, bar\nE11.65, I10\n"
    assert codes(graph, text) == ["E11.65", "E11.8", "E11.9", "I10"]
    assert (1, "column") in flaws(graph, f"code,title\n{text}")
    assert flaws(graph, "dx1,n\nI10,401\nI11.0,250\n") == [(1, "heading")]


def test_lines_of_a_table_count_lines_of_the_file(graph):
    text = 'code,title\nI10,"one\ntwo"\nI99.99,b\n'
    assert flaws(graph, text) == [(1, "heading"), (4, "unknown")]


# Flaws


@pytest.mark.parametrize(
    ("text", "line", "flaw"),
    [
        ("I10\nsee above", 2, "unread"),
        ("E11.99", 1, "unknown"),
        ("250.00", 1, "unknown"),
        ("V58.67", 1, "unknown"),
        ("E950.0", 1, "unknown"),
        ("E11.9, E11.219", 1, "unknown"),
        ("E11.9-E11.99", 1, "unknown"),
        ("250.00-250.90", 1, "unknown"),
        ("ZZ9*", 1, "unknown"),
        ("E13-E08", 1, "broken range"),
        ("E11-E11.3", 1, "broken range"),
        ("M54.5", 1, "header"),
        ("S52.501", 1, "header"),
        ("I10\nI11.0\nI10", 3, "double"),
        ("E11.21\nE11.2*", 2, "double"),
        ("E11.0-E11.3", 1, "unclear range"),
        ("E110-E113", 1, "unclear range"),
        ("B99-C00", 1, "unclear range"),
        ("J40-J4A", 1, "unclear range"),
        (
            "F45.0\nF45.1\nF45.20\nF45.21\nF45.22\nF45.29\nF45.41\nF45.8\nF45.9",
            1,
            "gap",
        ),
        ("E11.x", 1, "wildcard"),
        ("I10-", 1, "wildcard"),
        ("i10", 1, "spelling"),
        ("E11.9.", 1, "spelling"),
        ("I10.", 1, "spelling"),
        ("T36-T50 with fifth or sixth character 5", 1, "condition"),
        ("E11 except E11.9", 1, "condition"),
        ("E11.9 Diabetes; I10 Hypertension", 1, "condition"),
        ("E11.- (excluding E11.9)", 1, "condition"),
        ("WHERE dx IN ('E119','E118')", 1, "unread"),
        ("Codes\nI10", 1, "heading"),
    ],
)
def test_flaw(graph, text, line, flaw):
    assert (line, flaw) in flaws(graph, text)


@pytest.mark.parametrize(
    "text", ["E08-E13", "M54.5-", "E11.21-E11.22", "I10", "S52.501A-S52.501C", ""]
)
def test_nothing_is_wrong(graph, text):
    assert flaws(graph, text) == []


def test_every_flaw_can_happen(graph):
    happened = set()
    for path in LISTS.iterdir():
        text = listing.decode(path.read_bytes())
        happened |= {finding.flaw for finding in lint(graph.core, text).findings}
    more = "E11 except E11.9\nF45.0\nF45.1\nF45.2-\nF45.41\nF45.8\nF45.9"
    happened |= {finding.flaw for finding in lint(graph.core, more).findings}
    assert happened == set(Flaw)


def test_the_published_list(graph):
    report = lint(graph.core, listing.decode((LISTS / "diabetes.txt").read_bytes()))
    assert not report.is_clean
    assert [(f.line, f.flaw.value) for f in report.findings] == [
        (2, "heading"),
        (4, "spelling"),
        (6, "header"),
        (7, "unknown"),
        (8, "unknown"),
        (9, "wildcard"),
        (10, "wildcard"),
        (11, "unclear range"),
        (12, "spelling"),
        (13, "double"),
        (14, "broken range"),
        (15, "unclear range"),
        (16, "unclear range"),
        (17, "unread"),
    ]


def test_the_official_titles_are_clean(graph):
    nodes = graph.codes("billable and chapter 4 or billable and chapter 15").nodes
    nodes += graph.codes("billable and title /[a-z][0-9]/").nodes
    held = dict.fromkeys(node.code for node in nodes)
    text = "\n".join(f"{code} {graph[code].title}" for code in held)
    report = lint(graph.core, text)
    assert set(report.codes) == held.keys()
    assert {f.flaw for f in report.findings} <= {Flaw.GAP}


def test_a_gap_is_told_at_the_highest_header(graph):
    listed = graph.codes("E11 except E11.9, E11.65 and billable").to("text")
    (finding,) = lint(graph.core, listed).findings
    assert finding.text == "E11"
    assert "all but 2 are listed; E11.65, E11.9 are not" in finding.message


def test_a_missing_seventh_character_is_told(graph):
    (finding,) = lint(graph.core, "S52.501").findings
    assert "7th character, as S52.501A" in finding.message


def test_the_form_of_icd_9_is_told(graph):
    for text in ("250.00", "V58.67", "401"):
        assert "ICD-9-CM" in lint(graph.core, text).findings[0].message
    assert "ICD-9-CM" not in lint(graph.core, "E11.99").findings[0].message


def test_thousands_of_unknown_codes_are_told_quickly(graph):
    report = lint(graph.core, "\n".join(f"E11.{n:04}" for n in range(3000)))
    assert len(report.findings) == 3000
    assert sum("nearest" in finding.message for finding in report.findings) == 20


def test_what_is_wrong_is_not_in_the_set(graph):
    assert codes(graph, "E13-E08\nE11.99\nsee above\n250.00\nI10") == ["I10"]


def test_record(graph):
    record = lint(graph.core, "I10\nI10\n").record()
    assert record["codes"] == record["billable"] == 1
    assert record["entries"] == 2
    assert not record["clean"]
    assert record["findings"] == [
        {
            "line": 2,
            "severity": "warning",
            "flaw": "double",
            "text": "I10",
            "message": "'I10' is in the list already, at line 1",
        }
    ]
