"""Output files that never destroy what is already there.

A file is written beside its place and renamed at the end, so that an error, Ctrl-C or
a full disk leaves the old content and nothing else:

    write("M54.ttl", pieces)                 # text or bytes, whole or in pieces

    with written("M54.parquet") as path:     # for a writer that takes a path
        parquet.write_table(table, path)

Only a regular file is replaced.  A symbolic link stays and its target is replaced; a
pipe, a device and ``/dev/stdout`` are written to.  A missing folder is an error.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OPEN_FILE = re.compile(r"/(?:dev|proc/self|proc/thread-self)/fd/(\d+)")
"""The name of a file that this process holds open, such as /dev/stdout links to."""

_LINKS = 40
"""Symbolic links that are followed, as many as Linux follows."""


def write(path: str | Path, content: str | bytes | Iterable[str | bytes]) -> None:
    r"""Write *content*, whole or in pieces, to *path*; text is written as UTF-8.

    Raises `OSError`, which names *path*, and what *content* raises; the old file then
    stays as it was.

    >>> path = getfixture("tmp_path") / "codes.txt"
    >>> write(path, (f"{code}\n" for code in ("M54.50", "M54.51")))
    >>> path.read_text()
    'M54.50\nM54.51\n'
    """
    pieces = [content] if isinstance(content, str | bytes) else content
    with written(path) as temporary, temporary.open("wb") as file:
        for piece in pieces:
            file.write(piece.encode() if isinstance(piece, str) else piece)


@contextmanager
def written(path: str | Path) -> Iterator[Path]:
    """Give a temporary path to write to; its content goes to *path* at the end.

    The temporary name ends in the suffix of *path*.  A block that deletes the
    temporary file leaves *path* as it was.  Raises `OSError` before the block where
    *path* cannot be written.

    >>> folder = getfixture("tmp_path")
    >>> with written(folder / "M54.svg") as temporary:
    ...     temporary.write_text("<svg/>"), temporary.suffix
    (6, '.svg')
    >>> [file.name for file in folder.iterdir()]
    ['M54.svg']
    """
    path = Path(path)
    if _is_replaced(path):
        with _beside(path) as temporary:
            yield temporary
        return
    from shutil import copyfileobj
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        temporary = Path(folder, path.name)
        with _naming(path, temporary):
            yield temporary
            if temporary.exists():
                with temporary.open("rb") as source, _stream(path) as file:
                    copyfileobj(source, file)


def _is_replaced(path: Path) -> bool:
    """Return True for a regular file, or where there is nothing yet.

    Raises `OSError` for a folder and for what cannot be reached.
    """
    if _descriptor(path) is not None:
        return False
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return True
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(
            f"cannot write {str(path)!r}: it is a folder. Give the name of a file."
        )
    return stat.S_ISREG(mode)


def _descriptor(path: Path) -> int | None:
    """Return the number of the open file that *path* names, through links, if any."""
    path = path.absolute()
    for _ in range(_LINKS):
        match = _OPEN_FILE.fullmatch(str(path))
        if match:
            return int(match[1])
        try:
            path = path.parent / path.readlink()
        except OSError:
            break
    return None


def _stream(path: Path) -> IO[bytes]:
    """Open a device, a pipe or an open file, to be written to as it is."""
    number = _descriptor(path)
    # Opening /dev/stdout anew would truncate a file that stdout was redirected to.
    return path.open("wb") if number is None else os.fdopen(os.dup(number), "wb")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a new file in the folder of *path*, renamed to *path* at the end."""
    target = path.resolve()
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {str(path)!r}: there is no folder {str(target.parent)!r}. "
            "Create it first."
        )
    old = target.stat() if target.exists() else None
    if old and not os.access(target, os.W_OK):
        raise PermissionError(f"cannot write {str(path)!r}: it is write-protected.")
    temporary = target.with_name(f".icdgraph-{os.urandom(4).hex()}{target.suffix}")
    try:
        with _naming(path, temporary):
            os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
            yield temporary
            if temporary.exists():
                if old:
                    _give_to_owner(temporary, old)
                temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _give_to_owner(temporary: Path, old: os.stat_result) -> None:
    """Give the new file the owner and the mode of the old one."""
    if hasattr(os, "chown"):
        with suppress(OSError):  # only the superuser may give files away
            os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(stat.S_IMODE(old.st_mode))


@contextmanager
def _naming(path: Path, temporary: Path) -> Iterator[None]:
    """Let an `OSError` name *path*, where it names nothing or the *temporary* file."""
    try:
        yield
    except OSError as exc:
        if exc.strerror and exc.filename in (None, temporary, str(temporary)):
            exc.filename, exc.filename2 = str(path), None
        raise
