"""Queries in processes of their own: one query, or a pool of workers for a server.

A worker (`icdgraph.rdf.query_worker`) is killed when the time of its query is over, and
when the task that waits for the answer is cancelled, as when a client goes away.  The
next query that needs it starts a new one.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import anyio
import pyoxigraph
from anyio.abc import ByteReceiveStream
from anyio.from_thread import start_blocking_portal
from anyio.streams.buffered import BufferedByteReceiveStream

from icdgraph.rdf.answer_bytes import TSV, Question, Reply
from icdgraph.rdf.query import answer_of
from icdgraph.rdf.query_safety import QueryRefused
from icdgraph.rdf.query_worker import MEMORY, process_of
from icdgraph.rdf.stores import on_disk
from icdgraph.rdf.vocabulary import release_iri

if TYPE_CHECKING:
    from pathlib import Path

    from anyio.abc import Process

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress
    from icdgraph.rdf.results import Answer

WAITING = 200
"""Queries that may wait for a worker at a time."""

LONGEST_LINE = 2**20
"""Bytes of the longest line about an answer: a message may quote a line of a query."""

_GONE = (
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.EndOfStream,
    anyio.IncompleteRead,
)


def query_within(
    graph: Graph,
    text: str,
    timeout: float,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Return the answer to *text* over *graph*, stopped after *timeout* seconds.

    The same as `icdgraph.rdf.query.query`, in a process of its own that may take no
    more memory than `MEMORY`.  Raises `QueryRefused`, a `QueryError`.

    >>> from icdgraph.toy import toy
    >>> query_within(toy().core, "SELECT ?c { ?c a ig:Code }", 60, limit=1).is_cut
    True
    """
    question = Question(text, TSV.media_type, limit=limit, cut=True, largest=None)
    with on_disk(graph, progress) as folder, start_blocking_portal() as portal:
        pool = WorkerPool(folder, release_iri(graph), 1, timeout)
        try:
            reply = portal.call(pool.answer, question)
        finally:
            portal.call(pool.close)
    if reply.kind == "triples":
        found = pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.TURTLE)
        value = answer_of(found)
    else:
        value = answer_of(pyoxigraph.parse_query_results(reply.body, format=TSV))
    if not isinstance(value, bool):
        value.is_cut = reply.is_cut
    return value


class WorkerPool:
    """At most *count* workers for the store *folder*, in one event loop.

    Each query may take *timeout* seconds, and wait as long for a worker.
    """

    def __init__(
        self, folder: Path, release: str, count: int = 4, timeout: float = 30.0
    ) -> None:
        self._folder = folder
        self._process = process_of(folder, release)
        self._timeout = timeout
        self._free = anyio.CapacityLimiter(count)
        self._idle: list[_Worker] = []
        self._running: set[anyio.CancelScope] = set()

    async def start(self) -> None:
        """Start all workers, so that the first queries need not wait for it."""
        async with anyio.create_task_group() as group:
            for _ in range(int(self._free.total_tokens)):
                group.start_soon(self._start)

    async def _start(self) -> None:
        worker = _Worker(await anyio.open_process(**self._process))
        try:
            await worker.is_ready()
        except _GONE:
            raise QueryRefused(
                "failed", f"cannot open the store {self._folder}. Try again"
            ) from None
        self._idle.append(worker)

    async def answer(self, question: Question) -> Reply:
        """Return the reply to *question*.

        Raises `QueryRefused`; beyond the reasons of `icdgraph.rdf.query`, ``format``
        and ``limit``, its reason may be ``time`` for a query that took too long,
        ``busy`` where no worker became free, ``died`` for a query that ended its
        worker, and ``stopped`` where the pool was closed.
        """
        with anyio.CancelScope() as scope:
            self._running.add(scope)
            try:
                return await self._answer(question)
            finally:
                self._running.discard(scope)
        raise QueryRefused("stopped", "the server stopped before it answered the query")

    async def _answer(self, question: Question) -> Reply:
        if self._free.statistics().tasks_waiting >= WAITING:
            raise _busy(f"{WAITING} queries are waiting already")
        try:
            with anyio.fail_after(self._timeout):
                await self._free.acquire()
        except TimeoutError:
            raise _busy(f"no worker became free in {self._timeout:g} s") from None
        try:
            if not self._idle:
                await self._start()
            worker = self._idle.pop()
            try:
                with anyio.fail_after(self._timeout):
                    about, body = await worker.ask(question)
            except BaseException:
                await worker.kill()
                raise
            self._idle.append(worker)
        except TimeoutError:
            raise QueryRefused(
                "time",
                f"the query took longer than {self._timeout:g} s and was stopped. "
                "Simplify it, or allow more time",
            ) from None
        except _GONE:
            raise QueryRefused(
                "died",
                f"the query needs more than {MEMORY / 2**30:g} GB of memory or is "
                "nested too deeply, and was stopped. Simplify it",
            ) from None
        finally:
            self._free.release()
        if "reason" in about:
            raise QueryRefused(**about)
        return Reply(body, **about)

    async def close(self) -> None:
        """Stop what runs and waits, and end all workers."""
        for scope in self._running:
            scope.cancel()
        while self._idle:
            await self._idle.pop().kill()


class _Worker:
    """A worker as the pool sees it: a process, and the pipes to it."""

    def __init__(self, process: Process) -> None:
        assert isinstance(process.stdout, ByteReceiveStream)
        self._process = process
        self._output = BufferedByteReceiveStream(process.stdout)

    async def is_ready(self) -> None:
        try:
            await self._output.receive_until(b"\n", 1)
        except BaseException:
            await self.kill()
            raise

    async def ask(self, question: Question) -> tuple[dict[str, Any], bytes]:
        assert self._process.stdin
        await self._process.stdin.send(json.dumps(asdict(question)).encode() + b"\n")
        about = json.loads(await self._output.receive_until(b"\n", LONGEST_LINE))
        return about, await self._output.receive_exactly(about.pop("size"))

    async def kill(self) -> None:
        with anyio.CancelScope(shield=True), suppress(ProcessLookupError):
            self._process.kill()
            await self._process.aclose()


def _busy(why: str) -> QueryRefused:
    return QueryRefused("busy", f"the server is busy: {why}. Try again later")
