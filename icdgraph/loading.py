"""From the name of a release to its graph: read once, then taken from the cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from icdgraph.codegraph import CodeGraph
from icdgraph.graph import Graph
from icdgraph.graph.columns import LAYOUT, Columns
from icdgraph.release import cache, source

if TYPE_CHECKING:
    from icdgraph.progress import Progress


def load(
    release: str | Path = source.BUNDLED,
    *,
    order: str | Path | None = None,
    progress: Progress | None = None,
) -> CodeGraph:
    """Return the graph of *release*.

    *release* is the path of a Tabular List XML, plain or in a zip, gz or xz; the
    default is the release that came with the install.  *order* is the path of an order
    file, plain or compressed: it then decides which codes seventh characters make.

    The first load takes seconds and calls *progress*, if given, with how much is done;
    later ones find the parsed release in the cache.
    Raises `DamagedRelease` for files that are missing or cannot be read.
    """
    path = source.locate(release)
    raw = source.read_raw(path)
    order_raw = b"" if order is None else source.read_raw(source.locate(order))
    key = source.digest(raw)
    if order is not None:
        key = source.digest((key + source.digest(order_raw)).encode())
    key = key[:32]
    name = f"{key}-{LAYOUT}.graph"
    columns = _cached(name)
    if columns is None:
        columns = _built(raw, path.name, key, order_raw, order, progress)
        cache.write(name, columns.pack())
    return CodeGraph(Graph(columns))


def _cached(name: str) -> Columns | None:
    content = cache.read(name)
    try:
        return Columns.unpack(content) if content is not None else None
    except ValueError:
        return None


def _built(
    raw: bytes,
    name: str,
    key: str,
    order_raw: bytes,
    order: str | Path | None,
    progress: Progress | None,
) -> Columns:
    """Return the columns of the release *raw*, read and built anew."""
    # Imported here: a process that finds the release in the cache reads nothing.
    from icdgraph.graph.build import build
    from icdgraph.read import orderfile, tabular
    from icdgraph.release.archive import unpack

    def report(tenths: int) -> None:
        if progress:
            progress(tenths, 10)

    report(0)
    listed = None
    if order is not None:
        text = unpack(order_raw, Path(order).name, ".txt")
        listed = orderfile.read(text, Path(order).name).keys()
    data = unpack(raw, name)
    parsed = tabular.read(data, name)
    report(4)
    columns = build(parsed, name, source.digest(data), key, listed)
    report(10)
    return columns
