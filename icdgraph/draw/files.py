"""Pictures written to files: the ending of the name says the format.

.html    a page, whole in one file
.svg     what stands still, for papers
.png     the same as points, which needs ``icdgraph[png]``
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from icdgraph.draw.png import png
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Drawn(Protocol):
    """What can be written: a picture of nodes, or an overview."""

    def page(self) -> str:
        """Return it as an HTML page."""

    def svg(self) -> str:
        """Return it as an SVG document."""


FORMATS: dict[str, Callable[[Drawn], bytes]] = {
    ".html": lambda drawn: drawn.page().encode(),
    ".svg": lambda drawn: drawn.svg().encode(),
    ".png": lambda drawn: png(drawn.svg()),
}
"""What makes the bytes of a file, by the ending of its name."""


def write(drawn: Drawn, path: Path) -> Path:
    """Write *drawn* to *path*, making the folder it lies in, and return *path*."""
    data = FORMATS[ending(path)](drawn)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def ending(path: Path) -> str:
    """Return the ending of *path* where it is that of a format, else raise.

    >>> from pathlib import Path
    >>> ending(Path("M54.50.SVG"))
    '.svg'
    >>> ending(Path("M54.50"))
    Traceback (most recent call last):
    icdgraph.errors.ParseError: 'M54.50' has no ending that names a format: .html, ...
    """
    found = path.suffix.lower()
    if found not in FORMATS:
        known = ", ".join(FORMATS)
        raise ParseError(
            f"{str(path)!r} has no ending that names a format: {known} would be right"
        )
    return found
