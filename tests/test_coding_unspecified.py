"""Which codes are unspecified, and what is more specific."""

import pytest
from tables import rows

from icdgraph.coding.unspecified import (
    is_unspecified,
    more_specific,
    times_unspecified,
)


@pytest.mark.parametrize(("title", "times"), rows("notes/unspecified.jsonl"))
def test_the_words_of_the_title_decide(title, times):
    assert times_unspecified(title) == times


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("M54.50", ["M54.51", "M54.59"]),
        ("M25.569", ["M25.561", "M25.562"]),
        # The side, and above it the kind of fracture.
        ("S52.209A", ["S52.201", "S52.202", "S52.21", "S52.22"]),
        # Other categories of the section are not alternatives of pain, unspecified.
        ("R52", []),
        ("M54.59", []),
    ],
)
def test_more_specific_codes_say_unspecified_fewer_times(graph, code, expected):
    core = graph.core
    codes = [core.codes[n] for n in more_specific(core, core.number_of(code))]
    assert codes[: len(expected)] == expected
    assert bool(codes) == bool(expected)


def test_a_section_is_not_an_unspecified_code(graph):
    section = graph["F99-F99"]
    assert times_unspecified(section.title) == 1
    assert not is_unspecified(graph.core, section.number)
    assert is_unspecified(graph.core, graph["F99"].number)
