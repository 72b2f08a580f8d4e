"""The tables of the lexicon: words of the release, each with a correct source."""

import lzma
import re
import tomllib
from pathlib import Path

import pytest

from icdgraph.search import lexicon
from icdgraph.search.index import search_index
from icdgraph.search.lexicon import LONGEST, TABLES, meanings, phrase
from icdgraph.search.words import root


def rows(name):
    path = Path(lexicon.__file__).with_name(name)
    table = tomllib.loads(path.read_text("utf-8"))
    return [(a, b, c) for a, b, c in (*table["rows"], *table.get("same", ()))]


ROWS = [row for name in TABLES for row in rows(name)]


def test_no_row_is_there_twice():
    pairs = [(phrase(said), phrase(printed)) for said, printed, _ in ROWS]
    assert len(set(pairs)) == len(pairs)
    assert max(len(said) for said, _ in meanings()) <= LONGEST
    assert all(said and printed for said, printed in pairs)
    assert not [pair for pair in pairs if pair[0] == pair[1]]


def test_what_is_meant_is_printed(graph):
    index = search_index(graph.core)
    missing = {
        word
        for said, printed, _ in ROWS
        for word in phrase(printed)
        if not index.is_word(word) and not index.is_word(phrase(said)[0])
    }
    assert not missing


def test_sources_are_codes_guidelines_or_usage(graph):
    for said, _, source in ROWS:
        known = source == "usage" or re.fullmatch(r"Guidelines I\.\S+", source)
        assert known or source in graph, (said, source)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row[2] != "usage" and "Guidelines" not in row[2]],
    ids=str,
)
def test_a_code_as_source_has_both_phrases(graph, row):
    said, printed, source = row
    top = graph[source]
    text = " ".join(
        words
        for node in (top, *top.descendants)
        for words in (node.title, *(note.text for note in node.notes))
    )
    roots = {root(word) for word in phrase(text)}
    assert {root(word) for word in phrase(f"{said} {printed}")} <= roots


def test_the_guidelines_have_what_they_are_cited_for(data_file):
    path = data_file("official_guidelines_2026.txt.xz")
    words = set(phrase(lzma.decompress(path.read_bytes()).decode("utf-8", "replace")))
    for said, printed, source in ROWS:
        if source.startswith("Guidelines"):
            assert set(phrase(f"{said} {printed}")) <= words, said


def test_the_tables_do_not_repeat_abbreviations_of_the_release(graph):
    found = search_index(graph.core).meanings
    assert found["copd",][-1].printed == "chronic obstructive pulmonary disease"
    assert found["mrsa",][-1].printed == "methicillin resistant staphylococcus aureus"
    for short, _, _ in rows("abbreviations.toml"):
        words = [meaning.words for meaning in found[phrase(short)]]
        assert len(set(words)) == len(words), short
