"""Tabs for the tests of pages: what they ask for and say is written down."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NARROW = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
"""The options of a phone."""


@contextmanager
def tabs(browser: Any, address: str) -> Iterator[Any]:
    """Return a function that opens tabs; in the end each must have behaved.

    It must have asked nobody but *address*, and have said nothing on the console but
    that a request it was right to make was refused.
    """
    opened = []

    def open_(**options: Any) -> Any:
        tab = browser.new_context(**options).new_page()
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.on("dialog", lambda dialog: (tab.said.append("dialog"), dialog.dismiss()))
        opened.append(tab)
        return tab

    yield open_
    for tab in opened:
        assert {url for url in tab.asked if not url.startswith(address)} == set()
        assert [said for said in tab.said if "server responded" not in said] == []
        tab.context.close()
