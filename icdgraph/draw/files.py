"""What is drawn: shown in a notebook, and written to a file.

The ending of a file name decides the format:

.html    a page, complete in one file
.svg     a still picture, for papers
.png     the same in pixels
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from icdgraph import output
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable


class Drawing:
    """A picture of nodes, or an overview."""

    __slots__ = ()

    def page(self) -> str:
        """Return the picture as an HTML page."""
        raise NotImplementedError

    def svg(self) -> str:
        """Return the picture as an SVG document."""
        raise NotImplementedError

    def write(self, path: str | Path, form: str | None = None) -> Path:
        """Write the picture to *path* in the format *form*: html, svg or png.

        By default, the ending of *path* is the format.  Raises `ParseError` for another
        format and `OSError`.
        """
        path = Path(path)
        output.write(path, FORMATS[form or ending(path)](self))
        return path

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return the picture as SVG, for places that show no frames, such as paper."""
        return {"image/svg+xml": self.svg()}

    def _frame(self, title: str, high: int) -> str:
        """Return the page in a frame *high* pixels high, for a notebook."""
        return (
            f'<iframe srcdoc="{escape(self.page())}" width="100%" height="{high}" '
            f'style="border:0" title="{escape(title)}"></iframe>'
        )


def _png(drawing: Drawing) -> bytes:
    from icdgraph.draw.png import png

    return png(drawing.svg())


FORMATS: dict[str, Callable[[Drawing], bytes]] = {
    "html": lambda drawing: drawing.page().encode(),
    "svg": lambda drawing: drawing.svg().encode(),
    "png": _png,
}
"""What makes the content of a file, by its format, which is the ending of its name."""


def ending(path: Path) -> str:
    """Return the format that *path* ends in.  Raises `ParseError`."""
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        *most, last = FORMATS
        raise ParseError(
            f"unknown format {form!r} of {str(path)!r}: expected a name that ends in "
            f".{', .'.join(most)} or .{last}"
        )
    return form
