import logging
import os
import subprocess
import sys
import time

import pytest

from icdgraph import load, toy
from icdgraph.rdf import stores
from icdgraph.release import cache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "deep" / "cache"))
    return tmp_path / "deep" / "cache"


def test_the_variable_chooses_the_folder(folder, monkeypatch):
    assert cache.folder() == folder
    for unset in (lambda: monkeypatch.setenv(cache.VARIABLE, ""), monkeypatch.undo):
        unset()
        assert cache.folder() != folder


def test_what_is_written_is_read(folder):
    assert cache.read("a.graph") is None
    cache.write("a.graph", b"content")
    assert cache.read("a.graph") == b"content"
    assert [path.name for path in folder.iterdir()] == ["a.graph"]
    cache.write("a.graph", b"other")
    assert cache.read("a.graph") == b"other"
    cache.write("b.graph", b"")
    assert cache.read("b.graph") == b""


def test_any_damage_is_as_good_as_absence(folder):
    cache.write("a.graph", b"content")
    whole = (folder / "a.graph").read_bytes()
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        (folder / "a.graph").write_bytes(damaged)
        assert cache.read("a.graph") is None
        (folder / "a.graph").write_bytes(whole[:place])
        assert cache.read("a.graph") is None
    (folder / "a.graph").unlink()
    (folder / "a.graph").mkdir()
    assert cache.read("a.graph") is None


def test_a_write_that_fails_half_way_leaves_what_was(folder, monkeypatch, caplog):
    cache.write("a.graph", b"content")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with caplog.at_level(logging.WARNING, "icdgraph"):
        cache.write("a.graph", b"half")
    assert cache.read("a.graph") == b"content"
    assert [path.name for path in folder.iterdir()] == ["a.graph"]
    (message,) = caplog.messages
    assert message.startswith("the release is not kept")
    assert "No space left on device" in message
    assert cache.VARIABLE in message


# What the cache holds


def _build(name, content="content"):
    cache.build(cache.folder() / name, lambda path: _write_folder(path, content))


def _write_folder(path, content):
    path.mkdir()
    (path / "part").write_text(content)


def test_entries_tell_size_content_and_release(folder):
    assert cache.entries() == []
    cache.write("abc-4.graph", b"content")
    _build("abc-3.store")
    assert cache.entries() == [
        cache.CacheEntry("abc-3.store", "abc", "store", len("content")),
        cache.CacheEntry("abc-4.graph", "abc", "graph", 4 + len("content")),
    ]


def test_files_of_others_in_the_folder_are_left_alone(folder):
    folder.mkdir(parents=True)
    (folder / "README").write_text("mine")
    assert cache.entries() == cache.clear() == []
    assert (folder / "README").exists()


def test_a_build_is_moved_to_its_place_when_whole(folder):
    def fail(path):
        _write_folder(path, "half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        cache.build(folder / "abc-3.store", fail)
    (left,) = cache.entries()
    assert (left.content, left.size) == ("unfinished", len("half"))
    _build("abc-3.store")
    _build("abc-3.store", "not built again")
    assert [entry.content for entry in cache.entries()] == ["store"]
    assert (folder / "abc-3.store" / "part").read_text() == "content"


def test_clear_removes_what_killed_processes_left(folder):
    folder.mkdir(parents=True)
    _write_folder(folder / "abc-3.store.building", "half")
    (folder / "abc-4.graph.x1.partial").write_text("half")
    yesterday = time.time() - 86_400
    os.utime(folder / "abc-4.graph.x1.partial", (yesterday, yesterday))
    assert [entry.content for entry in cache.entries()] == ["unfinished"] * 2
    assert len(cache.clear()) == 2
    assert cache.entries() == []


def test_a_newer_format_replaces_older_ones_of_its_release(folder):
    others = ["abc-9-little4.graph", "abc-11-little4-1.store", "xyz-1-little4-1.store"]
    for name in ("abc-9-little4-12-99999999.store", "abc-3.store", *others):
        _build(name)
    cache.write("abc-10-little4-5-1.laterality", b"")
    cache.write("abc-10-little4-6-1.laterality", b"")
    _build("abc-10-little4-2.store")
    assert {entry.name for entry in cache.entries()} == {
        "abc-10-little4-2.store",
        "abc-10-little4-6-1.laterality",
        *others,
    }


BUILD = """
from icdgraph.release import cache
def make(path):
    path.write_text("half")
    print("building", flush=True)
    input()
    path.write_text("whole")
cache.build(cache.folder() / "abc-2.search", make)
"""


def test_clear_leaves_what_another_process_builds(folder):
    with subprocess.Popen(
        [sys.executable, "-c", BUILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "building\n"
        (folder / "abc-4.graph.x2.partial").write_text("half of a write")
        assert cache.clear() == []
        process.communicate("go on\n")
    assert (folder / "abc-2.search").read_text() == "whole"
    assert [entry.name for entry in cache.clear()] == ["abc-2.search"]


def test_an_open_store_outlives_its_clearing(folder):
    opened = stores.open_store(load(toy.PATH).core)
    triples = len(opened)
    assert "store" in [entry.content for entry in cache.clear()]
    assert len(list(opened.quads_for_pattern(None, None, None))) == triples
