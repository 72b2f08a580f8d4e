"""Laws of similarity, over pairs of the whole release."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icdgraph.similarity.measures import MEASURES

LAST = 98_504
numbers = st.integers(0, LAST)
near = st.tuples(numbers, st.integers(-60, 60)).map(
    lambda n: (n[0], min(max(n[0] + n[1], 0), LAST))
)
pairs = st.tuples(numbers, numbers) | near
counts = st.dictionaries(numbers, st.floats(0, 1e9), max_size=5)
RANGES = {
    "path": (0, 1),
    "wu-palmer": (0, 1),
    "leacock-chodorow": (0, math.log(20)),
    "batet": (0, 1),
    "resnik": (0, math.inf),
    "lin": (0, 1),
    "jiang-conrath": (0, 1),
    "jiang-seco": (0, 1),
}
OPEN = {"path", "wu-palmer", "leacock-chodorow", "batet", "jiang-conrath"}
"""Those that are above 0 even for codes in different chapters."""


@pytest.fixture(scope="module", params=MEASURES)
def similarity(request, graph):
    return graph.similarity(request.param)


@given(pairs)
def test_in_range_and_symmetric(similarity, pair):
    a, b = map(similarity.graph.node, pair)
    value = similarity(a, b)
    low, high = RANGES[similarity.measure]
    assert low <= value <= high
    assert value > 0 or similarity.measure not in OPEN
    assert math.copysign(1, value) == 1
    assert similarity(b, a) == value
    assert similarity.many(np.array([pair[0]]), np.array([pair[1]])).tolist() == [value]


@given(pairs)
def test_no_node_is_more_similar_than_the_node_itself(similarity, pair):
    a, b = map(similarity.graph.node, pair)
    itself = similarity(a, a)
    assert similarity(a, b) <= itself
    if similarity.measure not in ("resnik", "leacock-chodorow"):
        assert itself == 1


@given(pairs)
def test_similarity_to_ancestors_grows_towards_the_node(similarity, pair):
    graph = similarity.graph
    a, b = map(graph.node, pair)
    values = [similarity(a, above) for above in (*a.path, a)]
    assert values == sorted(values)
    top = graph.lca(a, b)
    if top is not None:
        assert similarity(a, b) <= similarity(a, top)


@settings(max_examples=20)
@given(counts, st.floats(1e-6, 1e6), st.lists(pairs, min_size=1, max_size=20))
def test_laws_hold_for_any_counts(graph, counts, smoothing, pairs):
    counted = {graph.core.node(n): count for n, count in counts.items()}
    counted[graph["M54.50"]] = 1.0
    a, b = np.array(pairs).T
    for measure in ("resnik", "lin", "jiang-conrath", "jiang-seco"):
        similarity = graph.similarity(measure, counted, smoothing=smoothing)
        values = similarity.many(a, b)
        low, high = RANGES[measure]
        assert ((low <= values) & (values <= high)).all()
        assert np.array_equal(values, similarity.many(b, a))
        itself = similarity.many(a, a)
        assert (values <= itself).all()
        assert measure == "resnik" or (itself == 1).all()


@given(st.lists(numbers, min_size=1, max_size=6), st.lists(numbers, min_size=1))
def test_similarity_of_sets_is_symmetric_and_1_for_the_same(graph, x, y):
    one, other = [[graph.core.node(n) for n in numbers] for numbers in (x, y)]
    lin = graph.similarity()
    for between in (lin.sets, graph.jaccard):
        assert between(one, one) == 1
        assert 0 <= between(one, other) <= 1
        assert between(one, other) == between(other, one)
    assert graph.jaccard(one, other) > 0
