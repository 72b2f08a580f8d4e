"""Each rule against its case file, and the registry against itself.

A line of a case file is an encounter with its options, an arrow, and the codes of each
hit; nothing after the arrow: the rule is silent.
"""

from pathlib import Path

import pyarrow as pa
import pytest

from icdgraph.check import chosen, rules
from icdgraph.check.finding import Severity
from icdgraph.check.rules import CONDITIONS
from icdgraph.errors import ParseError

CASES = Path(__file__).parent / "data" / "check"
ELSEWHERE = {"W306"}
"""Rules without a case in this release."""
BY_TEXT = {"E101", "E104", "E105"}
"""Rules decided on the text of a code, before there is a node."""


def read_cases():
    for path in sorted(CASES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            yield pytest.param(path.stem, line, id=f"{path.stem} {line}")


@pytest.mark.parametrize(("rule", "line"), list(read_cases()))
def test_case(graph, rule, line):
    given, _, expected = line.partition("=>")
    parts = given.split()
    options = dict(part.split("=") for part in parts if "=" in part)
    codes = [part for part in parts if "=" not in part]
    words = bool(options.pop("words", ""))
    selected = None if rule == "A901" else [rule]
    findings = graph.check(codes, rules=selected, words=words, **options)
    hits = {f.codes for f in findings if f.rule == rule}
    assert hits == {tuple(hit.strip().split(",")) for hit in expected.split(";")} - {
        ("",)
    }


@pytest.mark.parametrize("rule", list(rules()))
def test_every_rule_has_a_case_that_hits_and_one_that_does_not(rule):
    if rule in ELSEWHERE:
        pytest.skip("this release has no case of it; see below")
    lines = (CASES / f"{rule}.txt").read_text("utf-8").splitlines()
    ends = [line.partition("=>")[2].strip() for line in lines]
    assert any(ends)
    assert not all(ends)


def test_registry_is_whole():
    known = rules()
    assert set(CONDITIONS) | BY_TEXT == set(known)
    for rule in known.values():
        assert rule.severity in Severity
        assert not rule.message.endswith(".")
    assert {path.stem for path in CASES.glob("*.txt")} == set(known) - ELSEWHERE


@pytest.mark.parametrize("names", [["Q"], [""], ["E2019"]])
def test_an_unknown_rule_is_refused(names):
    with pytest.raises(ParseError, match="unknown rule"):
        chosen(names)


CONTRADICTION = """<?xml version="1.0"?><ICD10CM.tabular><version>2026</version>
<chapter><name>1</name><desc>One (A00-A09)</desc>
<section id="A00-A09"><desc>S (A00-A09)</desc>
<diag><name>A00</name><desc>Aa</desc><codeFirst><note>bb (A01)</note></codeFirst></diag>
<diag><name>A01</name><desc>Bb</desc><codeFirst><note>aa (A00)</note></codeFirst></diag>
</section></chapter></ICD10CM.tabular>"""


@pytest.mark.parametrize("codes", [["A00", "A01"], ["A01", "A00"]])
def test_contradicting_notes_are_reported_once_as_a_warning(grow, codes):
    graph = grow(CONTRADICTION)
    found = graph.check(codes)
    assert [f.rule for f in found] == ["W306", "W306"]
    assert {f.defined_at for f in found} == {"A00", "A01"}
    table = pa.table({"id": [1, 1], "dx": codes})
    rows = graph.check_table(table, encounter="id", code="dx").findings
    assert rows["defined_at"].to_pylist() == [f.defined_at for f in found]
    order = graph.order(codes)
    assert not order.is_legal
    assert set(order.cycle) == {"A00", "A01"}
    assert order.cycle[0] == order.cycle[-1]
    assert len(order.reasons) == 2
