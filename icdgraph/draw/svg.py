"""SVG: rectangles, text and lines, and the document around them.

A document runs nothing and loads nothing.  It has a background of its own, so that it
can be read on any page, and is dark where the reader prefers that.  Text comes broken
into lines (`icdgraph.draw.text_metrics`).  The same input gives the same bytes.

    <svg> title, desc, style, background, lines, boxes </svg>     boxes cover lines

Colors that differ from picture to picture are attributes, and those that differ between
light and dark are in `STYLE`: the explorer's pages allow no other styles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from icdgraph.draw.text_metrics import FONT_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LINE_HEIGHT = 1.3
"""From one line of text to the next, in font sizes."""

GRAY = "#767676"

STYLE = """\
svg text { fill: #1a1a1a; font-family: Arial, Helvetica, "Liberation Sans", sans-serif }
svg .bold { font-weight: bold; }
svg .faint { fill: #5c5c5c; }
svg .background { fill: #ffffff; }
svg .box { fill: #ffffff; stroke-width: 1.5; }
svg .center { fill: #fff4b8; stroke: #1a1a1a; stroke-width: 2.5; }
svg .line { fill: none; stroke-width: 1.5; }
svg a:hover rect { stroke-width: 3; }
@media (prefers-color-scheme: dark) {
  svg text { fill: #ececec; }
  svg .faint { fill: #a8a8a8; }
  svg .background { fill: #202020; }
  svg .box { fill: #2a2a2a; }
  svg .center { fill: #4a431c; stroke: #ececec; }
}
"""


def document(
    size: tuple[float, float], title: str, about: str, shapes: Iterable[str]
) -> str:
    """Return an SVG of *size* pixels; screen readers read *title* and *about*."""
    head = (
        f'<title id="title">{plain(title)}</title>\n'
        f'<desc id="about">{plain(about)}</desc>\n'
        f"<style>\n{STYLE}</style>\n"
    )
    return _svg(size, 'role="img" aria-labelledby="title about"', head, shapes)


def inline(size: tuple[float, float], title: str, shapes: Iterable[str]) -> str:
    """Return an SVG for a page that has `STYLE` of its own, with links that work."""
    label = quoteattr(_printable(title))
    return _svg(size, f'role="group" aria-label={label}', "", shapes)


def _svg(
    size: tuple[float, float], attributes: str, head: str, shapes: Iterable[str]
) -> str:
    wide, high = (f"{length:g}" for length in size)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" {attributes}>',
        f'{head}<rect class="background" width="{wide}" height="{high}"/>',
        *shapes,
        "</svg>\n",
    ]
    return "\n".join(lines)


def text(
    x: float,
    y: float,
    lines: Sequence[str],
    name: str = "",
    look: str = "",
    font_size: float = FONT_SIZE,
    line_height: float = LINE_HEIGHT,
) -> str:
    """Return *lines* of text below (*x*, *y*); *name*, their beginning, is bold.

    *line_height* is in font sizes.
    """
    spans = []
    for number, line in enumerate(lines):
        inner = plain(line)
        if number == 0 and name and line.startswith(name):
            bold = f'<tspan class="bold">{plain(name)}</tspan>'
            inner = bold + plain(line[len(name) :])
        baseline = y + (number + 0.85) * font_size * line_height
        spans.append(f'<tspan x="{x:g}" y="{baseline:g}">{inner}</tspan>')
    kind = f' class="{look}"' if look else ""
    # Between lines a space, for those who copy the text or have it read to them.
    return f'<text font-size="{font_size:g}"{kind}>{" ".join(spans)}</text>'


def label(
    x: float,
    y: float,
    words: str,
    font_size: float = FONT_SIZE,
    *,
    anchor: str = "start",
    color: str = "",
    look: str = "",
    degrees: float = 0,
) -> str:
    """Return *words* with their baseline at (*x*, *y*), rotated by *degrees*.

    They have the *color* of their own, or that of the text of the page.
    """
    kind = f' class="{look}"' if look else ""
    fill = f' style="fill: {color}"' if color else ""
    turn = f' transform="rotate({degrees:g} {x:.1f} {y:.1f})"' if degrees else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{font_size:g}"{kind}{fill} '
        f'text-anchor="{anchor}"{turn} pointer-events="none">{plain(words)}</text>'
    )


def rectangle(
    corner: tuple[float, float],
    size: tuple[float, float],
    look: str = "box",
    color: str = "",
    dashes: tuple[int, ...] = (),
) -> str:
    """Return a rectangle of *size* whose upper left *corner* is given."""
    (x, y), (wide, high) = corner, size
    return (
        f'<rect class="{look}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" '
        f'height="{high:.1f}" rx="4" stroke="{color or GRAY}"{_dashed(dashes)}/>'
    )


def path(
    steps: str, color: str = "", dashes: tuple[int, ...] = (), extra: str = ""
) -> str:
    """Return a line along the *steps* of a path, followed by *extra* shapes."""
    line = f'<path class="line" stroke="{color or GRAY}" d="{steps}"{_dashed(dashes)}/>'
    return line + extra


def curve(
    start: tuple[float, float],
    end: tuple[float, float],
    color: str,
    dashes: tuple[int, ...] = (),
    *,
    is_arrow: bool = False,
    is_vertical: bool = False,
) -> str:
    """Return a line that leaves *start* and reaches *end* level, or vertically."""
    (x1, y1), (x2, y2) = start, end
    way = 1 if (y2 > y1 if is_vertical else x2 > x1) else -1
    if is_vertical:
        bend = (y1 + y2) / 2
        points = (x1, bend), (x2, bend), end
        head = f"l-4.5 {-9 * way}h9z"
    else:
        bend = (x1 + x2) / 2
        points = (bend, y1), (bend, y2), end
        head = f"l{-9 * way} -4.5v9z"
    steps = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    arrow = f'<path d="M{x2:.1f} {y2:.1f}{head}" fill="{color}"/>' if is_arrow else ""
    return path(f"M{x1:.1f} {y1:.1f}C{steps}", color, dashes, arrow)


def titled(shapes: str, title: str) -> str:
    """Return *shapes* as a group whose *title* a browser shows on hover."""
    return f"<g><title>{plain(title)}</title>{shapes}</g>"


def link(shapes: str, address: str, label: str) -> str:
    """Return *shapes* as a link to *address*, with a *label* for screen readers."""
    name = quoteattr(_printable(label))
    return f"<a href={quoteattr(address)} aria-label={name}>{shapes}</a>"


def plain(words: str) -> str:
    """Return *words* escaped, without the control characters that XML cannot hold."""
    return escape(_printable(words))


def _printable(words: str) -> str:
    return "".join(c for c in words if c >= " " or c in "\t\n")


def _dashed(dashes: tuple[int, ...]) -> str:
    return f' stroke-dasharray="{" ".join(map(str, dashes))}"' if dashes else ""
