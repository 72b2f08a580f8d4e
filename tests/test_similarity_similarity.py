"""Measures of similarity, compared with nxontology, networkx and values by hand."""

import math
import random
from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from ontologies import ROOT, ontology, with_root

from icdgraph import IcdGraphError, Kind, ParseError, UnknownCode
from icdgraph.similarity.measures import MEASURES
from icdgraph.toy import toy

THEIRS = {
    ("resnik", False): "resnik",
    ("resnik", True): "resnik_scaled",
    ("lin", False): "lin",
    ("lin", True): "lin",
    ("jiang-conrath", False): "jiang",
    ("jiang-seco", False): "jiang_seco",
    ("jiang-seco", True): "jiang_seco",
    ("batet", None): "batet",
}
"""What nxontology calls our measures, by whether the content is scaled."""

CONTENTS = {"sanchez": "intrinsic_ic_sanchez", "seco": "intrinsic_ic"}


def pairs_of(graph, count):
    """Return pairs of numbers, half of them near one another."""
    draw, size = random.Random(54), graph.core.node_count
    pairs = []
    for turn in range(count):
        a = draw.randrange(size)
        near = range(max(a - 40, 0), min(a + 40, size))
        pairs.append((a, draw.choice(near) if turn % 2 else draw.randrange(size)))
    return pairs


def check(graph, theirs, pairs):
    """Hold every measure and content that both have, pair by pair and in one call."""
    a, b = np.array(pairs).T
    for (measure, scaled), name in THEIRS.items():
        for content, metric in CONTENTS.items():
            ours = graph.similarity(
                measure,
                content if MEASURES[measure].by_content else None,
                scaled=bool(scaled),
            )
            expected = [
                getattr(theirs.similarity(i, j, metric), name) for i, j in pairs
            ]
            assert ours.many(a, b) == pytest.approx(expected, rel=0, abs=1e-9), measure
            singly = [ours(graph.core.node(i), graph.core.node(j)) for i, j in pairs]
            assert singly == pytest.approx(expected, rel=0, abs=1e-9), measure


def test_all_pairs_of_the_toy_agree_with_nxontology():
    graph = toy()
    check(
        graph,
        ontology(graph.core),
        list(product(range(graph.core.node_count), repeat=2)),
    )


def test_pairs_of_the_release_agree_with_nxontology(graph):
    check(graph, ontology(graph.core), pairs_of(graph, 3_000))


def test_measures_by_level_agree_with_shortest_paths():
    graph = toy()
    tree = with_root(graph.core)
    steps = dict(nx.all_pairs_shortest_path_length(tree.to_undirected()))
    nodes_down = {n: steps[ROOT][n] + 1 for n in tree}
    deepest = max(nodes_down.values())
    for a, b in product(range(graph.core.node_count), repeat=2):
        way = steps[a][b]
        top = nx.lowest_common_ancestor(tree, a, b)
        expected = {
            "path": 1 / (1 + way),
            "wu-palmer": 2 * nodes_down[top] / (nodes_down[a] + nodes_down[b]),
            "leacock-chodorow": -math.log((way + 1) / (2 * deepest)),
        }
        for measure, value in expected.items():
            similarity = graph.similarity(measure)(
                graph.core.node(a), graph.core.node(b)
            )
            assert similarity == pytest.approx(value, rel=0, abs=1e-12), measure


@pytest.mark.parametrize(
    ("measure", "same", "siblings", "chapters"),
    [
        ("path", 1, 1 / 3, 1 / 13),
        ("wu-palmer", 1, 6 / 7, 1 / 7),
        ("leacock-chodorow", math.log(16), math.log(16 / 3), math.log(16 / 13)),
        ("batet", 1, 6 / 8, 1 / 13),
        ("resnik", math.log(16 / (8 / 7)), math.log(16 / (8 / 6)), 0),
        ("lin", 1, math.log(12) / math.log(14), 0),
        (
            "jiang-conrath",
            1,
            1 / (1 + 2 * math.log(14 / 12)),
            1 / (1 + math.log(14 * 11.2)),
        ),
    ],
)
def test_values_calculated_by_hand(measure, same, siblings, chapters):
    # Seven nodes lead down to each of the three, and eight to the deepest, S39.012A.
    similarity = toy().similarity(measure)
    assert similarity("M54.50", "M54.50") == pytest.approx(same)
    assert similarity("M54.50", "M54.59") == pytest.approx(siblings)
    assert similarity("M54.50", "S39.012") == pytest.approx(chapters)


@pytest.mark.parametrize("measure", MEASURES)
def test_pairs_arrays_and_matrix_agree(graph, measure):
    similarity = graph.similarity(measure)
    codes = ["M54.50", "m5450", "M54", "A00.0", "S60.371A", "M51.26"]
    matrix = similarity.matrix(codes)
    assert matrix.shape == (6, 6)
    assert matrix.tolist() == [[similarity(a, b) for b in codes] for a in codes]
    assert similarity.matrix(codes, ["M54"]).tolist() == matrix[:, 2:3].tolist()
    assert similarity.many(codes, codes[::-1]).tolist() == [
        similarity(a, b) for a, b in zip(codes, codes[::-1], strict=True)
    ]


@pytest.mark.parametrize(
    "measure", sorted(MEASURES.keys() - {"resnik", "leacock-chodorow"})
)
def test_every_node_has_similarity_1_with_itself(graph, measure):
    numbers = np.arange(graph.core.node_count)
    assert (graph.similarity(measure).many(numbers, numbers) == 1).all()


def test_more_pairs_than_fit_into_a_block_are_all_answered(graph):
    lin = graph.similarity()
    numbers = np.arange(0, graph.core.node_count, 300)
    matrix = lin.matrix(numbers)
    assert matrix.size > 100_000
    assert np.array_equal(matrix, matrix.T)
    for i, j in [(0, 5), (7, 7), (320, 11), (328, 328)]:
        one, other = graph.core.node(int(numbers[i])), graph.core.node(int(numbers[j]))
        assert matrix[i, j] == lin(one, other)


def test_names_may_come_in_any_shape():
    graph = toy()
    path = graph.similarity("path")
    expected = [1 / 3, 0.25]
    names = ["M54.59", "M54.2"]
    for shape in (
        names,
        tuple(names),
        iter(names),
        np.array(names),
        np.array(names, dtype=object),
        pd.Series(names, index=[7, 9]),
        [graph[name] for name in names],
        graph.arrays.numbers(names),
        graph.arrays.numbers(names).astype(np.int64),
        pd.Series(graph.arrays.numbers(names)),
    ):
        assert path.many("m5450", shape).tolist() == expected
    assert path.many([], []).tolist() == []
    assert path.matrix([], names).shape == (0, 2)
    assert path.many(graph["M54.50"], "M54.59").shape == ()
    assert path("M50-M54", "chapter 13") == path(graph.section("M50-M54"), "M00-M99")


@pytest.mark.parametrize("number", [-1, 39])
def test_a_number_that_no_node_has_is_refused(number):
    path = toy().similarity("path")
    with pytest.raises(IndexError, match=str(number)):
        path.many(np.array([0, number]), np.array([1, 2]))
    with pytest.raises(IndexError):
        path.many(np.array([1, 2]), np.array([number]))


@pytest.mark.parametrize("wrong", [float("nan"), None, 1.5, b"M54"])
def test_a_value_that_is_not_a_code_is_refused(wrong):
    similarity = toy().similarity()
    with pytest.raises(ParseError, match=repr(wrong)):
        similarity(wrong, "M54")
    with pytest.raises(ParseError, match=repr(wrong)):
        similarity.many(pd.Series(["M54", wrong], dtype=object), "M54")


def test_an_unknown_code_is_refused():
    with pytest.raises(UnknownCode, match=r"'M54\.55'"):
        toy().similarity()("M54.50", "M54.55")
    with pytest.raises(UnknownCode, match=r"'M54\.55'"):
        toy().most_similar("M54.55")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"measure": "linn"}, "'linn'. Choose from: path, "),
        ({"content": "resnik"}, "'resnik'. Choose from: sanchez, seco"),
        ({"content": 5}, "5. Choose from: sanchez, seco"),
        ({"measure": "path", "content": "seco"}, "'path'.*: resnik, lin"),
        ({"measure": "batet", "scaled": True}, "'batet'.*: resnik, lin"),
    ],
)
def test_a_wrong_choice_is_refused(arguments, what):
    with pytest.raises(IcdGraphError, match=what):
        toy().similarity(**arguments)


# The most similar


@pytest.mark.parametrize("measure", MEASURES)
def test_most_similar_are_the_best_in_the_order_of_the_book(measure):
    graph = toy()
    similarity = graph.similarity(measure)
    for code in graph:
        others = [n for n in graph.nodes() if n.is_billable and n.code != code]
        ranked = sorted(others, key=lambda n: -similarity(code, n))
        matches = similarity.most_similar(code, 6)
        assert [match.node for match in matches] == ranked[:6]
        assert [match.value for match in matches] == [
            similarity(code, node) for node in ranked[:6]
        ]


def test_most_similar_of_the_release(graph):
    matches = graph.most_similar("M54.50", 5)
    codes = [match.node.code for match in matches]
    assert codes == ["M54.51", "M54.59", "M54.2", "M54.6", "M54.9"]
    assert all(match.node.is_billable for match in matches)
    assert graph.most_similar("M54.50", 5, "path")[0].value == 1 / 3
    assert len(graph.most_similar("M54.50")) == 10


def test_most_similar_among_given_nodes(graph):
    lin = graph.similarity()
    matches = lin.most_similar("M54", 3, among=graph.nodes(Kind.CATEGORY))
    assert {match.node.kind for match in matches} == {Kind.CATEGORY}
    assert graph["M54"] not in [match.node for match in matches]
    among = ["M54.2", "A00", "M54.2", "M54.50"]
    matches = lin.most_similar("M54.50", 9, among)
    assert [match.node.code for match in matches] == ["M54.2", "A00"]


def test_most_similar_with_nothing_to_compare():
    assert toy().most_similar("M54.50", 0) == []
    assert toy().similarity().most_similar("M54.50", 3, []) == []
    assert len(toy().most_similar("M54.50", 99)) == 14
    with pytest.raises(IcdGraphError, match="-1: expected 0 or more"):
        toy().most_similar("M54.50", -1)
