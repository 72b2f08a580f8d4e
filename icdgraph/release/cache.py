"""Things derived from a release, kept on disk so that each is made only once.

    f161f8182aff...-4-little4.graph     a graph: a file that starts with a checksum
    f161f8182aff...-3.store             an RDF store: a folder
    f161f8182aff...-2.search            a search index: a file

The name starts with the key of the release, which is a digest of its files, and holds
the format; data of another format is ignored, and removed when a newer one is written.
Everything is written beside its place and then moved there, so that no reader sees half
a file.  A cache that cannot be written costs time and nothing else.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from filelock import FileLock

VARIABLE = "ICDGRAPH_CACHE_DIR"
_CHECKSUM = 4
_PARTIAL = ".partial"
_BUILDING = ".building"
_LOCK = ".lock"
_WRITING = 60
"""Seconds after which a file that is still being written was left by a killed process.

Writing one takes less than a second."""


def folder() -> Path:
    """Return the folder of the cache: ``$ICDGRAPH_CACHE_DIR`` or the user's own."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("icdgraph", appauthor=False)


def read(name: str) -> memoryview | None:
    """Return the content kept under *name*, None if it is missing or damaged."""
    try:
        data = (folder() / name).read_bytes()
    except OSError:
        return None
    content = memoryview(data)[_CHECKSUM:]
    if zlib.crc32(content).to_bytes(_CHECKSUM, "little") != data[:_CHECKSUM]:
        return None
    return content


def write(name: str, content: bytes) -> None:
    """Keep *content* under *name*; log a warning where that is not possible."""
    from tempfile import NamedTemporaryFile

    checksum = zlib.crc32(content).to_bytes(_CHECKSUM, "little")
    temporary = None
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            dir=folder(), prefix=f"{name}.", suffix=_PARTIAL, delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(checksum)
            file.write(content)
        temporary.replace(folder() / name)
        _remove_older(name)
    except OSError as exc:
        if temporary:
            temporary.unlink(missing_ok=True)
        warn(exc)


def build(place: Path, make: Callable[[Path], None]) -> None:
    """Let *make* build a file or folder, and move it to *place* when it is whole.

    *make* gets the path to build at.  One process builds at a time; those that wait
    find the result and do nothing.  Raises `OSError`.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(place.name + _BUILDING)
    with _lock_of(place):
        if not place.exists():
            _remove(unfinished)
            make(unfinished)
            unfinished.replace(place)
    _remove_older(place.name)


def warn(exc: OSError) -> None:
    """Log that the cache cannot be written."""
    from logging import getLogger

    getLogger("icdgraph").warning(
        "the release is not kept, because the cache folder %s cannot be written: %s. "
        "Set %s to a folder that can be written",
        folder(),
        exc.strerror or exc,
        VARIABLE,
    )


# What the cache holds


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A file or folder in the cache.

    *key* is that of the release it was derived from (see `Edition`), *content* is
    ``graph``, ``store``, ``search`` and so on, or ``unfinished`` for what is being
    built, or was left by a process that was killed.
    """

    name: str
    key: str
    content: str
    size: int


def entries() -> list[CacheEntry]:
    """Return what the cache holds, sorted by name; locks, which are empty, are not."""
    try:
        paths = sorted(folder().iterdir())
    except OSError:
        return []
    return [_entry(path) for path in paths if path.suffix != _LOCK and "-" in path.name]


def _entry(path: Path) -> CacheEntry:
    unfinished = path.suffix in (_PARTIAL, _BUILDING)
    content = "unfinished" if unfinished else path.suffix[1:]
    return CacheEntry(path.name, path.name.partition("-")[0], content, _size(path))


def clear() -> list[CacheEntry]:
    """Remove all entries, and return those that are gone.

    What another process is building at this moment stays.  One that has a store or an
    index open keeps it until it ends, except on Windows, where such a file stays.
    """
    return [entry for entry in entries() if _gone(entry)]


def _remove_older(name: str) -> None:
    """Remove what earlier versions of icdgraph kept in place of *name*.

    Only lower numbers are older: of two versions that are in use, neither may remove
    what the other one has just built.
    """
    new = _entry(folder() / name)
    for entry in entries():
        is_same = (entry.key, entry.content) == (new.key, new.content)
        if is_same and _numbers(entry.name) < _numbers(name):
            _gone(entry)


def _numbers(name: str) -> list[int]:
    """Return the numbers of the formats in *name*; longer ones belong to digests."""
    return [int(number) for number in re.findall(r"-(\d{1,4})(?=[-.])", name)]


def _gone(entry: CacheEntry) -> bool:
    path = folder() / entry.name
    if path.suffix == _PARTIAL:
        return not _is_recent(path) and _remove(path)
    try:
        with _lock_of(path.with_suffix("") if path.suffix == _BUILDING else path, 0):
            return _remove(path)
    except OSError:  # filelock.Timeout among them: the other process has the lock
        return False


def _lock_of(place: Path, timeout: float = -1) -> FileLock:
    from filelock import FileLock  # it imports asyncio

    return FileLock(place.with_name(place.name + _LOCK), timeout)


def _is_recent(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < _WRITING
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        parts = path.rglob("*") if path.is_dir() else [path]
        return sum(part.lstat().st_size for part in parts)
    except OSError:  # removed at this moment
        return 0


def _remove(path: Path) -> bool:
    """Remove a file or folder, and return True if nothing is left of it."""
    try:
        if path.is_dir() and not path.is_symlink():
            from shutil import rmtree

            rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        return False
    return not path.exists()
