from __future__ import annotations

import numpy as np
import pytest

from icdgraph.hierarchy import Hierarchy, Span, merge

DRAWN = [-1, 0, 1, 1, 0, -1]
"""The forest drawn in the module: 0 over 1 and 4, 1 over 2 and 3, and 5 alone."""


@pytest.fixture
def tree() -> Hierarchy:
    return Hierarchy(DRAWN)


def test_numbers_are_those_of_the_drawing(tree: Hierarchy) -> None:
    assert list(tree.parents) == DRAWN
    assert list(tree.last) == [4, 3, 2, 3, 4, 5]
    assert list(tree.depth) == [1, 2, 3, 3, 2, 1]
    assert list(tree.leaf_nodes()) == [2, 3, 4, 5]
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
