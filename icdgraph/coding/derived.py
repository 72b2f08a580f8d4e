"""What is derived from a release: made once, kept in the cache, read in milliseconds.

    f161f8182aff...-4-little4-1.laterality     key, layout of the graph, version, name

A rule that changes gets another version, and with it another file.  A file that is
missing, damaged or of another layout is made again.  What is derived from a graph that
was not loaded from a file, such as the toy, is kept in memory alone.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, TypeVar

import msgpack

from icdgraph.release import cache

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from icdgraph.graph import Graph

T = TypeVar("T")
Packed = dict[str, Any]
"""Numbers, texts and bytes by name, and lists and dictionaries of them."""


def derived(
    graph: Graph,
    name: str,
    version: int | str,
    make: Callable[[], Packed],
    read: Callable[[Packed], T],
) -> T:
    """Return what *read* makes of the data that *make* derives from *graph*.

    *make* is called when no data are kept, or none that *read* takes.

    >>> from icdgraph.toy import toy
    >>> size = {"nodes": toy().core.node_count}
    >>> derived(toy().core, "sizes", 1, lambda: size, lambda kept: kept["nodes"])
    39
    """
    known = all_derived(graph)
    ending = f"{version}.{name}"
    if ending in known:
        return read(known[ending])
    file = f"{graph.cache_key}-{ending}" if graph.cache_key else ""
    try:
        packed = msgpack.unpackb(cache.read(file) if file else b"")
        answer = read(packed)
    except (LookupError, TypeError, ValueError):
        packed = make()
        if file:
            cache.write(file, msgpack.packb(packed))
        answer = read(packed)
    known[ending] = packed
    return answer


def all_derived(graph: Graph) -> dict[str, Packed]:
    """Return what this process has derived from *graph* so far, by version and name.

    A process that gets the graph from another one can take this over.
    """
    known: dict[str, Packed] = graph.memo.setdefault("derived", {})
    return known


def pack_numbers(numbers: Sequence[int]) -> list[Any]:
    """Return *numbers*, none below 0, in the narrowest type of array that holds them.

    >>> pack_numbers([65, 66])
    ['B', b'AB']
    """
    most = max(numbers, default=0)
    code = "B" if most < 2**8 else "H" if most < 2**16 else "i" if most < 2**31 else "q"
    return [code, array(code, numbers).tobytes()]


def unpack_numbers(packed: list[Any]) -> memoryview:
    """Return what `pack_numbers` was given.

    A memoryview gives Python integers several times faster than a numpy array does,
    and `numpy.asarray` makes an array of it without copying.
    """
    return memoryview(packed[1]).cast(packed[0])
