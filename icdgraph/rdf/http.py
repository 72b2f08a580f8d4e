"""One exchange with a server over HTTP: done in its time, or told in a sentence.

    send ──> connect ── ask ── wait ── read ──> Reply
              │          │      │        │
              └──────────┴──────┴────────┴───── QueryError, "http://... refuses ..."

A time-out of httpx counts anew with every byte, so that a server that trickles holds it
for ever.  Here the whole exchange is one task, which is cancelled when its time is over
(only the look-up of a server's name cannot be cut short).  It runs in a thread of its
own, since in that of a notebook there is a loop of tasks already.  A redirect is told
and not followed: what an endpoint is called should be said once, and most redirects of
endpoints lead to a page for logging in.  Proxies and authorities are those of the
environment (``HTTPS_PROXY``, ``SSL_CERT_FILE``).
"""

from __future__ import annotations

import math
import re
import socket
import ssl
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
import httpx
from anyio.from_thread import start_blocking_portal

from icdgraph.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

Login = tuple[str, str]
"""A user and the password."""

LONGEST = 300
"""Characters quoted of what a server says."""

_TAG = re.compile(rb"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL | re.I)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: its status, its headers, the body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        """The media type of the body, without parameters and in small letters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether the body is a page for people."""
        start = self.body[:200].lstrip().lower()
        return "html" in self.media or start.startswith((b"<!doctype html", b"<html"))

    @property
    def words(self) -> str:
        """What the body says, in one short line."""
        text = _TAG.sub(b" ", self.body) if self.is_page else self.body
        line = " ".join(text[: 10 * LONGEST].decode("utf-8", "replace").split())
        return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


class Line:
    """A way to servers, which remembers how to log in.

    *login* is sent to a server that asks for it, by Basic or Digest authentication,
    and with every request to that server after that.
    """

    def __init__(self, login: Login | None = None) -> None:
        self._auth = _Asked(login) if login else None
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
    ) -> Reply:
        """Return the reply of *url*, whatever its status, within *timeout* seconds.

        Raises `QueryError` where there is none.
        """
        checked(url)
        headers = {"User-Agent": "icdgraph", **(headers or {})}

        async def exchange() -> Reply:
            line = httpx.AsyncClient(auth=self._auth, timeout=None, verify=self._trust)
            asked = line.stream(method, url, content=body, headers=headers)
            with anyio.fail_after(timeout):
                async with line, asked as said:
                    return Reply(url, said.status_code, said.headers, await _body(said))

        try:
            with start_blocking_portal() as portal:
                return portal.call(exchange)
        except TimeoutError as exc:
            raise QueryError(
                f"{url} did not answer within {timeout:g} s; a simpler request, or a "
                "longer time-out, would be right"
            ) from exc
        except _FAILURES as exc:
            raise QueryError(_told(url, exc)) from exc


async def _body(response: httpx.Response) -> bytes:
    body = BytesIO()  # parts in a list would take twice the memory when they are joined
    try:
        async for part in response.aiter_bytes():
            body.write(part)
    except httpx.RemoteProtocolError as exc:
        # Which before the body may be that of a server that speaks no HTTP.
        raise httpx.ReadError(str(exc)) from exc
    return body.getvalue()


class _Asked(httpx.Auth):
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
            asked = response.headers.get_list("WWW-Authenticate")
            schemes = {words.partition(" ")[0].lower() for words in asked}
            known = [auth for scheme, auth in _SCHEMES.items() if scheme in schemes]
            if response.status_code != 401 or not known:
                return
            self._known[server] = known[0](*self._login)
        yield from self._known[server].auth_flow(request)


_SCHEMES = {"digest": httpx.DigestAuth, "basic": httpx.BasicAuth}
"""Ways to log in, the better one first."""


def checked(url: str) -> None:
    """Raise `QueryError` unless *url* is one that a server may be asked by.

    >>> checked("http://localhost:7878/query")
    >>> checked("localhost:7878/query")
    Traceback (most recent call last):
    icdgraph.errors.QueryError: 'localhost:7878/query' is not the address ...
    """
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or re.search(r"[^!-~]", url):
        raise QueryError(
            f"{url!r} is not the address of an endpoint; one that starts with http:// "
            f"or https://, such as {EXAMPLE}, would be right"
        )
    if "@" in parts.netloc:
        shown = url.replace(parts.netloc, parts.netloc.rpartition("@")[2])
        raise QueryError(
            f"{shown} is given with a user in it, which ends up in logs; the user and "
            "the password on their own would be right"
        )


EXAMPLE = "http://localhost:7878/query"
_RIGHT = f"the address of an endpoint that is up, such as {EXAMPLE}, would be right"


def refusal(reply: Reply) -> QueryError:
    """Return the error that says what the status of *reply* means.

    >>> reply = Reply("http://localhost/query", 404, {}, b"")
    >>> print(str(refusal(reply)).partition(";")[0])
    http://localhost/query does not exist (404)
    """
    there = reply.headers.get("Location")
    if there and 300 <= reply.status < 400:
        return QueryError(
            f"{reply.url} sends on to {there} ({reply.status}); that address would be "
            "right, if it is an endpoint and not a page for logging in"
        )
    kinds = reply.status, reply.status // 100, 5
    what, right = next(_STATUS[kind] for kind in kinds if kind in _STATUS)
    said = f": {reply.words}" if reply.words else ""
    return QueryError(f"{reply.url} {what} ({reply.status}){said}; {right}")


_STATUS = {
    2: ("answers without an answer", "one with a status of 200 would be right"),
    3: ("sends on to nowhere", "the address of the endpoint would be right"),
    4: ("refuses the request", "one that it understands would be right"),
    5: ("fails", "to ask again, or for less, would be right"),
    401: ("wants to know who asks", "a user and a password would be right"),
    403: ("forbids the request", "a user who may do this would be right"),
    404: ("does not exist", _RIGHT),
    408: ("gave up for lack of time", "a simpler request would be right"),
    413: ("finds the request too long", "a shorter one would be right"),
    414: ("finds the request too long", "a shorter one would be right"),
    429: ("is asked too often", "to ask again in a while would be right"),
    503: ("is too busy or not ready", "to ask again in a while would be right"),
    504: ("gave up for lack of time", "a simpler request would be right"),
}
"""What a status means, and what would be right; by hundreds where none is said."""

_BROKEN = "broke off its answer; to ask again would be right"
_TOLD: dict[type[BaseException], str] = {
    httpx.ReadError: _BROKEN,
    socket.gaierror: f"cannot be asked: no server is called {{host!r}}; {_RIGHT}",
    ConnectionRefusedError: f"cannot be asked: nothing listens there; {_RIGHT}",
    ConnectionError: _BROKEN,
    ssl.SSLCertVerificationError: (
        "cannot be trusted: {why.verify_message}; a server with a certificate for its "
        "name, or the path of its authority's in SSL_CERT_FILE, would be right"
    ),
    ssl.SSLError: "does not speak TLS ({why.reason}); http:// instead may be right",
    httpx.RemoteProtocolError: f"does not speak HTTP, or broke off ({{why}}); {_RIGHT}",
    httpx.ProxyError: "is kept back by a proxy: {why}; another would be right",
    ImportError: "lies behind SOCKS; pip install 'httpx[socks]' would be right",
    Exception: f"cannot be asked: {{why}}; {_RIGHT}",
}
"""What a failure means, by what it is or comes from; the first that fits."""

_FAILURES = (
    *(httpx.HTTPError, httpx.InvalidURL),
    *(ImportError, ValueError),  # for a proxy that httpx does not know
    *(LookupError, NotImplementedError),  # for such a Digest
)


def _told(url: str, exc: Exception) -> str:
    """Return a sentence on why *url* could not be reached or read."""
    chain = list(_chain(exc))
    kind, why = next((k, e) for k in _TOLD for e in chain if isinstance(e, k))
    return f"{url} {_TOLD[kind].format(host=urlsplit(url).hostname, why=why)}"


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    """Yield *exc* and what it comes from; of several addresses tried, of the last."""
    while exc:
        yield exc
        inner = exc.__cause__ or exc.__context__  # httpcore raises from None
        exc = exc.exceptions[-1] if isinstance(exc, ExceptionGroup) else inner
