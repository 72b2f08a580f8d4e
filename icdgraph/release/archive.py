"""Files of a release as they are distributed: in a zip, gzip or xz."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING

from icdgraph.errors import DamagedRelease

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 256 * 1024 * 1024
"""The most bytes that a file may unpack to; real ones have ten million."""


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
