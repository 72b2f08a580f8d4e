"""What is derived from a release: made once, kept in the cache, read in milliseconds.

    f161f8182aff...-4-little4-1.laterality     key, layout of the graph, version, name

A rule that changes gets another version, and with it another file.  A file that is
missing or damaged is made again.  What is derived from a graph that was not loaded from
a file, such as the toy, is kept in memory alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgpack

from icdgraph.release import cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from icdgraph.graph import Graph

Packed = dict[str, Any]
"""Numbers, texts and bytes by name, and lists and dictionaries of them."""


def derived(
    graph: Graph, name: str, version: int | str, make: Callable[[], Packed]
) -> Packed:
    """Return what *make* derives from *graph*; it is called when nothing is kept.

    >>> from icdgraph.toy import toy
    >>> derived(toy().core, "sizes", 1, lambda: {"nodes": toy().core.node_count})
    {'nodes': 39}
    """
    label = f"{name} {version}"
    if label not in graph.memo:
        graph.memo[label] = _kept(graph, f"{version}.{name}", make)
    packed: Packed = graph.memo[label]
    return packed


def _kept(graph: Graph, ending: str, make: Callable[[], Packed]) -> Packed:
    if not graph.cache_key:
        return make()
    name = f"{graph.cache_key}-{ending}"
    packed = _unpacked(cache.read(name))
    if packed is None:
        packed = make()
        cache.write(name, msgpack.packb(packed))
    return packed


def _unpacked(content: memoryview | None) -> Packed | None:
    try:
        packed = None if content is None else msgpack.unpackb(content)
    except ValueError:
        return None
    return packed if isinstance(packed, dict) else None
