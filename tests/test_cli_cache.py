"""``icdgraph cache``: what is kept, and clearing it."""

import json
from functools import partial

import pytest

from icdgraph import load, toy
from icdgraph.release import cache


@pytest.fixture
def run(run, tmp_path, monkeypatch):
    """Run the command on a cache of its own."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    return partial(run, "cache", release=None)


def test_empty_cache_is_said_to_be_empty(run, tmp_path):
    code, out, _ = run()
    assert code == 0
    assert out == f"{tmp_path / 'cache'}\n0 entries, 0.0 MB\n"
    assert run("--json") == (0, "[]\n", "")
    assert run("clear") == (0, "removed 0 entries, 0.0 MB\n", "")


def test_entries_are_listed_with_release_content_and_size(run, tmp_path):
    edition = load(toy.PATH).edition
    key, identifier = edition.key, edition.identifier
    (tmp_path / "cache" / "abc-1.search").write_bytes(bytes(2_000_000))
    _, out, _ = run()
    assert [line.split() for line in out.splitlines()[3:]] == [
        ["abc", "search", "index", "2.0", "MB"],
        [identifier, key[:8], "parsed", "release", "0.0", "MB"],
        ["2", "entries,", "2.0", "MB"],
    ]
    records = [json.loads(line) for line in run("--jsonl")[1].splitlines()]
    assert json.loads(run("--json")[1]) == records
    assert [(r["release"], r["content"], r["size"]) for r in records] == [
        (None, "search", 2_000_000),
        (identifier, "graph", cache.entries()[1].size),
    ]


def test_clear_removes_all_entries(run, tmp_path):
    load(toy.PATH)
    (tmp_path / "cache" / "abc-1.search").touch()
    removed = json.loads(run("clear", "--json")[1])
    assert [entry["content"] for entry in removed] == ["search", "graph"]
    assert cache.entries() == []
    load(toy.PATH)
    assert run("clear")[1].startswith("removed 1 entry, ")
