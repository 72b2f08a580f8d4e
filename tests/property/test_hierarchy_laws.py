from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from icdgraph.hierarchy import Hierarchy, merge


@st.composite
def parents(draw, largest=40):
    """Draw a forest in pre-order: each node hangs from the path to the one before."""
    found = []
    path = []
    for node in range(draw(st.integers(1, largest))):
        kept = draw(st.integers(0, len(path)))
        del path[kept:]
        found.append(path[-1] if path else -1)
        path.append(node)
    return found


def _ancestors(forest, node):
    above = []
    while forest[node] >= 0:
        node = forest[node]
        above.append(node)
    return above


def _leaves(forest):
    return [node for node in range(len(forest)) if node not in forest]


def _below(forest, node):
    """Return the numbers of the leaves at or below *node*."""
    leaves = _leaves(forest)
    return {
        number
        for number, leaf in enumerate(leaves)
        if node in (leaf, *_ancestors(forest, leaf))
    }


@given(parents())
def test_subsumes_is_descent(forest):
    tree = Hierarchy(forest)
    nodes = range(len(forest))
    for a in nodes:
        below = {b for b in nodes if a in _ancestors(forest, b)}
        assert set(tree.descendants(a)) == below
        assert {b for b in nodes if tree.subsumes(a, b)} == below | {a}
        assert list(tree.ancestors(a)) == _ancestors(forest, a)
        assert list(tree.children(a)) == [b for b in nodes if forest[b] == a]
        assert tree.depth[a] == len(_ancestors(forest, a)) + 1
        assert tree.is_leaf(a) == (not below)
        assert set(range(*tree.span(a))) == _below(forest, a)
    assert list(tree.leaves) == _leaves(forest)
    numbers = np.arange(len(forest), dtype=np.int32)
    assert tree.subsumes_many(numbers[:, None], numbers).tolist() == [
        [tree.subsumes(a, b) for b in nodes] for a in nodes
    ]


@given(parents())
def test_lca_and_distance_agree_with_the_naive_walk(forest):
    tree = Hierarchy(forest)
    for a in range(len(forest)):
        for b in range(len(forest)):
            up, other = [a, *_ancestors(forest, a)], [b, *_ancestors(forest, b)]
            common = [node for node in up if node in other]
            assert tree.lca(a, b) == (common[0] if common else -1)
            steps = len(up) + len(other) - 2 * len(common)
            assert tree.distance(a, b) == steps
    nodes = np.arange(len(forest))
    assert tree.lca_many(nodes[:, None], nodes).tolist() == [
        [tree.lca(a, b) for b in range(len(forest))] for a in range(len(forest))
    ]
    assert tree.distance_many(nodes[:, None], nodes).tolist() == [
        [tree.distance(a, b) for b in range(len(forest))] for a in range(len(forest))
    ]


@given(parents(), st.data())
def test_cover_and_expand_undo_each_other(forest, data):
    tree = Hierarchy(forest)
    chosen = data.draw(st.sets(st.sampled_from(range(len(_leaves(forest))))))
    cover = tree.cover([(leaf, leaf + 1) for leaf in chosen])
    expanded = [leaf for node in cover for leaf in range(*tree.span(node))]
    assert expanded == sorted(chosen)
    assert cover == sorted(cover)
    low = tree.cover([(leaf, leaf + 1) for leaf in chosen], lambda chain: chain[-1])
    assert [tree.span(node) for node in low] == [tree.span(node) for node in cover]


@given(parents(largest=9), st.data())
def test_no_cover_is_smaller(forest, data):
    chosen = data.draw(st.sets(st.sampled_from(range(len(_leaves(forest))))))
    cover = Hierarchy(forest).cover([(leaf, leaf + 1) for leaf in chosen])
    below = [_below(forest, node) for node in range(len(forest))]
    for size in range(len(cover)):
        for nodes in combinations(below, size):
            assert set().union(*nodes) != chosen


@given(st.lists(st.integers(-3, 8), min_size=1, max_size=8))
def test_only_pre_order_is_taken(forest):
    assert _is_taken(forest) == _is_pre_order(forest)


def _is_taken(forest):
    try:
        Hierarchy(forest)
    except ValueError:
        return False
    return True


def _is_pre_order(forest):
    """Walk the forest and see whether nodes are met in the order of their numbers."""
    met = []

    def walk(node):
        for child, parent in enumerate(forest):
            if parent == node and child > node:
                met.append(child)
                walk(child)

    walk(-1)
    return met == list(range(len(forest)))


spans = st.tuples(st.integers(0, 30), st.integers(0, 6)).map(
    lambda s: (s[0], s[0] + s[1])
)


@given(st.lists(spans))
def test_merge_keeps_what_is_in_the_spans(given_spans):
    merged = merge(given_spans)
    held = {n for span in given_spans for n in range(*span)}
    assert {n for span in merged for n in range(*span)} == held
    ends = [end for span in merged for end in span]
    assert ends == sorted(set(ends))
