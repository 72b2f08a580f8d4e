"""Paths in the tree and along notes, compared with a search without shortcuts."""

import random
from itertools import product
from math import prod
from typing import NamedTuple

import pytest

from icdgraph import Note, Relation
from icdgraph.explain.chains import chains, notes_between
from icdgraph.explain.paths import climb
from icdgraph.toy import toy


class Side(NamedTuple):
    """The edge of a note, seen from one of its ends."""

    note: Note
    near: int
    far: int
    forward: bool


class Naive:
    """A search that compares everything with everything."""

    def __init__(self, graph):
        self.tree, self.overlap = graph.tree, graph.tree.overlap
        edges = [
            (note, source.number, target.number)
            for note in graph.notes()
            if note.kind.refers
            for source in note.scope or (note.owner,)
            for target in note.targets
        ]
        self.sides = [Side(n, s, t, True) for n, s, t in edges]
        self.sides += [Side(n, t, s, False) for n, s, t in edges]

    def levels(self, top, low):
        """Return how many levels *low* is below *top*, 0 if it is not."""
        return max(0, self.tree.depth[low] - self.tree.depth[top])

    def away(self, start, end):
        """Return the sides from *start* that do not concern *end* as well."""
        top = self.tree.lca(start, end)
        return [
            side
            for side in self.sides
            if self.overlap(side.near, start)
            and not self.overlap(side.far, end)
            and not (top >= 0 and self.tree.subsumes(side.near, top))
        ]

    def notes(self, a, b):
        """Return the paths along one note, by note and ends, from whichever end."""
        found = {}
        for note, near, far, forward in self.sides:
            if self.overlap(near, a) and self.overlap(far, b):
                length = 1 + self.levels(a, near) + self.levels(b, far)
                ends = (near, far) if forward else (far, near)
                found.setdefault((note, frozenset(ends)), set()).add(
                    (length, ((note, *ends, forward),))
                )
        return found

    def chains(self, a, b):
        """Return the shortest chains of two notes, each as `summary` gives it."""
        found = [
            (
                2 + self.levels(a, one.near) + self.levels(b, other.near),
                (edge(one, one.forward), edge(other, not other.forward)),
            )
            for one, other in product(self.away(a, b), self.away(b, a))
            if self.overlap(one.far, other.far)
        ]
        shortest = min((length for length, _ in found), default=0)
        return {way for way in found if way[0] == shortest}


def breadth(graph, *nodes):
    return prod(len(graph.node(n).billable_codes) for n in nodes)


def edge(side, forward):
    ends = (side.near, side.far) if side.forward else (side.far, side.near)
    return side.note, *ends, forward


def summary(path):
    """Return the length of a path, and each of its notes with its ends."""
    steps = [step for step in path.steps if step.note]
    return len(path), tuple(
        (s.note, s.applies_to.number, s.names.number, s.forward) for s in steps
    )


def test_notes_between_all_nodes_of_the_toy_are_those_of_a_naive_search():
    g = toy().core
    naive = Naive(g)
    for a, b in product(range(g.node_count), repeat=2):
        if a == b:
            continue
        found = notes_between(g, g.node(a), g.node(b))
        expected = naive.notes(a, b)
        assert (len(found.paths), found.more) == (len(expected), 0)
        for path in found.paths:
            length, ((note, source, target, forward),) = summary(path)
            ways = expected[note, frozenset((source, target))]
            assert (length, ((note, source, target, forward),)) in ways
            assert length == min(way[0] for way in ways)


def test_chains_between_all_nodes_of_the_toy_are_those_of_a_naive_search():
    g = toy().core
    naive = Naive(g)
    seen = 0
    for a, b in product(range(g.node_count), repeat=2):
        expected = set() if naive.overlap(a, b) else naive.chains(a, b)
        if expected:
            found = [summary(path) for path in chains(g, g.node(a), g.node(b)).paths]
            assert sorted(found, key=str) == sorted(expected, key=str)
            seen += 1
    assert seen > 100


@pytest.fixture(scope="module")
def pairs(core):
    """Return pairs of billable codes, half of them from the same chapter."""
    chosen = random.Random(7)
    leaves = list(core.leaves)
    far = [chosen.sample(leaves, 2) for _ in range(150)]
    near = [(one, leaves[leaves.index(one) - 40]) for one, _ in far]
    # A note at G31 has a scope, which G31.9 is in and G31.84 is not.
    scoped = [(core[code], core["F06.70"]) for code in ("G31.9", "G31.84")]
    return scoped + [(core.node(a), core.node(b)) for a, b in far + near if a != b]


def test_notes_between_codes_are_those_that_apply_to_one_and_name_the_other(
    core, pairs
):
    joined = 0
    for a, b in pairs:
        expected = {
            (note, forward)
            for one, other, forward in ((a, b, True), (b, a, False))
            for note in one.applicable_notes()
            if note.kind.refers and note.names(other)
        }
        found = notes_between(core, a, b)
        assert {summary(path)[1][0][::3] for path in found.paths} == expected
        assert all(len(path) == 1 for path in found.paths)
        forbidden = {n for p in found.paths for n in p.notes if n.kind == "excludes1"}
        assert forbidden == set(core.excludes1(a, b))
        joined += bool(expected)
    assert joined > 50


def test_chains_join_end_to_end(core, pairs):
    lengths = set()
    for a, b in pairs:
        for path in chains(core, a, b, limit=3).paths:
            assert (path.steps[0].source, path.steps[-1].target) == (a, b)
            for step in path.steps:
                ends = (step.source, step.target)
                speaker, named = ends if step.forward else ends[::-1]
                assert step.note.applies_to(speaker)
                assert step.note.names(named)
            for one, other in zip(path.steps, path.steps[1:], strict=False):
                assert one.target == other.source
            lengths.add(len(path))
    assert lengths == {2, 3}


def test_chains_of_three_have_every_middle_note(core):
    a, b = core["M54.50"], core["M54.2"]
    naive = Naive(core)
    first, last = naive.away(a.number, b.number), naive.away(b.number, a.number)
    starts, ends = ({side.far for side in sides} for sides in (first, last))
    assert not any(naive.overlap(one, other) for one in starts for other in ends)
    reached = [
        {s.near for s in naive.sides if any(naive.overlap(s.near, n) for n in nodes)}
        for nodes in (starts, ends)
    ]
    expected = {
        side[:3]
        for side in naive.sides
        if side.near in reached[0] and side.far in reached[1]
    }
    shown = {}
    for path in chains(core, a, b).paths:
        before, middle, _ = path.steps
        near, far = (middle.applies_to, middle.names)[:: 1 if middle.forward else -1]
        shown[middle.note, near.number, far.number] = before
    assert shown.keys() == expected
    # Of the notes that lead from *a* to the middle note, the most specific is taken.
    for (_, near, _), before in shown.items():
        ends = before.applies_to.number, before.names.number
        assert breadth(core, *ends) == min(
            breadth(core, side.near, side.far)
            for side in first
            if naive.overlap(side.far, near)
        )


def test_a_limit_counts_what_it_leaves_out(core):
    a, b = core["M00-M99"], core["S00-T88"]
    every = notes_between(core, a, b)
    whole = sum(len(path) == 1 for path in every.paths)
    some = notes_between(core, a, b, limit=2)
    assert 0 < whole < len(every.paths) - 2
    assert some.paths == every.paths[: whole + 2]
    assert len(some.paths) + some.more == len(every.paths)
    a, b = core["M54.50"], core["F45.41"]
    every, some = chains(core, a, b), chains(core, a, b, limit=4)
    assert some.paths == every.paths[:4]
    assert (len(every.paths), every.more, some.more) == (27, 0, 23)


@pytest.mark.parametrize("ends", [("A00.0", "A15.0"), ("M54.50", "M54.2")])
def test_notes_that_concern_both_codes_connect_nothing(core, ends):
    # Chapter 1 is the first node of the book, number 0; it excludes Z22 and others.
    a, b = (core[end] for end in ends)
    top = core.lca(a, b)
    paths = chains(core, a, b).paths
    assert paths
    for path in paths:
        for step, near in ((path.steps[0], "source"), (path.steps[-1], "target")):
            forward = step.forward == (near == "source")
            assert not (step.applies_to if forward else step.names).subsumes(top)


def test_specific_notes_come_first(core):
    order = [
        breadth(core, *(n for _, a, b, _ in summary(path)[1] for n in (a, b)))
        for path in chains(core, core["M54.50"], core["A00.0"]).paths
    ]
    assert order == sorted(order)
    assert len(set(order)) > 3


def test_climb_goes_through_the_lowest_common_ancestor(core):
    a, b = core["M54.50"], core["M51.26"]
    steps = climb(core, a, b).steps
    assert len(steps) == core.distance(a, b) == 6
    assert {step.relation for step in steps} == {Relation.PARENT}
    assert core.lca(a, b) in {step.target for step in steps if step.forward}
    assert climb(core, a, core["F45.41"]).steps == ()
    assert climb(core, a, a).steps == ()
