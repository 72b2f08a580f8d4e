import pytest
from tables import rows

from icdgraph.spelling import nearest


def test_what_looks_the_same_comes_first():
    known = ["M54.51", "M54.5", "M54.50", "A00"]
    assert nearest("M54.5O", known) == ["M54.50", "M54.51", "M54.5", "A00"]


@pytest.mark.parametrize(("text", "first"), rows("nearest.jsonl"))
def test_the_likeliest_code_is_named_first(graph, text, first):
    assert graph.nearest(text)[0] == first


def test_distance_orders_and_the_limit_holds():
    known = ["kitten", "mitten", "sitting", "zzz"]
    assert nearest("kitten", known, 3) == ["kitten", "mitten", "sitting"]
    assert nearest("kitten", known, 1) == ["kitten"]
    assert nearest("kitten", [], 3) == []


def test_order_does_not_depend_on_that_of_the_words():
    known = ["M54.52", "M54.51", "M54.53"]
    assert nearest("M54.5Z", known) == nearest("M54.5Z", known[::-1])
