"""Each rule against its case file, and the registry against itself.

A line of a case file is an encounter with its options, an arrow, and the codes of each
hit; nothing after the arrow: the rule is silent.
"""

from pathlib import Path

import pytest

from icdgraph.check import chosen, rules
from icdgraph.check.rules import CONDITIONS
from icdgraph.errors import ParseError

CASES = Path(__file__).parent / "data" / "check"
BY_TEXT = {"E101", "E104", "E105"}
"""Rules decided on the text of a code, before there is a node."""
BY_MEDICARE = {"W701"}


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
    selected = None if rule == "N901" else [rule]
    findings = graph.check(codes, rules=selected, words=words, **options)
    hits = {f.codes for f in findings if f.rule == rule}
    assert hits == {tuple(hit.strip().split(",")) for hit in expected.split(";")} - {
        ("",)
    }


@pytest.mark.parametrize("rule", list(rules()))
def test_every_rule_has_a_case_that_hits_and_one_that_does_not(rule):
    lines = (CASES / f"{rule}.txt").read_text("utf-8").splitlines()
    assert {bool(line.partition("=>")[2].strip()) for line in lines} == {True, False}


@pytest.mark.parametrize("rule", rules().values(), ids=list(rules()))
def test_every_example_is_one_of_its_rule(graph, rule):
    options = dict(rule.example)
    assert graph.check(options.pop("codes"), rules=[rule.id], **options)


def test_registry_is_whole():
    known = rules()
    assert CONDITIONS.keys() | BY_TEXT | BY_MEDICARE == known.keys()
    assert {path.stem for path in CASES.glob("*.txt")} == known.keys()
    assert not any(rule.message.endswith(".") for rule in known.values())


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


@pytest.mark.parametrize("codes", [("A00", "A01"), ("A01", "A00")])
def test_notes_that_contradict_each_other_leave_the_order_to_the_encounter(grow, codes):
    graph = grow(CONTRADICTION)
    assert not graph.check(codes, rules=["E3", "W3", "N306"])
    assert graph.order(codes).codes == codes
