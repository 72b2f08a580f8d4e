"""The index on disk: built once, complete or not at all, and read by many."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import pytest
from tables import rows

import icdgraph
from icdgraph.search.index import search_index
from icdgraph.toy import PATH, toy

SEARCH = "import icdgraph; print(icdgraph.load().search('lumbago').codes[0])"


@pytest.fixture
def own_cache(fresh_cache, graph, tmp_path, monkeypatch):
    """Return a cache that has the parsed release and no index."""
    for path in fresh_cache.glob("*.graph"):
        shutil.copy(path, tmp_path)
    monkeypatch.setenv("ICDGRAPH_CACHE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def toy_cache(tmp_path, monkeypatch):
    """Return a cache that has the index of the toy's file."""
    monkeypatch.setenv("ICDGRAPH_CACHE_DIR", str(tmp_path))
    assert finds(load_toy())
    return tmp_path


def load_toy():
    """Return the toy from its file, with an index that is not open yet."""
    loaded = icdgraph.load(PATH)
    return icdgraph.CodeGraph(copy(loaded.core))


def finds(graph):
    return graph.search("lumbago").codes[0] == "M54.50"


def index_in(folder):
    (path,) = folder.glob("*.search")
    return path


@contextmanager
def not_root():
    """Give up the right to write everywhere, which root has."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_the_index_is_kept_and_opened_once(graph, fresh_cache):
    index = search_index(graph.core)
    assert search_index(graph.core) is index
    assert list(fresh_cache.glob(f"{graph.core.cache_key}-*.search"))
    printed = sum(not graph.core.made_by(n) for n in graph.core.numbers())
    assert index.size > printed


def test_a_graph_without_a_file_has_its_index_in_memory(own_cache):
    assert finds(icdgraph.CodeGraph(copy(toy().core)))
    assert not list(own_cache.glob("*.search"))


def test_a_killed_build_leaves_no_index_and_two_processes_build_it_at_once(own_cache):
    process = subprocess.Popen([sys.executable, "-c", SEARCH])
    deadline = time.monotonic() + 60
    while not list(own_cache.glob("*.building")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert list(own_cache.glob("*.building"))
    assert not list(own_cache.glob("*.search"))
    pipe = {"stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([sys.executable, "-c", SEARCH], **pipe) for _ in range(2)]
    assert [process.communicate()[0] for process in both] == ["M54.50\n"] * 2
    assert index_in(own_cache)
    assert not list(own_cache.glob("*.building"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"not a database",
        lambda content: b"SQLite format 3\0 truncated",
        lambda content: content[: len(content) // 2],
        lambda content: content[:4096] + bytes(len(content) - 4096),
        lambda content: content[: len(content) // 2] + bytes(len(content) // 2),
    ],
    ids=["empty", "text", "header", "half", "first page", "half zeros"],
)
def test_a_damaged_index_is_built_again(toy_cache, damage):
    path = index_in(toy_cache)
    content = path.read_bytes()
    path.write_bytes(damage(content))
    assert finds(load_toy())
    assert path.read_bytes() == content


def test_an_index_that_is_damaged_while_open_is_built_again(toy_cache):
    graph, path = load_toy(), index_in(toy_cache)
    search_index(graph.core)
    content = path.read_bytes()
    with path.open("r+b") as file:
        file.write(bytes(len(content)))
    assert finds(graph)
    assert path.read_bytes() == content


def test_an_index_in_a_read_only_folder_is_read():
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setenv("ICDGRAPH_CACHE_DIR", name)
        assert finds(load_toy())
        graph, path = load_toy(), index_in(folder)
        folder.chmod(0o555)
        with not_root():
            with pytest.raises(OSError, match="denied"):
                (folder / "file").touch()
            assert finds(graph)
            assert not list(folder.glob("*.building"))
        folder.chmod(0o755)
        path.unlink()
        graph = load_toy()
        folder.chmod(0o555)
        with not_root():
            assert finds(graph)
        folder.chmod(0o755)
        assert not list(folder.glob("*.search"))


def test_a_cache_that_cannot_be_written_is_reported(tmp_path, monkeypatch, caplog):
    graph = load_toy()
    blocked = tmp_path / "file"
    blocked.write_text("a file in place of a folder")
    monkeypatch.setenv("ICDGRAPH_CACHE_DIR", str(blocked))
    with caplog.at_level(logging.WARNING):
        assert finds(graph)
    assert "ICDGRAPH_CACHE_DIR" in caplog.text


def test_threads_search_at_once(graph):
    queries = ["lumbago", "hip fracture", "uti", "diabetis", "copd"] * 4
    expected = [graph.search(query).codes for query in queries]
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda query: graph.search(query).codes, queries)
        assert list(found) == expected


@pytest.mark.parametrize(("header", "leaf"), rows("search/defaults.jsonl"))
def test_the_default_code(graph, header, leaf):
    number = search_index(graph.core).defaults[graph[header].number]
    assert (graph.core.codes[number] if number >= 0 else None) == leaf


def test_default_codes_are_billable_and_below(graph):
    for node, leaf in enumerate(search_index(graph.core).defaults):
        if leaf >= 0:
            assert graph.core.is_billable(leaf)
            assert graph.core.tree.subsumes(node, leaf)
