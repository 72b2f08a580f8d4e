"""Votes: every note weighs one, wherever its edges lead."""

import pytest

from icdgraph import IcdGraphError
from icdgraph.model import Kind, Relation
from icdgraph.network.links import CROSS, Selection
from icdgraph.network.weights import lifted, votes
from icdgraph.toy import toy


def test_every_note_with_a_target_has_one_vote(graph):
    found = votes(Selection(graph, CROSS))
    named = sum(1 for note in graph.notes() if note.kind.refers and note.targets)
    assert sum(found.values()) == pytest.approx(named)


def test_vote_is_shared_by_what_the_note_names(graph):
    (note,) = [n for n in graph["D64.2"].notes if n.text.startswith("poisoning")]
    assert len(note.targets) > 300
    found = votes(Selection(graph, (Relation.CODE_FIRST,)))
    own = {ends: w for ends, w in found.items() if ends[0] == note.owner.number}
    assert {a for _, a in own} >= {target.number for target in note.targets}
    shares = [own[note.owner.number, target.number] for target in note.targets]
    assert sum(shares) == pytest.approx(1)
    assert max(shares) == pytest.approx(1 / len(note.targets))


def test_lifting_loses_only_what_stays_within(graph):
    lift = lifted(graph, Kind.CATEGORY)
    within = sum(
        weight
        for (a, b), weight in votes(Selection(graph, CROSS)).items()
        if lift[a] == lift[b]
    )
    above = votes(Selection(graph, CROSS), at="category")
    named = sum(1 for note in graph.notes() if note.kind.refers and note.targets)
    assert sum(above.values()) == pytest.approx(named - within)


@pytest.mark.parametrize("kind", Kind)
def test_lifted_is_the_nearest_of_that_kind_above(kind):
    order = list(Kind)
    for node, number in zip(toy().nodes(), lifted(toy(), kind), strict=True):
        higher = [
            n
            for n in (node, *node.ancestors)
            if n.kind in order[: order.index(kind) + 1]
        ]
        assert number == higher[0].number
    assert list(lifted(toy())) == list(range(39))


def test_edges_of_the_tree_have_no_vote():
    assert votes(Selection(toy(), (Relation.PARENT, Relation.SYNONYM))) == {}


def test_kind_that_is_none_is_told():
    with pytest.raises(IcdGraphError, match="'block' is not a kind of node; chapter"):
        lifted(toy(), "block")
