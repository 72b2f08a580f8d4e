"""What every response shares: an ETag, headers that protect the reader, and HEAD.

Whether a host name is allowed and which pages may ask from other sites is decided by
the middleware of Starlette (`icdgraph.web.app`).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PROTECTION = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Our pages load from this server alone, and no other site can embed them."""


class Finish:
    """Adds the headers of `PROTECTION` to responses, and to those of GET an ETag.

    HEAD is answered as GET: FastAPI has no HEAD, and uvicorn sends no body for it.  A
    client that has the response gets 304.  What is served never changes while the
    server runs, and may differ when it is started again; so a client asks each time
    (RFC 9110, section 13).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request in *scope*."""
        if scope.get("method") == "HEAD":
            scope = {**scope, "method": "GET"}
        is_get = scope.get("method") == "GET"
        start: Message | None = None
        body = bytearray()

        async def finish(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in PROTECTION.items():
                    headers.setdefault(name, value)
                if is_get and message["status"] == 200 and "etag" not in headers:
                    start = message  # sent when the body is known
                    return
            if start is None:
                await send(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body"):
                known = Headers(scope=scope).get("if-none-match", "")
                content = _tagged(start, bytes(body), known)
                await send(start)
                await send({"type": "http.response.body", "body": content})

        await self.app(scope, receive, finish)


def _tagged(start: Message, body: bytes, known: str) -> bytes:
    """Tag the response, and return what is left of its *body* for a client.

    *known* are the tags of what the client has.
    """
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    headers = MutableHeaders(scope=start)
    headers["ETag"] = tag
    headers.setdefault("Cache-Control", "no-cache")
    headers.add_vary_header("Accept")
    if known.strip() != "*" and tag not in tags(known):
        return body
    start["status"] = 304
    del headers["Content-Length"]
    return b""


def tags(known: str) -> set[str]:
    """Return the tags of an If-None-Match header.

    A proxy that compresses makes a weak tag of ours; it means the same to us.

    >>> sorted(tags('"a", W/"b"'))
    ['"a"', '"b"']
    """
    return {one.strip().removeprefix("W/") for one in known.split(",")}
