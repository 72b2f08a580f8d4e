"""A port, and Ctrl-C: the application served until somebody stops it."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import uvicorn

from icdgraph.errors import IcdGraphError
from icdgraph.rdf.workers import Workers
from icdgraph.web.app import LIMIT, application

if TYPE_CHECKING:
    from collections.abc import Callable

    from icdgraph.graph import CodeGraph
    from icdgraph.rdf.stores import Progress

LONGEST_ADDRESS = 2**20
"""Bytes of the longest head of a request; a query of 100,000 characters fits in."""


def serve(
    graph: CodeGraph,
    host: str = "127.0.0.1",
    port: int = 8010,
    timeout: float = 30.0,
    limit: int = LIMIT,
    count: int = 4,
    progress: Progress | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve *graph* at *host* and *port* until Ctrl-C; port 0 is any that is free.

    *timeout*, in seconds, and *limit*, in rows, bound every query; *count* run at once.
    *ready* is called with the address.  Raises `IcdGraphError` where the port is taken,
    and `KeyboardInterrupt` in the end.
    """
    with (
        _bound(host, port) as listening,
        Workers(graph, count, timeout, progress) as workers,
    ):
        config = uvicorn.Config(
            application(graph, workers, limit),
            log_level="warning",
            server_header=False,
            lifespan="off",
            h11_max_incomplete_event_size=LONGEST_ADDRESS,
            timeout_graceful_shutdown=5,
        )
        if ready:
            ready(_address(listening))
        _Server(config, workers).run(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn's server, which ends queries first when it is to end itself."""

    def __init__(self, config: uvicorn.Config, workers: Workers) -> None:
        super().__init__(config)
        self._workers = workers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: queries that run are refused rather than waited for."""
        self._workers.close()
        await super().shutdown(sockets)


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
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
