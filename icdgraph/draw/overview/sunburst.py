"""The sunburst: chapters, sections and categories as rings of arcs.

The length of an arc is its count.  From the middle outwards stand the chapters, their
sections (those without sections below them), and the categories.  Names run along the
radius where they fit; every arc shows its name in a tooltip.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, degrees, pi, sin
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.overview.shades import INK, tint
from icdgraph.draw.overview.treemap import categories_of, tooltip
from icdgraph.draw.overview.view import Overview, about
from icdgraph.draw.text_metrics import ems
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.draw.overview.tally import Tally
    from icdgraph.graph import Node

RINGS = ((150.0, 310.0), (310.0, 450.0), (450.0, 560.0))
"""The inner and outer radius of the rings of chapters, sections and categories."""

FONT_SIZES = (14.0, 12.0, 10.0, 8.5)
SIDE = 2 * RINGS[-1][1]


@dataclass(frozen=True, slots=True)
class _Arc:
    """A part of a *ring*, from angle *start* to *end*, clockwise from the top."""

    node: Node
    ring: int
    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def radius(self) -> float:
        inner, outer = RINGS[self.ring]
        return (inner + outer) / 2


def sunburst(tally: Tally) -> Overview:
    """Return *tally* as rings of chapters, sections and categories."""
    graph = tally.graph
    shapes: list[str] = []
    start, scale = 0.0, 2 * pi / (sum(tally.own) or 1)
    for number, chapter in enumerate(graph.nodes(Kind.CHAPTER)):
        if tally.of(chapter):
            arcs = list(_arcs(chapter, tally, start, scale))
            shapes += (_shape(arc, tint(number), tally) for arc in arcs)
            start = arcs[0].end
    what = "own counts" if tally.by_user else "billable codes"
    title = f"ICD-10-CM {graph.version}: {what} by chapter, section and category"
    return Overview(title, about(tally), (SIDE, SIDE), tuple(shapes), tally.unknown)


def _arcs(chapter: Node, tally: Tally, start: float, scale: float) -> Iterator[_Arc]:
    """Yield the arcs of *chapter* from angle *start*, *scale* radians for a count."""
    lowest = [n for n in chapter.descendants if _is_lowest_section(n) and tally.of(n)]
    categories = categories_of(chapter, tally)
    for ring, nodes in enumerate(([chapter], lowest, categories)):
        for node in nodes:
            # The counts before it in the chapter, in the order of the book.
            before = sum(tally.own[chapter.number : node.number])
            begin = start + before * scale
            yield _Arc(node, ring, begin, begin + tally.of(node) * scale)


def _is_lowest_section(node: Node) -> bool:
    is_section = node.kind == Kind.SECTION
    return is_section and all(child.kind != Kind.SECTION for child in node.children)


def _shape(arc: _Arc, color: str, tally: Tally) -> str:
    # A wider border would leave thin arcs white.
    line = min(0.8, arc.radius * (arc.end - arc.start) / 5)
    path = (
        f'<path class="part" d="{_path(arc)}" fill="{color}" stroke="#ffffff" '
        f'stroke-width="{line:.2f}"/>'
    )
    return svg.titled(path + _name(arc), tooltip(arc.node, tally.of(arc.node), tally))


def _path(arc: _Arc) -> str:
    """Return the outline of *arc*; a complete ring has a gap at the top."""
    inner, outer = RINGS[arc.ring]
    # SVG draws no arc that ends where it starts.
    end = min(arc.end, arc.start + 2 * pi - 1e-4)
    large = int(end - arc.start > pi)
    return (
        f"M{_point(outer, arc.start)}"
        f"A{outer:g} {outer:g} 0 {large} 1 {_point(outer, end)}"
        f"L{_point(inner, end)}"
        f"A{inner:g} {inner:g} 0 {large} 0 {_point(inner, arc.start)}Z"
    )


def _point(radius: float, angle: float) -> str:
    half = SIDE / 2
    return f"{half + radius * sin(angle):.2f} {half - radius * cos(angle):.2f}"


def _name(arc: _Arc) -> str:
    """Return the name of *arc* along the radius, in the largest size that fits."""
    inner, outer = RINGS[arc.ring]
    # At its inner end the arc is narrowest.
    room = min(inner, arc.radius) * min(arc.end - arc.start, pi)
    for size in FONT_SIZES:
        if ems(arc.node.code) * size + 6 <= outer - inner and size * 1.2 <= room:
            turn = degrees(arc.middle) - 90 + (180 if arc.middle > pi else 0)
            place = f"translate({_point(arc.radius, arc.middle)}) rotate({turn:.1f})"
            name, y = arc.node.code, size * 0.36
            label = svg.label(0, y, name, size, anchor="middle", color=INK)
            return f'<g transform="{place}">{label}</g>'
    return ""
