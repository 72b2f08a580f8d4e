"""Servers that tests start: the command itself, in a process, on a free port."""

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from icdgraph.toy import PATH

COMMAND = [sys.executable, "-m", "icdgraph", "serve"]
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> \"' {{7*7}} &lt;b&gt; "
SPOILED = (
    "Other low back pain",
    "Dorsopathies",
    "Loin pain",
    "current injury",
    "lumbar region pain",
    "subsequent encounter",
    "The appropriate 7th character",
)
"""Beginnings of two titles, a synonym, notes, a meaning and a remark of the toy."""

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A query that would run for days, over the toy as well."""


def hostile_toy():
    """Return the XML of the toy with `EVIL` before each text of `SPOILED`."""
    raw = PATH.read_text("utf-8")
    marked = EVIL.replace("&", "&amp;").replace("<", "&lt;")
    for words in SPOILED:
        assert words in raw
        raw = raw.replace(words, marked + words)
    return raw


def children(process):
    """Return the ids of the processes that *process* started."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system has no /proc to look up processes in")
    ids = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may have spaces; the parent is two fields after it.
            parent = stat.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == process:
            ids.add(int(stat.parent.name))
    return ids


def until(condition, seconds=20):
    """Return True if *condition* becomes true within *seconds*."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


class Got:
    """A response: its *status*, *headers*, media *type* and *text*."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.type = response.headers.get("Content-Type", "").partition(";")[0]
        self.text = response.read().decode()

    @property
    def json(self):
        """The text, read as JSON."""
        return json.loads(self.text)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = build_opener(_Stay)


def fetch(url, headers=None, method=None, body=None):
    """Return what *url* answers, whatever its status; redirects are not followed."""
    request = Request(url, body, headers or {}, method=method)
    try:
        with _opener.open(request, timeout=60) as response:
            return Got(response)
    except HTTPError as exc:
        with exc:
            return Got(exc)


class Server:
    """A running server: its *address*, ended by a slash, and its *process*."""

    def __init__(self, process, address):
        self.process = process
        self.address = address
        self.sparql = f"{address}sparql"


@contextmanager
def served(release, *options):
    """Serve *release* with the *options* of the command, and stop at the end."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--release", str(release), *options],
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            log = ""
            for line in process.stderr:
                log += line
                address = re.search(r"http://\S+/(?=sparql)", line)
                if address:
                    yield Server(process, address[0])
                    break
            else:
                raise AssertionError(f"the server did not start: {log}")
        finally:
            process.kill()
