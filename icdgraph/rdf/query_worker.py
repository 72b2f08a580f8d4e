r"""A process that answers queries over one store, and may be killed at any time.

    python -m icdgraph.rdf.query_worker STORE RELEASE-IRI

pyoxigraph cannot interrupt a query.  So one that must end in time, or must not take all
memory, runs in such a process.  A `Question` comes in on stdin as a line of JSON; its
`Reply` goes out on stdout as a line of JSON and the bytes of the body:

    -> {"text": "SELECT ...", "rows": "text/csv", "limit": 100000, ...}
    <- {"size": 97, "kind": "rows", "media": "text/csv", "count": 7, ...}
    <- code,title\r\n...

A first empty line says that the store is open.  When stdin ends, so does the process.

`multiprocessing`, and what is built on it, is not used: there a child runs the caller's
``__main__`` again, so that a script without a guard starts itself, and a child whose
caller is killed goes on.
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
from typing import Any

import pyoxigraph

from icdgraph.rdf.answer_bytes import Question, answer
from icdgraph.rdf.query_safety import QueryRefused

PACKAGES = Path(__file__).parents[2]
"""The folder that holds icdgraph, which a worker must find as well."""

MEMORY = 2 * 2**30
"""Bytes of memory that a query may take, where the system can limit it."""


def process_of(folder: Path, release: str) -> dict[str, Any]:
    """Return the arguments of `anyio.open_process` for a worker on *folder*."""
    path = os.pathsep.join([str(PACKAGES), *filter(None, sys.path)])
    words = ["-m", "icdgraph.rdf.query_worker", str(folder), release]
    return {
        # Not with the current folder on the path, where anybody may put a json.py.
        "command": [sys.executable, "-P", *words],
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.DEVNULL,
        "env": {**os.environ, "PYTHONPATH": path},
    }


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
