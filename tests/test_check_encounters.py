"""Encounters whose answer the Guidelines give, and what a finding is."""

import runpy
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "encounters.py"
FOUND, SILENT = 0.92, 0.98
"""The shares of wrong encounters that are found and of right ones that are silent."""


@pytest.mark.parametrize(
    "name", ["encounters.tsv", "encounters_unseen.tsv", "encounters_audit.tsv"]
)
def test_wrong_encounters_are_found_and_right_ones_are_silent(graph, name):
    """If this fails: python benchmarks/encounters.py FILE --misses --alarms."""
    benchmark = runpy.run_path(str(BENCHMARK))
    path = Path(__file__).parent / "data" / name
    counts = Counter(result for _, result, _ in benchmark["judged"](graph, path))
    found, silent = benchmark["rates"](counts)
    assert found >= FOUND
    assert silent >= SILENT


@pytest.mark.parametrize(
    ("codes", "rules"),
    [
        # A note that is satisfied is silent.
        ("C34.90 J91.0 C44.92", []),
        ("L03.115 B95.62 N39.0 B96.20", []),
        ("I10 I69.354", []),
        ("C80.1 D63.0", []),
        # Excludes2 and code-also notes only allow something.
        ("M54.50 G89.4", []),
        # A manifestation needs its etiology; it may follow another code.
        ("D63.0", ["E410"]),
        ("I10 D63.0", ["E410"]),
        ("D63.0 C80.1", ["E301"]),
        ("I10 D63.0 C80.1", ["E301"]),
        # A note with a condition in words.
        ("T88.7XXA L27.0", ["W205"]),
        ("S81.011A S82.001B", ["W205"]),
        ("R40.0 E11.9", ["W205"]),
        # A pair excluded from both sides and by the Guidelines; a place said twice.
        ("B20 Z21", ["E201"]),
        ("E11.9 O24.111", ["E303"]),
    ],
)
def test_one_fact_is_one_finding(graph, codes, rules):
    assert [finding.rule for finding in graph.check(codes.split())] == rules


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("T88.7XXA L27.0", "specified adverse effects of drugs and medicaments"),
        ("S81.011A S82.001A", "open fracture of knee and lower leg (S82.-)"),
        ("R40.0 E11.9", "somnolence, stupor and coma in diabetes (E08-E13)"),
    ],
)
def test_a_warning_quotes_the_condition(graph, codes, words):
    (finding,) = graph.check(codes.split())
    assert words in finding.message
    assert words in finding.note


def test_all_reasons_hang_on_the_one_finding(graph):
    (finding,) = graph.check(["B20", "Z21"])
    assert {reason.kind for reason in finding.reasons} == {"Excludes1", "Guidelines"}
    assert {reason.code for reason in finding.reasons} == {"B20", "Z21"}


def test_what_the_tabular_list_says_is_not_cited_as_a_guideline(graph):
    (finding,) = graph.check(["O80", "Z37.0", "Z3A.39"], sex="M", rules=["E605"])[:1]
    assert finding.reasons[0].kind == "Tabular List"
    assert "Guidelines" not in str(finding.lines())


def test_no_pair_is_both_forbidden_and_allowed(graph):
    """162 pairs of the codes of an encounter had findings of both kinds before."""
    seeds = "M54.50 F45.41 G89.4 R40.0 E11.9 B20 Z21 S81.011A S82.001A T88.7XXA L27.0"
    for a, b in combinations(seeds.split(), 2):
        found = graph.check([a, b], notes=True)
        pairs = [finding for finding in found if set(finding.codes) == {a, b}]
        assert len(pairs) <= 1, (a, b)
        assert not any("may be" in finding.message for finding in found)
