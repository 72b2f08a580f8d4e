"""Every line of the tables says words of the release, and gives a source that holds."""

from __future__ import annotations

import lzma
import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from icdgraph.search.index import open_index
from icdgraph.search.lexicon import LONGEST, TABLES, phrase, tabled
from icdgraph.search.words import root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from icdgraph import CodeGraph


def lines(name: str) -> list[tuple[str, str, str]]:
    text = files("icdgraph.search").joinpath(name).read_text("utf-8")
    table = tomllib.loads(text)
    return [(a, b, c) for a, b, c in (*table["rows"], *table.get("same", ()))]


ROWS = [row for name in TABLES for row in lines(name)]


def test_no_line_is_there_twice_and_none_is_too_long() -> None:
    pairs = [(phrase(said), phrase(means)) for said, means, _ in ROWS]
    twice = {pair for pair in pairs if pairs.count(pair) > 1}
    assert not twice
    assert max(map(len, tabled())) <= LONGEST
    assert all(said and means for said, means in pairs)
    assert not [pair for pair in pairs if pair[0] == pair[1]]


def test_what_is_meant_is_printed(graph: CodeGraph) -> None:
    counts = open_index(graph.core).counts
    rows = [row for name in TABLES for row in lines(name)]
    missing = {
        word
        for said, means, _ in rows
        for word in phrase(means)
        if word not in counts and phrase(said)[0] not in counts
    }
    assert not missing


def test_sources_are_of_three_kinds(graph: CodeGraph) -> None:
    for said, _, source in ROWS:
        known = source == "usage" or re.fullmatch(r"Guidelines I\.\S+", source)
        assert known or source in graph, (said, source)


@pytest.mark.parametrize("row", [r for r in ROWS if r[2] not in ("usage",)], ids=str)
def test_a_code_as_source_prints_both(
    graph: CodeGraph, row: tuple[str, str, str]
) -> None:
    said, means, source = row
    if source.startswith("Guidelines"):
        pytest.skip("the next test reads the Guidelines")
    top = graph[source]
    printed = " ".join(
        text
        for node in (top, *top.descendants)
        for text in (node.title, *(note.text for note in node.notes))
    )
    roots = {root(word) for word in phrase(printed)}
    assert {root(word) for word in phrase(f"{said} {means}")} <= roots


@pytest.mark.data
def test_the_guidelines_say_what_they_are_cited_for(
    data_file: Callable[[str], Path],
) -> None:
    path = data_file("official_guidelines_2026.txt.xz")
    words = set(phrase(lzma.decompress(path.read_bytes()).decode("utf-8", "replace")))
    for said, means, source in ROWS:
        if source.startswith("Guidelines"):
            assert set(phrase(f"{said} {means}")) <= words, said


def test_the_release_spells_out_what_the_tables_need_not(graph: CodeGraph) -> None:
    spelled = open_index(graph.core).abbreviations
    assert spelled["copd"][0] == "chronic obstructive pulmonary disease"
    assert spelled["mrsa"][0] == "methicillin resistant staphylococcus aureus"
    short = {said for said, _, _ in lines("abbreviations.toml")}
    assert not {
        said
        for said in short & spelled.keys()
        if phrase(spelled[said][0]) in [m.words for m in tabled()[phrase(said)]]
    }
