"""The layout of the picture of an explanation, and its lines.

The two codes stand in columns at the left and the right, each under the nodes above it;
the common ancestor and the nodes above it in the middle at the top; the rows of notes
between the columns.  Lengths are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from icdgraph.draw import svg, tooltips
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.text_metrics import FONT_SIZE, PADDING, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icdgraph.explain.paths import Path, Step
    from icdgraph.explain.why import Why
    from icdgraph.graph import Node

COLUMN = 290
"""The width of the two columns of the tree."""

NOTE = 290
"""The width of the box of a note."""

STOP = 210
"""The width of the box of a node between two notes."""

AISLE = 80
"""Between a column and the notes beside it."""

GAP = 42
"""Between two boxes of a row."""

STEP = 14
"""Between two boxes one below the other, and the indent of a level."""

MARGIN = 20
DIRECT = 6
THROUGH = 3
"""How many paths along one note, and along several, are drawn."""

LINE = FONT_SIZE * svg.LINE_HEIGHT
"""The height of a line of text."""


def title(answer: Why) -> str:
    """Return the title of the picture of *answer*."""
    version = answer.a.graph.version
    return f"{answer.a.code} and {answer.b.code} in ICD-10-CM {version}"


def shown_paths(answer: Why) -> tuple[Path, ...]:
    """Return the paths that are drawn: the first along one note, and along several."""
    return (*answer.notes[:DIRECT], *answer.through[:THROUGH])


@dataclass(frozen=True, slots=True)
class TextBox:
    """A box with its upper left corner at (*x*, *y*), and text in it.

    *name* is set bold where the first line begins with it.  *look* is ``box`` or
    ``center``; *color* and *dashes* are those of the border.
    """

    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    name: str = ""
    look: str = "box"
    color: str = ""
    dashes: tuple[int, ...] = ()

    @property
    def height(self) -> float:
        """The height, which the lines make."""
        return round(len(self.lines) * LINE + 2 * PADDING + 2, 1)

    @property
    def middle(self) -> float:
        """The y of its middle."""
        return self.y + self.height / 2

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height

    def shapes(self) -> str:
        """Return the box as SVG."""
        size = self.width, self.height
        rectangle = svg.rectangle(
            (self.x, self.y), size, self.look, self.color, self.dashes
        )
        x, y = self.x + PADDING + 2, self.y + PADDING
        return rectangle + svg.text(x, y, self.lines, self.name)


@dataclass(frozen=True, slots=True)
class _Row:
    """A path as boxes from left to right, and the nodes at its two ends."""

    near: Node
    far: Node
    steps: tuple[Step, ...]
    boxes: tuple[TextBox, ...]


class WhyLayout:
    """The boxes and lines of the picture of one answer."""

    def __init__(self, answer: Why) -> None:
        self.answer = answer
        rows = [_row(path) for path in shown_paths(answer)]
        ends = [end for row in rows for end in (row.near, row.far)]
        trunk = _trunk(answer, ends)
        wide = max((_width(row.boxes) for row in rows), default=-2 * AISLE + GAP)
        left, right = MARGIN, MARGIN + COLUMN + wide + 2 * AISLE
        center = (left + right + COLUMN) / 2
        head = MARGIN + 2 * LINE + STEP
        self.trunk = _stack(trunk, center - COLUMN / 2, head, answer)
        bottoms = (box.bottom for box in self.trunk.values())
        top = max(bottoms, default=head - STEP) + 2 * STEP
        near = _column(answer, answer.a, trunk, [row.near for row in rows])
        far = _column(answer, answer.b, trunk, [row.far for row in rows])
        self.near = _tree(near, left, top, answer, bool(trunk), mirrored=False)
        self.far = _tree(far, right, top, answer, bool(trunk), mirrored=True)
        self.rows = _placed(rows, center, top)
        bottom = max((box.bottom for box in self.boxes()), default=top)
        self.size = right + COLUMN + MARGIN, round(bottom + MARGIN + LINE + 4, 1)

    def boxes(self) -> Iterator[TextBox]:
        """Yield all boxes: those of nodes, then those of notes."""
        for column in (self.trunk, self.near, self.far):
            yield from column.values()
        for row in self.rows:
            yield from row.boxes

    def captions(self) -> Iterator[str]:
        """Yield the heading and, at the bottom, how many paths are not drawn."""
        answer = self.answer
        yield svg.text(MARGIN, MARGIN, (title(answer),), look="bold")
        yield svg.text(MARGIN, MARGIN + LINE, (answer.sentences[0],), look="faint")
        drawn = len(shown_paths(answer))
        rest = len(answer.paths) - drawn + answer.more_notes + answer.more_through
        if rest:
            words = (
                f"{rest:,} more {'path is' if rest == 1 else 'paths are'} not drawn."
            )
            bottom = self.size[1] - MARGIN - FONT_SIZE
            yield svg.text(MARGIN, bottom, (words,), look="faint")

    # Lines

    def lines(self) -> Iterator[str]:
        """Yield all lines: those of the tree, then those of notes."""
        for above, below in pairwise(self.trunk.values()):
            x = above.x + above.width / 2
            yield svg.path(f"M{x:g} {above.middle:g}V{below.y:g}")
        yield from self._tree_lines(self.near, mirrored=False)
        yield from self._tree_lines(self.far, mirrored=True)
        for row in self.rows:
            yield from self._row_lines(row)

    def _tree_lines(
        self, column: dict[Node, TextBox], *, mirrored: bool
    ) -> Iterator[str]:
        """Yield the lines from each box of *column* to the box above it."""
        known = self.trunk | column
        for node, box in column.items():
            above = next((known[n] for n in node.ancestors if n in known), None)
            if above:
                side = box.x + box.width if mirrored else box.x
                yield _elbow(above, side + (4 if mirrored else -4), box.middle, side)

    def _row_lines(self, row: _Row) -> Iterator[str]:
        """Yield the lines of a row: to each note, and on to the node after it."""
        near, far = self.trunk | self.near, self.trunk | self.far
        stops = [near[row.near], *row.boxes, far[row.far]]
        for number, step in enumerate(row.steps):
            before, note, after = stops[2 * number : 2 * number + 3]
            look = LOOKS[step.relation]
            into = _right_of(before, note), _left_of(note)
            out = _right_of(note), _left_of(after, note)
            if not step.forward:
                into, out = into[::-1], out[::-1]
            for ends, is_arrow in ((into, not step.forward), (out, step.forward)):
                yield svg.curve(*ends, look.color, look.dashes, is_arrow=is_arrow)


def _elbow(above: TextBox, x: float, y: float, end: float) -> str:
    """Return the line from the box *above* to the side of another at (*end*, *y*).

    It passes *x*; it leaves *above* downwards where *x* is below it, else sideways.
    """
    if above.x < x < above.x + above.width:
        return svg.path(f"M{x:g} {above.bottom:g}V{y:g}H{end:g}")
    side = above.x if x < above.x else above.x + above.width
    return svg.path(f"M{side:g} {above.middle:g}H{x:g}V{y:g}H{end:g}")


def _right_of(box: TextBox, toward: TextBox | None = None) -> tuple[float, float]:
    """Return where a line leaves *box* to the right.

    A box that stands above *toward* is left from below.
    """
    if toward and box.x + box.width > toward.x:
        return box.x + 8, box.bottom
    return box.x + box.width, box.middle


def _left_of(box: TextBox, toward: TextBox | None = None) -> tuple[float, float]:
    if toward and box.x < toward.x + toward.width:
        return box.x + box.width - 8, box.bottom
    return box.x, box.middle


# The tree


def _trunk(answer: Why, ends: Sequence[Node]) -> list[Node]:
    """Return the common ancestor, and those *ends* of paths that are above it."""
    if answer.lca is None:
        return []
    above = {end for end in ends if end.subsumes(answer.lca)}
    return sorted({*above, answer.lca}, key=lambda node: node.number)


def _column(
    answer: Why, side: Node, trunk: Sequence[Node], ends: Sequence[Node]
) -> list[Node]:
    """Return *side*, the nodes above it below the common ancestor, and its *ends*."""
    lca = answer.lca
    above = {node for node in (*side.path, side) if not (lca and node.subsumes(lca))}
    return sorted({*above, *ends} - {*trunk}, key=lambda node: node.number)


def _node_box(node: Node, x: float, y: float, width: float, answer: Why) -> TextBox:
    lines = tuple(wrap(tooltips.of_title(node), width - 4))
    look = "center" if node in (answer.a, answer.b) else "box"
    return TextBox(x, y, width, lines, node.code, look)


def _stack(
    nodes: Sequence[Node], x: float, y: float, answer: Why
) -> dict[Node, TextBox]:
    """Set *nodes* one below the other."""
    placed: dict[Node, TextBox] = {}
    for node in nodes:
        placed[node] = _node_box(node, x, y, COLUMN, answer)
        y = placed[node].bottom + STEP
    return placed


def _tree(
    nodes: Sequence[Node],
    x: float,
    y: float,
    answer: Why,
    has_trunk: bool,
    *,
    mirrored: bool,
) -> dict[Node, TextBox]:
    """Set *nodes* one below the other, each level indented further."""
    placed: dict[Node, TextBox] = {}
    for node in nodes:
        indent = STEP * (has_trunk + sum(above in placed for above in node.ancestors))
        left = x if mirrored else x + indent
        placed[node] = _node_box(node, left, y, COLUMN - indent, answer)
        y = placed[node].bottom + STEP
    return placed


# The notes


def _row(path: Path) -> _Row:
    steps = tuple(step for step in path.steps if step.note)
    first, last = steps[0], steps[-1]
    near = first.applies_to if first.forward else first.names
    far = last.names if last.forward else last.applies_to
    if near is None or far is None:
        raise ValueError(f"{path!r} has no step along a note")
    boxes = []
    for number, step in enumerate(steps):
        if number:
            boxes.append(_stop(step.source))
        boxes.append(_note_box(step))
    return _Row(near, far, steps, tuple(boxes))


def _stop(node: Node) -> TextBox:
    lines = tuple(wrap(tooltips.of_title(node), STOP - 4))
    return TextBox(0, 0, STOP, lines, node.code)


def _note_box(step: Step) -> TextBox:
    """Return the box of a note: its kind, where it is defined, and its text."""
    note, look = step.note, LOOKS[step.relation]
    if note is None:
        raise ValueError(f"{step!r} is no step along a note")
    heading = f"{note.heading} " if note.heading else ""
    place = f"{look.label} at {note.owner.code}"
    lines = (place, *wrap(f"“{heading}{note.text}”", NOTE - 4))
    return TextBox(0, 0, NOTE, lines, place, "box", look.color, look.dashes)


def _width(boxes: Sequence[TextBox]) -> float:
    return sum(box.width for box in boxes) + GAP * (len(boxes) - 1)


def _placed(rows: Sequence[_Row], center: float, y: float) -> list[_Row]:
    """Set *rows* one below the other around *center*."""
    placed = []
    for row in rows:
        high = max(box.height for box in row.boxes)
        x = center - _width(row.boxes) / 2
        boxes = []
        for box in row.boxes:
            boxes.append(replace(box, x=x, y=y + (high - box.height) / 2))
            x += box.width + GAP
        placed.append(replace(row, boxes=tuple(boxes)))
        y += high + 2 * STEP
    return placed
