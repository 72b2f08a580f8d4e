"""A scene as SVG: standing still, with its legend; for papers and for the explorer.

A line runs between the two sides that face each other, under the boxes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.captions import heading, summary
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import SPINE, Role
from icdgraph.draw.text_metrics import FONT_SIZE, ems, wrap
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from icdgraph.draw.boxes import Box
    from icdgraph.draw.scene import Item, Link, Scene

MARGIN = 24
SAMPLE = 40
"""The length of the line of a relation in the legend."""

OMITTED = (6, 4)
"""The dashes of the border of "+38 more"."""


def scene_svg(scene: Scene, boxes: Sequence[Box], route: str = "spine") -> str:
    """Return *scene*, laid out as *boxes*, as an SVG document.

    *route* is how lines run (`icdgraph.draw.layout`).
    """
    title, about = heading(scene), summary(scene)
    head = partial(_head, scene, title, about)
    size, shapes = drawn(scene.links, boxes, route, head)
    return svg.document(size, title, about, shapes)


def linked_svg(
    scene: Scene, boxes: Sequence[Box], route: str, address: Callable[[Item], str]
) -> str:
    """Return *scene* as an SVG for a page, in which items link to their *address*."""
    about = summary(scene)
    head = partial(_head, scene, "", about)
    size, shapes = drawn(scene.links, boxes, route, head, address)
    return svg.inline(size, about, shapes)


def drawn(
    links: Iterable[Link],
    boxes: Sequence[Box],
    route: str,
    head: Callable[[float], tuple[list[str], float]],
    address: Callable[[Item], str] = lambda item: "",
) -> tuple[tuple[float, float], list[str]]:
    """Return the size of the picture of *boxes* and *links*, and its shapes.

    *route* is one of `icdgraph.draw.layout`, or the ``columns`` of an explanation.
    *head* returns what is above the boxes in a given width, and where it ends.
    """
    left = min(box.x - box.width / 2 for box in boxes)
    right = max(box.x + box.width / 2 for box in boxes)
    top = min(box.y - box.height / 2 for box in boxes)
    bottom = max(box.y + box.height / 2 for box in boxes)
    wide = max(right - left, 640)
    above, high = head(wide)
    shift = f'<g transform="translate({MARGIN - left:.1f} {high - top:.1f})">'
    shown = (*_lines(links, boxes, route), *(_box(box, address) for box in boxes))
    size = round(wide + 2 * MARGIN, 1), round(high + bottom - top + MARGIN, 1)
    return size, [*above, shift, *shown, "</g>"]


def paragraph(
    words: str, wide: float, y: float, look: str, font_size: int = FONT_SIZE
) -> tuple[str, float]:
    """Return *words* in lines of at most *wide* from *y* down, and where they end."""
    lines = list(wrap(words, wide, font_size))
    text = svg.text(MARGIN, y, lines, look=look, font_size=font_size)
    return text, y + len(lines) * font_size * svg.LINE_HEIGHT


def _head(scene: Scene, title: str, about: str, wide: float) -> tuple[list[str], float]:
    """Return the title, the legend and what the picture is about."""
    shapes, y = [], MARGIN / 2
    if title:
        text, y = paragraph(title, wide, y, "bold", FONT_SIZE + 4)
        shapes, y = [text], y + 8
    entries, y = _legend(scene, wide, y)
    text, y = paragraph(about, wide, y, "faint")
    return [*shapes, *entries, text], y + MARGIN


def _legend(scene: Scene, wide: float, y: float) -> tuple[list[str], float]:
    """Return a sample of each relation drawn, in rows of at most *wide*."""
    shapes, x, row = [], float(MARGIN), FONT_SIZE * svg.LINE_HEIGHT + 6
    counts = scene.counts
    for relation, look in LOOKS.items():
        if relation in counts:
            label = f"{look.label} ({counts[relation]:,})"
            length = SAMPLE + 8 + FONT_SIZE * ems(label) + 20
            if x + length > wide + MARGIN and x > MARGIN:
                x, y = float(MARGIN), y + row
            middle = y + FONT_SIZE * svg.LINE_HEIGHT / 2
            line = svg.path(f"M{x:g} {middle:g}h{SAMPLE}", look.color, look.dashes)
            shapes += [line, svg.text(x + SAMPLE + 8, y, (label,))]
            x += length
    return shapes, y + (row if counts else 0)


def _box(box: Box, address: Callable[[Item], str]) -> str:
    x, y, item = box.x - box.width / 2, box.y - box.height / 2, box.item
    if item is None:
        return svg.text(x + 6, y + 6, box.lines, look="bold", line_height=1)
    kind = "center" if item.role == Role.CENTER else "box"
    color = "" if item.role in SPINE else LOOKS[item.relation].color
    dashes = OMITTED if item.omitted else ()
    size = box.width, box.height
    shape = svg.rectangle((x, y), size, kind, color, dashes) + svg.text(
        x + 6, y + 6, box.lines, item.name, font_size=box.font_size, line_height=1
    )
    if href := address(item):
        look = LOOKS[item.relation]
        relation = look.naming if item.role == Role.NAMING else look.label
        words = "" if item.role in SPINE else f": {relation}"
        shape = svg.link(shape, href, f"{item.label}{words}")
    return svg.titled(shape, item.tooltip)


def _lines(links: Iterable[Link], boxes: Sequence[Box], route: str) -> Iterator[str]:
    """Yield the lines, those of the tree first, so that those of notes cover them."""
    places = {box.key: box for box in boxes}
    for link in sorted(links, key=lambda link: link.relation != Relation.PARENT):
        yield svg.titled(_line(link, places, route), link.tooltip)


def _line(link: Link, places: dict[str, Box], route: str) -> str:
    look, a, b = LOOKS[link.relation], places[link.source], places[link.target]
    is_arrow = link.relation not in (Relation.PARENT, Relation.SYNONYM)
    is_in_spine = route == "spine" and link.relation == Relation.PARENT
    if route == "columns" and link.relation == Relation.PARENT and a.x * b.x > 0:
        return _elbow(a, b, look.color)
    is_vertical = is_in_spine or abs(a.x - b.x) <= (a.width + b.width) / 2
    if is_vertical:
        way = 1 if b.y > a.y else -1
        start = a.x, a.y + way * a.height / 2
        end = b.x, b.y - way * b.height / 2
    else:
        way = 1 if b.x > a.x else -1
        start = a.x + way * a.width / 2, a.y
        end = b.x - way * b.width / 2, b.y
    return svg.curve(
        start, end, look.color, look.dashes, is_arrow=is_arrow, is_vertical=is_vertical
    )


def _elbow(child: Box, parent: Box, color: str) -> str:
    """Return the line from *parent* down to the outer side of a *child* below it."""
    way = 1 if child.x > 0 else -1
    side = child.x + way * child.width / 2
    x, y = side + 7 * way, parent.y + parent.height / 2
    return svg.path(f"M{x:g} {y:g}V{child.y:g}H{side:g}", color)
