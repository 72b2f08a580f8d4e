"""Under which names the server may be asked: a guard against DNS rebinding.

A page anywhere can point its own name at 127.0.0.1 and have the browser ask this server
as though it were that page's.  So a server that listens on loopback answers to names of
loopback alone; one that was told to listen elsewhere answers to any, since it cannot
know what it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers as Received

from icdgraph.web.responses import said

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_loopback(host: str) -> bool:
    """Say whether *host*, as given to ``--host``, is this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    return host.startswith("127.") or host in ("::1", "localhost")


def name_of(host: str) -> str:
    """Return *host*, the value of a Host header, without its port and in lower case.

    >>> name_of("localhost:8010"), name_of("[::1]:8010"), name_of("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    name, colon, port = host.strip().lower().rpartition(":")
    return name if colon and port.isdecimal() else host.strip().lower()


class Hosts:
    """The application *app*, for requests that name one of *names*; any if None."""

    def __init__(self, app: ASGIApp, names: Collection[str] | None = LOOPBACK) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what *scope* asks, or refuse it."""
        app = self.app
        if scope["type"] == "http" and self.names is not None:
            host = Received(scope=scope).get("host", "")
            if name_of(host) not in self.names:
                app = said(
                    421,
                    f"{host[:80]!r} is not a name of this server; "
                    f"{', '.join(sorted(self.names))} would be right, or --allow-host",
                )
        await app(scope, receive, send)
