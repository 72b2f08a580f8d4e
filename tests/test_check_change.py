"""The wording of a change."""

import pytest
from tables import rows

from icdgraph.check import Finding, Reason, checker_of
from icdgraph.check.change import change


@pytest.mark.parametrize(
    ("rule", "codes", "owner", "proposals", "words"), rows("check/changes.jsonl")
)
def test_change(graph, rule, codes, owner, proposals, words):
    reason = Reason("Guidelines", "stated", owner, section="I.C")
    finding = Finding(
        rule,
        tuple(codes.split()),
        "message",
        "I.C",
        "keep one",
        reasons=(reason,),
        proposals=tuple(proposals.split()),
    )
    assert change(checker_of(graph.core).index, finding).startswith(words)


def test_what_replaces_a_code_is_of_its_category(graph):
    (finding,) = graph.check(["E11.9", "N18.30"])
    assert finding.proposals == ("E11.22",)
    assert finding.resolves == "report E11.22 and N18.30 instead of E11.9 and N18.30"


def test_proposals_that_no_entry_makes_are_alternatives(graph):
    (finding,) = graph.check(["M54.5"], rules=["E102"])
    assert finding.proposals
    assert change(checker_of(graph.core).index, finding) == finding.resolves
