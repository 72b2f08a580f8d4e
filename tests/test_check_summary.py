"""The figures of a table's check, as data, as text and as a page."""

import json
from html.parser import HTMLParser

import pyarrow as pa
import pytest

from icdgraph.check.html_report import page

ENCOUNTERS = {
    "A": "M54.50 F45.41 F45.41",
    "B": "F45.41 M54.50",
    "C": "zz",
    "D": "M17.11",
    "E": "M17.12 M17.11 M54.41",
    "F": "2026-03-01 M54.5",
    "G": "I10 <b>&",
    "H": "M54.41 F45.41",
}


@pytest.fixture(scope="module")
def found(graph):
    rows = [(id_, code) for id_, codes in ENCOUNTERS.items() for code in codes.split()]
    ids, codes = zip(*rows, strict=True)
    table = pa.table({"id": ids, "dx": codes})
    return graph.check_table(table, encounter="id", code="dx")


def test_the_summary_adds_up(found):
    summary = found.summary
    counts = {rule["rule"]: rule for rule in summary["rules"]}
    assert (counts["E201"]["findings"], counts["E201"]["encounters"]) == (3, 3)
    assert counts["E201"]["per_1000"] == 375
    assert (summary["encounters"], summary["clean"]) == (8, 1)
    assert (summary["with_error"], summary["with_warning"]) == (6, 1)
    assert (summary["with_invalid"], summary["unknown_codes"]) == (3, 3)
    assert summary["findings"] == found.findings.num_rows == len(found) == 9
    assert any("W604" in line for line in summary["not_checked"])
    assert json.loads(json.dumps(summary.record)) == summary.record


def test_a_note_is_one_cause_whatever_the_codes_and_their_order(found):
    first, second = found.summary["errors"]
    assert (first["rule"], first["defined_at"]) == ("E201", "M54")
    assert first["note"] == "psychogenic dorsalgia (F45.41)"
    assert (first["findings"], first["encounters"]) == (3, 3)
    assert first["examples"] == ["A", "B", "H"]
    assert "unrelated" in first["unless"]
    pairs = [(pair["findings"], pair["examples"]) for pair in first["pairs"]]
    assert pairs == [(2, ["A", "B"]), (1, ["H"])]
    assert {*first["pairs"][0]["codes"]} == {"F45.41", "M54.50"}
    assert "ask the provider" in first["pairs"][0]["change"]
    assert (second["rule"], second["note"], second["examples"]) == ("E106", None, ["A"])
    assert found.summary["other_errors"] == 0


def test_a_pair_without_a_note_is_a_cause(found):
    (cause,) = found.summary["warnings"]
    (pair,) = cause["pairs"]
    assert (cause["rule"], pair["codes"]) == ("W501", ["M17.11", "M17.12"])
    assert pair["titles"][0] == "Unilateral primary osteoarthritis, right knee"
    assert pair["change"].startswith("use M17.0")


def test_codes_that_are_not_billable_stand_apart(found):
    invalid = {cause["rule"]: cause for cause in found.summary["invalid"]}
    assert list(invalid) == ["E101", "E102"]
    changes = {p["codes"][0]: p["change"] for p in invalid["E101"]["pairs"]}
    assert list(changes) == ["zz", "2026-03-01", "<b>&"]
    assert "looks like a date" in changes["2026-03-01"]
    assert "date" not in changes["zz"]
    assert invalid["E102"]["pairs"][0]["titles"] == ["Low back pain"]


@pytest.mark.parametrize("text", ["3/1/2026", "14-Mar", "mar-26", "2026-03-01 00:00"])
def test_dates(graph, text):
    table = pa.table({"dx": [text]})
    (cause,) = graph.check_table(table, code="dx").summary["invalid"]
    assert "looks like a date" in cause["pairs"][0]["change"]


def test_chapters_of_the_first_code(found):
    findings = {
        c["code"]: (c["error"], c["warning"]) for c in found.summary["chapters"]
    }
    assert findings == {"F01-F99": (2, 0), "M00-M99": (3, 1), None: (3, 0)}


def test_more_causes_than_are_shown_are_counted(graph, monkeypatch):
    one = dict.fromkeys(("errors", "warnings", "invalid"), 1)
    monkeypatch.setattr("icdgraph.check.summary.SHOWN", one)
    monkeypatch.setattr("icdgraph.check.summary._PAIRS", one)
    codes = ["M54.50", "F45.41", "M51.26", "F45.41", "F45.41", "M54.41"]
    table = pa.table({"id": [1, 1, 1, 1, 2, 2], "dx": codes})
    found = graph.check_table(table, encounter="id", code="dx")
    (cause,) = found.summary["errors"]
    assert (cause["findings"], cause["other_pairs"]) == (2, 1)
    assert found.summary["other_errors"] == 2
    text = found.summary.text()
    assert "(and 1 other pair)" in text
    assert "2 other causes" in text


def test_the_text_begins_with_how_many_are_clean(found):
    lines = found.summary.text().split("\n")
    assert lines[0].startswith("1 of 8 encounters are clean; errors in 6, ")
    headings = [line for line in lines if line.endswith("by encounters")]
    assert [heading.split(":")[0] for heading in headings] == [
        "rejected claims",
        "likely recodes",
        "not billable codes, by encounters",
    ]
    assert any("report it once (encounter A)" in line for line in lines)


class Tags(HTMLParser):
    """Checks that tags are closed in order, and collects tags and links."""

    def __init__(self):
        super().__init__()
        self.open, self.links, self.seen = [], [], []

    def handle_starttag(self, tag, attrs):
        self.links += [v for k, v in attrs if k in ("src", "href")]
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_report_is_one_page_without_a_network_or_a_script(found):
    html = page(found.summary.record)
    tags = Tags()
    tags.feed(html)
    assert (tags.open, tags.links, tags.seen.count("script")) == ([], [], 0)
    assert tags.seen.count("table") == tags.seen.count("caption") == 5
    assert "psychogenic dorsalgia (F45.41)" in html
    assert "&lt;b&gt;&amp;" in html
    assert "<b>&amp;" not in html
    assert found._repr_html_() in html


def test_what_to_mend_first_comes_first(found):
    html = page(found.summary.record)
    words = [
        "1 of 8 encounters are clean",
        "<h2>Rejected claims",
        "keep the code that the record supports",
        "<h2>Likely recodes",
        "M17.12",
        "<h2>Codes that are not billable",
        "looks like a date",
        "<h2>Findings by rule",
        "<rect",
        "<h2>Findings by chapter",
        "<h2>What was not checked",
    ]
    places = [html.index(word) for word in words]
    assert places == sorted(places)


def test_a_table_without_findings(graph):
    found = graph.check_table(pa.table({"dx": ["I10"]}), code="dx")
    html = page(found.summary.record)
    assert "1 of 1 encounters are clean" in html
    assert html.count("<p>None.</p>") == 3
    assert "<svg" not in html


def test_without_rules_all_encounters_are_clean(graph):
    table = pa.table({"dx": ["zz", "I10"]})
    found = graph.check_table(table, code="dx", rules=["N310"], severity="error")
    assert found.summary["clean"] == 2
    assert found.summary["errors"] == found.summary["chapters"] == []
