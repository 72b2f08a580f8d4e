"""Static pictures: boxes and lines written as one SVG document.

Nothing runs in it and nothing is asked of a network.  It has a paper of its own, so
that it can be read on any page, and is dark where the reader prefers that.  Text comes
cut into lines (`icdgraph.draw.text_metrics`).  The same input gives the same bytes.

    <svg> title, desc, style, paper, lines, boxes </svg>     boxes lie over lines
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from icdgraph.draw.text_metrics import LETTER, PADDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEADING = 1.3
"""From one line of words to the next, in heights of a letter."""

_STYLE = """\
text { font-family: Arial, Helvetica, "Liberation Sans", sans-serif; fill: #1a1a1a; }
.bold { font-weight: bold; }
.faint { fill: #5c5c5c; }
.paper { fill: #ffffff; }
.box { fill: #ffffff; stroke: #767676; stroke-width: 1.5; }
.centre { fill: #fff4b8; stroke: #1a1a1a; stroke-width: 2.5; }
.line { fill: none; stroke: #767676; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
  text { fill: #ececec; }
  .faint { fill: #a8a8a8; }
  .paper { fill: #202020; }
  .box { fill: #2a2a2a; }
  .centre { fill: #4a431c; stroke: #ececec; }
}"""


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its upper left corner at (*x*, *y*), and words in it.

    *name* is set bold where the first line begins with it.  *look* is ``box`` or
    ``centre``; *colour* and *dashes* draw the border otherwise than that says.
    """

    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    name: str = ""
    look: str = "box"
    colour: str = ""
    dashes: tuple[int, ...] = ()

    @property
    def height(self) -> float:
        """The height, which the lines make."""
        return height(self.lines)

    @property
    def middle(self) -> float:
        """Half the way down."""
        return self.y + self.height / 2


def height(lines: Sequence[str]) -> float:
    """Return how high a box is that holds *lines*.

    >>> height(("Dorsalgia",))
    32.2
    """
    return round(len(lines) * LETTER * LEADING + 2 * PADDING + 2, 1)


def document(
    size: tuple[float, float], title: str, about: str, shapes: Iterable[str]
) -> str:
    """Return an SVG of *size* pixels; *title* and *about* tell it to screen readers.

    >>> svg = document((10, 10), "A & B", "", [])
    >>> svg.splitlines()[1]
    '<title id="title">A &amp; B</title>'
    """
    wide, high = (f"{length:g}" for length in size)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
            f'viewBox="0 0 {wide} {high}" role="img" aria-labelledby="title about">',
            f'<title id="title">{plain(title)}</title>',
            f'<desc id="about">{plain(about)}</desc>',
            f"<style>\n{_STYLE}\n</style>",
            f'<rect class="paper" width="{wide}" height="{high}"/>',
            *shapes,
            "</svg>\n",
        )
    )


def box(shown: Box) -> str:
    """Return *shown* as a rectangle and its words."""
    stroke = f' style="stroke: {shown.colour}"' if shown.colour else ""
    rectangle = (
        f'<rect class="{shown.look}" x="{shown.x:g}" y="{shown.y:g}" '
        f'width="{shown.width:g}" height="{shown.height:g}" rx="4"{stroke}'
        f"{_dashed(shown.dashes)}/>"
    )
    return rectangle + words(
        shown.x + PADDING + 2, shown.y + PADDING, shown.lines, shown.name
    )


def words(
    x: float,
    y: float,
    lines: Sequence[str],
    name: str = "",
    look: str = "",
    letter: float = LETTER,
    leading: float = LEADING,
) -> str:
    """Return *lines* of words below (*x*, *y*); *name*, their beginning, is bold.

    *leading* is from one line to the next, in heights of a *letter*.

    >>> words(0, 0, ("M54 Dorsalgia",), "M54").split(">", 2)[2]
    '<tspan class="bold">M54</tspan> Dorsalgia</tspan></text>'
    """
    spans = []
    for number, line in enumerate(lines):
        inner = plain(line)
        if number == 0 and name and line.startswith(name):
            bold = f'<tspan class="bold">{plain(name)}</tspan>'
            inner = bold + plain(line[len(name) :])
        baseline = y + (number + 0.85) * letter * leading
        spans.append(f'<tspan x="{x:g}" y="{baseline:g}">{inner}</tspan>')
    kind = f' class="{look}"' if look else ""
    return f'<text font-size="{letter:g}"{kind}>{"".join(spans)}</text>'


def corner(x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a line of the tree: down from the first point, then across."""
    return f'<path class="line" d="M{x1:g} {y1:g}V{y2:g}H{x2:g}"/>'


def curve(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    dashes: tuple[int, ...] = (),
    head: str = "",
) -> str:
    """Return a line that leaves and comes in level, with a *head* at an end or none.

    *head* is ``start`` or ``end``; *start* is to the left of *end*.
    """
    (x1, y1), (x2, y2) = start, end
    bend = (x1 + x2) / 2
    line = (
        f'<path class="line" style="stroke: {colour}" '
        f'd="M{x1:g} {y1:g}C{bend:g} {y1:g} {bend:g} {y2:g} {x2:g} {y2:g}"'
        f"{_dashed(dashes)}/>"
    )
    if not head:
        return line
    x, y, back = (x2, y2, -9) if head == "end" else (x1, y1, 9)
    return line + (f'<path d="M{x:g} {y:g}l{back} -4.5v9z" style="fill: {colour}"/>')


def bent(
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str,
    dashes: tuple[int, ...] = (),
    head: str = "",
    *,
    upright: bool,
) -> str:
    """Return a line that leaves and comes in level or *upright*, whichever way it goes.

    *head* is ``end`` or empty.
    """
    (x1, y1), (x2, y2) = start, end
    way = 1 if (y2 > y1 if upright else x2 > x1) else -1
    if upright:
        middle = (y1 + y2) / 2
        one, other = (x1, middle), (x2, middle)
        arrow = f"l-4.5 {-9 * way}h9z"
    else:
        middle = (x1 + x2) / 2
        one, other = (middle, y1), (middle, y2)
        arrow = f"l{-9 * way} -4.5v9z"
    points = " ".join(f"{x:.1f} {y:.1f}" for x, y in (one, other, end))
    line = (
        f'<path class="line" style="stroke: {colour}" d="M{x1:.1f} {y1:.1f}C{points}"'
        f"{_dashed(dashes)}/>"
    )
    if head:
        line += f'<path d="M{x2:.1f} {y2:.1f}{arrow}" style="fill: {colour}"/>'
    return line


def frame(
    corner: tuple[float, float],
    size: tuple[float, float],
    look: str = "box",
    colour: str = "",
    dashed: bool = False,
) -> str:
    """Return a rectangle of *size* whose upper left *corner* is given."""
    stroke = f' style="stroke: {colour}"' if colour else ""
    dashes = _dashed((6, 4)) if dashed else ""
    (x, y), (wide, high) = corner, size
    return (
        f'<rect class="{look}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" '
        f'height="{high:.1f}" rx="4"{stroke}{dashes}/>'
    )


def titled(shapes: str, title: str) -> str:
    """Return *shapes* as a group whose *title* a browser shows on hover.

    >>> titled("<path/>", "A < B")
    '<g><title>A &lt; B</title><path/></g>'
    """
    return f"<g><title>{plain(title)}</title>{shapes}</g>"


def _dashed(dashes: tuple[int, ...]) -> str:
    if not dashes:
        return ""
    return f" stroke-dasharray={quoteattr(' '.join(map(str, dashes)))}"


def plain(text: str) -> str:
    """Escape *text*, without the control characters that XML cannot hold."""
    return escape("".join(c for c in text if c >= " " or c in "\t\n"))
