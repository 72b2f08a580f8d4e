"""Queries that can be stopped: worker processes, and who may ask them.

pyoxigraph cannot be interrupted: a query runs until it is done, and some never are.
So each runs in a process (`icdgraph.rdf.worker`) that is killed when its time is over,
when whoever asked no longer wants to know, or on Ctrl-C; a new one takes its place.

    ask ──┐                 ┌── worker 1   SELECT ...           0.2 s
    ask ──┼── the free one ─┼── worker 2   SELECT * { ?a ...   30 s, killed
    ask ──┘   or wait       └── worker 3   (idle)

A worker opens the store in the cache, which all of them share.  A graph that has none,
such as the toy, is written to a temporary folder.
"""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyoxigraph

from icdgraph.rdf import stores
from icdgraph.rdf.query import answer_of
from icdgraph.rdf.results import Table, Triples
from icdgraph.rdf.serialize import Question, Refused
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.rdf.worker import Worker

if TYPE_CHECKING:
    from icdgraph.graph import Graph
    from icdgraph.progress import Progress
    from icdgraph.rdf.results import Answer


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as bytes: its *kind* is ``rows``, ``boolean`` or ``triples``.

    *count* is the number of rows or triples; *is_cut* says that there were more.
    *seconds* is the time the worker took, without waiting for it to be free.
    """

    body: bytes
    kind: str
    media: str
    count: int
    is_cut: bool
    seconds: float


class Handle:
    """What stops a question from another thread than the one that waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self.why = ""

    def stop(self, why: str = "asker") -> None:
        """Stop the question, now or as soon as it is asked; *why* says for whom."""
        with self._lock:
            self.why = self.why or why
            if self._worker:
                self._worker.kill()

    def _hold(self, worker: Worker | None) -> None:
        with self._lock:
            self._worker = worker
            if self.why and worker:
                worker.kill()


class Workers:
    """A number of worker processes for one graph.

    >>> from icdgraph.toy import toy
    >>> with Workers(toy().core, count=1) as workers:
    ...     workers.ask(Question("ASK { ICD10CM:M54 a ig:Category }", "text/csv")).body
    b'true'
    """

    def __init__(
        self,
        graph: Graph,
        count: int = 2,
        timeout: float | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.count = count
        self.timeout = timeout
        self._release = release_iri(graph)
        self._temporary = contextlib.ExitStack()
        self._place = self._find(graph, progress)
        self._lock = threading.Lock()
        self._closed = False
        self._all: set[Worker] = set()
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(count):
            self._add()

    def ask(
        self,
        question: Question,
        timeout: float | None = None,
        handle: Handle | None = None,
    ) -> Reply:
        """Return the answer to *question*, waiting for a worker that is free.

        After *timeout* seconds, by default those of the pool, it is stopped.  Raises
        `Refused`; its reason is one of ``syntax``, ``update``, ``service``, ``format``,
        ``limit``, ``failed``, ``time``, ``busy`` where no worker became free within
        *timeout*, ``stopped`` by the *handle*, and ``died`` of what was asked.
        """
        timeout = self.timeout if timeout is None else timeout
        handle = handle or Handle()
        try:
            worker = self._idle.get(timeout=timeout)
        except queue.Empty:
            raise Refused("busy", _BUSY.format(timeout)) from None
        if worker is None:
            self._idle.put(None)  # for the next one who waits
            raise Refused("stopped", _STOPPED)
        timer = threading.Timer(timeout or 0, handle.stop, ["time"])
        timer.daemon = True
        try:
            handle._hold(worker)
            worker.wait()
            if timeout is not None:
                timer.start()
            about, body = worker.ask(question.pack())
        except EOFError:
            raise self._ended(handle, timeout) from None
        except BaseException:
            worker.kill()  # Ctrl-C: what it is at must not be the next one's answer
            raise
        finally:
            timer.cancel()
            handle._hold(None)
            self._put_back(worker)
        if "refused" in about:
            raise Refused(str(about["refused"]), str(about["message"]))
        return Reply(body, **about)  # type: ignore[arg-type]

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
        for worker in workers:
            worker.end()
        self._idle.put(None)
        self._temporary.close()

    def processes(self) -> list[int]:
        """Return the process numbers of the workers."""
        with self._lock:
            return [worker.process.pid for worker in self._all]

    def _put_back(self, worker: Worker) -> None:
        if worker.is_alive:
            self._idle.put(worker)
            return
        worker.end()
        with self._lock:
            self._all.discard(worker)
        self._add()

    def _add(self) -> None:
        with self._lock:
            if self._closed:
                return
            worker = Worker(self._place, self._release)
            self._all.add(worker)
        self._idle.put(worker)

    def _ended(self, handle: Handle, timeout: float | None) -> Refused:
        if handle.why == "time":
            return Refused("time", _TIME.format(timeout))
        if handle.why or self._closed:
            return Refused("stopped", _STOPPED)
        if not self._place.is_dir():
            return Refused("failed", _GONE.format(self._place))
        return Refused("died", _DIED)

    def _find(self, graph: Graph, progress: Progress | None) -> Path:
        """Return the folder of *graph*'s store, building it where there is none."""
        store = stores.open_store(graph, progress)
        place = stores.place_of(graph)
        if graph.edition.key and place.is_dir():
            return place
        folder = tempfile.TemporaryDirectory(prefix="icdgraph-")
        place = Path(self._temporary.enter_context(folder))
        copy = pyoxigraph.Store(str(place / "store"))
        copy.bulk_extend(store)
        copy.flush()
        return place / "store"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_TIME = (
    "the query took longer than {:g} s and was stopped; a simpler one, or one that "
    "starts from fewer codes, would be right"
)
_STOPPED = "the query was stopped before it was answered"
_GONE = "the store {} is gone; to start again, which builds it anew, would be right"
_BUSY = "all workers have been busy for {:g} s; to ask again in a while would be right"
_DIED = (
    "the query needs too much memory, or is nested too deeply, and was stopped; a "
    "simpler one would be right"
)


def query_within(
    graph: Graph,
    text: str,
    timeout: float | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Return the answer to *text* over *graph*, stopped after *timeout* seconds.

    The same as `icdgraph.rdf.query.query`, in a process of its own; raises `Refused`,
    a `QueryError`.

    >>> from icdgraph.toy import toy
    >>> query_within(toy().core, "SELECT ?c { ?c a ig:Code }", limit=1).is_cut
    True
    """
    with Workers(graph, 1, timeout, progress) as workers:
        reply = workers.ask(Question(text, limit=limit, cut=True))
    if reply.kind == "triples":
        return Triples(reply.body.decode())
    form = pyoxigraph.QueryResultsFormat.JSON
    found = pyoxigraph.parse_query_results(reply.body, format=form)
    answer = answer_of(found)
    if isinstance(answer, Table):
        answer.is_cut = reply.is_cut
    return answer
