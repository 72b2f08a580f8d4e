"""Responses: JSON, and errors as a sentence of plain text."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response


class Json(JSONResponse):
    """A document as JSON in UTF-8."""

    def render(self, content: Any) -> bytes:
        """Return *content* as JSON."""
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        # A file may have a lone surrogate as &#xD800; which is not valid in UTF-8.
        return text.encode("utf-8", "replace")


def error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """Return *message* as the response to a request that failed."""
    more = {"Vary": "Accept"} | ({"Retry-After": "10"} if status == 503 else {})
    return PlainTextResponse(f"{message}\n", status, more | (headers or {}))
