"""Lists as people publish them: how they are parsed, and what is found in them."""

from pathlib import Path

import pytest
from tables import rows

from icdgraph import ParseError
from icdgraph.codesets import listing
from icdgraph.codesets.findings import Flaw
from icdgraph.codesets.lint import GUESSES, lint

LISTS = Path(__file__).parent / "data" / "codesets"


def flaws(graph, text, column=None):
    findings = lint(graph.core, text, column).findings
    return [(finding.line, finding.flaw.value) for finding in findings]


def codes(graph, text, column=None):
    return list(lint(graph.core, text, column).codes)


# Parsing


@pytest.mark.parametrize("text", rows("codesets/two_codes.jsonl"))
def test_many_ways_to_write_two_codes(graph, text):
    report = lint(graph.core, text)
    assert list(report.codes) == ["E11.21", "E11.22"]
    assert report.is_clean, report.findings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    text = "I10 \u2013 I15\r\n"
    assert listing.decode(text.encode(encoding)) == text


@pytest.mark.parametrize(("text", "expression"), rows("codesets/ranges.jsonl"))
def test_ranges_and_wildcards_are_their_billable_codes(graph, text, expression):
    assert lint(graph.core, text).codes == graph.codes(expression).billable


@pytest.mark.parametrize("text", ["I10.12345678", "I10.9%x", "B20.9*x"])
def test_no_code_is_read_from_the_start_of_longer_text(graph, text):
    assert codes(graph, text) == []
    assert flaws(graph, text) == [(1, "no code")]


@pytest.mark.parametrize(
    "rest",
    [", .1, .9", "-9", " \u2013 .9", "/.9", " .9", "_", "-I15.66666666", "_2021"],
)
def test_the_end_of_a_further_code_is_reported(graph, rest):
    assert codes(graph, f"I10{rest}") == ["I10"]
    assert flaws(graph, f"I10{rest}") == [(1, "ignored text")]
    assert flaws(graph, f"I10{rest}\nI11.0{rest}")[-1] == (2, "ignored text")


@pytest.mark.parametrize("title", [" - 2nd", "-Hypertension", ".", ". 1", " 2.5 mg"])
def test_titles_are_not_reported(graph, title):
    assert codes(graph, f"I10{title}") == ["I10"]
    assert (1, "ignored text") not in flaws(graph, f"I10{title}")


def test_a_placeholder_x_is_not_a_wildcard(graph):
    assert codes(graph, "T36.0X") == ["T36.0X"]
    assert codes(graph, "T360X1A") == ["T36.0X1A"]


def test_a_column_is_chosen_by_name_or_number(graph):
    text = "old;new\nE11.8;E11.9\nI10;I11.0\n"
    assert codes(graph, text) == ["E11.8", "I10"]
    assert flaws(graph, text) == [(1, "heading"), (1, "several columns")]
    for column in ("NEW", "2"):
        assert codes(graph, text, column) == ["E11.9", "I11.0"]
    for column in ("newest", "3", "0"):
        with pytest.raises(ParseError, match=f"unknown column '{column}'.*old;new"):
            lint(graph.core, text, column)


def test_a_named_column_is_read_first(graph):
    assert codes(graph, "was;ICD code\nE11.8;E11.9\nI10;I11.0\n") == ["E11.9", "I11.0"]


def test_codes_of_other_columns_are_not_lost(graph):
    text = "E11.9, foo\nE11.8, bar\nE11.65, I10\n"
    assert codes(graph, text) == ["E11.65", "E11.8", "E11.9", "I10"]
    assert (1, "several columns") in flaws(graph, f"code,title\n{text}")
    assert flaws(graph, "dx1,n\nI10,401\nI11.0,250\n") == [(1, "heading")]


def test_rows_of_a_table_have_the_lines_of_the_file(graph):
    text = 'code,title\nI10,"one\ntwo"\nI99.99,b\n'
    assert flaws(graph, text) == [(1, "heading"), (4, "unknown code")]


# Findings


@pytest.mark.parametrize(("text", "line", "flaw"), rows("codesets/flaws.jsonl"))
def test_flaw(graph, text, line, flaw):
    assert (line, flaw) in flaws(graph, text)


@pytest.mark.parametrize(
    "text", ["E08-E13", "M54.5-", "E11.21-E11.22", "I10", "S52.501A-S52.501C", ""]
)
def test_a_correct_list_has_no_findings(graph, text):
    assert flaws(graph, text) == []


def test_a_published_list(graph):
    report = lint(graph.core, listing.decode((LISTS / "diabetes.txt").read_bytes()))
    assert not report.is_clean
    found = [[f.line, f.flaw.value] for f in report.findings]
    assert found == rows("codesets/published.jsonl")


def test_official_titles_are_clean(graph):
    nodes = graph.codes("billable and chapter 4 or billable and chapter 15").nodes
    nodes += graph.codes("billable and title /[a-z][0-9]/").nodes
    titles = {node.code: node.title for node in nodes}
    text = "\n".join(f"{code} {title}" for code, title in titles.items())
    report = lint(graph.core, text)
    assert set(report.codes) == titles.keys()
    assert {f.flaw for f in report.findings} <= {Flaw.GAP}


@pytest.mark.parametrize(("expression", "found"), rows("codesets/gaps.jsonl"))
def test_a_gap_is_reported_for_the_highest_header(graph, expression, found):
    findings = lint(graph.core, graph.codes(expression).to("text")).findings
    gaps = [(f.text, f.message) for f in findings if f.flaw is Flaw.GAP]
    assert [text for text, _ in gaps] == [text for text, _ in found]
    for (_, message), (_, words) in zip(gaps, found, strict=True):
        assert message.endswith(words)


@pytest.mark.parametrize(("text", "words"), rows("codesets/messages.jsonl"))
def test_messages_say_what_to_do(graph, text, words):
    assert words in lint(graph.core, text).findings[0].message


def test_only_unknown_codes_of_icd_9_are_called_so(graph):
    assert "ICD-9-CM" not in lint(graph.core, "E11.99").findings[0].message


def test_thousands_of_unknown_codes_are_reported_quickly(graph):
    report = lint(graph.core, "\n".join(f"E11.{n:04}" for n in range(3000)))
    assert len(report.findings) == 3000
    guesses = sum("Did you mean" in finding.message for finding in report.findings)
    assert guesses == GUESSES


def test_invalid_entries_are_not_in_the_set(graph):
    assert codes(graph, "E13-E08\nE11.99\nsee above\n250.00\nI10") == ["I10"]


def test_duplicates_name_the_first_line(graph):
    (first, second) = lint(graph.core, "I10\nI10\nI10-I11\n").findings
    assert first.message == "'I10' is a duplicate of line 1"
    assert second.message.startswith("1 of the 3 codes of 'I10-I11'")
    assert second.message.endswith("line 1")


def test_record(graph):
    record = lint(graph.core, "I10\nI10\n").record()
    assert record == {
        "entries": 2,
        "codes": 1,
        "billable": 1,
        "clean": False,
        "findings": [
            {
                "line": 2,
                "severity": "warning",
                "flaw": "duplicate",
                "text": "I10",
                "message": "'I10' is a duplicate of line 1",
            }
        ],
    }
