"""Time pictures: how long they take to make, and to draw in Chromium.

    python benchmarks/draw.py

For each size, the page of icdgraph, and plain pyvis with the same nodes and edges and
its default physics.  A page is interactive when it is drawn and has answered a search;
pyvis when its progress bar is gone.  Needs Chromium, and Playwright from
``icdgraph[test]``.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright
from pyvis.network import Network

import icdgraph

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RUNS = 3
PATIENCE = 120_000
"""How many milliseconds to wait for pyvis."""

PICTURES = {
    "M54.50": {},
    "E10": {"depth": 2, "relations": ["parent", "excludes1", "use-additional"]},
    "S12": {"depth": 4, "relations": ["parent"]},
    "S52": {"depth": 4, "relations": ["parent"]},
}

READY = """() => {
  if (!document.documentElement.dataset.drawn) return false;
  const find = document.getElementById("find");
  find.value = "a";
  find.dispatchEvent(new Event("input"));
  return document.getElementById("matches").textContent !== "";
}"""

STABLE = """() => {
  const bar = document.getElementById("loadingBar");
  return typeof network !== "undefined" && (!bar || bar.style.opacity === "0");
}"""


def plain(net: Network) -> str:
    """Return the same picture as plain pyvis draws it."""
    plain_net = Network(cdn_resources="in_line", directed=True)
    for node in net.nodes:
        if not node.get("hidden"):
            plain_net.add_node(node["id"], label=node["label"])
    for edge in net.edges:
        if not edge.get("hidden"):
            plain_net.add_edge(edge["from"], edge["to"])
    html: str = plain_net.generate_html()
    return html


def opened(tab: Page, path: Path, ready: str) -> float | None:
    """Return the seconds until the page at *path* is *ready*, None if it never is."""
    start = time.perf_counter()
    try:
        tab.goto(path.as_uri(), wait_until="commit")
        tab.wait_for_function(ready, timeout=PATIENCE)
    except Exception as exc:
        print(f"  {type(exc).__name__}")
        return None
    return time.perf_counter() - start


def best(tab: Page, path: Path, ready: str, runs: int = RUNS) -> str:
    """Return the shortest of *runs* times, in words."""
    times = [opened(tab, path, ready) for _ in range(runs)]
    known = [t for t in times if t is not None]
    return f"{min(known):.2f} s" if known else f"not in {PATIENCE // 1000} s"


def main() -> None:
    """Print a line for each picture."""
    graph = icdgraph.load()
    graph.draw("M54.50").page()  # pyvis is imported once
    with TemporaryDirectory() as folder, sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        # Offline, because plain pyvis loads two files from a CDN.  The policy of our
        # page would keep Playwright from waiting.
        tab = browser.new_context(offline=True, bypass_csp=True).new_page()
        for code, options in PICTURES.items():
            for layout in ("tree", "radial", "force"):
                start = time.perf_counter()
                net = graph.draw(code, layout=layout, **options)
                path = net.write(Path(folder) / f"{code}.html")
                made = time.perf_counter() - start
                size, items = path.stat().st_size / 1e6, len(net.scene.items)
                lines = len(net.scene.links)
                print(
                    f"{code} {layout}: {items:,} boxes, {lines:,} lines, "
                    f"{size:.1f} MB, made in {made:.2f} s, "
                    f"interactive in {best(tab, path, READY)}",
                    flush=True,
                )
            path.write_text(plain(net), encoding="utf-8")
            print(f"{code} plain pyvis: {best(tab, path, STABLE, 1)}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
