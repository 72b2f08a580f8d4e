"""The treemap: every area is as large as what is counted in it.

    ┌ Chapter 13 ───────────────┬ Chapter 19 ─────────┐
    │ ┌ M54 ─┬ M51 ┐ ┌ M80 ───┐ │ ┌ S52 ───┬ S82 ───┐ │
    │ └──────┴─────┘ └────────┘ │ └────────┴────────┘ │
    └───────────────────────────┴─────────────────────┘

Areas are cut so that they are near to squares, by M. Bruls, K. Huizing and J. van Wijk,
"Squarified treemaps", VisSym 2000 (doi:10.1007/978-3-7091-6783-0_4), which the package
squarify computes.  A name that does not fit its area is left out there, and shown when
one points at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw import svg, tooltips
from icdgraph.draw.overview.shades import INK, tint
from icdgraph.draw.overview.view import Overview, number, said
from icdgraph.draw.text_metrics import ems, wrap
from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icdgraph.draw.overview.tally import Tally
    from icdgraph.graph import Node

SIZE = (1500.0, 900.0)
HEAD = 20.0
"""The height of the strip that a chapter's name stands in."""

LETTERS = (15.0, 13.0, 11.0, 9.0)
"""The sizes of letters tried for the name of an area, the largest first."""

TITLE = 11
"""The size of the letters of a title."""

ROOMY = 74.0
"""From this width on an area shows a title, where it is high enough too."""

Rectangle = tuple[float, float, float, float]
"""Left, top, width and height."""


def treemap(counted: Tally) -> Overview:
    """Return what was *counted* as a treemap of chapters and their categories.

    >>> from icdgraph.draw.overview.tally import tally
    >>> from icdgraph.toy import toy
    >>> treemap(tally(toy().core)).about
    '15 billable codes in 6 categories.'
    """
    graph = counted.graph
    chapters = [node for node in graph.nodes(Kind.CHAPTER) if counted.of(node)]
    numbers = {node: n for n, node in enumerate(graph.nodes(Kind.CHAPTER))}
    shapes: list[str] = []
    parts = 0
    for chapter, area in cut(chapters, counted, (0.0, 0.0, *SIZE)):
        categories = below(chapter, counted)
        parts += sum(node.kind == Kind.CATEGORY for node in categories)
        shapes += _chapter(chapter, categories, counted, area, tint(numbers[chapter]))
    what = "own counts" if counted.by_user else "billable codes"
    title = f"ICD-10-CM {graph.version}: {what} by chapter and category"
    return Overview(title, said(counted, parts), SIZE, tuple(shapes), counted.unknown)


def below(chapter: Node, counted: Tally) -> list[Node]:
    """Return the categories of *chapter* with anything counted, in book order.

    What is counted at a chapter or section itself stands beside them as that node.
    """
    return [
        node
        for node in (chapter, *chapter.descendants)
        if (node.kind == Kind.CATEGORY and counted.of(node))
        or (node.kind in (Kind.CHAPTER, Kind.SECTION) and counted.own[node.number])
    ]


def amount(node: Node, counted: Tally) -> float:
    """Return what was counted at *node*, with what is beneath it for a category."""
    return counted.of(node) if node.kind == Kind.CATEGORY else counted.own[node.number]


def cut(
    nodes: Sequence[Node], counted: Tally, area: Rectangle, *, whole: bool = True
) -> Iterator[tuple[Node, Rectangle]]:
    """Yield each of *nodes* with its part of *area*, the largest first."""
    import squarify

    def size(node: Node) -> float:
        return counted.of(node) if whole else amount(node, counted)

    ordered = sorted(nodes, key=lambda node: (-size(node), node.number))
    left, top, wide, high = area
    if not ordered:
        return
    sizes = squarify.normalize_sizes([size(node) for node in ordered], wide, high)
    for node, part in zip(
        ordered, squarify.squarify(sizes, left, top, wide, high), strict=True
    ):
        yield node, (part["x"], part["y"], part["dx"], part["dy"])


def _chapter(
    chapter: Node,
    categories: Sequence[Node],
    counted: Tally,
    area: Rectangle,
    colour: str,
) -> Iterator[str]:
    """Yield a chapter: its strip with its name, what is in it, and a border around."""
    left, top, wide, high = area
    head = HEAD if high > 2 * HEAD and wide > HEAD else 0.0
    yield svg.titled(
        _part(area, colour) + _strip(chapter, counted, area, head),
        card(chapter, counted),
    )
    rim = min(1.0, wide / 8, high / 8)
    inner = left + rim, top + head, wide - 2 * rim, high - head - rim
    for node, part in cut(categories, counted, inner, whole=False):
        words = card(node, counted, whole=False)
        yield svg.titled(_part(part, colour) + _name(node, part), words)
    yield _border(area)


def card(node: Node, counted: Tally, *, whole: bool = True) -> str:
    """Return what opens over *node*: its name, title, and count with what is beneath.

    Unless *whole*, a section or chapter has what was counted at itself alone.
    """
    what = "counted" if counted.by_user else "billable codes"
    value = counted.of(node) if whole else amount(node, counted)
    return f"{' '.join(tooltips.name(node))}\n{number(value)} {what}"


def _part(area: Rectangle, colour: str) -> str:
    left, top, wide, high = area
    return (
        f'<rect class="part" x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}" '
        f'height="{high:.2f}" fill="{colour}" stroke="#ffffff" stroke-width="0.8"/>'
    )


def _strip(chapter: Node, counted: Tally, area: Rectangle, head: float) -> str:
    """Return the name of *chapter* in its strip: whole, else shorter, else none."""
    left, top, wide, _ = area
    name, title = tooltips.name(chapter)
    value = number(counted.of(chapter))
    choices = (f"{name} {title}: {value}", f"{name}: {value}", name)
    for words in choices if head else ():
        for letter in LETTERS[1:]:
            if ems(words) * letter + 10 <= wide:
                return text(left + 5, top + 14.5, words, letter, bold=True)
    return ""


def _border(area: Rectangle) -> str:
    left, top, wide, high = area
    return (
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}" height="{high:.2f}" '
        f'fill="none" stroke="{INK}" stroke-width="1.2" pointer-events="none"/>'
    )


def _name(node: Node, area: Rectangle) -> str:
    """Return the name of *node* amid its area, with its title where that fits."""
    left, top, wide, high = area
    x, y = left + wide / 2, top + high / 2
    words, title = node.code, tuple(wrap(tooltips.name(node)[1], wide, TITLE))
    deep = LETTERS[0] + len(title) * TITLE * svg.LEADING
    if deep + 12 <= high and wide >= ROOMY:
        y -= deep / 2
        lines = (
            text(
                x,
                y + LETTERS[0] + (n + 1) * TITLE * svg.LEADING,
                line,
                TITLE,
                anchor="middle",
            )
            for n, line in enumerate(title)
        )
        name = text(x, y + LETTERS[0], words, LETTERS[0], anchor="middle", bold=True)
        return name + "".join(lines)
    for letter in LETTERS:
        if ems(words) * letter + 4 <= wide and letter * 1.15 + 2 <= high:
            return text(x, y + letter * 0.36, words, letter, anchor="middle")
    return ""


def text(
    x: float,
    y: float,
    words: str,
    letter: float,
    *,
    anchor: str = "start",
    ink: str = INK,
    bold: bool = False,
    turned: float | None = None,
) -> str:
    """Return *words* with their baseline at (*x*, *y*), *turned* by degrees."""
    weight = ' class="bold"' if bold else ""
    turn = f' transform="rotate({turned:.1f} {x:.1f} {y:.1f})"' if turned else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{letter:g}" style="fill: {ink}" '
        f'text-anchor="{anchor}"{weight}{turn} pointer-events="none">'
        f"{svg.plain(words)}</text>"
    )
