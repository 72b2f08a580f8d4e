"""The treemap: the size of an area is its count.

    ┌ M00-M99 ──────────────────┬ S00-T88 ────────────┐
    │ ┌ M54 ─┬ M51 ┐ ┌ M80 ───┐ │ ┌ S52 ───┬ S82 ───┐ │
    │ └──────┴─────┘ └────────┘ │ └────────┴────────┘ │
    └───────────────────────────┴─────────────────────┘

Areas are nearly square, by M. Bruls, K. Huizing and J. van Wijk, "Squarified treemaps",
VisSym 2000 (doi:10.1007/978-3-7091-6783-0_4), as computed by the package squarify.  A
name that does not fit in its area is shown in its tooltip alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw import svg, tooltips
from icdgraph.draw.overview.shades import INK, tint
from icdgraph.draw.overview.view import Overview, about, number, part
from icdgraph.draw.text_metrics import ems, wrap
from icdgraph.model import Kind
from icdgraph.serialize import short_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from icdgraph.draw.overview.tally import Tally
    from icdgraph.draw.overview.view import Rectangle
    from icdgraph.graph import Node

SIZE = (1500.0, 900.0)
HEAD = 20.0
"""The height of the strip with the name of a chapter."""

FONT_SIZES = (15.0, 13.0, 11.0, 9.0)
"""The font sizes tried for the name of an area, the largest first."""

TITLE = 11
"""The font size of a title."""

ROOMY = 74.0
"""An area of at least this width shows its title if it is high enough."""


def treemap(tally: Tally) -> Overview:
    """Return *tally* as a treemap of chapters and their categories."""
    graph = tally.graph
    chapters = {node: n for n, node in enumerate(graph.nodes(Kind.CHAPTER))}
    shapes: list[str] = []
    sizes = {chapter: tally.of(chapter) for chapter in chapters}
    for chapter, area in areas(sizes, (0.0, 0.0, *SIZE)):
        shapes += _chapter(chapter, tally, area, tint(chapters[chapter]))
    what = "own counts" if tally.by_user else "billable codes"
    title = f"ICD-10-CM {graph.version}: {what} by chapter and category"
    return Overview(title, about(tally), SIZE, tuple(shapes), tally.unknown)


def categories_of(chapter: Node, tally: Tally) -> list[Node]:
    """Return the categories of *chapter* with a count, in book order."""
    return [n for n in chapter.descendants if n.kind == Kind.CATEGORY and tally.of(n)]


def areas(
    sizes: Mapping[Node, float], area: Rectangle
) -> Iterator[tuple[Node, Rectangle]]:
    """Yield each node of *sizes* with its part of *area*, the largest first."""
    import squarify

    left, top, wide, high = area
    ordered = sorted(sizes, key=lambda node: (-sizes[node], node.number))
    nodes = [node for node in ordered if sizes[node]]
    if nodes:
        scaled = squarify.normalize_sizes([sizes[n] for n in nodes], wide, high)
        parts = squarify.squarify(scaled, left, top, wide, high)
        for node, part in zip(nodes, parts, strict=True):
            yield node, (part["x"], part["y"], part["dx"], part["dy"])


def _chapter(chapter: Node, tally: Tally, area: Rectangle, color: str) -> Iterator[str]:
    """Yield a chapter: its strip with its name, its parts, and a border around it."""
    left, top, wide, high = area
    head = HEAD if high > 2 * HEAD and wide > HEAD else 0.0
    strip = part(area, color) + _strip(chapter, tally, area, head)
    yield svg.titled(strip, tooltip(chapter, tally.of(chapter), tally))
    margin = min(1.0, wide / 8, high / 8)
    inner = left + margin, top + head, wide - 2 * margin, high - head - margin
    sizes = {node: tally.of(node) for node in categories_of(chapter, tally)}
    # Counts of sections and of the chapter itself have areas of their own.
    for node in (chapter, *chapter.descendants):
        if node.kind in (Kind.CHAPTER, Kind.SECTION) and tally.own[node.number]:
            sizes[node] = tally.own[node.number]
    for node, place in areas(sizes, inner):
        shapes = part(place, color) + _name(node, place)
        yield svg.titled(shapes, tooltip(node, sizes[node], tally))
    yield (
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}" height="{high:.2f}" '
        f'fill="none" stroke="{INK}" stroke-width="1.2" pointer-events="none"/>'
    )


def tooltip(node: Node, count: float, tally: Tally) -> str:
    """Return the tooltip of *node*: its name, title and *count*."""
    return f"{tooltips.of_title(node)}\n{number(count)} {tally.what}"


def _strip(chapter: Node, tally: Tally, area: Rectangle, head: float) -> str:
    """Return the name of *chapter* in its strip, as much of it as fits."""
    left, top, wide, _ = area
    name, count = chapter.code, number(tally.of(chapter))
    choices = (f"{tooltips.of_title(chapter)}: {count}", f"{name}: {count}", name)
    x, y = left + 5, top + 14.5
    for words in choices if head else ():
        for size in FONT_SIZES[1:]:
            if ems(words) * size + 10 <= wide:
                return svg.label(x, y, words, size, color=INK, look="bold")
    return ""


def _name(node: Node, area: Rectangle) -> str:
    """Return the name of *node* in the middle of *area*, with its title if it fits."""
    left, top, wide, high = area
    x, y = left + wide / 2, top + high / 2
    large, leading = FONT_SIZES[0], TITLE * svg.LINE_HEIGHT
    title = tuple(wrap(short_title(node), wide, TITLE))
    deep = large + len(title) * leading
    if deep + 12 <= high and wide >= ROOMY:
        y += large - deep / 2
        name = _centered(x, y, node.code, large, "bold")
        lines = (
            _centered(x, y + n * leading, line, TITLE)
            for n, line in enumerate(title, 1)
        )
        return name + "".join(lines)
    for size in FONT_SIZES:
        if ems(node.code) * size + 4 <= wide and size * 1.15 + 2 <= high:
            return _centered(x, y + size * 0.36, node.code, size)
    return ""


def _centered(x: float, y: float, words: str, size: float, look: str = "") -> str:
    return svg.label(x, y, words, size, anchor="middle", color=INK, look=look)
