"""The wording of a change."""

import pytest

from icdgraph.check import Finding, Reason, checker_of
from icdgraph.check.change import change


@pytest.mark.parametrize(
    ("rule", "codes", "owner", "proposals", "words"),
    [
        ("W206", "I10 N18.30", "I10", "I12.9", "report I12.9 and N18.30 instead of "),
        ("W206", "N18.30 I10", "I10", "I12.9", "report I12.9 and N18.30 instead of "),
        (
            "W206",
            "I10 I50.9",
            "I10",
            "I11.0 I13.0",
            "report I11.0 or I13.0, and I50.9 instead of I10 and I50.9",
        ),
        # An Excludes1 note keeps M54.50 and F45.41 apart.
        ("E202", "M54.41 F45.41", "M54.41", "M54.50 I10", "report I10 and F45.41 "),
        ("E202", "M54.41 F45.41", "M54.41", "M54.50", "report M54.50 instead of M54."),
        (
            "W206",
            "E11.9 N18.30",
            "E11.9",
            "E10.22 E11.22",
            "report E11.22 and N18.30 instead of E11.9 and N18.30",
        ),
        ("E202", "E11.22 E11.9", "E11.9", "E11.22", "leave out E11.9"),
        ("W604", "P07.30", "P07.30", "Z87.898", "report Z87.898 instead of P07.30"),
        ("W411", "I13.0", "I13.0", "I50.9 I50.22", "add I50.9 or I50.22, if the"),
        ("E202", "B20 Z21", "Z21", "", "keep one"),
    ],
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


def test_proposals_that_no_entry_makes_are_alternatives(graph):
    (finding,) = graph.check(["M54.5"], rules=["E102"])
    assert finding.proposals
    assert change(checker_of(graph.core).index, finding) == finding.resolves
