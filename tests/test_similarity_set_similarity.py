"""Sets of codes, compared with averages and sets of ancestors by hand."""

import random

import numpy as np
import pytest

from icdgraph import IcdGraphError, UnknownCode
from icdgraph.similarity import set_similarity
from icdgraph.toy import toy


def drawn(graph, count, most=9):
    draw, codes = random.Random(54), list(graph)
    return [draw.sample(codes, draw.randint(1, most)) for _ in range(count)]


def averaged(similarity, x, y, weigh):
    forth = [max(similarity(a, b) for b in y) for a in x]
    back = [max(similarity(a, b) for a in x) for b in y]
    if weigh == "sets":
        return (sum(forth) / len(x) + sum(back) / len(y)) / 2
    return sum(forth + back) / len(forth + back)


def shared(graph, x, y):
    def above(codes):
        nodes = [graph[code] for code in codes]
        return {"root", *nodes, *(up for node in nodes for up in node.ancestors)}

    return len(above(x) & above(y)) / len(above(x) | above(y))


@pytest.fixture(params=[set_similarity.CELLS, 1, 50], ids="{} cells".format)
def cells(request, monkeypatch):
    """Take the sets all at once, one by one, and a few at a time."""
    monkeypatch.setattr(set_similarity, "CELLS", request.param)


@pytest.mark.usefixtures("cells")
@pytest.mark.parametrize("weigh", set_similarity.WEIGHTS)
@pytest.mark.parametrize("measure", ["lin", "resnik", "path"])
def test_best_matches_are_averages_of_the_best_pairs(measure, weigh):
    graph = toy()
    similarity = graph.similarity(measure)
    sets, others = drawn(graph, 12), drawn(graph, 7, most=20)
    matrix = similarity.sets_matrix(sets, weigh=weigh)
    assert matrix == pytest.approx(
        np.array([[averaged(similarity, x, y, weigh) for y in sets] for x in sets])
    )
    assert np.array_equal(matrix, matrix.T)
    between = similarity.sets_matrix(sets, others, weigh)
    assert between == pytest.approx(
        np.array([[averaged(similarity, x, y, weigh) for y in others] for x in sets])
    )
    assert similarity.sets(sets[0], others[0], weigh) == pytest.approx(between[0, 0])


@pytest.mark.usefixtures("cells")
def test_jaccard_is_that_of_the_sets_of_ancestors():
    graph = toy()
    sets, others = drawn(graph, 12), drawn(graph, 7, most=20)
    matrix = graph.jaccard_matrix(sets)
    assert matrix.dtype == np.float64
    assert matrix.tolist() == [[shared(graph, x, y) for y in sets] for x in sets]
    between = graph.jaccard_matrix(sets, others)
    assert between.tolist() == [[shared(graph, x, y) for y in others] for x in sets]
    assert graph.jaccard(sets[0], others[0]) == between[0, 0]


def test_both_hold_over_the_release(graph):
    lin = graph.similarity()
    sets = drawn(graph, 40)
    best, common = lin.sets_matrix(sets), graph.jaccard_matrix(sets)
    for i, j in [(0, 0), (0, 39), (7, 31), (20, 3)]:
        assert best[i, j] == pytest.approx(averaged(lin, sets[i], sets[j], "codes"))
        assert common[i, j] == shared(graph, sets[i], sets[j])


def test_a_set_has_similarity_1_with_itself_in_any_spelling(graph):
    lin = graph.similarity()
    one = ["M54.50", "E11.9", "I10"]
    for same in (["i10", "M5450", "E11.9", "E119"], iter(one), {graph[c] for c in one}):
        assert lin.sets_matrix([one], [same])[0, 0] == 1
    assert graph.jaccard(one, reversed(one)) == 1


def test_an_empty_set_is_refused_with_its_index():
    path = toy().similarity("path")
    with pytest.raises(IcdGraphError, match="index 1 of 2 is empty"):
        path.sets_matrix([["M54"], []])
    with pytest.raises(IcdGraphError, match="is empty"):
        path.sets(["M54"], [])
    with pytest.raises(IcdGraphError, match="is empty"):
        toy().jaccard([], ["M54"])


def test_no_sets_give_an_empty_matrix():
    path = toy().similarity("path")
    assert path.sets_matrix([]).shape == (0, 0)
    assert path.sets_matrix([["M54"]], []).shape == (1, 0)
    assert path.sets_matrix([], [["M54"]]).shape == (0, 1)
    assert toy().jaccard_matrix([]).shape == (0, 0)
    assert toy().jaccard_matrix([], [["M54"]]).shape == (0, 1)


def test_wrong_input_is_refused():
    path = toy().similarity("path")
    with pytest.raises(IcdGraphError, match=r"expected a set of codes.*'M54'"):
        path.sets("M54", ["M54"])
    with pytest.raises(UnknownCode):
        path.sets(["M54.55"], ["M54"])
    with pytest.raises(IcdGraphError, match="'all': expected codes or sets"):
        path.sets(["M54"], ["M54"], weigh="all")
