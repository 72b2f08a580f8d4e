"""Differences in terms of the hierarchy."""

from icdgraph.toy import toy


def changes(graph, old, new):
    return [str(c) for c in graph.codes(new).changes(since=graph.codes(old))]


def test_a_header_is_split_and_joined():
    old, new = ["M54.5", "M54.2"], ["M54.50", "M54.59", "M54.2"]
    assert changes(toy(), old, new) == [
        "split    M54.5 Low back pain: M54.50, M54.59 (2 codes)"
    ]
    assert changes(toy(), new, old) == [
        "joined   M54.5 Low back pain: M54.50, M54.59 (2 codes)"
    ]


def test_codes_are_below_the_lowest_header():
    assert changes(toy(), ["M54", "M54.5"], ["M54.50", "M54.2"]) == [
        "split    M54 Dorsalgia: M54.2 (1 code)",
        "split    M54.5 Low back pain: M54.50 (1 code)",
    ]


def test_no_code_is_in_two_changes():
    assert changes(toy(), ["M54", "M54.50"], ["M54.5"]) == [
        "split    M54 Dorsalgia: M54.5 (1 code)",
        "removed  M54 Dorsalgia: M54.50 (1 code)",
    ]


def test_changes_are_condensed_by_category(graph):
    assert changes(
        graph,
        "E11.3 except E11.319 and billable",
        "E08-E09 except E08.9 and billable",
    ) == [
        "removed  E11 Type 2 diabetes mellitus: E11.3 except E11.319 and billable "
        "(55 codes)",
        "added    E08 Diabetes mellitus due to underlying condition: E08.0-E08.8 and "
        "billable (85 codes)",
        "added    E09 Drug or chemical induced diabetes mellitus: E09 and billable "
        "(86 codes)",
    ]
    assert changes(toy(), "M54", "M54") == []


def test_record():
    (change,) = toy().codes(["M54.2"]).changes(since=toy().codes([]))
    assert change.record() == {
        "change": "added",
        "kind": "category",
        "code": "M54",
        "title": "Dorsalgia",
        "expression": "M54.2",
        "codes": ["M54.2"],
    }
