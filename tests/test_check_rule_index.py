"""What the rules ask of the graph, against the plain way to the same answers."""

import pickle

import numpy as np
import pytest
from tables import rows

import icdgraph
from icdgraph.check import checker_of
from icdgraph.check import statements as s
from icdgraph.check.indexing import _IndexBuilder
from icdgraph.check.rule_arrays import arrays_of
from icdgraph.check.rule_index import RuleIndex
from icdgraph.toy import toy


@pytest.fixture(scope="module")
def index(graph):
    return checker_of(graph.core).index


@pytest.mark.parametrize(
    ("linking", "back", "count"),
    [
        # Errors and warnings together are what DOMAIN.md has for April 2026.
        (s.EXCLUDES1 | s.EXCLUDES1_IF, 0, 15_090_851),
        # No two notes of the release put each of two codes before the other.
        (s.OWNER_EARLIER, s.CODE_FIRST | s.CODE_FIRST_IF, 0),
    ],
)
def test_pairs_of_codes_that_notes_link(index, linking, back, count):
    """Codes of the same two classes behave alike, so that pairs of classes are counted.

    *linking* are kinds from the first code to the second, *back* those of the other
    direction; without *back* either direction counts, with it both.
    """
    matrix, leaves = arrays_of(index).matrix, np.array(index.graph.leaves)
    both = np.stack([matrix.owner_class[leaves], matrix.target_class[leaves]], axis=1)
    classes, sizes = np.unique(both, axis=0, return_counts=True)
    cells = matrix.cells.reshape(-1, matrix.width)
    bits = cells[classes[:, 0][:, None], classes[:, 1][None, :]]
    is_linked = (bits & linking > 0) | (bits.T & back > 0)
    is_linked = is_linked & is_linked.T if back else is_linked | is_linked.T
    # Exact: the counts are whole numbers far below 2**53.
    ordered = int(sizes @ is_linked.astype(float) @ sizes)
    itself = int((np.diag(is_linked) * sizes).sum())
    assert (ordered - itself) // 2 == count


@pytest.mark.parametrize(("a", "b", "apart"), rows("check/published_pairs.jsonl"))
def test_published_pairs(graph, a, b, apart):
    assert bool(graph.check([a, b], rules=["E201"])) is apart


def test_a_note_with_a_scope_applies_to_its_scope_alone(index, graph):
    """The note at G31 is "for codes G31.0-G31.83, G31.85-G31.9": not for G31.84."""
    target = graph["F02.84"].number
    linked = {
        code
        for code in ("G31.01", "G31.83", "G31.84", "G31.9")
        if index.statements.bits(graph[code].number, target) & s.OWNER_EARLIER
    }
    assert linked == {"G31.01", "G31.83", "G31.9"}


@pytest.mark.parametrize("pair", ["M54.50 F45.41", "F02.80 G30.9"])
def test_statements_that_link_are_those_of_the_notes(index, graph, pair):
    a, b = (graph[code] for code in pair.split())
    matches = index.statements.linking(a.number, b.number, s.ANY_APART | s.ANY_ORDER)
    notes = {graph.core.note(index.statements.sources[n]) for n in matches}
    assert notes == {note for note in a.applicable_notes() if note.names(b)}


def test_flags_are_the_columns_that_are_set():
    index = RuleIndex(toy().core)
    for number in range(toy().core.node_count):
        set_columns = [name for name, c in index.columns.items() if c[number]]
        assert index.flags[number] == sum(index.flag_of[name] for name in set_columns)


def test_what_is_read_back_is_what_was_derived(graph, index):
    again = RuleIndex(icdgraph.load().core)
    fresh = _IndexBuilder(graph.core).packed()
    columns = {name: [c.format, c.tobytes()] for name, c in again.columns.items()}
    assert columns == fresh["columns"]
    assert again.statements.sources.tobytes() == fresh["statements"]["sources"][1]
    assert again.required[0] == index.required[0]


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
