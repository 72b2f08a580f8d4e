"""What the rules need of the graph, against the plain way to the same answers."""

import numpy as np
import pytest

from icdgraph.check import checker_of
from icdgraph.check import rule_index as f
from icdgraph.check.conditions import contradict
from icdgraph.toy import toy


@pytest.fixture(scope="module")
def facts(graph):
    return checker_of(graph.core).facts


def classes_of(facts):
    """Return the classes of billable codes, and how many codes each has."""
    leaves = np.array(facts.graph.leaves)
    notes = facts.notes
    both = np.stack([notes.owner_class[leaves], notes.target_class[leaves]], axis=1)
    return np.unique(both, axis=0, return_counts=True)


def bits_of(facts):
    classes, counts = classes_of(facts)
    return facts.notes.cells[classes[:, 0][:, None], classes[:, 1][None, :]], counts


def test_pairs_of_codes_that_conflict(facts):
    bits, counts = bits_of(facts)
    apart = (bits & f.EXCLUDES1) > 0
    apart |= apart.T
    # Exact: the counts are whole numbers far below 2**53.
    ordered = int(counts @ apart.astype(float) @ counts)
    itself = int((np.diag(apart) * counts).sum())
    assert (ordered - itself) // 2 == PAIRS


PAIRS = 15_090_851
"""Unordered pairs of billable codes of April 2026 that Excludes1 notes keep apart."""


def test_no_two_notes_of_the_release_contradict_each_other(facts):
    bits, _ = bits_of(facts)
    first = (bits & (f.USE_ADDITIONAL | f.USE_ADDITIONAL_IF)) > 0
    first |= ((bits & (f.CODE_FIRST | f.CODE_FIRST_IF)) > 0).T
    both = first & first.T
    np.fill_diagonal(both, False)
    assert not both.any()


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("O03.34", "Z34.80", True),
        ("A18.50", "P37.0", True),
        ("A18.50", "R76.11", True),
        ("A18.50", "J65", True),
        ("A18.50", "A02.21", False),
        ("S60.371A", "S61.051A", True),
        ("M54.50", "F45.41", True),
        ("M54.50", "S39.012A", True),
        ("M54.50", "M51.26", True),
        ("M54.50", "M54.41", True),
        ("M54.50", "G89.4", False),
        ("F45.8", "G47.63", True),
    ],
)
def test_published_pairs(facts, graph, a, b, apart):
    x, y = graph[a].number, graph[b].number
    bits = facts.notes.bits(x, y) | facts.notes.bits(y, x)
    assert bool(bits & f.EXCLUDES1) is apart
    assert bool(graph.check([a, b], rules=["E201"])) is apart


def test_poisoning_is_not_asked_to_follow_what_it_caused(facts, graph):
    """T36-T50 says code first "for adverse effects": of a poisoning it says nothing."""
    adverse, poisoning = graph["T36.0X5A"].number, graph["T36.0X1A"].number
    effect = graph["K29.00"].number
    assert facts.notes.bits(adverse, effect) & (f.CODE_FIRST | f.CODE_FIRST_IF)
    assert not facts.notes.bits(poisoning, effect) & (f.CODE_FIRST | f.CODE_FIRST_IF)


def test_facts_of_the_toy_are_small_and_whole():
    facts = checker_of(toy().core).facts
    assert facts.columns["header"].tolist().count(2) == 1
    assert not contradict(facts, 1, 2)
    assert all(len(column) == facts.size for column in facts.columns.values())
    assert all(column.dtype == np.int32 for column in facts.columns.values())
