"""Queries in processes of their own: one query, or a pool of workers for a server.

A worker (`icdgraph.rdf.query_worker`) is killed when the time of its query is over, and
when the task that waits for the answer is cancelled, as when a client goes away.  The
next query that needs it starts a new one.

Queries take one of two lanes, so that slow ones cannot keep all workers:

    long lane    a query has all of its time
    short lane   a query that takes longer than `PATIENCE` is stopped; it waits for the
                 long lane, and starts again there

While there is room in the long lane, every query takes it.  Of those that wait and are
not known as slow, the newest and the oldest come next, in turn: so a look-up waits for
one or two of fifty slow queries, and not for all of them.
"""

from __future__ import annotations

import json
import os
import signal
from collections import deque
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import anyio
import pyoxigraph
from anyio.abc import ByteReceiveStream
from anyio.from_thread import start_blocking_portal
from anyio.streams.buffered import BufferedByteReceiveStream

from icdgraph.rdf.answer_bytes import TSV, Question, Reply
from icdgraph.rdf.hints import tell
from icdgraph.rdf.query import answer_of
from icdgraph.rdf.query_safety import QueryRefused
from icdgraph.rdf.query_worker import MEMORY, process_of
from icdgraph.rdf.stores import empty, is_built, on_disk
from icdgraph.rdf.vocabulary import release_iri

if TYPE_CHECKING:
    from pathlib import Path

    from anyio.abc import Process

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress
    from icdgraph.rdf.results import Answer

WAITING = 200
"""Queries that may wait for a worker at a time."""

PATIENCE = 0.5
"""Seconds that a query may take in the short lane."""

REMEMBERED = 1000
"""Queries remembered as too slow for the short lane."""

LONGEST_LINE = 2**20
"""Bytes of the longest line about an answer: a message may quote a line of a query."""

_GONE = (
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    anyio.EndOfStream,
    anyio.IncompleteRead,
)

_Answered = tuple[dict[str, Any], bytes]
"""What a worker says about an answer, or about why it refused, and the answer."""


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

    def ask(folder: Path) -> Reply:
        with start_blocking_portal() as portal:
            pool = WorkerPool(folder, release_iri(graph), 1, timeout)
            try:
                return portal.call(pool.answer, question)
            finally:
                portal.call(pool.close)

    if not is_built(graph):  # the store is not built for a query with a mistake
        with empty() as folder:
            ask(folder)
    with on_disk(graph, progress) as folder:
        reply = ask(folder)
    if reply.kind == "triples":
        found = pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.TURTLE)
        value = answer_of(found)
    else:
        value = answer_of(pyoxigraph.parse_query_results(reply.body, format=TSV))
    if not isinstance(value, bool):
        value.is_cut = reply.is_cut
    return tell(value, reply.hints)


class WorkerPool:
    """At most *count* workers for the store *folder*, in one event loop.

    Each query may take *timeout* seconds, and wait as long for a place.  Half of the
    workers are for the short lane; a single worker has no lanes.
    """

    def __init__(
        self, folder: Path, release: str, count: int = 4, timeout: float = 30.0
    ) -> None:
        self.timeout = timeout
        self._count = count
        self._folder = folder
        self._process = process_of(folder, release)
        self._lanes = _Lanes(count - count // 2, count // 2)
        self._slow: deque[int] = deque(maxlen=REMEMBERED)
        self._idle: list[_Worker] = []
        self._running: set[anyio.CancelScope] = set()

    @property
    def waiting(self) -> int:
        """The number of queries that wait for a worker."""
        return len(self._lanes.new) + len(self._lanes.slow)

    async def start(self) -> None:
        """Start all workers, so that the first queries need not wait for it."""

        async def started() -> None:
            self._idle.append(await self._start())

        async with anyio.create_task_group() as group:
            for _ in range(self._count):
                group.start_soon(started)

    async def _start(self) -> _Worker:
        try:
            worker = _Worker(await anyio.open_process(**self._process))
        except OSError as exc:
            raise _busy(f"no worker can be started ({exc})") from exc
        try:
            await worker.is_ready()
        except BaseException as exc:
            await worker.kill()
            if isinstance(exc, _GONE):
                raise _busy(f"no worker can open the store {self._folder}") from None
            raise
        return worker

    async def answer(self, question: Question, timeout: float | None = None) -> Reply:
        """Return the reply to *question*, in less than *timeout* seconds if given.

        Raises `QueryRefused`; beyond the reasons of `icdgraph.rdf.query`, ``format``
        and ``limit``, its reason may be ``time`` for a query that took too long,
        ``busy`` where no worker became free, ``died`` for a query that needs too much
        memory, ``depth`` for one that is nested too deeply, and ``stopped`` where the
        pool was closed.
        """
        timeout = min(timeout or self.timeout, self.timeout)
        with anyio.CancelScope() as scope:
            self._running.add(scope)
            try:
                about, body = await self._answer(question, timeout)
            finally:
                self._running.discard(scope)
            if "reason" in about:
                raise QueryRefused(**about)
            return Reply(body, **about)
        raise QueryRefused("stopped", "the server stopped before it answered the query")

    async def _answer(self, question: Question, timeout: float) -> _Answered:
        if self.waiting >= WAITING:
            raise _busy(f"{WAITING} queries are waiting already")
        key = hash(question.text)
        if not await self._lanes.enter(timeout, is_slow=key in self._slow):
            with suppress(_Slow):
                return await self._answer_soon(question, timeout, key)
            await self._lanes.enter(timeout, is_slow=True)
        try:
            return await self._run(question, timeout)
        except TimeoutError:
            raise _late(timeout) from None
        finally:
            self._lanes.leave(is_long=True)

    async def _answer_soon(
        self, question: Question, timeout: float, key: int
    ) -> _Answered:
        """Return the answer in the short lane, and leave it.  Raises `_Slow`."""
        try:
            if key in self._slow:  # since it came
                raise _Slow
            return await self._run(question, min(timeout, PATIENCE))
        except TimeoutError:
            if timeout <= PATIENCE:
                raise _late(timeout) from None
            self._slow.append(key)
            # A look-up that comes next must not wait for it.
            self._idle.append(await self._start())
            raise _Slow from None
        finally:
            self._lanes.leave(is_long=False)

    async def _run(self, question: Question, timeout: float) -> _Answered:
        worker = await self._worker()
        try:
            return await self._asked(worker, question, timeout)
        except _GONE:
            if not worker.was_killed:
                raise worker.refusal from None
        # It may have been killed before it had the question.
        worker = await self._worker()
        try:
            return await self._asked(worker, question, timeout)
        except _GONE:
            raise worker.refusal from None

    async def _asked(
        self, worker: _Worker, question: Question, timeout: float
    ) -> _Answered:
        try:
            with anyio.fail_after(timeout):
                answered = await worker.ask(question)
        except BaseException:
            await worker.kill()
            raise
        self._idle.append(worker)
        return answered

    async def _worker(self) -> _Worker:
        """Return a worker that lives: the system may have killed an idle one."""
        while self._idle:
            worker = self._idle.pop()
            if worker.is_alive:
                return worker
            await worker.kill()
        return await self._start()

    async def close(self) -> None:
        """Stop what runs and waits, and end all workers."""
        for scope in self._running:
            scope.cancel()
        while self._idle:
            await self._idle.pop().kill()


class _Slow(Exception):
    """The query takes longer than queries of the short lane may."""


class _Turn:
    """Who waits for a place, and in which lane the place is when it is there."""

    def __init__(self) -> None:
        self.has_come = anyio.Event()
        self.is_long = False


class _Lanes:
    """The free places of the two lanes, and the *new* and *slow* queries that wait."""

    def __init__(self, long: int, short: int) -> None:
        self.long, self.short = long, short
        self.new: deque[_Turn] = deque()
        self.slow: deque[_Turn] = deque()
        self._newest_next = True

    async def enter(self, timeout: float, is_slow: bool) -> bool:
        """Wait for a place, and return True if it is in the long lane."""
        if self.long:
            self.long -= 1
            return True
        if self.short and not is_slow:
            self.short -= 1
            return False
        turn, waiting = _Turn(), self.slow if is_slow else self.new
        waiting.append(turn)
        try:
            with anyio.fail_after(timeout):
                await turn.has_come.wait()
        except BaseException as exc:
            if turn.has_come.is_set():
                self.leave(turn.is_long)
            else:
                waiting.remove(turn)
            if isinstance(exc, TimeoutError):
                raise _busy(f"no worker became free in {timeout:g} s") from None
            raise
        return turn.is_long

    def leave(self, is_long: bool) -> None:
        """Give a place to who comes next."""
        if is_long and self.slow:
            turn = self.slow.popleft()
        elif self.new:
            turn = self.new.pop() if self._newest_next else self.new.popleft()
            self._newest_next = not self._newest_next
        elif is_long:
            self.long += 1
            return
        else:
            self.short += 1
            return
        turn.is_long = is_long
        turn.has_come.set()


class _Worker:
    """A worker as the pool sees it: a process, and the pipes to it."""

    def __init__(self, process: Process) -> None:
        assert isinstance(process.stdout, ByteReceiveStream)
        self._process = process
        self._output = BufferedByteReceiveStream(process.stdout)

    async def is_ready(self) -> None:
        await self._output.receive_until(b"\n", 1)

    @property
    def is_alive(self) -> bool:
        if self._process.returncode is not None:
            return False
        if not hasattr(os, "waitid"):
            return True
        # The system knows before the event loop does.
        states = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            return os.waitid(os.P_PID, self._process.pid, states) is None
        except ChildProcessError:
            return False

    async def ask(self, question: Question) -> _Answered:
        assert self._process.stdin
        await self._process.stdin.send(json.dumps(asdict(question)).encode() + b"\n")
        about = json.loads(await self._output.receive_until(b"\n", LONGEST_LINE))
        return about, await self._output.receive_exactly(about.pop("size"))

    @property
    def was_killed(self) -> bool:
        """True if somebody else ended the process, as a system short of memory does."""
        return self._process.returncode in (-9, -15)

    @property
    def refusal(self) -> QueryRefused:
        """Why the process ended over a query."""
        # The parser is recursive: at the end of the stack the system stops it.
        if self._process.returncode == -signal.SIGSEGV:
            return QueryRefused("depth", "the query is nested too deeply. Simplify it")
        return QueryRefused(
            "died",
            f"the query needs more memory than there is, at most {MEMORY / 2**30:g} GB,"
            " and was stopped. Simplify it, or try again later",
        )

    async def kill(self) -> None:
        with anyio.CancelScope(shield=True), suppress(ProcessLookupError):
            self._process.kill()
            await self._process.aclose()


def _busy(why: str) -> QueryRefused:
    return QueryRefused("busy", f"the server is busy: {why}. Try again later")


def _late(timeout: float) -> QueryRefused:
    return QueryRefused(
        "time",
        f"the query took longer than {timeout:g} s and was stopped. Simplify it, or "
        "allow more time",
    )
