"""Other processes that tests run, to compare what they print."""

import os
import subprocess
import sys


def printed_by_processes(script):
    """Return what *script* prints in two processes that order sets differently."""
    return {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
