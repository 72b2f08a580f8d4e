r"""A process that answers queries over one store, and may be killed at any time.

    python -m icdgraph.rdf.query_worker STORE RELEASE-IRI

pyoxigraph cannot be interrupted: a query runs until it is done, and some never are.  So
one that must end in time, or must not take all memory, runs in such a process.  A
`Question` comes in on stdin as a line of JSON; its `Reply` goes out on stdout as a line
of JSON and the bytes of the body:

    -> {"text": "SELECT ...", "rows": "text/csv", "limit": 100000, ...}
    <- {"size": 97, "kind": "rows", "media": "text/csv", "count": 7, ...}
    <- code,title\r\n...

A first empty line says that the store is open.  When stdin ends, so does the process,
whatever it is doing: whoever asked is gone.

`query_within` starts a worker for one query, `icdgraph.rdf.worker_pool` keeps several
for a server.  Neither uses `multiprocessing` or what is built on it, such as
`concurrent.futures`, pebble or `anyio.to_process`: there a child runs the caller's
``__main__`` again, so that a script without a guard starts itself; the start counts
against the time of the first query; and a child whose caller is killed goes on.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph

from icdgraph.rdf.answer_bytes import TSV, Question, Reply, answer
from icdgraph.rdf.query import answer_of
from icdgraph.rdf.query_safety import QueryRefused
from icdgraph.rdf.results import Answer, Table, Triples
from icdgraph.rdf.stores import on_disk
from icdgraph.rdf.vocabulary import release_iri

if TYPE_CHECKING:
    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

PACKAGES = Path(__file__).parents[2]
"""The folder that holds icdgraph, which a worker must find as well."""

MEMORY = 2 * 2**30
"""Bytes of memory that a query may take, where the system can limit it."""


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
    with (
        on_disk(graph, progress) as folder,
        subprocess.Popen(**process_of(folder, release_iri(graph))) as process,
    ):
        assert process.stdin
        assert process.stdout
        if not process.stdout.readline():
            raise not_opened(folder)
        end = time.monotonic() + timeout
        timer = threading.Timer(min(timeout, threading.TIMEOUT_MAX), process.kill)
        timer.daemon = True
        timer.start()
        try:
            process.stdin.write(line_of(question))
            process.stdin.flush()
            head = process.stdout.readline()
            size = json.loads(head)["size"] if head.endswith(b"\n") else 1
            body = process.stdout.read(size)
        finally:
            timer.cancel()
            process.kill()
    if len(body) < size:
        raise timed_out(timeout) if time.monotonic() >= end else died()
    reply = reply_of(head, body)
    if reply.kind == "triples":
        return Triples(body.decode())
    value = answer_of(pyoxigraph.parse_query_results(body, format=TSV))
    if isinstance(value, Table):
        value.is_cut = reply.is_cut
    return value


def process_of(folder: Path, release: str) -> dict[str, Any]:
    """Return the arguments of `subprocess.Popen` for a worker on the store *folder*."""
    path = os.pathsep.join([str(PACKAGES), *filter(None, sys.path)])
    words = ["-m", "icdgraph.rdf.query_worker", str(folder), release]
    return {
        # Not with the current folder on the path, where anybody may put a json.py.
        "args": [sys.executable, "-P", *words],
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
        "env": {**os.environ, "PYTHONPATH": path},
    }


def line_of(question: Question) -> bytes:
    """Return *question* as a worker reads it."""
    return json.dumps(asdict(question)).encode() + b"\n"


def reply_of(head: bytes, body: bytes) -> Reply:
    """Return the reply that a worker wrote; raises `QueryRefused` where it refused."""
    about = json.loads(head)
    if "reason" in about:
        raise QueryRefused(about["reason"], about["message"])
    del about["size"]
    return Reply(body, **about)


def not_opened(folder: Path) -> QueryRefused:
    """Return the error of a worker that cannot open the store *folder*."""
    return QueryRefused("failed", f"cannot open the store {folder}. Try again")


def timed_out(timeout: float) -> QueryRefused:
    """Return the error of a query that was stopped after *timeout* seconds."""
    return QueryRefused(
        "time",
        f"the query took longer than {timeout:g} s and was stopped. Simplify it, or "
        "allow more time",
    )


def died() -> QueryRefused:
    """Return the error of a query that ended its worker."""
    return QueryRefused(
        "died",
        f"the query needs more than {MEMORY / 2**30:g} GB of memory or is nested too "
        "deeply, and was stopped. Simplify it",
    )


def main(folder: str, release: str) -> None:
    """Answer questions from stdin until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit()
    # What a library prints must not end up in an answer.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    store = pyoxigraph.Store.read_only(folder)
    output.write(b"\n")
    while True:
        output.flush()
        question = Question(**json.loads(lines.get()))
        start = time.perf_counter()
        about: dict[str, Any]
        try:
            about = asdict(answer(store, release, question))
            body = about.pop("body")
            about["seconds"] = time.perf_counter() - start
        except QueryRefused as exc:
            about, body = {"reason": exc.reason, "message": str(exc)}, b""
        about["size"] = len(body)
        output.write(json.dumps(about).encode() + b"\n" + body)


def _listen(lines: queue.SimpleQueue[bytes]) -> None:
    """Queue the lines of stdin, and end the process after the last one."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)


def _limit() -> None:
    """Leave the processor to whoever serves people, and some memory too."""
    if hasattr(os, "nice"):
        os.nice(5)
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        limit = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


if __name__ == "__main__":
    main(*sys.argv[1:])
