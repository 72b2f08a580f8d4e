"""An overview: an SVG with its heading and what it counts, shown, or written."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from icdgraph.draw import files, svg
from icdgraph.draw.text_metrics import LETTER, wrap

if TYPE_CHECKING:
    from icdgraph.draw.overview.tally import Tally

MARGIN = 20
TEMPLATE = Path(__file__).with_name("overview.html")
UNKNOWN = 5
"""How many codes that the release does not hold are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A picture of the whole of *size* pixels: *shapes* under *title* and *about*.

    *unknown* are the counts that were given for codes the release does not hold.
    """

    title: str
    about: str
    size: tuple[float, float]
    shapes: tuple[str, ...]
    unknown: dict[str, float]

    def svg(self) -> str:
        """Return the overview as an SVG document."""
        wide = self.size[0] + 2 * MARGIN
        lines = list(wrap(self.about, self.size[0]))
        head = MARGIN + (LETTER + 4) * svg.LEADING
        top = head + len(lines) * LETTER * svg.LEADING + 10
        moved = f'<g transform="translate({MARGIN} {top:.1f})">'
        shapes = (
            svg.words(
                MARGIN, MARGIN - 6, (self.title,), look="bold", letter=LETTER + 4
            ),
            svg.words(MARGIN, head, lines, look="faint"),
            moved,
            *self.shapes,
            "</g>",
        )
        size = wide, round(top + self.size[1] + MARGIN, 1)
        return svg.document(size, self.title, self.about, shapes)

    def page(self) -> str:
        """Return the overview as an HTML page that fits its window."""
        return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
            title=escape(self.title), picture=self.svg()
        )

    def write(self, path: str | Path) -> Path:
        """Write the overview to *path*, which ends in .html, .svg or .png.

        Raises `ParseError` for another ending, and `MissingExtra` for a PNG where
        ``icdgraph[png]`` is not installed.
        """
        return files.write(self, Path(path))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return the still picture, shown where frames are not, as on paper."""
        return {"image/svg+xml": self.svg()}

    def _repr_html_(self) -> str:
        """Return the overview in a frame of its own, for a notebook."""
        high = round(self.size[1] / self.size[0] * 900 + 90)
        return (
            f'<iframe srcdoc="{escape(self.page())}" width="100%" height="{high}" '
            f'style="border:0" title="{escape(self.title)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<Overview {self.title!r}: {self.about}>"


def number(value: float) -> str:
    """Return *value* for people: whole where it is, else with two places.

    >>> number(74719.0), number(2.5)
    ('74,719', '2.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def said(counted: Tally, categories: int) -> str:
    """Say what was *counted*, in how many *categories*, and what was not."""
    total = sum(counted.own)
    what = "counted" if counted.by_user else "billable codes"
    places = f"{categories:,} {'category' if categories == 1 else 'categories'}"
    text = f"{number(total)} {what} in {places}."
    if counted.unknown:
        text += f" {_unknown(counted.unknown)}"
    return text


def _unknown(unknown: dict[str, float]) -> str:
    names = ", ".join(list(unknown)[:UNKNOWN])
    more = f" and {len(unknown) - UNKNOWN:,} more" if len(unknown) > UNKNOWN else ""
    one = len(unknown) == 1
    return (
        f"{len(unknown):,} {'code' if one else 'codes'} with "
        f"{number(sum(unknown.values()))} counted {'is' if one else 'are'} not in the "
        f"release: {names}{more}."
    )
