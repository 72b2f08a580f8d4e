"""The index on disk: built once, whole or not at all, and read by many."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from copy import copy
from typing import TYPE_CHECKING

import pytest

import icdgraph
from icdgraph.search.index import Index, open_index, place_of
from icdgraph.toy import PATH, toy

if TYPE_CHECKING:
    from pathlib import Path

    from icdgraph import CodeGraph

SEARCH = "import icdgraph; print(icdgraph.load().search('lumbago').codes[0])"


@pytest.fixture
def own_cache(
    fresh_cache: Path, graph: CodeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return a cache that holds the parsed release and no index."""
    for path in fresh_cache.glob("*.graph"):
        shutil.copy(path, tmp_path)
    monkeypatch.setenv("ICDGRAPH_CACHE_DIR", str(tmp_path))
    return tmp_path


def again(graph: CodeGraph) -> CodeGraph:
    """Return the same graph as another object, whose index is not open yet."""
    return icdgraph.CodeGraph(copy(graph.core))


def test_the_index_is_kept_and_opened_once(graph: CodeGraph) -> None:
    index = open_index(graph.core)
    assert open_index(graph.core) is index
    assert place_of(graph.core).is_file()
    assert 60_000 < index.terms < 80_000


def test_a_graph_that_is_not_from_a_file_has_its_index_in_memory() -> None:
    assert isinstance(open_index(toy().core), Index)
    assert not list(place_of(toy().core).parent.glob("-*.search"))


def test_two_processes_build_it_at_once(own_cache: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SEARCH], stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    assert [process.communicate()[0] for process in processes] == ["M54.50\n"] * 2
    assert len(list(own_cache.glob("*.search"))) == 1
    assert not list(own_cache.glob("*.building"))


def test_a_killed_build_leaves_nothing_that_counts(
    own_cache: Path, graph: CodeGraph
) -> None:
    process = subprocess.Popen([sys.executable, "-c", SEARCH])
    deadline = time.monotonic() + 60
    while not list(own_cache.glob("*.building")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert list(own_cache.glob("*.building"))
    assert not list(own_cache.glob("*.search"))
    assert again(graph).search("lumbago").codes[0] == "M54.50"
    assert not list(own_cache.glob("*.building"))


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0 cut"])
def test_a_damaged_index_is_built_again(own_cache: Path, content: bytes) -> None:
    loaded = icdgraph.load(PATH)
    place_of(loaded.core).write_bytes(content)
    assert loaded.search("lumbago").codes[0] == "M54.50"
    assert len(place_of(loaded.core).read_bytes()) > 1000


def test_a_cache_that_cannot_be_written_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    loaded = icdgraph.load(PATH)
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("ICDGRAPH_CACHE_DIR", str(blocked))
    with caplog.at_level(logging.WARNING):
        assert loaded.search("lumbago").codes[0] == "M54.50"
    assert "ICDGRAPH_CACHE_DIR" in caplog.text


def test_threads_ask_at_once(graph: CodeGraph) -> None:
    queries = ["lumbago", "hip fracture", "uti", "diabetis", "copd"] * 4
    expected = [graph.search(query).codes for query in queries]
    found: dict[int, tuple[str, ...]] = {}

    def ask(number: int) -> None:
        found[number] = graph.search(queries[number]).codes

    threads = [
        threading.Thread(target=ask, args=(number,)) for number in range(len(queries))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(len(queries))] == expected


@pytest.mark.parametrize(
    ("header", "leaf"),
    [
        ("M54.5", "M54.50"),
        ("E11", "E11.9"),
        ("J45", "J45.909"),
        ("S72.00", "S72.009A"),
        ("I21", "I21.9"),
        ("I50", "I50.9"),
        ("G43", "G43.909"),
        ("K21", "K21.9"),
        ("H93.1", "H93.19"),
        ("N40", "N40.0"),
        ("O30.0", "O30.009"),
        ("E11.1", "E11.10"),
        ("M54.50", "M54.50"),
        ("G89", None),
        ("K80", None),
        ("M50-M54", None),
    ],
)
def test_the_code_to_take_when_nothing_more_is_known(
    graph: CodeGraph, header: str, leaf: str | None
) -> None:
    number = open_index(graph.core).defaults[graph.find(header).number]
    assert (graph.core.node(number).code if number >= 0 else None) == leaf


def test_defaults_are_billable_and_below(graph: CodeGraph) -> None:
    for node, leaf in enumerate(open_index(graph.core).defaults):
        if leaf >= 0:
            assert graph.core.tree.is_leaf(leaf)
            assert graph.core.tree.subsumes(node, leaf)
