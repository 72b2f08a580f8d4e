"""Differences in the hierarchy's terms."""

from icdgraph.toy import toy


def told(graph, old, new):
    found = graph.codes(new).changes(since=graph.codes(old))
    return [str(change) for change in found]


def test_a_header_that_gave_way_was_split_and_back_is_joined():
    old, new = ["M54.5", "M54.2"], ["M54.50", "M54.59", "M54.2"]
    assert told(toy(), old, new) == [
        "split    M54.5 Low back pain: M54.50, M54.59 (2 codes)"
    ]
    assert told(toy(), new, old) == [
        "joined   M54.5 Low back pain: M54.50, M54.59 (2 codes)"
    ]


def test_codes_go_to_the_lowest_header_over_them():
    found = told(toy(), ["M54", "M54.5"], ["M54.50", "M54.2"])
    assert found == [
        "split    M54 Dorsalgia: M54.2 (1 code)",
        "split    M54.5 Low back pain: M54.50 (1 code)",
    ]


def test_changes_are_said_shortly_by_category(graph):
    found = told(
        graph,
        "E11.3 except E11.319 and billable",
        "E08-E09 except E08.9 and billable",
    )
    assert found == [
        "removed  E11 Type 2 diabetes mellitus: E11.3 except E11.319 (55 codes)",
        "added    E08 Diabetes mellitus due to underlying condition: E08.0-E08.8 "
        "(85 codes)",
        "added    E09 Drug or chemical induced diabetes mellitus: E09 (86 codes)",
    ]


def test_the_same_is_no_change():
    assert told(toy(), "M54", "M54") == []


def test_record():
    (change,) = toy().codes(["M54.2"]).changes(since=toy().codes([]))
    assert change.record() == {
        "way": "added",
        "kind": "category",
        "code": "M54",
        "title": "Dorsalgia",
        "expression": "M54.2",
        "codes": ["M54.2"],
    }
