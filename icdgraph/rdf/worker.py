r"""One worker: a process that holds a store open and answers one question at a time.

    python -m icdgraph.rdf.worker STORE RELEASE-IRI

A question comes in on stdin, its answer goes out on stdout, and then the next.  Each is
a frame, its size in four bytes before it; an answer is two:

    -> {"text": "SELECT ...", "rows": "text/csv", "limit": 100000, ...}
    <- {"kind": "rows", "media": "text/csv", "count": 7, ...}
    <- code,title\r\n...

Answers are made into bytes here, so that the process that asked neither waits for that
nor holds the rows.  It may kill this one at any time: nothing here is worth saving.
When it ends itself, stdin ends, and this process with it, whatever it is doing.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import pyoxigraph

from icdgraph.rdf.serialize import Question, Refused, answer

PACKAGES = Path(__file__).parents[2]
"""The folder that holds icdgraph, which a worker must find as well."""

MEMORY = 2 * 2**30
"""Bytes of memory that a question may take, where the system can see to that."""


def send(stream: IO[bytes], *parts: bytes) -> None:
    """Write *parts*, each as a frame."""
    for part in parts:
        stream.write(len(part).to_bytes(4, "big"))
        stream.write(part)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Return the next frame; raises `EOFError` where the other side is gone."""
    head = stream.read(4)
    size = int.from_bytes(head, "big")
    body = stream.read(size) if len(head) == 4 else b""
    if len(head) < 4 or len(body) < size:
        raise EOFError
    return body


class Worker:
    """A worker as its owner sees it: a process, and the pipes to it.

    Not `multiprocessing`, whose children run the caller's ``__main__`` again: a script
    without a guard would start itself without end.
    """

    def __init__(self, place: Path, release: str) -> None:
        path = os.pathsep.join([str(PACKAGES), *filter(None, sys.path)])
        self.process = subprocess.Popen(
            # Not -m with the folder one is in, where anybody may have put a json.py.
            [sys.executable, "-P", "-m", "icdgraph.rdf.worker", str(place), release],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._ready = False
        self.is_alive = True

    def wait(self) -> None:
        """Wait until it has opened the store; its time does not count as a query's."""
        if not self._ready:
            self._read()
            self._ready = True

    def ask(self, question: bytes) -> tuple[dict[str, object], bytes]:
        """Return the answer; raises `EOFError` when the process ends meanwhile."""
        assert self.process.stdin
        try:
            send(self.process.stdin, question)
        except (OSError, ValueError):
            self.is_alive = False
            raise EOFError from None
        about = json.loads(self._read())
        return about, self._read()

    def _read(self) -> bytes:
        assert self.process.stdout
        try:
            return receive(self.process.stdout)
        except (EOFError, ValueError):  # ValueError: closed by `end`
            # Pipes close a moment before the system knows that a process has ended.
            self.is_alive = False
            raise EOFError from None

    def kill(self) -> None:
        """Kill the process; whoever waits for its answer gets `EOFError`."""
        self.is_alive = False
        self.process.kill()

    def end(self) -> None:
        """Kill the process and close what led to it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()


def main(place: str, release: str) -> None:
    """Answer questions from stdin until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _be_modest()
    # What a library prints must not end up between the frames.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    store = pyoxigraph.Store.read_only(place)
    send(output, b"{}")
    while True:
        question = Question(**json.loads(questions.get()))
        start = time.perf_counter()
        about: dict[str, Any]
        try:
            about, body = answer(store, release, question)
        except Refused as exc:
            about, body = {"refused": exc.reason, "message": str(exc)}, b""
        about["seconds"] = round(time.perf_counter() - start, 6)
        send(output, json.dumps(about).encode(), body)


def _listen(questions: queue.SimpleQueue[bytes]) -> None:
    """Queue what comes, and end the process when nothing will any more."""
    try:
        while True:
            questions.put(receive(sys.stdin.buffer))
    except EOFError:
        os._exit(0)


def _be_modest() -> None:
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
