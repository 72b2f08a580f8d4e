"""Paths in the tree and along notes, compared with a search without shortcuts."""

import random
from itertools import product
from math import prod

import pytest

from icdgraph import Relation
from icdgraph.explain.chains import chains, notes_between
from icdgraph.explain.paths import climb
from icdgraph.toy import toy


@pytest.fixture(scope="module")
def graph(graph):
    """The core of the bundled release."""
    return graph.core


def subtrees(graph):
    """Return the numbers in every subtree, collected from the parents."""
    found = {node.number: {node.number} for node in graph.nodes()}
    for node in graph.nodes():
        for above in node.ancestors:
            found[above.number].add(node.number)
    return found


def sides(graph):
    """Return every note's edges from both sides: note, near, far, forward."""
    edges = [
        (note, speaker.number, target.number)
        for note in graph.notes()
        if note.kind.refers
        for speaker in note.scope or (note.owner,)
        for target in note.targets
    ]
    return [(n, s, t, True) for n, s, t in edges] + [
        (n, t, s, False) for n, s, t in edges
    ]


def levels(graph, top, low):
    """Return how many levels *low* is below *top*, 0 if it is not."""
    above = [low, *(node.number for node in graph.node(low).ancestors)]
    return above.index(top) if top in above else 0


def summary(path):
    """Return the length of a path, and each of its notes with its ends."""
    steps = [step for step in path.steps if step.note]
    return len(path), tuple(
        (s.note, s.applies_to.number, s.names.number, s.forward) for s in steps
    )


def naive_notes(graph, trees, every, a, b):
    """Return the paths along one note, by note and ends, from whichever end."""
    found = {}
    for note, near, far, forward in every:
        if trees[near] & trees[a] and trees[far] & trees[b]:
            length = 1 + levels(graph, a, near) + levels(graph, b, far)
            ends = (near, far) if forward else (far, near)
            found.setdefault((note, frozenset(ends)), set()).add(
                (length, ((note, *ends, forward),))
            )
    return found


def naive_chains(graph, trees, every, a, b):
    """Return the shortest chains of two notes, each as `summary` gives it."""
    top = graph.lca(graph.node(a), graph.node(b))

    def leaves(x, start, end):
        _, near, far, _ = x
        alike = top is not None and top.number in trees[near]
        return trees[near] & trees[start] and not alike and not trees[far] & trees[end]

    first = [x for x in every if leaves(x, a, b)]
    second = [x for x in every if leaves(x, b, a)]
    found = [
        (
            2 + levels(graph, a, one[1]) + levels(graph, b, other[1]),
            (edge(one, one[3]), edge(other, not other[3])),
        )
        for one, other in product(first, second)
        if trees[one[2]] & trees[other[2]]
    ]
    shortest = min((length for length, _ in found), default=0)
    return {way for way in found if way[0] == shortest}


def edge(side, forward):
    note, near, far, speaks = side
    speaker, named = (near, far) if speaks else (far, near)
    return note, speaker, named, forward


def test_notes_between_all_nodes_of_the_toy_are_those_of_a_naive_search():
    g = toy().core
    trees, every = subtrees(g), sides(g)
    for a, b in product(range(g.node_count), repeat=2):
        if a == b:
            continue
        found = notes_between(g, g.node(a), g.node(b))
        naive = naive_notes(g, trees, every, a, b)
        assert len(found.paths) == len(naive)
        assert found.more == 0
        for path in found.paths:
            length, ((note, speaker, named, forward),) = summary(path)
            ways = naive[note, frozenset((speaker, named))]
            assert (length, ((note, speaker, named, forward),)) in ways
            assert length == min(way[0] for way in ways)


def test_chains_between_all_nodes_of_the_toy_are_those_of_a_naive_search():
    g = toy().core
    trees, every = subtrees(g), sides(g)
    seen = 0
    for a, b in product(range(g.node_count), repeat=2):
        if trees[a] & trees[b]:
            continue
        naive = naive_chains(g, trees, every, a, b)
        if naive:
            found = chains(g, g.node(a), g.node(b))
            assert {summary(path) for path in found.paths} == naive
            assert len(found.paths) == len(naive)
            seen += 1
    assert seen > 100


@pytest.fixture(scope="module")
def pairs(graph):
    """Return pairs of billable codes, half of them from the same chapter."""
    chosen = random.Random(7)
    leaves = list(graph.leaves)
    far = [chosen.sample(leaves, 2) for _ in range(150)]
    near = [(one, leaves[leaves.index(one) - 40]) for one, _ in far]
    return [(graph.node(a), graph.node(b)) for a, b in far + near if a != b]


def test_notes_between_codes_are_those_that_apply_to_one_and_name_the_other(
    graph, pairs
):
    joined = 0
    for a, b in pairs:
        expected = {
            (note, forward)
            for one, other, forward in ((a, b, True), (b, a, False))
            for note in one.applicable_notes()
            if note.kind.refers and note.names(other)
        }
        found = notes_between(graph, a, b)
        assert {summary(path)[1][0][::3] for path in found.paths} == expected
        assert all(len(path) == 1 for path in found.paths)
        forbidden = {n for p in found.paths for n in p.notes if n.kind == "excludes1"}
        assert forbidden == set(graph.excludes1(a, b))
        joined += bool(expected)
    assert joined > 50


def test_chains_join_end_to_end(graph, pairs):
    lengths = set()
    for a, b in pairs:
        for path in chains(graph, a, b, limit=3).paths:
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


def test_chains_of_three_have_every_middle_note(graph):
    a, b = graph["M54.50"], graph["M54.2"]
    low = graph.tree.subsumes

    def overlap(one, other):
        return low(one, other) or low(other, one)

    top = graph.lca(a, b)
    every = sides(graph)
    numbers = {side[1] for side in every}

    def ends(start, end):
        return {
            far
            for _, near, far, _ in every
            if overlap(near, start.number)
            and not overlap(far, end.number)
            and not (top and low(near, top.number))
        }

    first, third = ends(a, b), ends(b, a)
    assert not any(overlap(one, other) for one in first for other in third)
    start, finish = (
        {n for n in numbers if any(overlap(n, end) for end in reached)}
        for reached in (first, third)
    )
    naive = {
        (note, near, far)
        for note, near, far, _ in every
        if near in start and far in finish
    }
    found = chains(graph, a, b)
    middles = [step for path in found.paths for step in path.steps[1:2]]
    shown = {
        (
            s.note,
            *(n.number for n in ((s.applies_to, s.names)[:: 1 if s.forward else -1])),
        )
        for s in middles
    }
    assert shown == naive
    assert len(found.paths) == len(naive) > 0

    def breadth(step):
        ends = (step.applies_to, step.names)
        return prod(len(end.billable_codes) for end in ends)

    # Of the notes that lead from *a* to the middle note, the most specific is taken.
    for path in found.paths:
        near = (
            path.steps[1].applies_to if path.steps[1].forward else path.steps[1].names
        )
        assert breadth(path.steps[0]) == min(
            prod(len(graph.node(n).billable_codes) for n in (start, far))
            for _, start, far, _ in every
            if overlap(start, a.number)
            and not overlap(far, b.number)
            and not (top and low(start, top.number))
            and overlap(far, near.number)
        )


def test_a_limit_leaves_all_notes_between_the_whole_of_both(graph):
    a, b = graph["M00-M99"], graph["S00-T88"]
    every = notes_between(graph, a, b)
    whole = sum(len(path) == 1 for path in every.paths)
    some = notes_between(graph, a, b, limit=2)
    assert 0 < whole < len(every.paths) - 2
    assert some.paths == every.paths[: whole + 2]
    assert len(some.paths) + some.more == len(every.paths)


@pytest.mark.parametrize("ends", [("A00.0", "A15.0"), ("M54.50", "M54.2")])
def test_notes_that_concern_both_codes_connect_nothing(graph, ends):
    # Chapter 1 is the first node of the book, number 0; it excludes Z22 and others.
    a, b = (graph[end] for end in ends)
    top = graph.lca(a, b)
    paths = chains(graph, a, b).paths
    assert paths
    for path in paths:
        for step, near in ((path.steps[0], "source"), (path.steps[-1], "target")):
            forward = step.forward == (near == "source")
            assert not (step.applies_to if forward else step.names).subsumes(top)


def test_a_limit_counts_what_it_leaves_out(graph):
    a, b = graph["M54.50"], graph["F45.41"]
    every = chains(graph, a, b)
    some = chains(graph, a, b, limit=4)
    assert some.paths == every.paths[:4]
    assert len(some.paths) + some.more == len(every.paths) == 27
    assert every.more == 0


def test_specific_notes_come_first(graph):
    def breadth(path):
        found = 1
        for step in path.steps:
            for end in (step.applies_to, step.names):
                found *= len(end.billable_codes)
        return found

    order = [breadth(p) for p in chains(graph, graph["M54.50"], graph["A00.0"]).paths]
    assert order == sorted(order)
    assert len(set(order)) > 3


def test_a_note_with_a_scope_connects_only_its_scope(graph):
    (note,) = (
        n
        for n in graph["G31"].notes
        if n.scope and "mild neurocognitive disorder" in n.text
    )
    inside, outside = graph["G31.9"], graph["G31.84"]
    assert note.applies_to(inside)
    assert not note.applies_to(outside)
    target = graph["F06.70"]
    joining = [p.notes[0] for p in notes_between(graph, inside, target).paths]
    assert note in joining
    joining = [p.notes[0] for p in notes_between(graph, outside, target).paths]
    assert note not in joining


def test_climb_goes_through_the_lowest_common_ancestor(graph):
    a, b = graph["M54.50"], graph["M51.26"]
    steps = climb(graph, a, b).steps
    assert len(steps) == graph.distance(a, b) == 6
    assert {step.relation for step in steps} == {Relation.PARENT}
    assert graph.lca(a, b) in {step.target for step in steps if step.forward}
    assert climb(graph, a, graph["F45.41"]).steps == ()
    assert climb(graph, a, a).steps == ()
