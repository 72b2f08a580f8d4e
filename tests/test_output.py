"""Files that commands and the library write: what is there is never destroyed."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from icdgraph.output import write, written

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


def by_path(path, content):
    with written(path) as temporary:
        temporary.write_bytes(content)


both = pytest.mark.parametrize("put", [write, by_path])


@both
def test_file_is_replaced_and_keeps_its_mode(put, tmp_path):
    path = tmp_path / "out.txt"
    put(path, b"new")
    path.chmod(0o640)
    put(path, b"newer")
    assert path.read_bytes() == b"newer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_new_file_has_the_mode_of_any_other(tmp_path):
    write(tmp_path / "a", "a")
    (tmp_path / "b").write_text("b")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_failure_leaves_what_was_there_and_nothing_else(tmp_path, error):
    def pieces():
        yield "half"
        raise error

    path = tmp_path / "out.txt"
    path.write_text("old")
    with pytest.raises(error):
        write(path, pieces())
    with pytest.raises(error), written(path) as temporary:
        temporary.write_text("".join(pieces()))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_block_that_deletes_its_file_leaves_what_was_there(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with written(path) as temporary:
        temporary.unlink()
    assert path.read_text() == "old"


@posix
@both
def test_link_stays_and_its_target_is_replaced(put, tmp_path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "target.txt", tmp_path / "link.txt"
    link.symlink_to(target)
    for content in (b"new", b"newer"):
        put(link, content)
        assert link.is_symlink()
        assert target.read_bytes() == content
    assert list((tmp_path / "there").iterdir()) == [target]


@posix
@both
def test_pipe_is_written_to(put, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    put(pipe, b"content")
    reader.join(10)
    assert received == [b"content"]
    assert pipe.is_fifo()


@posix
@both
def test_device_is_written_to(put):
    put(Path("/dev/null"), b"content")
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@both
@pytest.mark.parametrize("size", [1, 1_000_000])
def test_full_device_stays_a_device_and_is_named(put, size):
    with pytest.raises(OSError, match="No space left on device: '/dev/full'"):
        put(Path("/dev/full"), bytes(size))
    assert Path("/dev/full").is_char_device()


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@both
@pytest.mark.parametrize("folder", ["/dev/fd", "/proc/self/fd", "link"])
def test_open_file_is_appended_to(put, tmp_path, folder):
    path = tmp_path / "out.txt"
    path.write_text("before\n")
    with path.open("a") as file:
        name = Path(folder, str(file.fileno()))
        if folder == "link":
            name = tmp_path / "link"
            name.symlink_to(f"/proc/self/fd/{file.fileno()}")
        put(name, b"content\n")
        put(name, b"more\n")
    assert path.read_text() == "before\ncontent\nmore\n"
    assert path.is_file()


@posix
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs the superuser"
)
def test_file_keeps_its_owner(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    os.chown(path, 1234, 1234)
    write(path, "new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1234)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_stdout_is_appended_to_where_it_is_a_file(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("before\n")
    program = (
        "from icdgraph.output import write, written\n"
        "write('/dev/stdout', 'one\\n')\n"
        "with written('/dev/stdout') as path: path.write_text('two\\n')\n"
    )
    with path.open("a") as file:
        subprocess.run([sys.executable, "-c", program], stdout=file, check=True)
    assert path.read_text() == "before\none\ntwo\n"


@both
@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("missing/out.txt", FileNotFoundError, "there is no folder"),
        ("folder", IsADirectoryError, "it is a folder"),
        ("file/out.txt", NotADirectoryError, "file/out.txt"),
    ],
)
def test_wrong_place_is_an_error_that_names_it(put, tmp_path, name, error, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old")
    with pytest.raises(error) as caught:
        put(tmp_path / name, b"content")
    assert words in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@posix
def test_place_is_checked_before_the_work(tmp_path):
    with pytest.raises(FileNotFoundError), written(tmp_path / "missing" / "out.txt"):
        pytest.fail("the block ran")


@posix
def test_write_protected_file_is_kept(tmp_path, monkeypatch):
    path = tmp_path / "out.txt"
    path.write_text("old")
    # The superuser, as whom tests may run, may write everything.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="write-protected"):
        write(path, "new")
    assert path.read_text() == "old"


def read_deleted(path):
    path.unlink()
    path.read_bytes()


def test_error_of_a_writer_names_the_place_and_not_the_temporary_file(tmp_path):
    path = tmp_path / "out.txt"
    with pytest.raises(FileNotFoundError) as caught, written(path) as temporary:
        read_deleted(temporary)
    assert caught.value.filename == str(path)
