"""An overview: an SVG with a heading and a line on what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.files import Drawing
from icdgraph.draw.text_metrics import FONT_SIZE, wrap
from icdgraph.model import Kind
from icdgraph.serialize import counted

if TYPE_CHECKING:
    from icdgraph.draw.overview.tally import Tally

Rectangle = tuple[float, float, float, float]
"""Left, top, width and height."""

MARGIN = 20
TEMPLATE = Path(__file__).with_name("overview.html")
UNKNOWN = 5
"""How many unknown codes are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Overview(Drawing):
    """A picture of *size* pixels: *shapes* under *title* and *about*.

    *unknown* has the counts of codes that the release does not have.
    """

    title: str
    about: str
    size: tuple[float, float]
    shapes: tuple[str, ...]
    unknown: dict[str, float]

    def svg(self) -> str:
        """Return the overview as an SVG document."""
        large = FONT_SIZE + 4
        lines = list(wrap(self.about, self.size[0]))
        head = MARGIN + large * svg.LINE_HEIGHT
        top = head + len(lines) * FONT_SIZE * svg.LINE_HEIGHT + 10
        shapes = (
            svg.text(MARGIN, MARGIN - 6, (self.title,), look="bold", font_size=large),
            svg.text(MARGIN, head, lines, look="faint"),
            f'<g transform="translate({MARGIN} {top:.1f})">',
            *self.shapes,
            "</g>",
        )
        size = self.size[0] + 2 * MARGIN, round(top + self.size[1] + MARGIN, 1)
        return svg.document(size, self.title, self.about, shapes)

    def page(self) -> str:
        """Return the overview as an HTML page that fits its window."""
        return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
            title=escape(self.title), picture=self.svg()
        )

    def _repr_html_(self) -> str:
        high = round(self.size[1] / self.size[0] * 900 + 90)
        return self._frame(self.title, high)

    def __repr__(self) -> str:
        return f"<Overview {self.title!r}: {self.about}>"


def part(area: Rectangle, color: str) -> str:
    """Return the shape of an *area* that shows it is under the mouse."""
    left, top, wide, high = area
    return (
        f'<rect class="part" x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}" '
        f'height="{high:.2f}" fill="{color}" stroke="#ffffff" stroke-width="0.8"/>'
    )


def number(value: float) -> str:
    """Return *value* for people: whole where it is, else with two places."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def about(tally: Tally) -> str:
    """Return what *tally* counts, in how many categories, and its unknown codes."""
    total = sum(tally.own)
    categories = sum(map(bool, map(tally.of, tally.graph.nodes(Kind.CATEGORY))))
    places = f"{categories:,} {'category' if categories == 1 else 'categories'}"
    text = f"{number(total)} {tally.what} in {places}."
    return f"{text} {unknown_codes(tally.unknown)}" if tally.unknown else text


def unknown_codes(unknown: dict[str, float]) -> str:
    """Return how many codes of *unknown* there are, their counts, and some of them."""
    names = ", ".join(list(unknown)[:UNKNOWN])
    more = f" and {len(unknown) - UNKNOWN:,} more" if len(unknown) > UNKNOWN else ""
    count = number(sum(unknown.values()))
    codes = counted(len(unknown), "unknown code")
    return f"{codes} with a count of {count}: {names}{more}."
