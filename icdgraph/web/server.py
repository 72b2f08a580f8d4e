"""A port, and Ctrl-C: the application served until somebody stops it."""

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
from icdgraph.web.app import LIMIT, application
from icdgraph.web.hosts import LOOPBACK, is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from icdgraph.graph import Graph
    from icdgraph.progress import Progress

LONGEST_ADDRESS = 2**20
"""Bytes of the longest head of a request; a query of 100,000 characters fits in."""

CONNECTIONS = 500
"""Connections at a time; one more is answered with 503."""


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
    """Serve *graph* at *host* and *port* until Ctrl-C; port 0 is any that is free.

    *timeout*, in seconds, and *limit*, in rows, bound every query; *count* run at once.
    *ready* is called with the address.  On loopback, *names* are those under which the
    server may be asked beside those of loopback; elsewhere it may be asked under any
    unless there are some.  Raises `IcdGraphError` where the port is taken,
    and `KeyboardInterrupt` in the end.
    """
    with (
        _bound(host, port) as listening,
        on_disk(graph, progress) as folder,
    ):
        pool = WorkerPool(folder, release_iri(graph), count, timeout)
        config = uvicorn.Config(
            application(graph, pool, limit, _names(host, names)),
            log_level="warning",
            server_header=False,
            lifespan="off",
            h11_max_incomplete_event_size=LONGEST_ADDRESS,
            timeout_graceful_shutdown=5,
            limit_concurrency=CONNECTIONS,
        )
        threading.Thread(target=_warm, args=(graph,), daemon=True).start()
        if ready:
            ready(_address(listening))
        _Server(config, pool).run(sockets=[listening])


def _warm(graph: Graph) -> None:
    """Make what search and check need, so that nobody has to wait for it."""
    first = next(iter(graph), "A00")
    search(graph, first)
    checker_of(graph).check([first])
    # All this stays: looking through it for garbage would take longer than a page.
    gc.collect()
    gc.freeze()


def _names(host: str, names: Iterable[str]) -> frozenset[str] | None:
    if is_loopback(host):
        return LOOPBACK | {host.lower()} | {name.lower() for name in names}
    return frozenset(name.lower() for name in names) or None


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
        """Stop; queries that run are refused rather than waited for."""
        await self._pool.close()
        await super().shutdown(sockets)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=512)
        # asyncio does not set it for such a socket, and each answer would wait 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except (OSError, OverflowError) as exc:
        # The message of the exception would name the address once more.
        number = exc.errno if isinstance(exc, OSError) else None
        reason = os.strerror(number) if number and number > 0 else exc
        raise IcdGraphError(
            f"nothing can be served at {host} port {port}: {reason}; another --port, "
            "or 0 for any that is free, would be right"
        ) from exc


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
