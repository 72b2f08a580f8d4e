from hypothesis import given
from hypothesis import strategies as st

from icdgraph.coding.conflict_groups import conflict_groups
from icdgraph.model import NoteKind, State


def test_groups_of_april_2026_stand_for_all_pairs(core):
    # DOMAIN.md: 5,057 groups, 15,090,851 pairs of codes.
    groups = conflict_groups(core)
    sizes = list(map(len, groups.members))
    assert len(sizes) == 5_057
    assert len(groups.pairs) == 53_609
    assert sum(sizes[a] * sizes[b] for a, b in groups.pairs) == 15_090_851
    assert sorted(groups.group_of) == list(core.leaves)


def _states(graph, owner, target):
    """Return the states of the Excludes1 notes of *owner* that name *target*."""
    named = {target, *graph.tree.ancestors(target)}
    return {
        graph.state_of(note)
        for node in (owner, *graph.tree.ancestors(owner))
        for note in graph.notes_from(node)
        if graph.kind_of_note(note) is NoteKind.EXCLUDES1
        and named.intersection(graph.targets_of(note))
    }


@given(data=st.data())
def test_groups_conflict_as_their_codes_do(core, data):
    graph, groups = core, conflict_groups(core)
    leaves = st.integers(0, len(graph.leaves) - 1)
    a = graph.leaves[data.draw(leaves)]
    # Two codes at random hardly ever conflict, so half of the pairs are chosen.
    own = groups.group_of[a]
    others = [pair[pair[0] == own] for pair in groups.pairs if own in pair]
    if others and data.draw(st.booleans()):
        b = data.draw(
            st.sampled_from(groups.members[data.draw(st.sampled_from(others))])
        )
    else:
        b = graph.leaves[data.draw(leaves)]
    states = _states(graph, a, b) | _states(graph, b, a)
    pair = tuple(sorted((own, groups.group_of[b])))
    assert (
        groups.pairs.get(pair) == (states == {State.QUALIFIED} if states else None)
        or a == b
    )


def test_no_group_conflicts_with_itself(core):
    groups = conflict_groups(core)
    assert all(a < b for a, b in groups.pairs)
    for code in ("D72.824", "M27.8"):
        number = core.number_of(code)
        assert State.RESOLVED in _states(core, number, number)
        assert groups.members[groups.group_of[number]] == [number]
