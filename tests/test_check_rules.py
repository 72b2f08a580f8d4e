"""Each rule against its case file, and the registry against itself.

A line of a case file is an encounter with its options, an arrow, and the codes of each
hit; nothing after the arrow: the rule is silent.
"""

from pathlib import Path

import pytest

from icdgraph.check import chosen, rules
from icdgraph.check.finding import Severity
from icdgraph.check.rules import SHAPES
from icdgraph.errors import ParseError

CASES = Path(__file__).parent / "data" / "check"
BY_TEXT = {"E101", "E104", "E105"}
"""Rules decided on the text of a code, before there is a node."""


def read_cases():
    for path in sorted(CASES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            yield pytest.param(path.stem, line, id=f"{path.stem} {line}")


@pytest.mark.parametrize(("rule", "line"), list(read_cases()))
def test_case(graph, rule, line):
    given, _, expected = line.partition("=>")
    words = given.split()
    options = dict(word.split("=") for word in words if "=" in word)
    codes = [word for word in words if "=" not in word]
    is_by_words = bool(options.pop("words", ""))
    asked = None if rule == "A901" else [rule]
    found = graph.check(codes, rules=asked, words=is_by_words, **options)
    hits = {f.codes for f in found if f.rule == rule}
    assert hits == {tuple(hit.strip().split(",")) for hit in expected.split(";")} - {
        ("",)
    }


@pytest.mark.parametrize("rule", list(rules()))
def test_every_rule_has_a_case_that_hits_and_one_that_does_not(rule):
    if rule == "W306":
        pytest.skip("no two notes of this release contradict each other; see below")
    lines = (CASES / f"{rule}.txt").read_text("utf-8").splitlines()
    ends = [line.partition("=>")[2].strip() for line in lines]
    assert any(ends)
    assert not all(ends)


def test_registry_is_whole():
    known = rules()
    assert set(SHAPES) | BY_TEXT | {"A901"} == set(known)
    for rule in known.values():
        assert rule.severity in Severity
        assert not rule.message.endswith(".")
    assert {path.stem for path in CASES.glob("*.txt")} == set(known) - {"W306"}


@pytest.mark.parametrize("names", [["Q"], [""], ["E2019"]])
def test_a_rule_that_is_none_is_refused(names):
    with pytest.raises(ParseError, match="is not a rule"):
        chosen(names)


CONTRADICTION = """<?xml version="1.0"?><ICD10CM.tabular><version>2026</version>
<chapter><name>1</name><desc>One (A00-A09)</desc>
<section id="A00-A09"><desc>S (A00-A09)</desc>
<diag><name>A00</name><desc>Aa</desc><codeFirst><note>bb (A01)</note></codeFirst></diag>
<diag><name>A01</name><desc>Bb</desc><codeFirst><note>aa (A00)</note></codeFirst></diag>
</section></chapter></ICD10CM.tabular>"""


@pytest.mark.parametrize("codes", [["A00", "A01"], ["A01", "A00"]])
def test_contradicting_notes_are_told_once_and_are_no_error(grow, codes):
    graph = grow(CONTRADICTION)
    found = graph.check(codes)
    assert [f.rule for f in found] == ["W306", "W306"]
    assert {f.printed_at for f in found} == {"A00", "A01"}
    order = graph.order(codes)
    assert not order.is_legal
    assert set(order.cycle) == {"A00", "A01"}
    assert order.cycle[0] == order.cycle[-1]
    assert len(order.reasons) == 2
