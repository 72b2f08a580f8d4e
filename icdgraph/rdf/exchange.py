"""One exchange with a server over HTTP: done in its time, or told in a sentence.

    send ──> connect ── ask ── wait ── read ──> Reply
              │          │      │        │
              └──────────┴──────┴────────┴───── QueryError, "http://... refuses ..."

A time-out of the library counts anew with every byte, so that a server that trickles
holds it for ever.  Here a timer closes the connection when the time is over, whatever
it is at.  A redirect is told and not followed: what an endpoint is called should be
said once, and most redirects of endpoints lead to a page for logging in.

The standard library does it, with the proxies of the environment (``HTTPS_PROXY``);
httpx would add five packages to every installation and has no time-out of the whole
either.
"""

from __future__ import annotations

import contextlib
import http.client
import math
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from icdgraph.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

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
    headers: Message
    body: bytes

    @property
    def media(self) -> str:
        """The media type of the body, without parameters and in small letters."""
        return self.headers.get_content_type() if self.headers["Content-Type"] else ""

    @property
    def is_page(self) -> bool:
        """Whether the body is a page for people."""
        return self.media in _PAGES or self.body[:200].lstrip().lower().startswith(
            (b"<!doctype html", b"<html")
        )

    @property
    def words(self) -> str:
        """What the body says, in one short line."""
        text = _TAG.sub(b" ", self.body) if self.is_page else self.body
        line = " ".join(text[: 10 * LONGEST].decode("utf-8", "replace").split())
        return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


_PAGES = ("text/html", "application/xhtml+xml")


class Line:
    """A way to servers, which remembers how to log in.

    *login* is sent to a server that asks for it, by Basic or Digest authentication,
    and with every request after that.
    """

    def __init__(self, login: Login | None = None) -> None:
        self._passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
        self._login = login
        self._watch = _Watch(None)
        self._opener = urllib.request.build_opener(
            _Http(self),
            _Https(self),
            _NoRedirect(),
            _AnyStatus(),
            *((_Basic(self._passwords), _Digest(self._passwords)) if login else ()),
        )

    def send(
        self,
        url: str,
        body: bytes | None = None,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> Reply:
        """Return the reply of *url*, whatever its status, within *timeout* seconds.

        Raises `QueryError` where there is none.
        """
        checked(url)
        timeout = None if timeout == math.inf else timeout
        if self._login:
            self._passwords.add_password(None, url, *self._login)
        request = urllib.request.Request(
            url, body, {"User-Agent": "icdgraph", **(headers or {})}, method=method
        )
        watch = self._watch = _Watch(timeout)
        try:
            with watch, self._opener.open(request, timeout=timeout) as response:
                content = response.read()
            watch.check()
            return Reply(url, response.status, response.headers, content)
        except TimeoutError as exc:
            raise _late(url, timeout) from exc
        except urllib.error.HTTPError as exc:
            # Raised where a login is refused again and again.
            with exc:
                return Reply(url, exc.code, exc.headers, b"")
        except (OSError, http.client.HTTPException, ValueError) as exc:
            # Which of them it is when the timer cuts the line depends on the moment.
            if watch.is_over:
                raise _late(url, timeout) from exc
            raise QueryError(_told(url, exc)) from exc

    def hold(self, connected: socket.socket) -> None:
        """Let the time of the exchange be that of the socket *connected*."""
        self._watch.hold(connected)


def checked(url: str) -> None:
    """Raise `QueryError` unless *url* is one that a server may be asked by.

    >>> checked("http://localhost:7878/query")
    >>> checked("localhost:7878/query")
    Traceback (most recent call last):
    icdgraph.errors.QueryError: 'localhost:7878/query' is not the address ...
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
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


def refusal(reply: Reply) -> QueryError:
    """Return the error that says what the status of *reply* means.

    >>> from email.message import Message
    >>> reply = Reply("http://localhost/query", 404, Message(), b"")
    >>> print(str(refusal(reply)).partition(";")[0])
    http://localhost/query does not exist (404)
    """
    there = reply.headers["Location"]
    if there and 300 <= reply.status < 400:
        return QueryError(
            f"{reply.url} sends on to {there} ({reply.status}); that address would be "
            "right, if it is an endpoint and not a page for logging in"
        )
    what, right = _STATUS.get(reply.status) or _STATUS[reply.status // 100]
    said = f": {reply.words}" if reply.words else ""
    return QueryError(f"{reply.url} {what} ({reply.status}){said}; {right}")


_STATUS = {
    2: ("answers without an answer", "one with a status of 200 would be right"),
    3: ("sends on to nowhere", "the address of the endpoint would be right"),
    4: ("refuses the request", "one that it understands would be right"),
    5: ("fails", "to ask again, or for less, would be right"),
    401: ("wants to know who asks", "a user and a password would be right"),
    403: ("forbids the request", "a user who may do this would be right"),
    404: (
        "does not exist",
        f"the address of a SPARQL endpoint, such as {EXAMPLE}, would be right",
    ),
    408: ("gave up for lack of time", "a simpler request would be right"),
    413: ("finds the request too long", "a shorter one would be right"),
    414: ("finds the request too long", "a shorter one would be right"),
    429: ("is asked too often", "to ask again in a while would be right"),
    503: ("is too busy or not ready", "to ask again in a while would be right"),
    504: ("gave up for lack of time", "a simpler request would be right"),
}
"""What a status means, and what would be right; by hundreds where none is said."""


class _Watch:
    """A timer that cuts a connection when the time for the whole exchange is over."""

    def __init__(self, timeout: float | None) -> None:
        self._timer = threading.Timer(timeout or 0, self._cut)
        self._timer.daemon = True
        self._limited = timeout is not None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self.is_over = False

    def hold(self, connected: socket.socket) -> None:
        """Take *connected* as what to cut."""
        with self._lock:
            self._socket = connected
        self.check()

    def check(self) -> None:
        """Raise `TimeoutError` where the time is over."""
        if self.is_over:
            raise TimeoutError

    def _cut(self) -> None:
        self.is_over = True
        with self._lock, contextlib.suppress(OSError):
            if self._socket:
                # A shutdown wakes the thread that is reading, which a close does not;
                # that of the plain socket does not wait for TLS to say goodbye.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def __enter__(self) -> None:
        if self._limited:
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


class _Connection(http.client.HTTPConnection):
    def __init__(self, line: Line, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self._line = line

    def connect(self) -> None:
        super().connect()
        self._line.hold(self.sock)


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, line: Line, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self._line = line

    def connect(self) -> None:
        super().connect()
        self._line.hold(self.sock)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def http_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(self._connection, request)

    def _connection(self, host: str, **options: Any) -> http.client.HTTPConnection:
        return _Connection(self._line, host, **options)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(self._connection, request)

    def _connection(self, host: str, **options: Any) -> http.client.HTTPConnection:
        return _SecureConnection(self._line, host, **options)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nowhere: the redirect is then an error like others."""


class _AnyStatus(urllib.request.HTTPDefaultErrorHandler):
    def http_error_default(self, _: Any, response: Any, *__: Any) -> Any:
        """Return the response of an error as it is; `refusal` says what it means."""
        return response


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """Basic authentication, which passes by other schemes; the library fails there."""

    def http_error_401(self, request: urllib.request.Request, *said: Any) -> Any:
        offered = said[-1].get_all("WWW-Authenticate", [])
        if any(words.lower().startswith("basic") for words in offered):
            return super().http_error_401(request, *said)
        return None


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication that answers a challenge once and for all.

    The library's own waits for one with every request: each body would go twice.
    """

    _challenge: Mapping[str, str] | None = None

    def retry_http_digest_auth(self, request: urllib.request.Request, auth: str) -> Any:
        words = urllib.request.parse_http_list(auth.partition(" ")[2])
        self._challenge = urllib.request.parse_keqv_list([w for w in words if w])
        return super().retry_http_digest_auth(request, auth)

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        if self._challenge:
            known = self.get_authorization(request, self._challenge)
            if known:
                request.add_unredirected_header(self.auth_header, f"Digest {known}")
        return request

    https_request = http_request


def _late(url: str, timeout: float | None) -> QueryError:
    return QueryError(
        f"{url} did not answer within {timeout or 0:g} s; a simpler request, or a "
        "longer time-out, would be right"
    )


def _told(url: str, exc: Exception) -> str:
    """Return a sentence on why *url* could not be reached or read."""
    reason = exc.reason if isinstance(exc, urllib.error.URLError) else exc
    host = urlsplit(url).hostname
    if isinstance(reason, socket.gaierror):
        return f"{url} cannot be asked: no server is called {host!r}; {_RIGHT}"
    if isinstance(reason, ConnectionRefusedError):
        return f"{url} cannot be asked: nothing listens there; {_RIGHT}"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"{url} cannot be trusted: {reason.verify_message}; a server with a "
            "certificate for its name, or the path of its authority's in "
            "SSL_CERT_FILE, would be right"
        )
    if isinstance(reason, ssl.SSLError):
        return (
            f"{url} does not speak TLS ({reason.reason}); http:// instead of https:// "
            "may be right"
        )
    if isinstance(reason, http.client.IncompleteRead | ConnectionError):
        return f"{url} broke off its answer; to ask again would be right"
    if isinstance(reason, http.client.HTTPException):
        return f"{url} does not speak HTTP; {_RIGHT}"
    told = getattr(reason, "strerror", None) or reason
    return f"{url} cannot be asked: {told}; {_RIGHT}"


_RIGHT = f"the address of an endpoint that is up, such as {EXAMPLE}, would be right"
