"""Manifestations: what titles say, and where two earlier readings differed."""

import pytest

from icdgraph.coding.manifestation import is_manifestation, is_never_first


@pytest.mark.parametrize(
    "code",
    [
        "F02.80",
        # The title of the category says so, not that of the code.
        *("D63.1", "G73.1", "H36.811", "J91.0", "M36.2", "M90.611"),
        # Diseases are called conditions or disorders, and "in" is "with" or "due to".
        *("D84.81", "F54", "G47.27", "N52.1", "R50.81"),
    ],
)
def test_manifestations_are_never_first(graph, code):
    assert is_manifestation(graph[code])
    assert is_never_first(graph[code])
    (finding,) = graph.check([code], rules=["E401"])
    assert finding.codes == (code,)


@pytest.mark.parametrize("code", ["B95.0", "G89.4", "M54.50", "G20.A1", "E08.00"])
def test_other_codes_are_not(graph, code):
    assert not is_manifestation(graph[code])
    assert not graph.check([code], rules=["E401"])


def test_charcots_joint_may_stand_first(graph):
    """M14 is titled as a manifestation, but no Code first note applies."""
    assert is_manifestation(graph["M14.611"])
    assert not graph.check(["M14.611"], rules=["E401"])


def test_how_many_there_are(graph):
    """24 more than are never first: the codes of Charcot's joint."""
    told = [n for n in graph.nodes() if n.is_billable and is_manifestation(n)]
    assert len(told) == sum(map(is_never_first, told)) + 24
    assert len(told) == 340
