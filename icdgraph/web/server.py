"""The server: listens on a port and serves the application until Ctrl-C."""

from __future__ import annotations

import gc
import os
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from icdgraph.check import checker_of
from icdgraph.errors import IcdGraphError
from icdgraph.rdf.stores import on_disk
from icdgraph.rdf.vocabulary import release_iri
from icdgraph.rdf.worker_pool import WorkerPool
from icdgraph.search import search
from icdgraph.web.app import LIMIT, LOOPBACK, application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

LONGEST_HEAD = 2**20
"""How many bytes the head of a request has at most; a long query fits in."""

CONNECTIONS = 500
"""How many connections there are at a time; further ones are answered with 503."""


def serve(
    graph: Graph,
    host: str = "127.0.0.1",
    port: int = 8010,
    timeout: float = 30.0,
    limit: int = LIMIT,
    count: int = 4,
    progress: Progress | None = None,
    ready: Callable[[str], None] | None = None,
    names: Iterable[str] = (),
) -> None:
    """Serve *graph* at *host* and *port* until Ctrl-C; port 0 is any free port.

    A query takes at most *timeout* seconds and returns at most *limit* rows; *count*
    queries run at the same time.  *ready* is called with the address.  On loopback, the
    server answers to the names of loopback and to *names*; elsewhere to *names*, or to
    any name if there are none.  Raises `IcdGraphError` if the port is taken, and
    `KeyboardInterrupt` at the end.
    """
    with _listening(host, port) as listening, on_disk(graph, progress) as folder:
        pool = WorkerPool(folder, release_iri(graph), count, timeout)
        config = uvicorn.Config(
            application(graph, pool, limit, _allowed(host, names)),
            log_level="warning",
            server_header=False,
            h11_max_incomplete_event_size=LONGEST_HEAD,
            timeout_graceful_shutdown=5,
            limit_concurrency=CONNECTIONS,
        )
        threading.Thread(target=_warm_up, args=(graph,), daemon=True).start()
        if ready:
            ready(_address(listening))
        _Server(config, pool).run(sockets=[listening])


def is_loopback(host: str) -> bool:
    """Return True if only this machine can reach a server at *host*.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    return host.startswith("127.") or host in ("::1", "localhost")


def _allowed(host: str, names: Iterable[str]) -> list[str]:
    own = [*LOOPBACK, host] if is_loopback(host) else []
    return [*own, *names] or ["*"]


def _warm_up(graph: Graph) -> None:
    """Make what search and check need, before the first request for it."""
    first = next(iter(graph), "A00")
    search(graph, first)
    checker_of(graph).check([first])
    # In this process all of it stays: to look through it for garbage would take longer
    # than a page.
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """uvicorn's server, which starts and stops the workers that answer queries."""

    def __init__(self, config: uvicorn.Config, pool: WorkerPool) -> None:
        super().__init__(config)
        self._pool = pool

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the workers, then serve."""
        await self._pool.start()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and refuse queries that are still running."""
        await self._pool.close()
        await super().shutdown(sockets)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=512)
        # asyncio does not set it for such a socket, and each answer would wait 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except (OSError, OverflowError) as exc:
        # The message of the exception would repeat the address.
        number = exc.errno if isinstance(exc, OSError) else None
        reason = os.strerror(number) if number and number > 0 else exc.args[-1]
        raise IcdGraphError(
            f"cannot listen at {host} port {port}: {reason}. Choose another --host, or "
            "another --port: 0 is any free one."
        ) from exc


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
