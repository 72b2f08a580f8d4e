"""What the rules ask of the graph, against the plain way to the same answers."""

import pickle

import numpy as np
import pytest

import icdgraph
from icdgraph.check import checker_of
from icdgraph.check import statements as s
from icdgraph.check.conditions import contradict
from icdgraph.check.indexing import _IndexBuilder
from icdgraph.check.rule_arrays import arrays_of
from icdgraph.check.rule_index import RuleIndex
from icdgraph.toy import toy


@pytest.fixture(scope="module")
def index(graph):
    return checker_of(graph.core).index


@pytest.fixture(scope="module")
def arrays(index):
    return arrays_of(index)


def pairs_of_codes(arrays, linked):
    """Return how many unordered pairs of billable codes *linked* links by its bits.

    Codes of the same two classes behave alike, so that pairs of classes are counted.
    """
    leaves = np.array(arrays.index.graph.leaves)
    notes = arrays.notes
    both = np.stack([notes.owner_class[leaves], notes.target_class[leaves]], axis=1)
    classes, sizes = np.unique(both, axis=0, return_counts=True)
    matrix = notes.cells.reshape(-1, notes.width)
    is_linked = linked(matrix[classes[:, 0][:, None], classes[:, 1][None, :]])
    # Exact: the counts are whole numbers far below 2**53.
    ordered = int(sizes @ is_linked.astype(float) @ sizes)
    itself = int((np.diag(is_linked) * sizes).sum())
    return (ordered - itself) // 2


def test_pairs_of_codes_that_conflict(arrays):
    """Errors and warnings together are what DOMAIN.md has for April 2026."""

    def excluded(bits):
        apart = bits & (s.EXCLUDES1 | s.EXCLUDES1_IF) > 0
        return apart | apart.T

    assert pairs_of_codes(arrays, excluded) == 15_090_851


def test_no_two_notes_of_the_release_contradict_each_other(arrays):
    def contradictory(bits):
        first = bits & s.ANY_USE_ADDITIONAL > 0
        first = first | (bits & s.ANY_CODE_FIRST > 0).T
        return first & first.T

    assert pairs_of_codes(arrays, contradictory) == 0


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
def test_published_pairs(index, graph, a, b, apart):
    x, y = graph[a].number, graph[b].number
    bits = index.notes.bits(x, y) | index.notes.bits(y, x)
    assert bool(bits & s.EXCLUDES1) is apart
    assert bool(graph.check([a, b], rules=["E201"])) is apart


def test_poisoning_is_not_asked_to_follow_what_it_caused(index, graph):
    """T36-T50 says code first "for adverse effects": of a poisoning it says nothing."""
    adverse, poisoning = graph["T36.0X5A"].number, graph["T36.0X1A"].number
    effect = graph["K29.00"].number
    assert index.notes.bits(adverse, effect) & s.ANY_CODE_FIRST
    assert not index.notes.bits(poisoning, effect) & s.ANY_CODE_FIRST


def test_a_note_with_a_scope_applies_to_its_scope_alone(index, graph):
    """The note at G31 is "for codes G31.0-G31.83, G31.85-G31.9": not for G31.84."""
    notes, target = index.notes, graph["F02.84"].number
    linked = {
        c
        for c in ("G31.01", "G31.83", "G31.84", "G31.9")
        if _asks(notes, graph[c].number, target)
    }
    assert linked == {"G31.01", "G31.83", "G31.9"}


def _asks(notes, a, b):
    return bool(notes.bits(a, b) & s.ANY_USE_ADDITIONAL)


def test_statements_that_link_are_those_of_the_notes(index, graph):
    core = graph.core
    for a, b in [("M54.50", "F45.41"), ("F02.80", "G30.9"), ("E11.9", "Z79.4")]:
        x, y = core[a], core[b]
        numbers = index.notes.linking(x.number, y.number, 0xFF)
        notes = {core.note(index.notes.sources[n]) for n in numbers}
        assert notes == {n for n in x.applicable_notes() if n.names(y)}
        assert notes


def test_columns_of_the_toy():
    index = RuleIndex(toy().core)
    assert index.columns["header"].tolist().count(2) == 1
    assert not contradict(index, 1, 2)
    size = toy().core.node_count
    assert {len(column) for column in index.columns.values()} == {size}
    for number in range(size):
        set_columns = [name for name, c in index.columns.items() if c[number]]
        assert index.flags[number] == sum(index.flag_of[name] for name in set_columns)


def test_what_is_read_back_is_what_was_derived(graph, index):
    again = RuleIndex(icdgraph.load().core)
    fresh = _IndexBuilder(graph.core).packed()
    columns = {name: [c.format, c.tobytes()] for name, c in again.columns.items()}
    assert columns == fresh["columns"]
    assert again.notes.sources.tobytes() == fresh["notes"]["sources"][1]
    assert list(again.required_notes[0]) == list(index.required_notes[0])


def test_an_index_is_pickled_with_what_was_derived(monkeypatch):
    """On an executor of Spark there is no cache and nothing is derived again."""
    checker = checker_of(toy().core)
    data = pickle.dumps(checker)
    monkeypatch.setattr(
        _IndexBuilder, "packed", lambda self: pytest.fail("derived again")
    )
    again = pickle.loads(data)
    assert [f.rule for f in again.check(["M54.50", "F45.41"])] == ["E201"]
    assert again.index.laterality.sides == checker.index.laterality.sides
