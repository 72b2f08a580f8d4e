"""Chromium as the tests drive it, and tabs that note what pages load and report."""

from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--no-first-run", "--disable-background-networking"]
FLAGS += [f"--disable-{name}" for name in ("gpu", "quic", "component-update", "sync")]
NARROW = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
"""The options of a phone."""


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


@contextmanager
def tabs(browser, address):
    """Return a function that opens tabs, and check them at the end.

    A tab must have loaded nothing but from *address*, and have reported nothing on the
    console but that the server refused a request.
    """
    opened = []

    def open_(**options):
        tab = browser.new_context(**options).new_page()
        tab.loaded, tab.messages = [], []
        tab.on("request", lambda request: tab.loaded.append(request.url))
        tab.on("console", lambda message: tab.messages.append(message.text))
        tab.on("pageerror", lambda error: tab.messages.append(str(error)))
        tab.on(
            "dialog", lambda dialog: (tab.messages.append("dialog"), dialog.dismiss())
        )
        opened.append(tab)
        return tab

    yield open_
    for tab in opened:
        assert {url for url in tab.loaded if not url.startswith(address)} == set()
        assert [m for m in tab.messages if "server responded" not in m] == []
        tab.context.close()
