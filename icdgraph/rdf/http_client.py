"""Requests to a server over HTTP, with a time limit for the whole exchange.

The timeouts of httpx start again with every byte.  Here the exchange is one task, which
is cancelled when its time is over; only the look-up of a host cannot be cut short.  It
runs in a thread of its own, because a notebook already runs an event loop.  A redirect
is reported and not followed: most redirects of endpoints lead to a login page.  Proxies
and certificates are those of the environment (``HTTPS_PROXY``, ``SSL_CERT_FILE``).
"""

from __future__ import annotations

import math
import re
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
import httpx
from anyio.from_thread import start_blocking_portal

from icdgraph.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

Login = tuple[str, str]
"""A user name and the password."""

LONGEST_EXCERPT = 300
"""Characters quoted of what a server sent."""

_TAG = re.compile(rb"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.I)


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered: its status, its headers, the body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        """The media type of the body, without parameters and in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether the body is a web page."""
        start = self.body[:200].lstrip().lower()
        return "html" in self.media or start.startswith((b"<!doctype html", b"<html"))

    @property
    def excerpt(self) -> str:
        """The beginning of the body on one line, without tags."""
        text = _TAG.sub(b" ", self.body) if self.is_page else self.body
        text = text[: 10 * LONGEST_EXCERPT]
        line = " ".join(text.decode("utf-8", "replace").split())
        cut = line[: LONGEST_EXCERPT - 3] + "..."
        return line if len(line) <= LONGEST_EXCERPT else cut


class HttpClient:
    """Sends requests, and remembers how to log in.

    *login* is sent to a server that asks for it, by Basic or Digest authentication,
    and with every request to that server after that.
    """

    def __init__(self, login: Login | None = None) -> None:
        self._auth = _AuthOnDemand(login) if login else None
        # Else httpx would trust a list of its own, and not what the system trusts.
        self._trust = ssl.create_default_context()

    def send(
        self,
        url: str,
        body: bytes | None = None,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        timeout: float = math.inf,
    ) -> Response:
        """Return the response of *url*, whatever its status, within *timeout* seconds.

        Raises `QueryError` if there is none.
        """
        check_url(url)
        headers = {"User-Agent": "icdgraph", **(headers or {})}

        async def exchange() -> Response:
            client = httpx.AsyncClient(
                auth=self._auth, timeout=None, verify=self._trust
            )
            stream = client.stream(method, url, content=body, headers=headers)
            with anyio.fail_after(timeout):
                async with client, stream as answer:
                    try:
                        content = await answer.aread()
                    except httpx.RemoteProtocolError as exc:
                        # Before the body, it may mean that the server speaks no HTTP.
                        raise httpx.ReadError(str(exc)) from exc
                    return Response(url, answer.status_code, answer.headers, content)

        try:
            with start_blocking_portal() as portal:
                return portal.call(exchange)
        except TimeoutError as exc:
            raise QueryError(
                f"{url} did not answer within {timeout:g} s. Simplify the query, or "
                "allow more time"
            ) from exc
        except _FAILURES as exc:
            raise QueryError(_explained(url, exc)) from exc


class _AuthOnDemand(httpx.Auth):
    """Digest or Basic authentication, whichever a server asks for."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._known: dict[tuple[str, bytes], httpx.Auth] = {}

    def auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        server = request.url.scheme, request.url.netloc
        if server not in self._known:
            response = yield request
            challenges = response.headers.get_list("WWW-Authenticate")
            schemes = {words.partition(" ")[0].lower() for words in challenges}
            known = [auth for scheme, auth in _SCHEMES.items() if scheme in schemes]
            if response.status_code != 401 or not known:
                return
            self._known[server] = known[0](*self._login)
        yield from self._known[server].auth_flow(request)


_SCHEMES = {"digest": httpx.DigestAuth, "basic": httpx.BasicAuth}
"""Ways to log in, the safer one first."""


def check_url(url: str) -> None:
    """Raise `QueryError` unless *url* is an address over HTTP, without a password.

    >>> check_url("http://localhost:7878/query")
    >>> check_url("localhost:7878/query")
    Traceback (most recent call last):
    icdgraph.errors.QueryError: invalid endpoint 'localhost:7878/query': expected ...
    """
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or re.search(r"[^!-~]", url):
        raise QueryError(
            f"invalid endpoint {url!r}: expected an address that starts with http:// "
            f"or https://, such as {EXAMPLE}"
        )
    if "@" in parts.netloc:
        shown = url.replace(parts.netloc, parts.netloc.rpartition("@")[2])
        raise QueryError(
            f"the address of {shown} contains a user name, which ends up in logs. Give "
            "user and password separately"
        )


EXAMPLE = "http://localhost:7878/query"
_CHECK = f"Check the address; an endpoint is for example {EXAMPLE}"


def status_error(response: Response) -> QueryError:
    """Return the error that explains the status of *response*.

    >>> print(status_error(Response("http://localhost/query", 404, {}, b"")))
    http://localhost/query does not exist (404). Check the address; an endpoint is ...
    """
    location = response.headers.get("Location")
    if location and 300 <= response.status < 400:
        return QueryError(
            f"{response.url} redirects to {location} ({response.status}). Use that "
            "address if it is an endpoint and not a login page"
        )
    keys = response.status, response.status // 100, 5
    what, remedy = next(_STATUS[key] for key in keys if key in _STATUS)
    quoted = f": {response.excerpt}" if response.excerpt else ""
    return QueryError(f"{response.url} {what} ({response.status}){quoted}. {remedy}")


_STATUS = {
    2: ("sent no answer", "Check that the address is an endpoint"),
    3: ("redirects without an address", "Check the address"),
    4: ("rejected the request", "Check the query and the address"),
    5: ("failed", "Try again, or simplify the query"),
    401: ("requires a login", "Give a user and a password that it accepts"),
    403: ("denied access", "Log in as a user who has the permission"),
    404: ("does not exist", _CHECK),
    408: ("ran out of time", "Simplify the query"),
    413: ("rejected the request as too long", "Shorten the query"),
    414: ("rejected the request as too long", "Shorten the query"),
    429: ("received too many requests", "Try again later"),
    503: ("is busy or not ready", "Try again later"),
    504: ("ran out of time", "Simplify the query"),
}
"""What a status, or the hundreds of one, means, and what to do."""

_INCOMPLETE = "broke off its answer. Try again"
_REASONS: dict[type[BaseException], str] = {
    httpx.ReadError: _INCOMPLETE,
    socket.gaierror: f"cannot be reached: unknown host {{host!r}}. {_CHECK}",
    ConnectionRefusedError: f"cannot be reached: connection refused. {_CHECK}",
    ConnectionError: _INCOMPLETE,
    ssl.SSLCertVerificationError: (
        "has an invalid certificate: {why.verify_message}. Set SSL_CERT_FILE to the "
        "certificate of its authority if you trust it"
    ),
    ssl.SSLError: "does not speak TLS ({why.reason}). Try http:// instead",
    httpx.RemoteProtocolError: f"does not speak HTTP, or broke off ({{why}}). {_CHECK}",
    httpx.ProxyError: "was rejected by a proxy: {why}. Check HTTPS_PROXY and NO_PROXY",
    ImportError: "is behind a SOCKS proxy. Install httpx[socks] to use it",
    Exception: f"cannot be reached: {{why}}. {_CHECK}",
}
"""What a failure means, by what it is or comes from; the first that fits."""

_FAILURES = (
    *(httpx.HTTPError, httpx.InvalidURL),
    *(ImportError, ValueError),  # for a proxy that httpx does not know
    *(LookupError, NotImplementedError),  # for a challenge that it cannot answer
)


def _explained(url: str, exc: Exception) -> str:
    """Return a sentence on why *url* could not be reached or read."""
    chain = list(_chain(exc))
    kind, why = next((k, e) for k in _REASONS for e in chain if isinstance(e, k))
    return f"{url} {_REASONS[kind].format(host=urlsplit(url).hostname, why=why)}"


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    """Yield *exc* and its causes; where several addresses were tried, of the last."""
    while exc:
        yield exc
        inner = exc.__cause__ or exc.__context__  # httpcore raises from None
        exc = exc.exceptions[-1] if isinstance(exc, ExceptionGroup) else inner
