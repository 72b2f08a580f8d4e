from __future__ import annotations

import numpy as np
import pytest

from icdgraph.hierarchy import BLOCK, Hierarchy, Span, merge

DRAWN = [-1, 0, 1, 1, 0, -1]
"""The forest drawn in the module: 0 over 1 and 4, 1 over 2 and 3, and 5 alone."""


@pytest.fixture
def tree() -> Hierarchy:
    return Hierarchy(DRAWN)


def test_numbers_are_those_of_the_drawing(tree: Hierarchy) -> None:
    assert list(tree.parents) == DRAWN
    assert list(tree.last) == [4, 3, 2, 3, 4, 5]
    assert list(tree.depth) == [1, 2, 3, 3, 2, 1]
    assert list(tree.leaves) == [2, 3, 4, 5]
    assert [tree.span(n) for n in range(6)] == [
        (0, 3), (0, 2), (0, 1), (1, 2), (2, 3), (3, 4),
    ]  # fmt: skip
    assert len(tree) == 6


def test_children_ancestors_descendants(tree: Hierarchy) -> None:
    assert list(tree.children(-1)) == [0, 5]
    assert list(tree.children(0)) == [1, 4]
    assert list(tree.children(5)) == []
    assert list(tree.ancestors(3)) == [1, 0]
    assert list(tree.ancestors(0)) == []
    assert tree.descendants(0) == range(1, 5)
    assert not tree.descendants(5)


@pytest.mark.parametrize(
    "parents",
    [
        [0],
        [1, -1],
        [-2],
        [-1, 1],
        [-1, 2, 0],
        [-1, -1, 0],
        [-1, 0, -1, 0],
        [-1, 0, 0, 1],
        [-1, 0, 1, 0, 1],
        [-1, 0, 1, 0, 2],
    ],
)
def test_what_is_not_in_pre_order_is_refused(parents: list[int]) -> None:
    with pytest.raises(ValueError, match="is not in pre-order"):
        Hierarchy(parents)


@pytest.mark.parametrize(
    ("a", "b", "lca", "distance"),
    [
        (2, 2, 2, 0),
        (2, 3, 1, 2),
        (3, 2, 1, 2),
        (3, 4, 0, 3),
        (0, 3, 0, 2),
        (3, 0, 0, 2),
        (2, 5, -1, 4),
        (0, 5, -1, 2),
    ],
)
def test_lca_and_distance(
    tree: Hierarchy, a: int, b: int, lca: int, distance: int
) -> None:
    assert tree.lca(a, b) == lca
    assert tree.distance(a, b) == distance


def test_many_questions_are_answered_as_one_is(tree: Hierarchy) -> None:
    nodes = np.arange(6, dtype=np.int32)
    table = tree.subsumes_many(nodes[:, None], nodes)
    assert table.shape == (6, 6)
    assert table.tolist() == [[tree.subsumes(a, b) for b in range(6)] for a in range(6)]
    assert tree.subsumes_many(nodes[:1], nodes).tolist() == [True] * 5 + [False]


def test_lca_and_distance_of_many_are_those_of_one(tree: Hierarchy) -> None:
    nodes = np.arange(6)
    lca = tree.lca_many(nodes[:, None], nodes)
    distance = tree.distance_many(nodes[:, None], nodes)
    assert lca.dtype == distance.dtype == np.int32
    assert lca.tolist() == [[tree.lca(a, b) for b in range(6)] for a in range(6)]
    assert distance.tolist() == [
        [tree.distance(a, b) for b in range(6)] for a in range(6)
    ]


@pytest.mark.parametrize("parents", [[-1], [-1, -1], [-1, 0], [-1, 0, 1], [-1] * 65])
def test_lca_of_many_in_trees_of_any_size(parents: list[int]) -> None:
    tree, nodes = Hierarchy(parents), np.arange(len(parents))
    expected = [[tree.lca(a, b) for b in nodes] for a in nodes]
    assert tree.lca_many(nodes[:, None], nodes).tolist() == expected


def test_more_pairs_than_a_block_are_answered_in_order() -> None:
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
def test_an_invalid_node_number_is_rejected(tree: Hierarchy, wrong: int) -> None:
    for form in (tree.lca_many, tree.distance_many):
        for pair in ([[wrong], [0]], [[0], [0, wrong]]):
            with pytest.raises(IndexError, match=f"{wrong}: expected 0 to 5"):
                form(*map(np.array, pair))


def test_of_no_pairs_there_are_no_answers(tree: Hierarchy) -> None:
    none = np.empty(0, dtype=np.int32)
    assert tree.lca_many(none, none).shape == (0,)
    assert tree.distance_many(none[:, None], np.arange(3)).shape == (0, 3)


@pytest.mark.parametrize(
    ("spans", "nodes"),
    [
        ([], []),
        ([(0, 1)], [2]),
        ([(0, 2)], [1]),
        ([(0, 1), (1, 2)], [1]),
        ([(1, 2), (0, 1)], [1]),
        ([(0, 3)], [0]),
        ([(0, 4)], [0, 5]),
        ([(1, 3)], [3, 4]),
        ([(0, 1), (2, 4)], [2, 4, 5]),
        ([(2, 2)], []),
    ],
)
def test_cover_is_the_fewest_nodes(
    tree: Hierarchy, spans: list[Span], nodes: list[int]
) -> None:
    assert tree.cover(spans) == nodes


def test_of_a_chain_of_only_children_the_chooser_picks() -> None:
    chain = Hierarchy([-1, 0, 1, -1])
    offered: list[list[int]] = []

    def choose(nodes: list[int]) -> int:
        offered.append(nodes)
        return nodes[-1]

    assert chain.cover([(0, 1)]) == [0]
    assert chain.cover([(0, 2)], choose) == [2, 3]
    assert offered == [[0, 1, 2], [3]]


def test_merge_joins_what_touches_or_overlaps() -> None:
    assert merge([(5, 9), (0, 2), (2, 3), (6, 7), (4, 4)]) == [(0, 3), (5, 9)]
