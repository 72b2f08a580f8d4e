"""A real terminal of a chosen width, for tests of what commands print to one."""

import os
import re
import subprocess
import sys
from contextlib import suppress

import pytest


def run_in_terminal(arguments, columns=80, **environment):
    """Return what ``python *arguments*`` prints to a terminal *columns* wide.

    Skips the test where the system has no pseudo-terminals.
    """
    fcntl = pytest.importorskip("fcntl")
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _size(columns))
    unset = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"}
    kept = {key: value for key, value in os.environ.items() if key not in unset}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=kept | {"TERM": "xterm-256color"} | environment,
    )
    os.close(theirs)
    pieces = []
    with suppress(OSError):  # Linux reports the end of the other side as an error
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    os.close(ours)
    process.wait(timeout=60)
    return b"".join(pieces).decode().replace("\r\n", "\n")


def _size(columns):
    import struct

    return struct.pack("HHHH", 50, columns, 0, 0)


def without_color(text):
    """Return *text* without the sequences that set colors."""
    return re.sub(r"\x1b\[[\d;]*m", "", text)
