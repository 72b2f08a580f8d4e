"""Tabs for the tests of pages, which note what pages load and report."""

from contextlib import contextmanager

NARROW = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
"""The options of a phone."""


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
