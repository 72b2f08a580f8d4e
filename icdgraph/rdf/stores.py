"""The border post to pyoxigraph: a store for each release, built once and kept.

Only this file knows how a store comes to be.  It is built beside its place in the
cache and moved there when whole, by one process at a time; after that every process
opens it read-only, as many at once as like to.  What a killed build left is removed by
the next one.  The triples lie in a named graph, that of the release.
"""

from __future__ import annotations

import shutil
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyoxigraph

from icdgraph.rdf import mapping, turtle
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.release import cache

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

FORMAT = 3
"""Raise this when the mapping or the reading changes: stores in caches then lapse."""

CHUNK = 20_000
"""Resources loaded at a time: enough to be quick, few enough to stay small."""

LOADERS = 2
"""Threads that load: the engine sorts a chunk on one processor."""


def open_store(graph: Graph, progress: Progress | None = None) -> pyoxigraph.Store:
    """Return a read-only store that holds *graph*, building it where there is none.

    A graph that was not loaded from a file, and one whose cache cannot be written, get
    a store in memory.  The store of a graph is opened once in a process.

    >>> from icdgraph.toy import toy
    >>> len(open_store(toy().core)) > 500
    True
    """
    with _opening:
        store = _opened.get(graph)
        if store is None:
            store = _opened[graph] = _open(graph, progress)
        return store


_opened: WeakKeyDictionary[Graph, pyoxigraph.Store] = WeakKeyDictionary()
_opening = Lock()


def place_of(graph: Graph) -> Path:
    """Return the folder of the cache in which the store of *graph* is kept."""
    return cache.folder() / f"{graph.edition.key}-{FORMAT}.store"


def _open(graph: Graph, progress: Progress | None) -> pyoxigraph.Store:
    if not graph.edition.key:
        return _in_memory(graph, progress)
    place = place_of(graph)
    if not place.is_dir():
        try:
            _build(graph, place, progress)
        except PermissionError as exc:
            cache.warn(exc)
            return _in_memory(graph, progress)
    try:
        return pyoxigraph.Store.read_only(str(place))
    except (OSError, RuntimeError):
        # Damaged, by a full disk say: what can be built again need not be mended.
        shutil.rmtree(place, ignore_errors=True)
        _build(graph, place, progress)
        return pyoxigraph.Store.read_only(str(place))


def _build(graph: Graph, place: Path, progress: Progress | None) -> None:
    def make(path: Path) -> None:
        store = pyoxigraph.Store(str(path))
        _fill(store, graph, progress)
        store.optimize()
        store.flush()

    cache.build(place, make)


def _in_memory(graph: Graph, progress: Progress | None) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    _fill(store, graph, progress)
    return store


def _fill(store: pyoxigraph.Store, graph: Graph, progress: Progress | None) -> None:
    """Load *graph* into *store*, writing one chunk while those before are loaded."""
    base = release_iri(graph)
    resources = mapping.resources(graph)
    total = len(graph.codes) + graph.note_count

    def load(text: str) -> None:
        store.bulk_load(
            text.encode(),
            pyoxigraph.RdfFormat.TURTLE,
            to_graph=pyoxigraph.NamedNode(base),
        )

    with ThreadPoolExecutor(LOADERS) as loaders:
        pending: deque[Future[None]] = deque()
        for number, chunk in enumerate(_chunks(resources), 1):
            pending.append(loaders.submit(load, "".join(turtle.lines(chunk, base))))
            # No more text in memory than there is work for.
            if len(pending) > LOADERS:
                pending.popleft().result()
            if progress:
                progress(min(number * CHUNK, total), total)
        while pending:
            pending.popleft().result()


def _chunks(resources: Iterator[mapping.Resource]) -> Iterator[list[mapping.Resource]]:
    while chunk := list(islice(resources, CHUNK)):
        yield chunk
