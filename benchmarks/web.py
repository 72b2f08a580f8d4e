"""Time the pages of the explorer, load it with fifty clients, and run it for long.

    python benchmarks/web.py                a few minutes
    python benchmarks/web.py --soak 600     a long run of ten minutes

Pages are requested one after the other; the first, the fastest and the slowest time are
printed.  The load comes from wrk, which leaves one core to the server.  The long run
requests pages of all kinds, valid and invalid, and watches the memory, open files and
threads of the server; it fails if the second half needs more than the first.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS = 50
RUNS = 15
LONGEST = 50.0
"""How many milliseconds a page may take."""

LEAST = 200.0
"""How many requests per second one core must answer."""

MOST_REQUESTS = 200_000
GROWTH = 24 * 2**20
"""How many bytes memory may grow in the second half of a long run, for caches."""

PAGES = (
    "/", "/?q=low+back+pain", "/M54.50", "/S52.501", "/T36.0X1A", "/T45.1X5S",
    "/S00-T88", "/D10-D36", "/tree", "/tree?open=T36.0X1",
    "/compare?codes=M54.50,F45.41,E11.9,I10,G89.4", "/sparql", "/M54.5O",
    "/M54.50.json", "/M54.50.ttl", "/M54.50.jsonld", "/api/search?terms=lumb",
    "/picture/M54.50", "/api/picture/M54.50", "/api/tree/M54",
    "/api/check?codes=M54.50,F45.41",
)  # fmt: skip
"""The pages that are timed; that of T45.1X5S is the largest."""

LOADED = ("/M54.50", "/T36.0X1A", "/tree", "/?q=lumbago", "/api/search?terms=lumb")
SOAKED = (
    *PAGES, "/m5450", "/nothing", "/?q=zzzz+qqqq", "/compare?codes=zz,M54.5O",
    "/api/search?terms=", "/api/tree/zz", "/static/style.css", "/M54.50?x=1",
)  # fmt: skip


class State(NamedTuple):
    """What a process uses: bytes of memory, open files, threads."""

    memory: int
    files: int
    threads: int


@contextmanager
def served(core: int | None) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Serve the bundled release on a free port of loopback, on one *core*."""
    command = [sys.executable, "-m", "icdgraph", "serve", "--port", "0"]
    if core is not None and shutil.which("taskset"):
        command = ["taskset", "-c", str(core), *command]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            port = next(
                int(found[1])
                for line in process.stderr
                if (found := re.search(r":(\d+)/sparql", line))
            )
            get(port, "/?q=pain")  # waits for the index
            get(port, "/compare?codes=M54.50,F45.41")
            yield process, port
        finally:
            process.terminate()


def get(
    port: int, path: str, connection: http.client.HTTPConnection | None = None
) -> int:
    """Return the status of *path*.  Raises `OSError` if there is no answer."""
    client = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("GET", path, headers={"Accept": "text/html, */*;q=0.5"})
    response = client.getresponse()
    response.read()
    if connection is None:
        client.close()
    return response.status


def times(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    print(f"{'page, ms':48}{'first':>9}{'best':>9}{'worst':>9}")
    passed = True
    for path in PAGES:
        taken = []
        for _ in range(RUNS):
            start = time.perf_counter()
            get(port, path, connection)
            taken.append(1000 * (time.perf_counter() - start))
        first, rest = taken[0], sorted(taken[1:])
        is_slow = rest[len(rest) // 2] > LONGEST
        passed = passed and not is_slow
        mark = f"   above {LONGEST:.0f}" if is_slow else ""
        print(f"{path[:47]:48}{first:9.1f}{rest[0]:9.1f}{rest[-1]:9.1f}{mark}")
    return passed


def load(port: int, seconds: int, cores: list[int]) -> bool:
    wrk = shutil.which("wrk")
    if wrk is None:
        print("\nwrk is not installed: the load is not measured")
        return True
    print(f"\nload, {CLIENTS} clients, server on one core: requests/s, median, 99 %")
    passed = True
    for path in LOADED:
        command = [wrk, "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--latency"]
        if cores and shutil.which("taskset"):
            command = ["taskset", "-c", ",".join(map(str, cores)), *command]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{path}"],
            capture_output=True,
            text=True,
            check=True,
        )
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
        waits = re.findall(r"(?:50|99)%\s+(\S+)", done.stdout)
        failed = re.findall(r"(?:Non-2xx|Socket errors).*", done.stdout)
        passed = passed and not failed and (path != "/M54.50" or rate >= LEAST)
        print(f"{path:48}{rate:9.0f}{waits[0]:>11}{waits[1]:>11}  {' '.join(failed)}")
    return passed


def state(process: int) -> State:
    """Return what *process* uses, from /proc."""
    folder = Path(f"/proc/{process}")
    status = (folder / "status").read_text()
    memory, threads = (
        int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("VmRSS", "Threads")
    )
    return State(1024 * memory, len(list((folder / "fd").iterdir())), threads)


def soak(process: int, port: int, seconds: float) -> bool:
    print(f"\nlong run: at most {seconds:.0f} s and {MOST_REQUESTS:,} requests")
    start, states = time.monotonic(), [state(process)]
    requests = itertools.cycle(SOAKED)
    counts: dict[int, int] = {}
    with ThreadPoolExecutor(CLIENTS) as pool:
        for part in (1, 2, 3, 4):
            end = start + part * seconds / 4
            while time.monotonic() < end and sum(counts.values()) < part * (
                MOST_REQUESTS // 4
            ):
                paths = list(itertools.islice(requests, 200))
                for status in pool.map(lambda path: get(port, path), paths):
                    counts[status] = counts.get(status, 0) + 1
            time.sleep(1)
            states.append(state(process))
            memory, files, threads = states[-1]
            print(
                f"{time.monotonic() - start:6.0f} s {sum(counts.values()):8,} requests "
                f"{memory / 2**20:7.1f} MB {files:4} files {threads:3} threads"
            )
    print(
        "status codes:", ", ".join(f"{n:,} of {s}" for s, n in sorted(counts.items()))
    )
    middle, last = states[2], states[4]
    return (
        last.memory - middle.memory <= GROWTH
        and last.files <= middle.files + 5
        and last.threads <= middle.threads + 2
        and not any(status >= 500 for status in counts)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--load", type=int, default=10, help="seconds of load per page")
    parser.add_argument(
        "--soak", type=float, default=60.0, help="seconds of the long run"
    )
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    core = cores[0] if len(cores) > 1 else None
    with served(core) as (process, port):
        results = {
            "page times": times(port),
            "load": load(port, options.load, cores[1:]),
            "long run": soak(process.pid, port, options.soak),
        }
    print()
    for what, passed in results.items():
        print(f"{what}: {'passed' if passed else 'FAILED'}")
    sys.exit(not all(results.values()))


if __name__ == "__main__":
    main()
