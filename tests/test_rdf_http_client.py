"""Requests over HTTP: login, proxies, certificates, time limits, and failures."""

import asyncio
import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from urllib.request import parse_http_list, parse_keqv_list

import pytest
from endpoint_servers import fake

from icdgraph.errors import QueryError
from icdgraph.rdf.http_client import HttpClient, status_error

LOGIN = ("me", "a: secret")


@pytest.fixture
def server():
    with fake() as state:
        yield state


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def error_of(url, **options):
    with pytest.raises(QueryError) as error:
        HttpClient().send(url, **options)
    message = str(error.value)
    assert message.startswith(url)
    assert "\n" not in message
    assert ". " in message, "no remedy"
    return message


@contextmanager
def talking(converse):
    """Serve one connection with *converse*; yield host and port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connected, _ = listening.accept()
            with connected:
                converse(connected)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"localhost:{listening.getsockname()[1]}"
        thread.join()


# What goes to and fro


def test_request_and_response_are_complete(server):
    server.says(418, "text/PLAIN; charset=utf-8", b"short \n and stout", X_Tea="green")
    headers = {"Accept": "text/turtle"}
    url = f"{server.url}?graph=https%3A%2F%2Fx.example%2F&no_transaction"
    reply = HttpClient().send(url, b"leaves", method="POST", headers=headers)
    assert (reply.url, reply.status) == (url, 418)
    assert (reply.media, reply.excerpt) == ("text/plain", "short and stout")
    assert reply.headers["X-TEA"] == "green"
    ((method, path, sent_headers, body),) = server.requests
    assert (method, body) == ("POST", b"leaves")
    assert path == "/sparql?graph=https%3A%2F%2Fx.example%2F&no_transaction"
    assert (sent_headers["User-Agent"], sent_headers["Accept"]) == (
        "icdgraph",
        "text/turtle",
    )
    assert sent_headers["Content-Length"] == "6"


def test_redirect_is_not_followed(server):
    reply = HttpClient().send(server.says(302, Location=f"{server.url}/other").url)
    assert (reply.status, len(server.requests)) == (302, 1)


def test_unknown_status(server):
    assert "failed (799)" in str(status_error(HttpClient().send(server.says(799).url)))


def test_request_inside_an_event_loop(server):
    """A notebook runs one."""

    async def cell():
        return HttpClient().send(server.says(body="x").url)

    assert asyncio.run(cell()).body == b"x"


# Log-in


def asking(server, *challenges, fits=lambda handler: False):
    """Let *server* ask with *challenges* whoever does not say what *fits*."""

    def reply(handler):
        known = fits(handler)
        handler.send_response(200 if known else 401)
        for challenge in () if known else challenges:
            handler.send_header("WWW-Authenticate", challenge)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.reply = reply


def digest_fits(handler):
    """Compute the answer to a challenge as RFC 2617, section 3.2.2, says."""
    scheme, _, words = handler.headers.get("Authorization", "").partition(" ")
    if scheme != "Digest":
        return False
    fields = parse_keqv_list(parse_http_list(words))

    def hashed(*parts):
        return hashlib.md5(":".join(parts).encode()).hexdigest()

    user, password = LOGIN
    who, what = hashed(user, "x", password), hashed(handler.command, handler.path)
    between = fields["nonce"], fields["nc"], fields["cnonce"], fields["qop"]
    return fields["response"] == hashed(who, *between, what)


def sent(server):
    return [body for *_, body in server.requests]


@pytest.mark.parametrize("others", [(), ("Negotiate", 'Basic realm="x"')])
def test_digest_login_is_remembered(server, others):
    asking(server, *others, 'Digest realm="x", nonce="n", qop="auth"', fits=digest_fits)
    client = HttpClient(LOGIN)
    assert client.send(server.url, method="DELETE").status == 200
    assert "Authorization" not in server.requests[0][2]
    server.requests.clear()
    for body in (b"one", b"two"):
        assert client.send(server.url, body, method="POST").status == 200
    assert sent(server) == [b"one", b"two"]


def test_basic_login_is_remembered(server):
    basic = "Basic bWU6YTogc2VjcmV0"
    asking(
        server,
        'Basic realm="x"',
        fits=lambda handler: handler.headers.get("Authorization") == basic,
    )
    client = HttpClient(LOGIN)
    for body in (b"one", b"two"):
        assert client.send(server.url, body, method="POST").status == 200
    assert sent(server) == [b"one", b"one", b"two"]


def test_login_is_sent_to_the_server_that_asks_for_it(server):
    asking(server, 'Basic realm="x"', fits=lambda h: "Authorization" in h.headers)
    client = HttpClient(LOGIN)
    client.send(server.url)
    with fake() as other:
        client.send(other.url)
    assert "Authorization" not in other.requests[0][2]


@pytest.mark.parametrize(
    "challenges",
    [(), ("Negotiate",), ('Basic realm="x"',), ('Digest realm="x", nonce="n"',)],
)
def test_refused_login_is_not_repeated(server, challenges):
    asking(server, *challenges)
    assert HttpClient(LOGIN).send(server.url).status == 401
    assert len(server.requests) <= 3


@pytest.mark.parametrize("words", ["nonce", "realm=x", "realm=x, nonce=n, algorithm=?"])
def test_unsupported_digest(server, words):
    asking(server, f"Digest {words}")
    with pytest.raises(QueryError, match=r"cannot be reached: .*\. Check"):
        HttpClient(LOGIN).send(server.url)


# The environment


def test_request_goes_through_the_proxy(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.says(body="x").url)
    assert HttpClient().send("http://x.invalid/sparql").body == b"x"
    assert server.requests[0][1] == "http://x.invalid/sparql"
    monkeypatch.setenv("no_proxy", "x.invalid")
    assert "unknown host 'x.invalid'" in error_of("http://x.invalid/sparql")


def test_proxy_that_rejects_requests(server, monkeypatch):
    monkeypatch.setenv("https_proxy", server.url)
    assert "rejected by a proxy: 501" in error_of("https://x.invalid/sparql")


def test_unsupported_proxy(server, monkeypatch):
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("all_proxy", "socks5://localhost:1080")
    assert "Install httpx[socks]" in error_of(server.url)
    monkeypatch.setenv("all_proxy", "nonsense://localhost:1080")
    assert "cannot be reached: Unknown scheme for proxy" in error_of(server.url)


@pytest.fixture
def certificate(tmp_path):
    """The files of a certificate for localhost and of its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    words = [*command.split(), *names, "-out", files[0], "-keyout", files[1]]
    subprocess.run(words, check=True, capture_output=True)
    return files


@contextmanager
def secure(certificate, converse):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def wrapped(connected):
        # The client may end it, as it does where it does not trust the certificate.
        with (
            suppress(OSError),
            context.wrap_socket(connected, server_side=True) as speaking,
        ):
            speaking.recv(10_000)
            converse(speaking)

    with talking(wrapped) as host:
        yield host


def test_certificate_of_the_environment_is_trusted(certificate, monkeypatch):
    with secure(certificate, lambda _: None) as host:
        assert "has an invalid certificate: self" in error_of(f"https://{host}/")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    with secure(certificate, lambda speaking: speaking.sendall(answer)) as host:
        assert HttpClient().send(f"https://{host}/").body == b"x"


# What breaks, and what takes too long


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "does not speak HTTP, or broke off"),
        (b"HTTP/1.1 200 OK\r\nServer: x", "does not speak HTTP, or broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "broke off its answer"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
            "broke off its answer",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip",
            "cannot be reached: Error -3 while decompressing",
        ),
    ],
)
def test_invalid_response(answer, words):
    def converse(connected):
        connected.recv(10_000)
        connected.sendall(answer)

    with talking(converse) as host:
        assert words in error_of(f"http://{host}/")


def test_time_limit_while_the_body_is_sent():
    over = threading.Event()
    start = time.monotonic()
    with talking(lambda _: over.wait()) as host:
        try:
            body = bytes(50_000_000)
            message = error_of(f"http://{host}/", body=body, method="POST", timeout=0.5)
        finally:
            over.set()
    assert "did not answer within 0.5 s" in message
    assert time.monotonic() - start < 2


def test_ctrl_c_ends_a_request():
    over = threading.Event()
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    start = time.monotonic()
    with talking(lambda _: over.wait()) as host:
        timer.start()
        try:
            with pytest.raises(KeyboardInterrupt):
                HttpClient().send(f"http://{host}/", timeout=30)
        finally:
            over.set()
    assert time.monotonic() - start < 2


def test_query_without_endpoint_imports_no_http_library():
    code = (
        "import sys; from icdgraph.toy import toy; toy().sparql('ASK {}'); "
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert {b"httpx", b"anyio"}.isdisjoint(run.stdout.split())
