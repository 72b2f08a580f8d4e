"""Parsed releases on disk, so that the next process need not parse again.

A file is named by the digest of what it was made from and by the format, and starts
with a checksum: one that is damaged, or of another format, is as good as absent.  It
is written beside its place and then moved there, so that no reader sees half a file;
two processes that write at once write the same.  A cache that cannot be written costs
time and nothing else.
"""

from __future__ import annotations

import logging
import os
import tempfile
import zlib
from pathlib import Path

from platformdirs import user_cache_path

log = logging.getLogger("icdgraph")

VARIABLE = "ICDGRAPH_CACHE_DIR"
_CHECKSUM = 4


def folder() -> Path:
    """Return the folder of the cache: ``$ICDGRAPH_CACHE_DIR`` or the user's own."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen else user_cache_path("icdgraph", appauthor=False)


def read(name: str) -> memoryview | None:
    """Return what was kept under *name*, None if there is nothing whole."""
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
    checksum = zlib.crc32(content).to_bytes(_CHECKSUM, "little")
    temporary = None
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder(), delete=False) as file:
            temporary = Path(file.name)
            file.write(checksum)
            file.write(content)
        temporary.replace(folder() / name)
    except OSError as exc:
        if temporary:
            temporary.unlink(missing_ok=True)
        warn(exc)


def warn(exc: OSError) -> None:
    """Log that the cache cannot be written."""
    log.warning(
        "the release is not kept in the cache %s: %s; set %s to a folder that can be "
        "written",
        folder(),
        exc.strerror or exc,
        VARIABLE,
    )
