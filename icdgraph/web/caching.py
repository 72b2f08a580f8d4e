"""Answers that a client may keep, and ask about again (RFC 9110, section 13).

What is served never changes while the server runs, and may be another thing when it
runs again, on another release or port.  So every answer carries a tag made of its
content, and is to be asked for again each time; where the tag is still right, 304 is
all that is sent.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept"}


def kept(
    request: Request,
    body: bytes,
    media: str,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Return *body* as the response to *request*, or 304 where the client has it."""
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    told = {**HEADERS, "ETag": tag, **(headers or {})}
    if status == 200 and _has(request, tag):
        return Response(status_code=304, headers=told)
    return Response(body, status, told, media)


def _has(request: Request, tag: str) -> bool:
    """Say whether the client already has what *tag* stands for."""
    # A proxy that compresses makes a weak tag of ours; it means the same to us.
    known = request.headers.get("if-none-match", "").replace("W/", "").split(",")
    return any(one.strip() in (tag, "*") for one in known)
