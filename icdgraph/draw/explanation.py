"""The picture of an explanation: two codes, the nodes above them, and the notes.

                       ┌───────────────┐
           ┌───────────┤ common node   ├───────────┐
        ┌──┴──┐        └───────────────┘        ┌──┴──┐
        │ M54 ├──────── Excludes1 “...” ───────>│ F45 │
        └┬────┘                                 └────┬┘
         └ M54.50                           F45.41 ──┘

Each note is a box between the node it applies to and the node it names.  A path through
other nodes runs from left to right, each path in a row of its own.  Lengths are in
pixels; x is 0 in the middle, so that the two columns are mirror images.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from html import escape
from importlib.resources import files
from itertools import pairwise
from string import Template
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.boxes import Box, box, stack
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import Item, Link, Role, node_item, parent_link
from icdgraph.draw.scene_svg import MARGIN, drawn, paragraph
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.explain.paths import Path, Step
    from icdgraph.explain.why import Why
    from icdgraph.graph import Node

Column = dict["Node", Box]

TEMPLATE = files("icdgraph.draw") / "explanation.html"

DIRECT = 6
THROUGH = 3
"""How many paths along one note, and along several, are drawn."""

AISLE = 80
"""Between a column and the notes beside it."""

GAP = 42
"""Between two boxes of a row, and between two parts of the picture."""

STEP = 14
"""Between two boxes one below the other, and the indent of a level."""


def page(answer: Why) -> str:
    """Return the picture of *answer* above its sentences, as one HTML page."""
    items = (f"<li>{escape(words)}</li>" for words in answer.sentences)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(_title(answer)),
        picture=picture(answer),
        sentences="\n".join(items),
    )


def picture(answer: Why) -> str:
    """Return *answer* as an SVG document.

    >>> from icdgraph.toy import toy
    >>> "psychogenic dorsalgia" in picture(toy().why("M54.50", "F45.41"))
    True
    """
    boxes, links = layout(answer)
    size, shapes = drawn(links, boxes, "columns", partial(_head, answer))
    return svg.document(size, _title(answer), " ".join(answer.sentences), shapes)


def shown_paths(answer: Why) -> tuple[Path, ...]:
    """Return the paths that are drawn: the first along one note, and along several."""
    return (*answer.notes[:DIRECT], *answer.through[:THROUGH])


def _title(answer: Why) -> str:
    version = answer.a.graph.version
    return f"{answer.a.code} and {answer.b.code} in ICD-10-CM {version}"


def _head(answer: Why, wide: float) -> tuple[list[str], float]:
    """Return the title, the first sentence, and how many paths are not drawn."""
    drawn = len(shown_paths(answer))
    rest = len(answer.paths) - drawn + answer.more_notes + answer.more_through
    words = answer.sentences[0]
    if rest:
        words += f" {rest:,} more {'path is' if rest == 1 else 'paths are'} not drawn."
    title, y = paragraph(_title(answer), wide, MARGIN, "bold")
    about, y = paragraph(words, wide, y, "faint")
    return [title, about], y + MARGIN


def layout(answer: Why) -> tuple[list[Box], list[Link]]:
    """Return the boxes of the picture of *answer*, in their places, and its lines."""
    paths = shown_paths(answer)
    rows = [_row(path, number) for number, path in enumerate(paths)]
    ends = [_ends(path) for path in paths]
    lca = [answer.lca] if answer.lca else []
    trunk = _column(answer, [*lca, *(end for pair in ends for end in pair)], 0)
    top = max((b.y + b.height / 2 + GAP for b in trunk.values()), default=0.0)
    edge = max((_width(row) / 2 + AISLE for row in rows), default=GAP / 2)
    left, right = (
        _column(answer, [*node.path, node, *(pair[n] for pair in ends)], way, edge, top)
        for n, (node, way) in enumerate(((answer.a, -1), (answer.b, 1)))
    )
    boxes = [*trunk.values(), *left.values(), *right.values()]
    left, right = trunk | left, trunk | right
    links = [*_tree(left), *_tree(right)]
    for path, row, (near, far) in zip(paths, rows, ends, strict=True):
        placed = list(_placed(row, top))
        boxes += placed
        links += _row_links(path, [left[near], *placed, right[far]])
        top = max(b.y + b.height / 2 for b in placed) + 2 * STEP
    return boxes, links


# The tree


def _column(
    answer: Why, nodes: Iterable[Node], way: int, edge: float = 0, y: float = 0
) -> Column:
    """Return the boxes of *nodes* one below the other, each level indented further.

    *way* is the side of the picture: -1 left, 1 right, 0 the middle, where the nodes
    above both codes are.  The column begins at *edge*.
    """
    column: Column = {}
    for node in sorted(set(nodes), key=lambda node: node.number):
        is_above_both = answer.lca is not None and node.subsumes(answer.lca)
        if is_above_both is (way == 0):
            role = Role.CENTER if node in (answer.a, answer.b) else Role.ANCESTOR
            item = node_item(node, role, Relation.PARENT)
            column[node] = box(replace(item, key=f"{way} {item.key}"))
    indents = [abs(way) * STEP * sum(a in column for a in n.ancestors) for n in column]
    placed = list(stack(column.values(), STEP, y))
    ends = (b.width + indent for b, indent in zip(placed, indents, strict=True))
    wide = max(ends, default=0)
    for node, shown, indent in zip([*column], placed, indents, strict=True):
        x = way * (edge + (wide - indent) / 2)
        column[node] = replace(shown, x=x, width=wide - indent)
    return column


def _tree(column: Column) -> Iterator[Link]:
    """Yield the links from the boxes of *column* to those above them."""
    for node, shown in column.items():
        above = next((node for node in node.ancestors if node in column), None)
        if above:
            link = parent_link(node, above)
            yield replace(link, source=shown.key, target=column[above].key)


# The notes


def _along_notes(path: Path) -> list[Step]:
    return [step for step in path.steps if step.note]


def _ends(path: Path) -> tuple[Node, Node]:
    """Return the nodes at which the notes of *path* start and end."""
    first, *_, last = 2 * _along_notes(path)
    near = first.applies_to if first.forward else first.names
    far = last.names if last.forward else last.applies_to
    assert near is not None
    assert far is not None
    return near, far


def _row(path: Path, number: int) -> list[Box]:
    """Return the boxes of *path*: its notes, and the nodes between two of them."""
    items: list[Item] = []
    for step in _along_notes(path):
        if items:
            items.append(node_item(step.source, Role.ANCESTOR, Relation.PARENT))
        items.append(_note_item(step))
    return [box(replace(i, key=f"{number}.{n} {i.key}")) for n, i in enumerate(items)]


def _note_item(step: Step) -> Item:
    """Return the item of a note: its kind, where it is defined, and its text."""
    note, relation = step.note, step.relation
    assert note is not None
    name = f"{LOOKS[relation].label} at {note.owner.code}"
    text = f"“{f'{note.heading or str()} {note.text}'.strip()}”"
    return Item("note", Role.NAMED, relation, name, text, f"{name}\n{text}")


def _row_links(path: Path, boxes: Sequence[Box]) -> Iterator[Link]:
    """Yield the links between the *boxes* of *path*, each in the way of its note."""
    steps = [step for step in _along_notes(path) for _ in range(2)]
    for step, (left, right) in zip(steps, pairwise(boxes), strict=True):
        source, target = (left, right) if step.forward else (right, left)
        yield Link(source.key, step.relation, target.key, "")


def _width(row: Sequence[Box]) -> float:
    return sum(shown.width for shown in row) + GAP * (len(row) - 1)


def _placed(row: Sequence[Box], top: float) -> Iterator[Box]:
    """Yield the boxes of *row* from left to right, with their middles on one line."""
    x, high = -_width(row) / 2, max(shown.height for shown in row)
    for shown in row:
        yield replace(shown, x=x + shown.width / 2, y=top + high / 2)
        x += shown.width + GAP
