from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from icdgraph.release import cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "deep" / "cache"))
    return tmp_path / "deep" / "cache"


def test_the_variable_chooses_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cache.folder() == folder
    for unset in (lambda: monkeypatch.setenv(cache.VARIABLE, ""), monkeypatch.undo):
        unset()
        assert cache.folder() != folder


def test_what_is_written_is_read(folder: Path) -> None:
    assert cache.read("a.graph") is None
    cache.write("a.graph", b"content")
    assert cache.read("a.graph") == b"content"
    assert [path.name for path in folder.iterdir()] == ["a.graph"]
    cache.write("a.graph", b"other")
    assert cache.read("a.graph") == b"other"
    cache.write("b.graph", b"")
    assert cache.read("b.graph") == b""


def test_any_damage_is_as_good_as_absence(folder: Path) -> None:
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


def test_a_write_that_fails_half_way_leaves_what_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cache.write("a.graph", b"content")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with caplog.at_level(logging.WARNING, "icdgraph"):
        cache.write("a.graph", b"half")
    assert cache.read("a.graph") == b"content"
    assert [path.name for path in folder.iterdir()] == ["a.graph"]
    (message,) = caplog.messages
    assert message.startswith("the release is not kept in the cache")
    assert "No space left on device" in message
    assert cache.VARIABLE in message


def test_a_folder_that_cannot_be_made_only_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # A file in its way: to the superuser no folder is read-only.
    (tmp_path / "file").write_text("here")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file" / "cache"))
    with caplog.at_level(logging.WARNING, "icdgraph"):
        cache.write("a.graph", b"content")
    assert len(caplog.records) == 1
    assert cache.read("a.graph") is None
