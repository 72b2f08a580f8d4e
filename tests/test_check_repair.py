"""What is wrong with texts that are not codes, and what is proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icdgraph.check.repair import Repair
from icdgraph.toy import toy


@pytest.fixture(scope="module")
def repair(graph):
    return Repair(graph.core)


@pytest.mark.parametrize(
    ("text", "rule", "proposals"),
    [
        ("S0001A", "E105", ("S00.01XA",)),
        (" s00.01 a", "E105", ("S00.01XA",)),
        ("S00.01XXA", "E105", ("S00.01XA",)),
        ("T36.01XA", "E105", ("T36.0X1A",)),
        ("W1830A", "E105", ("W18.30XA",)),
        ("S39.012Q", "E104", ("S39.012A", "S39.012D", "S39.012S")),
        ("M54.50A", "E104", ("M54.50",)),
        ("I10XXXA", "E104", ("I10",)),
        ("S00.01X", "E103", ("S00.01XA", "S00.01XD", "S00.01XS")),
        ("W08XXX", "E103", ("W08.XXXA", "W08.XXXD", "W08.XXXS")),
        ("", "E101", ()),
        ("   ", "E101", ()),
    ],
)
def test_repair(repair, text, rule, proposals):
    found = repair.diagnose(text)
    assert (found.rule, found.proposals) == (rule, proposals)


@pytest.mark.parametrize("text", ["M54.5O", "M54.509", "I10.0", "zz", "ÄÖÜ", "9" * 80])
def test_the_nearest_codes_to_an_unknown_one_are_proposed(repair, text):
    found = repair.diagnose(text)
    assert found.rule == "E101"
    assert len(found.proposals) == 5


@given(st.text(max_size=12))
def test_any_text_is_diagnosed_and_only_real_codes_are_proposed(text):
    graph = toy().core
    if graph.get(text) is None:
        assert all(code in graph for code in Repair(graph).diagnose(text).proposals)


def test_every_code_is_found_again_without_its_placeholders(graph, repair):
    made = [n.code for n in graph.nodes() if n.made_by and "X" in n.code[1:]]
    for code in made[::97]:
        bare = code[0] + code[1:].replace(".", "").replace("X", "")
        if bare not in graph:
            assert code in repair.diagnose(bare).proposals
