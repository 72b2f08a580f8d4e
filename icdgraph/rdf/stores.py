"""A pyoxigraph store for each release, built once and kept in the cache.

One process builds it; after that any number of processes open it, read-only.  The
triples are in the default graph, with those of the vocabulary: pyoxigraph keeps three
indexes of it, and six of a named graph, which takes more than twice the space.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import pyoxigraph

from icdgraph.rdf import mapping, turtle
from icdgraph.rdf.vocabulary import release_iri, vocabulary
from icdgraph.release import cache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

FORMAT = 6
"""Raise this when the mapping or the reading changes: stores in caches then lapse."""

CHUNK = 20_000
"""Resources loaded at a time: enough to be fast, few enough to save memory."""

LOADERS = 2
"""Threads that load: pyoxigraph sorts a chunk on one processor."""


def open_store(graph: Graph, progress: Progress | None = None) -> pyoxigraph.Store:
    """Return a read-only store that holds *graph*, building it where there is none.

    A graph that was not loaded from a file, and one whose cache cannot be written, has
    its store in memory.  A process opens the store of a graph once.

    >>> from icdgraph.toy import toy
    >>> len(open_store(toy().core)) > 500
    True
    """
    with _opening:
        if "store" not in graph.memo:
            graph.memo["store"] = _open(graph, progress)
        store: pyoxigraph.Store = graph.memo["store"]
        return store


def is_built(graph: Graph) -> bool:
    """Return True if `open_store` need not build the store of *graph*."""
    return "store" in graph.memo or (
        bool(graph.cache_key) and _place_of(graph).is_dir()
    )


_opening = Lock()


@contextmanager
def on_disk(graph: Graph, progress: Progress | None = None) -> Iterator[Path]:
    """Yield a folder in which other processes may open the store of *graph*.

    It is that of the cache, or a temporary one for a store in memory.
    """
    store = open_store(graph, progress)
    folder = _place_of(graph)
    if graph.cache_key and folder.is_dir():
        yield folder
        return
    with empty() as folder:
        copy = pyoxigraph.Store(str(folder))
        copy.bulk_extend(store)
        copy.flush()
        yield folder


@contextmanager
def empty() -> Iterator[Path]:
    """Yield a temporary folder with a store that holds nothing."""
    with tempfile.TemporaryDirectory(prefix="icdgraph-") as name:
        pyoxigraph.Store(name).flush()
        yield Path(name)


def _place_of(graph: Graph) -> Path:
    return cache.folder() / f"{graph.cache_key}-{FORMAT}.store"


def _open(graph: Graph, progress: Progress | None) -> pyoxigraph.Store:
    def make(path: Path) -> None:
        store = pyoxigraph.Store(str(path))
        _fill(store, graph, progress)
        store.optimize()
        store.flush()

    def built() -> pyoxigraph.Store:
        if not place.is_dir():
            cache.build(place, make)
        return pyoxigraph.Store.read_only(str(place))

    place = _place_of(graph)
    if graph.cache_key:
        try:
            return built()
        except PermissionError as exc:
            cache.warn(exc)
        except (OSError, RuntimeError):
            # Damaged, by a full disk for example.
            shutil.rmtree(place, ignore_errors=True)
            return built()
    store = pyoxigraph.Store()
    _fill(store, graph, progress)
    return store


def _fill(store: pyoxigraph.Store, graph: Graph, progress: Progress | None) -> None:
    """Load *graph* into *store*, writing one chunk while earlier ones are loaded."""
    base = release_iri(graph)
    total = len(graph.codes) + graph.note_count
    load = partial(store.bulk_load, format=pyoxigraph.RdfFormat.TURTLE)
    load(vocabulary())
    with ThreadPoolExecutor(LOADERS) as loaders:
        pending: deque[Future[None]] = deque()
        chunks = mapping.chunks(mapping.resources(graph), CHUNK)
        for number, chunk in enumerate(chunks, 1):
            pending.append(loaders.submit(load, "".join(turtle.lines(chunk, base))))
            # Else text would pile up in memory.
            if len(pending) > LOADERS:
                pending.popleft().result()
            if progress:
                progress(min(number * CHUNK, total), total)
        for future in pending:
            future.result()
