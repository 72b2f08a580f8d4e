"""What every response carries: who may read it, and what a browser may do with it.

Everything served here is public and nothing can be changed, so that any page may ask
(``Access-Control-Allow-Origin: *``).  Our own pages may load from here alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SENT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Icdgraph-Count, Icdgraph-Cut, Link, "
    "Server-Timing",
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

PREFLIGHT = {
    "Allow": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
"""What a browser is told that asks before another's page may ask."""


class Headers:
    """The application *app* with the headers of `SENT`, and an answer to OPTIONS."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what *scope* asks."""

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SENT.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self.app
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            app = Response(status_code=204, headers=PREFLIGHT)
        await app(scope, receive, send_more)
