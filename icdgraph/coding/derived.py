"""What is derived from a release: made once, kept in the cache, read in milliseconds.

    f161f8182aff...-4-little4-1.laterality     key, layout of the graph, version, name

A rule that changes gets another version, and with it another file.  A file that is
missing or damaged is made again.  What is derived from a graph that was not loaded from
a file, such as the toy, is kept in memory alone.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import msgpack

from icdgraph.release import cache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    known = all_derived(graph)
    ending = f"{version}.{name}"
    if ending not in known:
        known[ending] = _kept(graph, ending, make)
    return known[ending]


def all_derived(graph: Graph) -> dict[str, Packed]:
    """Return what this process has derived from *graph* so far, by version and name.

    A process that gets the graph from another one can take this over.
    """
    known: dict[str, Packed] = graph.memo.setdefault("derived", {})
    return known


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


def pack_numbers(numbers: Sequence[int]) -> list[Any]:
    """Return *numbers*, none below 0, in the narrowest type of array that holds them.

    >>> pack_numbers([65, 66])
    ['B', b'AB']
    """
    most = max(numbers, default=0)
    code = "B" if most < 2**8 else "H" if most < 2**16 else "i"
    return [code, array(code, numbers).tobytes()]


def unpack_numbers(packed: list[Any]) -> memoryview:
    """Return what `pack_numbers` was given.

    A memoryview gives Python integers several times faster than a numpy array does,
    and `numpy.asarray` makes an array of it without copying.
    """
    return memoryview(packed[1]).cast(packed[0])
