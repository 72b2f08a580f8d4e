"""Chromium as the tests drive it: quiet, and skipped where it is absent."""

from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def wait_until_drawn(tab):
    """Ask until *tab* has drawn: the policy of its page forbids Playwright to wait."""
    for _ in range(200):
        if tab.evaluate("Boolean(document.documentElement.dataset.drawn)"):
            return
        tab.wait_for_timeout(50)
    raise AssertionError("nothing was drawn in 10 seconds")


@contextmanager
def launched():
    """Return a browser, or skip the test that asks for it."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is missing")
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()
