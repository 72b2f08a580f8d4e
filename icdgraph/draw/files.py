"""Pictures written to files: the ending of the name decides the format.

.html    a page, complete in one file
.svg     a still picture, for papers
.png     the same in pixels
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from icdgraph import output
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


def _png(drawn: Drawn) -> bytes:
    from icdgraph.draw.png import png

    return png(drawn.svg())


FORMATS: dict[str, Callable[[Drawn], bytes]] = {
    ".html": lambda drawn: drawn.page().encode(),
    ".svg": lambda drawn: drawn.svg().encode(),
    ".png": _png,
}
"""What makes the content of a file, by the ending of its name."""


def write(drawn: Drawn, path: Path) -> Path:
    """Write *drawn* to *path* and return *path*.  Raises `ParseError`, `OSError`."""
    output.write(path, FORMATS[ending(path)](drawn))
    return path


def ending(path: Path) -> str:
    """Return the ending of *path*, which is that of a format.  Raises `ParseError`.

    >>> from pathlib import Path
    >>> ending(Path("M54.50.SVG"))
    '.svg'
    >>> ending(Path("M54.50.pdf"))
    Traceback (most recent call last):
    icdgraph.errors.ParseError: unknown format '.pdf' of 'M54.50.pdf': expected ...
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        *most, last = FORMATS
        raise ParseError(
            f"unknown format {suffix!r} of {str(path)!r}: expected a name that ends in "
            f"{', '.join(most)} or {last}"
        )
    return suffix
