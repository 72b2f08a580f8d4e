"""SPARQL servers for the tests: two engines, and one that misbehaves."""

import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

START = 60
"""Seconds for a server to start."""

PASSWORD = "dba"  # of a new Virtuoso

INI = Path(__file__).parent / "data/virtuoso.ini"


@dataclass(frozen=True)
class Server:
    """A running server: its address for queries, and the folder of its files."""

    name: str
    url: str
    folder: Path
    sql: str = ""

    def isql(self, *statements):
        """Return what Virtuoso's own client prints for *statements*."""
        run = subprocess.run(
            ["isql-vt", self.sql, "dba", PASSWORD, "ERRORS=STDOUT"],
            input=";\n".join([*statements, ""]),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return run.stdout


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def oxigraph(folder, store):
    """Start the Oxigraph server over a copy of *store* in *folder*, or skip."""
    beside = Path(sys.executable).with_name("oxigraph")
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if not binary:
        pytest.skip("the Oxigraph server is not installed (pip install oxigraph)")
    port = free_port()
    shutil.copytree(store, folder / "store", copy_function=_copy)
    words = ["serve", "--location", str(folder / "store")]
    words += ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    with _running([binary, *words], folder, f"http://127.0.0.1:{port}/query") as url:
        yield Server("oxigraph", url, folder)


def _copy(source, target):
    """Copy a file of a store, but only link one that RocksDB never changes."""
    (os.link if source.endswith(".sst") else shutil.copy)(source, target)


@contextmanager
def virtuoso(folder):
    """Start an empty Virtuoso with a configuration of its own, or skip."""
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        pytest.skip(
            "Virtuoso is not installed (apt-get install virtuoso-opensource-7-bin)"
        )
    sql, port = free_port(), free_port()
    (folder / "data").mkdir()
    ini = folder / "virtuoso.ini"
    ini.write_text(INI.read_text().format(folder=folder, sql=sql, http=port))
    words = ["virtuoso-t", "+foreground", "+configfile", str(ini)]
    with _running(words, folder, f"http://127.0.0.1:{port}/sparql") as url:
        yield Server("virtuoso", url, folder, f"127.0.0.1:{sql}")


@contextmanager
def _running(words, folder, url):
    log = folder / "out.txt"
    with (
        log.open("wb") as out,
        subprocess.Popen(words, stdout=out, stderr=out, cwd=folder) as process,
    ):
        try:
            _wait(process, url, log)
            yield url
        finally:
            process.kill()


def _wait(process, url, log):
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError as exc:
            exc.close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{process.args} did not come up: {log.read_text()[-2000:]}")


@dataclass
class Fake:
    """A server whose replies a test decides, and the requests it received."""

    port: int
    requests: list[tuple[str, str, dict[str, str], bytes]]
    reply: Callable[[http.server.BaseHTTPRequestHandler], None]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/sparql"

    def says(
        self, status=200, media="application/sparql-results+json", body=b"", **headers
    ):
        """Set the reply of the server; underscores in *headers* are hyphens."""
        content = body.encode() if isinstance(body, str) else body

        def reply(handler):
            handler.send_response(status)
            if media:
                handler.send_header("Content-Type", media)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            if "Content_Length" not in headers:
                handler.send_header("Content-Length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)

        self.reply = reply
        return self


@contextmanager
def fake():
    """Start a server that replies as a test decides."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            state.requests.append((self.command, self.path, dict(self.headers), body))
            # The client may have closed the connection.
            try:
                state.reply(self)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = do_DELETE = answer  # noqa: N815  (the library's names)

        def log_message(self, *_):
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass  # tests of broken connections break them

    with Quiet(("127.0.0.1", 0), Handler) as server:
        state = Fake(server.server_address[1], [], lambda _: None).says()
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield state
        server.shutdown()
        thread.join()
