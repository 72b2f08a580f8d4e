"""What is derived from a release is made once, and again when the file is of no use."""

import pytest

import icdgraph
from icdgraph.coding.derived import derived
from icdgraph.coding.laterality import _TitleReader, laterality
from icdgraph.release import cache
from icdgraph.toy import PATH, toy


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return a function that derives a thing of a freshly loaded toy, and how often."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    calls = []

    def make():
        calls.append(1)
        return {"numbers": [1, 2], "bytes": b"\x00"}

    def derive(version=1):
        graph = icdgraph.load(PATH).core
        numbers = derived(graph, "thing", version, make, lambda kept: kept["numbers"])
        assert numbers == make()["numbers"]
        calls.pop()
        return len(calls)

    return derive


def kept():
    return next(cache.folder().glob("*.thing"))


def test_it_is_made_once_for_all_processes(made):
    assert [made(), made()] == [1, 1]
    assert {entry.content for entry in cache.entries()} == {"graph", "thing"}


def test_another_version_is_another_file_and_replaces_the_older_one(made):
    assert [made(1), made(2), made(2), made(1)] == [1, 2, 2, 3]


@pytest.mark.parametrize(
    "damage", ["cut", "changed", b"\x93", b"\x80", b"\x02", "gone"]
)
def test_a_file_that_cannot_be_read_is_made_again(made, damage):
    made()
    data = kept().read_bytes()
    if damage == "cut":
        kept().write_bytes(data[:-1])
    elif damage == "changed":
        kept().write_bytes(data[:-1] + b"\x07")
    elif isinstance(damage, bytes):  # not msgpack, another layout, a number
        cache.write(kept().name, damage)
    else:
        kept().unlink()
    assert [made(), made()] == [2, 2]


def test_a_graph_without_a_file_is_derived_in_memory(tmp_path, monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    calls = []
    for _ in range(2):
        derived(toy().core, "in memory", 1, lambda: {"n": calls.append(1)}, dict)
    assert len(calls) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_read_back_is_what_was_derived(graph):
    laterality(graph.core)
    again = laterality(icdgraph.load().core)
    fresh = _TitleReader(graph.core).read()
    assert again.sides == fresh["sides"]
    assert [again.groups.format, again.groups.tobytes()] == fresh["groups"]
