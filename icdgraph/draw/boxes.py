"""Boxes: an item with its text broken into lines, and the size of its box.

A layout takes the boxes of a scene and gives them their places.  Lengths are in pixels
at scale 1; y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from icdgraph.draw.scene import Role
from icdgraph.draw.text_metrics import FONT_SIZE, PADDING, box_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.draw.scene import Item, Scene

WIDTHS = {Role.ANCESTOR: 300, Role.CENTER: 340, Role.CHILD: 170}
COLUMN = 400
"""How wide the boxes of other roles are at most."""

MANY = 150
"""A picture of more items than this shows codes without their titles."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box around its middle (*x*, *y*), with its text broken into *lines*.

    A box without an *item* is the heading of a group.
    """

    key: str
    item: Item | None
    lines: tuple[str, ...]
    width: float
    font_size: int = FONT_SIZE
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        """The height of the box; vis-network sets lines as high as the font size."""
        return len(self.lines) * self.font_size + 2 * PADDING

    def overlaps(self, other: Box) -> bool:
        """Return True if this box and *other* have a point in common."""
        return (
            abs(self.x - other.x) * 2 <= self.width + other.width
            and abs(self.y - other.y) * 2 <= self.height + other.height
        )


def box(item: Item, *, only_name: bool = False) -> Box:
    """Return the box of *item*, not yet in its place.

    With *only_name* it leaves out the text of an item that has a name.
    """
    width: float = WIDTHS.get(item.role, COLUMN)
    font_size = FONT_SIZE + 3 if item.role == Role.CENTER else FONT_SIZE
    is_short = only_name and item.name and item.role != Role.CENTER
    text = item.name if is_short else item.label
    lines = tuple(wrap(text, width, font_size))
    if item.role != Role.CHILD or only_name:
        width = box_width(lines, font_size)
    return Box(item.key, item, lines, width, font_size)


def stack(boxes: Iterable[Box], gap: float, top: float = 0.0) -> Iterator[Box]:
    """Yield *boxes* one below the other from *top* down, with a *gap* between two."""
    for shown in boxes:
        yield replace(shown, y=top + shown.height / 2)
        top += shown.height + gap


def shows_only_names(scene: Scene) -> bool:
    """Return True if *scene* has so many items that each shows its name alone."""
    return len(scene.items) > MANY


def boxes(scene: Scene) -> dict[str, Box]:
    """Return the boxes of *scene* by key, not yet in their places."""
    only_name = shows_only_names(scene)
    return {item.key: box(item, only_name=only_name) for item in scene.items}


def forest(scene: Scene) -> tuple[list[str], dict[str, list[str]]]:
    """Return the keys of the items that none brought in, and what each brings in."""
    known = {item.key for item in scene.items}
    roots: list[str] = []
    brought: dict[str, list[str]] = {}
    for item in scene.items:
        by = item.brought_by
        (brought.setdefault(by, []) if by in known else roots).append(item.key)
    return roots, brought
