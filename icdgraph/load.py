"""From the name of a release to its graph: read once, then taken from the cache."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from icdgraph.graph import CodeGraph, build
from icdgraph.graph.columns import LAYOUT, Tables
from icdgraph.read import orderfile, tabular
from icdgraph.release import cache, source

if TYPE_CHECKING:
    from collections.abc import Iterator


def load(
    release: str | Path = source.BUNDLED, *, order: str | Path | None = None
) -> CodeGraph:
    """Return the graph of *release*.

    *release* is the path of a Tabular List XML, plain or in a zip, gz or xz; the
    default is the release that came with the install.  *order* is the path of an order
    file, plain or compressed: it then decides which codes seventh characters make.

    The first load takes seconds; later ones find the parsed release in the cache.
    Raises `DamagedRelease` for files that are missing or cannot be read.
    """
    path = source.locate(release)
    raw = source.read_raw(path)
    order_raw = b"" if order is None else source.read_raw(source.locate(order))
    key = source.digest(raw)
    if order is not None:
        key = source.digest((key + source.digest(order_raw)).encode())
    name = f"{key[:32]}-{LAYOUT}.graph"
    with no_collection():
        tables = _cached(name)
        if tables is None:
            listed = None
            if order is not None:
                text = source.unpack(order_raw, Path(order).name, ".txt")
                listed = orderfile.read(text, Path(order).name).keys()
            data = source.unpack(raw, path.name)
            parsed = tabular.read(data, path.name)
            digest = source.digest(data)
            tables = build.build(parsed, path.name, digest, key[:32], listed)
            cache.write(name, tables.pack())
        return CodeGraph(tables)


def _cached(name: str) -> Tables | None:
    content = cache.read(name)
    try:
        return Tables.unpack(content) if content is not None else None
    except ValueError:
        return None


@contextmanager
def no_collection() -> Iterator[None]:
    """Pause garbage collection: half a million new objects, none of them garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
