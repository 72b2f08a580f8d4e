"""Information content, compared with nxontology and with sums by hand."""

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from ontologies import ontology

from icdgraph import IcdGraphError, ParseError, UnknownCode
from icdgraph.similarity.information import (
    CONTENTS,
    content,
    counted,
    depth,
    sanchez,
    seco,
)
from icdgraph.toy import toy


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("sanchez", "intrinsic_ic_sanchez"), ("seco", "intrinsic_ic")],
)
def test_intrinsic_contents_of_the_toy_are_those_of_nxontology(name, theirs):
    graph = toy().core
    other = ontology(graph)
    result = CONTENTS[name](graph.tree)
    assert result.name == name
    for values, metric in ((result, theirs), (result.scaled(), f"{theirs}_scaled")):
        expected = [getattr(other.node_info(n), metric) for n in range(-1, 39)]
        ours = [values.values[n] for n in range(-1, 39)]
        assert ours == pytest.approx(expected, rel=0, abs=1e-12)


def test_depth_counts_nodes_from_the_root(graph):
    levels = depth(graph.core.tree)
    assert levels.values[graph["M54.50"].number] == len(graph["M54.50"].ancestors) + 2
    assert levels.values[-1] == 1
    assert levels.maximum == 10


@pytest.fixture
def contents(graph):
    counts = {"M54.50": 1_000_000, "I10": 3, "M54": 2.5, "S60.371A": 1e-9}
    return [
        sanchez(graph.core.tree),
        seco(graph.core.tree),
        counted(graph.core, counts),
        counted(graph.core, counts, smoothing=1e-12),
    ]


def test_content_grows_downwards_from_0_at_the_root(graph, contents):
    parents = np.array(graph.core.tree.parents)
    for result in (*contents, *(c.scaled() for c in contents)):
        values = result.values
        assert len(values) == graph.core.node_count + 1
        assert values[-1] == 0
        assert not np.signbit(values).any()
        assert (values[:-1] >= values[parents]).all()
        assert np.isfinite(values).all()
        assert values.max() <= result.maximum * (1 + 1e-12)


def test_scaled_lies_between_0_and_1(contents):
    for result in contents:
        assert result.scaled().maximum == 1
        assert 0.5 < result.scaled().values.max() <= 1 + 1e-12


COUNTS = {"M54.50": 7, "M54.5": 2, "M54": 1, "S39.012A": 4, "B99.8": 0, "M00-M99": 3}


@pytest.mark.parametrize("smoothing", [1, 0.5, 20])
def test_counts_are_summed_upwards(smoothing):
    graph = toy().core
    result = counted(graph, COUNTS, smoothing)

    def frequency(number):
        below = range(39)
        if number >= 0:
            below = [n for n in below if graph.tree.subsumes(number, n)]
        total = Fraction(0)
        for n in below:
            node = graph.node(n)
            total += COUNTS.get(node.code, 0)
            total += Fraction(smoothing) if node.is_billable else 0
        return total

    for number in range(-1, 39):
        expected = -math.log(frequency(number) / frequency(-1))
        assert result.values[number] == pytest.approx(expected, abs=1e-12)
    # A code that was never counted has the greatest content there can be.
    assert result.maximum == pytest.approx(-math.log(smoothing / frequency(-1)))
    assert result.values[graph["M54.2"].number] == pytest.approx(result.maximum)
    similarity = toy().similarity("resnik", COUNTS, smoothing=smoothing)
    assert np.array_equal(similarity.content.values, result.values)


def test_counts_come_in_any_mapping_and_spelling():
    graph = toy().core
    expected = counted(graph, {"M54.50": 3, "M54.2": 1}).values
    for counts in (
        {"m5450": 2, "M54.50": 1, "M542": 1},
        Counter(["M54.50", "M54.50", "M54.50", "M54.2"]),
        pd.Series(["M54.50", "M54.50", "M54.50", "M54.2"]).value_counts(),
        pd.Series({"M54.50": 3.0, "M54.2": 1.0}),
        {graph["M54.50"]: np.int64(3), graph["M54.2"]: Fraction(1)},
    ):
        assert np.array_equal(counted(graph, counts).values, expected)
        assert np.array_equal(content(graph, counts, 1.0).values, expected)
        assert toy().similarity("lin", counts).content.name == "counts"


@pytest.mark.parametrize(
    "count", [-1, -0.5, math.nan, math.inf, None, "many", [1, 2], 1j]
)
def test_an_invalid_count_is_refused(count):
    with pytest.raises(IcdGraphError, match=r"'M54\.50': expected a number") as caught:
        counted(toy().core, {"M54.50": count})
    assert repr(count) in str(caught.value)


@pytest.mark.parametrize("smoothing", [0, -1, math.nan, math.inf])
def test_smoothing_that_leaves_a_code_at_0_is_refused(smoothing):
    with pytest.raises(IcdGraphError, match=f"smoothing {smoothing!r}: expected"):
        counted(toy().core, {"M54.50": 1}, smoothing)


@pytest.mark.parametrize("counts", [{}, {"M54.50": 0}, pd.Series(dtype=float)])
def test_counts_of_nothing_are_refused(counts):
    with pytest.raises(IcdGraphError, match="add up to 0"):
        toy().similarity("lin", counts)


def test_keys_that_are_not_codes_are_refused():
    with pytest.raises(UnknownCode):
        counted(toy().core, {"M54.55": 1})
    with pytest.raises(ParseError):
        counted(toy().core, pd.Series([1, 2], index=["M54.50", math.nan]))


def test_codes_that_hold_all_counts_have_no_content_and_are_alike():
    """With counts far above the smoothing, Lin's formula would be 0 / 0."""
    lin = toy().similarity("lin", {"M54.50": 1e30})
    assert lin.content.values[lin.graph["M54.50"].number] == 0
    assert lin("M54.50", "M54") == 1
    assert lin("M54.50", "F45.41") == 0
    assert lin.many(["M54.50"], ["M54"]).tolist() == [1]
