"""What goes wrong, said to people in a sentence of plain text."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response


def said(status: int, message: str) -> Response:
    """Return *message*, for people, as the response to what went wrong."""
    headers = {"Vary": "Accept"} | ({"Retry-After": "10"} if status == 503 else {})
    return PlainTextResponse(message + "\n", status, headers)
