"""Weights: every note weighs one, wherever its edges lead."""

import pytest

from icdgraph import IcdGraphError
from icdgraph.coding.note_edges import NOTE_RELATIONS
from icdgraph.model import Kind
from icdgraph.network.selection import Selection
from icdgraph.network.weights import group_of, weighted
from icdgraph.toy import toy


def total(network):
    return network.size(weight="weight")


def notes_with_targets(graph):
    return sum(1 for note in graph.notes() if note.kind.refers and note.targets)


def test_every_note_with_a_target_weighs_one(graph):
    network = weighted(Selection(graph.core, NOTE_RELATIONS))
    assert total(network) == pytest.approx(notes_with_targets(graph))


def test_the_edges_of_a_note_share_its_weight_equally(graph):
    """D64.2 asks to code first a poisoning, and names hundreds of drugs."""
    (note,) = [n for n in graph["D64.2"].notes if n.text.startswith("poisoning")]
    assert len(note.targets) > 300
    network = weighted(Selection(graph.core, ["code-first"]))
    shares = [network.edges[note.owner.number, t.number] for t in note.targets]
    assert [share["weight"] for share in shares] == pytest.approx(
        [1 / len(note.targets)] * len(note.targets)
    )


def test_grouping_loses_only_what_stays_within_a_group(graph):
    group = group_of(graph.core, Kind.CATEGORY)
    single = weighted(Selection(graph.core, NOTE_RELATIONS))
    within = sum(w for a, b, w in single.edges(data="weight") if group[a] == group[b])
    grouped = weighted(Selection(graph.core, NOTE_RELATIONS), "category")
    assert total(grouped) == pytest.approx(notes_with_targets(graph) - within)
    assert set(grouped) <= set(group)


@pytest.mark.parametrize("kind", Kind)
def test_a_group_is_the_nearest_node_of_its_kind(kind):
    wanted = list(Kind)[: list(Kind).index(kind) + 1]
    for node, number in zip(toy().nodes(), group_of(toy().core, kind), strict=True):
        nearest = next(n for n in (node, *node.ancestors) if n.kind in wanted)
        assert number == nearest.number


def test_without_a_kind_every_node_is_its_own_group():
    assert list(group_of(toy().core, None)) == list(range(toy().core.node_count))


def test_the_tree_and_terms_have_no_weight():
    assert not weighted(Selection(toy().core, ["parent", "synonym"]))


def test_an_unknown_kind_is_refused():
    with pytest.raises(IcdGraphError, match=r"'block': expected chapter, section"):
        group_of(toy().core, "block")
