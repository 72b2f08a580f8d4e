"""The notes that put codes in order: which follow which."""

from icdgraph.coding.sequence import ORDERED, Sequencing
from icdgraph.model import NoteKind


def test_code_first_and_use_additional_say_it_in_opposite_directions(graph):
    graph = graph.core
    sequence = Sequencing(graph)
    ends = {
        (graph.note(n).kind, graph.note(n).text): (earlier, sequence.later[n])
        for n, earlier in sequence.earlier.items()
        if graph.note(n).owner.code == "E89.1"
    }
    own = [graph["E89.1"].number]
    words = ", if applicable, diabetes mellitus (postpancreatectomy) (postprocedural) "
    first = ends[NoteKind.CODE_FIRST, words + "(E13.-)"]
    assert [list(end) for end in first] == [[graph["E13"].number], own]
    more = ends[NoteKind.USE_ADDITIONAL_CODE, "acquired absence of pancreas (Z90.41-)"]
    assert [list(end) for end in more] == [own, [graph["Z90.41"].number]]


def test_notes_follow_where_they_share_a_code(graph):
    """By the billable codes themselves, from every fiftieth note to all."""
    graph = graph.core
    sequence = Sequencing(graph)
    assert set(sequence.earlier) == {
        number
        for number, note in enumerate(graph.notes())
        if note.kind in ORDERED and note.targets
    }

    def codes(nodes):
        return {leaf for node in nodes for leaf in range(*graph.tree.span(node))}

    starts = {note: codes(nodes) for note, nodes in sequence.earlier.items()}
    for note in list(sequence.earlier)[::50]:
        end = codes(sequence.later[note])
        expected = [other for other, start in starts.items() if end & start]
        assert sequence.followers(note) == expected
