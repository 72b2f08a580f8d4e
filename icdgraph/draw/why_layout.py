"""Where everything stands in the picture of an explanation, and its lines.

The two codes stand in columns at the left and the right, each under what stands above
it; the common node and what is above it in the middle on top; the rows of notes between
the columns, below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from icdgraph.draw import svg, tooltips
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.text_metrics import LETTER, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icdgraph.draw.svg import Box
    from icdgraph.explain.paths import Path, Step
    from icdgraph.explain.why import Why
    from icdgraph.graph import Node

COLUMN = 290
"""How wide the two columns of the tree are."""

CARD = 290
"""How wide the box of a note is."""

STOP = 210
"""How wide the box of a node between two notes is."""

AISLE = 80
"""Between a column and the notes beside it."""

GAP = 42
"""Between two boxes of a row."""

STEP = 14
"""Between two boxes one below the other, and how far a level is set in."""

MARGIN = 20
DIRECT = 6
THROUGH = 3
"""How many paths along one note, and along several, are drawn."""


def title(answer: Why) -> str:
    """Return what the picture of *answer* is called."""
    version = answer.a.graph.version
    return f"{answer.a.code} and {answer.b.code} in ICD-10-CM {version}"


def shown_paths(answer: Why) -> tuple[Path, ...]:
    """Return the paths that are drawn: the first along one note, and along several."""
    return (*answer.notes[:DIRECT], *answer.through[:THROUGH])


@dataclass(frozen=True, slots=True)
class _Row:
    """A path as boxes from left to right, and the nodes at its two ends."""

    near: Node
    far: Node
    steps: tuple[Step, ...]
    boxes: tuple[Box, ...]


class Plan:
    """Where everything stands in the picture of one answer."""

    def __init__(self, answer: Why) -> None:
        self.answer = answer
        rows = [_row(path) for path in shown_paths(answer)]
        ends = [end for row in rows for end in (row.near, row.far)]
        trunk = _trunk(answer, ends)
        wide = max((_width(row.boxes) for row in rows), default=-2 * AISLE + GAP)
        self.left, self.right = MARGIN, MARGIN + COLUMN + wide + 2 * AISLE
        self.head = MARGIN + 2 * LETTER * svg.LEADING + STEP
        centre = (self.left + self.right + COLUMN) / 2
        self.top = _stack(trunk, centre - COLUMN / 2, self.head, answer)
        below = max(map(_foot, self.top.values()), default=self.head - STEP) + 2 * STEP
        one = _column(answer, answer.a, trunk, [row.near for row in rows])
        other = _column(answer, answer.b, trunk, [row.far for row in rows])
        levels = bool(trunk)
        self.one = _tree(one, self.left, below, answer, levels, mirrored=False)
        self.other = _tree(other, self.right, below, answer, levels, mirrored=True)
        self.rows = _placed(rows, centre, below)
        feet = [_foot(shown) for shown in self.boxes()]
        self.size = (
            self.right + COLUMN + MARGIN,
            round(max(feet, default=below) + MARGIN + LETTER * svg.LEADING + 4, 1),
        )

    def boxes(self) -> Iterator[Box]:
        """Yield all boxes: those of nodes, then those of notes."""
        for column in (self.top, self.one, self.other):
            yield from column.values()
        for row in self.rows:
            yield from row.boxes

    def captions(self) -> Iterator[str]:
        """Yield the heading and, at the foot, what is not in the picture."""
        place, *_ = self.answer.sentences
        yield svg.words(MARGIN, MARGIN, (title(self.answer),), look="bold")
        yield svg.words(MARGIN, MARGIN + LETTER * svg.LEADING, (place,), look="faint")
        drawn = len(shown_paths(self.answer))
        answer = self.answer
        rest = len(answer.paths) - drawn + answer.more_notes + answer.more_through
        if rest:
            words = (
                f"{rest:,} more {'path is' if rest == 1 else 'paths are'} not drawn."
            )
            foot = self.size[1] - MARGIN - LETTER
            yield svg.words(MARGIN, foot, (words,), look="faint")

    # Lines

    def lines(self) -> Iterator[str]:
        """Yield all lines: those of the tree, then those of notes."""
        for above, below in pairwise(self.top.values()):
            x = above.x + above.width / 2
            yield svg.corner(x, above.middle, x, below.y)
        yield from self._tree_lines(self.one, mirrored=False)
        yield from self._tree_lines(self.other, mirrored=True)
        for row in self.rows:
            yield from self._row_lines(row)

    def _tree_lines(self, column: dict[Node, Box], *, mirrored: bool) -> Iterator[str]:
        """Yield the lines from each box of *column* to what it stands under."""
        known = self.top | column
        for node, shown in column.items():
            above = next((known[n] for n in node.ancestors if n in known), None)
            if above:
                side = shown.x + shown.width if mirrored else shown.x
                yield _elbow(above, side + (4 if mirrored else -4), shown.middle, side)

    def _row_lines(self, row: _Row) -> Iterator[str]:
        """Yield the lines of a row: to each note, and on to what comes after it."""
        one, other = self.top | self.one, self.top | self.other
        stops = [one[row.near], *row.boxes, other[row.far]]
        for number, step in enumerate(row.steps):
            before, card, after = stops[2 * number : 2 * number + 3]
            look = LOOKS[step.relation]
            dashes = look.dashes
            back, forth = ("", "end") if step.forward else ("start", "")
            yield svg.curve(
                _right(before, card), _left(card), look.colour, dashes, back
            )
            yield svg.curve(
                _right(card), _left(after, card), look.colour, dashes, forth
            )


def _elbow(above: Box, x: float, y: float, end: float) -> str:
    """Return the line from a box *above* to another's side at (*end*, *y*), past *x*.

    A box to the side of *x* is left level, one over it downwards.
    """
    if above.x < x < above.x + above.width:
        return svg.corner(x, above.y + above.height, end, y)
    side = above.x if x < above.x else above.x + above.width
    return f'<path class="line" d="M{side:g} {above.middle:g}H{x:g}V{y:g}H{end:g}"/>'


def _right(shown: Box, toward: Box | None = None) -> tuple[float, float]:
    """Return where a line leaves *shown* to the right: its side, or under its middle.

    A common node stands over the notes, not beside them.
    """
    if toward and shown.x + shown.width > toward.x:
        return shown.x + 8, shown.y + shown.height
    return shown.x + shown.width, shown.middle


def _left(shown: Box, toward: Box | None = None) -> tuple[float, float]:
    if toward and shown.x < toward.x + toward.width:
        return shown.x + shown.width - 8, shown.y + shown.height
    return shown.x, shown.middle


def _foot(shown: Box) -> float:
    return shown.y + shown.height


# The tree


def _trunk(answer: Why, ends: Sequence[Node]) -> list[Node]:
    """Return the common node, and what stands above it and has notes to draw."""
    if answer.lca is None:
        return []
    above = {end for end in ends if end.subsumes(answer.lca)}
    return sorted({*above, answer.lca}, key=lambda node: node.number)


def _column(
    answer: Why, side: Node, trunk: Sequence[Node], ends: Sequence[Node]
) -> list[Node]:
    """Return *side*, what stands above it below the common node, and its *ends*."""
    lca = answer.lca
    above = {node for node in (*side.path, side) if not (lca and node.subsumes(lca))}
    return sorted({*above, *ends} - {*trunk}, key=lambda node: node.number)


def _node_box(node: Node, x: float, y: float, width: float, answer: Why) -> Box:
    name, title = tooltips.name(node)
    lines = tuple(wrap(f"{name} {title}", width - 4))
    look = "centre" if node in (answer.a, answer.b) else "box"
    return svg.Box(x, y, width, lines, name, look)


def _stack(nodes: Sequence[Node], x: float, y: float, answer: Why) -> dict[Node, Box]:
    """Set *nodes* one below the other."""
    placed: dict[Node, Box] = {}
    for node in nodes:
        placed[node] = _node_box(node, x, y, COLUMN, answer)
        y = _foot(placed[node]) + STEP
    return placed


def _tree(
    nodes: Sequence[Node],
    x: float,
    y: float,
    answer: Why,
    hung: bool,
    *,
    mirrored: bool,
) -> dict[Node, Box]:
    """Set *nodes* one below the other, each level further in; *hung* from a trunk."""
    placed: dict[Node, Box] = {}
    for node in nodes:
        level = hung + sum(above in placed for above in node.ancestors)
        inset = level * STEP
        left = x if mirrored else x + inset
        placed[node] = _node_box(node, left, y, COLUMN - inset, answer)
        y = _foot(placed[node]) + STEP
    return placed


# The notes


def _row(path: Path) -> _Row:
    steps = tuple(step for step in path.steps if step.note)
    first, last = steps[0], steps[-1]
    near = first.applies_to if first.forward else first.names
    far = last.names if last.forward else last.applies_to
    if near is None or far is None:
        raise ValueError(f"{path!r} leads along no note")
    boxes = []
    for number, step in enumerate(steps):
        if number:
            boxes.append(_stop(step.source))
        boxes.append(_card(step))
    return _Row(near, far, steps, tuple(boxes))


def _stop(node: Node) -> Box:
    name, title = tooltips.name(node)
    return svg.Box(0, 0, STOP, tuple(wrap(f"{name} {title}", STOP - 4)), name)


def _card(step: Step) -> Box:
    """Return the box of a note: its kind and place, then its words."""
    note, look = step.note, LOOKS[step.relation]
    if note is None:
        raise ValueError(f"{step!r} is no step along a note")
    heading = f"{note.heading} " if note.heading else ""
    place = f"{look.words} at {tooltips.name(note.owner)[0]}"
    lines = (place, *wrap(f"“{heading}{note.text}”", CARD - 4))
    return svg.Box(0, 0, CARD, lines, place, "box", look.colour, look.dashes)


def _width(boxes: Sequence[Box]) -> float:
    return sum(shown.width for shown in boxes) + GAP * (len(boxes) - 1)


def _placed(rows: Sequence[_Row], centre: float, y: float) -> list[_Row]:
    """Set *rows* one below the other around *centre*."""
    placed = []
    for row in rows:
        high = max(shown.height for shown in row.boxes)
        x = centre - _width(row.boxes) / 2
        boxes = []
        for shown in row.boxes:
            boxes.append(replace(shown, x=x, y=y + (high - shown.height) / 2))
            x += shown.width + GAP
        placed.append(replace(row, boxes=tuple(boxes)))
        y += high + 2 * STEP
    return placed
