"""Trees as intervals; `tests/property/test_hierarchy_laws.py` has their laws."""

import numpy as np
import pytest

from icdgraph.hierarchy import BLOCK, Hierarchy

DRAWN = [-1, 0, 1, 1, 0, -1]
"""The forest drawn in the module: 0 over 1 and 4, 1 over 2 and 3, and 5 alone."""


@pytest.fixture
def tree():
    return Hierarchy(DRAWN)


def test_numbers_are_those_of_the_drawing(tree):
    assert list(tree.parents) == DRAWN
    assert list(tree.last) == [4, 3, 2, 3, 4, 5]
    assert list(tree.depth) == [1, 2, 3, 3, 2, 1]
    assert list(tree.leaves) == [2, 3, 4, 5]
    assert [tree.span(n) for n in range(6)] == [
        (0, 3), (0, 2), (0, 1), (1, 2), (2, 3), (3, 4),
    ]  # fmt: skip
    assert len(tree) == 6


@pytest.mark.parametrize("parents", [[-1], [-1, -1], [-1, 0], [-1, 0, 1], [-1] * 65])
def test_lca_of_many_in_trees_of_any_size(parents):
    tree, nodes = Hierarchy(parents), np.arange(len(parents))
    expected = [[tree.lca(a, b) for b in nodes] for a in nodes]
    assert tree.lca_many(nodes[:, None], nodes).tolist() == expected


def test_more_pairs_than_a_block_are_answered_in_order():
    draw = np.random.default_rng(54)
    parents, path = [-1], [0]
    while len(parents) < 3_000:
        del path[int(draw.integers(1, len(path) + 1)) :]
        parents.append(path[-1])
        path.append(len(parents) - 1)
    tree = Hierarchy(parents)
    a, b = draw.integers(0, len(tree), (2, 3 * BLOCK + 7))
    found = tree.lca_many(a, b)
    for place in (0, BLOCK - 1, BLOCK, 2 * BLOCK, 3 * BLOCK + 6):
        assert found[place] == tree.lca(int(a[place]), int(b[place]))
    assert tree.subsumes_many(found, a).all()
    assert tree.subsumes_many(found, b).all()


@pytest.mark.parametrize("wrong", [-1, 6, 2**40, -(2**32)])
def test_an_invalid_node_number_is_rejected(tree, wrong):
    for form in (tree.lca_many, tree.distance_many):
        for pair in ([[wrong], [0]], [[0], [0, wrong]]):
            with pytest.raises(IndexError, match=f"{wrong}: expected 0 to 5"):
                form(*map(np.array, pair))


def test_of_no_pairs_there_are_no_answers(tree):
    none = np.empty(0, dtype=np.int32)
    assert tree.lca_many(none, none).shape == (0,)
    assert tree.distance_many(none[:, None], np.arange(3)).shape == (0, 3)


def test_of_a_chain_of_only_children_the_chooser_picks():
    chain = Hierarchy([-1, 0, 1, -1])
    offered = []

    def choose(nodes):
        offered.append(nodes)
        return nodes[-1]

    assert chain.cover([(0, 1)]) == [0]
    assert chain.cover([(0, 2)], choose) == [2, 3]
    assert offered == [[0, 1, 2], [3]]
