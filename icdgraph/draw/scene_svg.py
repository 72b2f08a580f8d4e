"""The picture of some nodes standing still: an SVG for papers, with its legend.

The boxes stand where the page has them.  A line runs between the two sides that face
each other; lines lie under boxes, so that no word is crossed out.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.captions import heading, summary
from icdgraph.draw.items import SPINE, Role
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.text_metrics import LETTER, ems, wrap
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.draw.boxes import Box
    from icdgraph.draw.items import Link, Scene

MARGIN = 24
SAMPLE = 40
"""How long the line of a relation is in the legend."""


def svg_of(scene: Scene, boxes: Sequence[Box]) -> str:
    """Return *scene*, laid out as *boxes*, as an SVG document.

    >>> from icdgraph.draw.layout import layout
    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> shown = scene(toy().core["M54.50"])
    >>> "psychological factors" in svg_of(shown, layout(shown))
    True
    """
    left = min(box.x - box.width / 2 for box in boxes)
    right = max(box.x + box.width / 2 for box in boxes)
    top = min(box.y - box.height / 2 for box in boxes)
    foot = max(box.y + box.height / 2 for box in boxes)
    wide = max(right - left, 640) + 2 * MARGIN
    head, high = _head(scene, wide)
    moved = f'<g transform="translate({MARGIN - left:.1f} {high - top:.1f})">'
    shapes = [*head, moved, *_lines(scene, boxes), *map(_box, boxes), "</g>"]
    size = (round(wide, 1), round(high + foot - top + MARGIN, 1))
    return svg.document(size, heading(scene), summary(scene), shapes)


def _head(scene: Scene, wide: float) -> tuple[list[str], float]:
    """Return the heading, the legend and the summary, and where they end."""
    lines = list(wrap(heading(scene), wide - 2 * MARGIN, LETTER + 4))
    shapes = [svg.words(MARGIN, MARGIN / 2, lines, look="bold", letter=LETTER + 4)]
    y = MARGIN / 2 + len(lines) * (LETTER + 4) * svg.LEADING + 8
    entries, y = _legend(scene, wide, y)
    about = list(wrap(summary(scene), wide - 2 * MARGIN))
    shapes += [*entries, svg.words(MARGIN, y, about, look="faint")]
    return shapes, y + len(about) * LETTER * svg.LEADING + MARGIN


def _legend(scene: Scene, wide: float, y: float) -> tuple[list[str], float]:
    """Return a sample of each relation drawn, in rows of at most *wide*."""
    shapes, x, row = [], float(MARGIN), LETTER * svg.LEADING + 6
    counts = scene.relations
    for relation, look in LOOKS.items():
        if relation not in counts:
            continue
        words = f"{look.words} {counts[relation]:,}"
        length = SAMPLE + 8 + LETTER * ems(words) + 20
        if x + length > wide and x > MARGIN:
            x, y = float(MARGIN), y + row
        middle = y + LETTER * svg.LEADING / 2
        start, end = (x, middle), (x + SAMPLE, middle)
        shapes.append(svg.curve(start, end, look.colour, look.dashes))
        shapes.append(svg.words(x + SAMPLE + 8, y, (words,)))
        x += length
    return shapes, y + (row if counts else 0)


def _box(box: Box) -> str:
    corner = box.x - box.width / 2, box.y - box.height / 2
    item = box.item
    if item is None:
        return svg.words(
            corner[0] + 6, corner[1] + 6, box.lines, look="bold", leading=1
        )
    border = "" if item.role in SPINE else LOOKS[item.relation].colour
    look = "centre" if item.role == Role.CENTRE else "box"
    shape = svg.frame(corner, (box.width, box.height), look, border, bool(item.rest))
    inner = svg.words(
        corner[0] + 6, corner[1] + 6, box.lines, item.name, letter=box.letter, leading=1
    )
    return svg.titled(shape + inner, item.card)


# Lines


def _lines(scene: Scene, boxes: Iterable[Box]) -> Iterator[str]:
    """Yield the lines, those of the tree first, so that notes lie over them."""
    known = {box.key: box for box in boxes}
    links = sorted(scene.links, key=lambda link: link.relation != Relation.PARENT)
    for _, same in groupby(links, key=lambda link: link.relation):
        for link in same:
            yield svg.titled(_line(link, known), link.card)


def _line(link: Link, known: dict[str, Box]) -> str:
    look = LOOKS[link.relation]
    one, other = known[link.source], known[link.target]
    head = "" if link.relation in (Relation.PARENT, Relation.SYNONYM) else "end"
    gap = abs(one.x - other.x) - (one.width + other.width) / 2
    if gap > 0:
        way = 1 if other.x > one.x else -1
        start = one.x + way * one.width / 2, one.y
        end = other.x - way * other.width / 2, other.y
        return svg.bent(start, end, look.colour, look.dashes, head, upright=False)
    way = 1 if other.y > one.y else -1
    start = one.x, one.y + way * one.height / 2
    end = other.x, other.y - way * other.height / 2
    return svg.bent(start, end, look.colour, look.dashes, head, upright=True)
