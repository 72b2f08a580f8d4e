"""Statements and their matrix, on a tree and statements that can be drawn.

0 ─┬─ 1 ─┬─ 2        a: applies to 1, names 5      b: applies to 2, names 4
   │     └─ 3        c: applies to 3 and 6, names 1 and 5
   └─ 4 ─┬─ 5
         └─ 6
"""

import numpy as np
import pytest

from icdgraph.check.note_matrix import NoteMatrix
from icdgraph.check.statements import Statement, Statements, pack_statements

PARENTS = [-1, 0, 1, 1, 0, 4, 4]
A, B, C = (
    Statement(1, (1,), (5,), 70),
    Statement(2, (2,), (4,), 80),
    Statement(4, (3, 6), (1, 5), 300),
)
LINKED = {
    (1, 5): [0],
    (2, 4): [1],
    (2, 5): [0, 1],
    (2, 6): [1],
    (3, 1): [2],
    (3, 2): [2],
    (3, 3): [2],
    (3, 5): [0, 2],
    (6, 1): [2],
    (6, 2): [2],
    (6, 3): [2],
    (6, 5): [2],
}
"""The statements that link two nodes, by number."""
KINDS = [1, 2, 4]
PAIRS = [(a, b) for a in range(7) for b in range(7)]


@pytest.fixture
def statements():
    return Statements(pack_statements(PARENTS, [A, B, C]))


@pytest.fixture
def matrix(statements):
    return NoteMatrix(statements)


def bits_of(numbers):
    return sum(KINDS[number] for number in numbers)


@pytest.mark.parametrize("pair", PAIRS)
def test_statements_link_what_is_below_their_nodes(statements, pair):
    numbers = LINKED.get(pair, [])
    assert statements.linking(*pair, 7) == numbers
    assert statements.bits(*pair) == bits_of(numbers)
    assert statements.linking(*pair, 5) == [n for n in numbers if n != 1]


def test_sources_and_kinds(statements):
    assert list(statements.sources) == [70, 80, 300]
    assert list(statements.bits_of) == KINDS


def test_nodes_under_the_same_statements_are_of_one_class(statements):
    owners, targets = list(statements.owner_class), list(statements.target_class)
    assert owners == [0, 1, 2, 3, 0, 0, 4]
    assert targets == [0, 1, 1, 1, 2, 3, 2]
    assert statements.applying[2] == {0, 1}
    assert statements.naming[3] == {0, 1, 2}
    assert (statements.applying.count, statements.naming.count) == (5, 4)


def sides():
    return (np.array(side, dtype=np.int32) for side in zip(*PAIRS, strict=True))


def test_the_matrix_has_the_kinds_of_all_pairs(matrix):
    a, b = sides()
    expected = [bits_of(LINKED.get(pair, [])) for pair in PAIRS]
    assert matrix.bits(a, b).tolist() == expected
    assert matrix.sources.tolist() == [70, 80, 300]
    assert matrix.width == 4
    assert len(matrix.cells) == 5 * 4


@pytest.mark.parametrize("kinds", [1, 2, 5, 7])
def test_the_matrix_of_some_kinds(matrix, kinds):
    assert matrix.cells_of(kinds).tolist() == (matrix.cells & kinds).tolist()
    assert matrix.cells_of(kinds) is matrix.cells_of(kinds)


@pytest.mark.parametrize(("kinds", "among"), [(7, 7), (1, 7), (5, 7), (2, 2), (4, 5)])
def test_the_statements_of_many_pairs(matrix, kinds, among):
    place, number = matrix.linking(*sides(), kinds, among)
    found = list(zip(place.tolist(), number.tolist(), strict=True))
    assert found == [
        (i, n)
        for i, pair in enumerate(PAIRS)
        for n in LINKED.get(pair, [])
        if KINDS[n] & kinds
    ]


def test_kinds_that_no_statement_has(matrix):
    place, number = matrix.linking(*sides(), 8, 8)
    assert len(place) == len(number) == 0


def test_more_statements_between_two_classes_than_a_byte_can_count():
    """They come in the order of the book, as those of one encounter do."""
    parents = [-1] * 4
    some = [Statement(1, (n % 2,), (2 + n % 2,), n) for n in range(1200)]
    many = Statements(pack_statements(parents, some))
    place, number = NoteMatrix(many).linking(np.array([0, 1]), np.array([2, 3]), 1)
    assert place.tolist() == [0] * 600 + [1] * 600
    assert number.tolist() == [*range(0, 1200, 2), *range(1, 1200, 2)]


def test_a_statement_at_the_first_node_applies_below_it():
    statements = Statements(pack_statements(PARENTS, [Statement(1, (0,), (4,), 0)]))
    assert [statements.bits(a, 6) for a in range(7)] == [1] * 7


def test_a_statement_without_owners_or_targets_links_nothing():
    """A release may lack all codes of an entry of the Guidelines."""
    some = [Statement(1, (), (1,), 0), Statement(1, (0,), (), 0)]
    statements = Statements(pack_statements([-1, -1], some))
    assert not NoteMatrix(statements).cells.any()
    assert statements.linking(0, 1, 1) == []


def test_no_statements_at_all():
    none = Statements(pack_statements(PARENTS, []))
    assert not NoteMatrix(none).bits(*sides()).any()
    assert none.bits(1, 5) == 0
