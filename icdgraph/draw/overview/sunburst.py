"""The sunburst: chapters, sections and categories as rings, each as long as it counts.

From the middle outwards stand the chapters, the sections they are cut into (those that
hold no other section), and the categories.  Names run along the radius and stand where
they fit; what has no room for its name shows it when one points at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, degrees, pi, sin
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.overview.shades import tint
from icdgraph.draw.overview.treemap import below, card, text
from icdgraph.draw.overview.view import Overview, said
from icdgraph.draw.text_metrics import ems
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.draw.overview.tally import Tally
    from icdgraph.graph import Node

RINGS = ((150.0, 310.0), (310.0, 450.0), (450.0, 560.0))
"""From where to where the rings of chapters, sections and categories reach."""

LETTERS = (14.0, 12.0, 10.0, 8.5)
SIDE = 2 * RINGS[-1][1]


@dataclass(frozen=True, slots=True)
class _Arc:
    """A part of a *ring*, from one angle to another, clockwise from the top."""

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


def sunburst(counted: Tally) -> Overview:
    """Return what was *counted* as rings of chapters, sections and categories.

    >>> from icdgraph.draw.overview.tally import tally
    >>> from icdgraph.toy import toy
    >>> sunburst(tally(toy().core)).shapes[0].count("<path")
    1
    """
    graph = counted.graph
    chapters = list(graph.nodes(Kind.CHAPTER))
    shapes: list[str] = []
    total, at, parts = sum(counted.own), 0.0, 0
    for number, chapter in enumerate(chapters):
        share = counted.of(chapter)
        if not share:
            continue
        arcs = list(_arcs(chapter, counted, at, 2 * pi / total))
        parts += sum(arc.node.kind == Kind.CATEGORY for arc in arcs)
        shapes += (_shape(arc, tint(number), counted) for arc in arcs)
        at += 2 * pi * share / total
    what = "own counts" if counted.by_user else "billable codes"
    title = f"ICD-10-CM {graph.version}: {what} by chapter, section and category"
    about = said(counted, parts)
    return Overview(title, about, (SIDE, SIDE), tuple(shapes), counted.unknown)


def _arcs(chapter: Node, counted: Tally, at: float, scale: float) -> Iterator[_Arc]:
    """Yield the arcs of *chapter* from the angle *at* on, *scale* radians a count."""
    yield _Arc(chapter, 0, at, at + counted.of(chapter) * scale)
    for section in chapter.descendants:
        if section.kind == Kind.SECTION and _is_lowest(section) and counted.of(section):
            start = at + _before(chapter, section, counted) * scale
            yield _Arc(section, 1, start, start + counted.of(section) * scale)
    for node in below(chapter, counted):
        if node.kind == Kind.CATEGORY:
            start = at + _before(chapter, node, counted) * scale
            yield _Arc(node, 2, start, start + counted.of(node) * scale)


def _is_lowest(section: Node) -> bool:
    return all(child.kind != Kind.SECTION for child in section.children)


def _before(chapter: Node, node: Node, counted: Tally) -> float:
    """Return what is counted in *chapter* before *node*, in the order of the book."""
    return sum(counted.own[chapter.number : node.number])


def _shape(arc: _Arc, colour: str, counted: Tally) -> str:
    # A line wider than a part of it would leave thin arcs white.
    line = min(0.8, arc.radius * (arc.end - arc.start) / 5)
    path = (
        f'<path class="part" d="{_path(arc)}" fill="{colour}" stroke="#ffffff" '
        f'stroke-width="{line:.2f}"/>'
    )
    return svg.titled(path + _name(arc), card(arc.node, counted))


def _path(arc: _Arc) -> str:
    """Return the outline of *arc*; a whole ring is cut once, at the top."""
    inner, outer = RINGS[arc.ring]
    # SVG draws no arc whose two ends are one point.
    end = min(arc.end, arc.start + 2 * pi - 1e-4)
    large = int(end - arc.start > pi)
    one, other = _point(outer, arc.start), _point(outer, end)
    back, home = _point(inner, end), _point(inner, arc.start)
    return (
        f"M{one}A{outer:g} {outer:g} 0 {large} 1 {other}"
        f"L{back}A{inner:g} {inner:g} 0 {large} 0 {home}Z"
    )


def _point(radius: float, angle: float) -> str:
    x, y = _place(radius, angle)
    return f"{x:.2f} {y:.2f}"


def _place(radius: float, angle: float) -> tuple[float, float]:
    half = SIDE / 2
    return half + radius * sin(angle), half - radius * cos(angle)


def _name(arc: _Arc) -> str:
    """Return the name of *arc* along the radius, read outwards on the right half."""
    inner, outer = RINGS[arc.ring]
    for words, letter in _choices(arc.node):
        # At its inner end the arc is narrowest.
        room = min(inner, arc.radius) * min(arc.end - arc.start, pi)
        if ems(words) * letter + 6 <= outer - inner and letter * 1.2 <= room:
            turn = degrees(arc.middle) - 90
            turn += 180 if arc.middle > pi else 0
            x, y = _place(arc.radius, arc.middle)
            return _turned(x, y, words, letter, turn)
    return ""


def _choices(node: Node) -> Iterable[tuple[str, float]]:
    return ((node.code, letter) for letter in LETTERS)


def _turned(x: float, y: float, words: str, letter: float, turn: float) -> str:
    """Return *words* around their middle, turned by degrees."""
    inner = text(0, letter * 0.36, words, letter, anchor="middle")
    return f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f})">{inner}</g>'
