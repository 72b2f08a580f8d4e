"""Boxes: an item with its words cut into lines, and how wide and high that makes it.

Every layout takes the boxes of a scene and gives them their places.  Lengths are in
pixels at scale 1; y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from icdgraph.draw.items import Role
from icdgraph.draw.text_metrics import LETTER, PADDING, breadth, wrap

if TYPE_CHECKING:
    from icdgraph.draw.items import Item, Scene

WIDTHS = {Role.ANCESTOR: 300, Role.CENTRE: 340, Role.CHILD: 170}
COLUMN = 400
"""How wide the boxes of other roles are at most."""

MANY = 150
"""A picture of more items than this shows codes without their titles."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box around its middle (*x*, *y*), with its words cut into *lines*.

    A box without an *item* is the heading of a group.
    """

    key: str
    item: Item | None
    lines: tuple[str, ...]
    width: float
    letter: int = LETTER
    x: float = 0.0
    y: float = 0.0

    @property
    def height(self) -> float:
        """The height of the box; vis-network sets lines as high as their letters."""
        return len(self.lines) * self.letter + 2 * PADDING

    def meets(self, other: Box) -> bool:
        """Say whether this box and *other* have a point in common."""
        return (
            abs(self.x - other.x) * 2 <= self.width + other.width
            and abs(self.y - other.y) * 2 <= self.height + other.height
        )


def box(item: Item, *, terse: bool = False) -> Box:
    """Return the box of *item*, not yet in its place.

    A *terse* one has its name alone.

    >>> from icdgraph.draw.items import Item
    >>> from icdgraph.model import Relation
    >>> item = Item("k", Role.CHILD, Relation.PARENT, "M54.2", "Cervicalgia", "")
    >>> box(item).lines, box(item).height, box(item, terse=True).lines
    (('M54.2 Cervicalgia',), 26, ('M54.2',))
    """
    width: float = WIDTHS.get(item.role, COLUMN)
    letter = LETTER + 3 if item.role == Role.CENTRE else LETTER
    text = "" if terse and item.name and item.role != Role.CENTRE else item.text
    lines = tuple(wrap(f"{item.name} {text}".strip(), width, letter))
    if item.role != Role.CHILD or terse:
        width = breadth(lines, letter)
    return Box(item.key, item, lines, width, letter)


def is_terse(scene: Scene) -> bool:
    """Say whether *scene* has so many items that each shows its name alone."""
    return len(scene.items) > MANY


def boxes(scene: Scene) -> dict[str, Box]:
    """Return the boxes of *scene* by key, not yet in their places."""
    terse = is_terse(scene)
    return {item.key: box(item, terse=terse) for item in scene.items}


def forest(scene: Scene) -> tuple[list[str], dict[str, list[str]]]:
    """Return the keys of the items that nothing brought in, and what each brings.

    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> roots, brought = forest(scene(toy().core["M54.50"]))
    >>> roots, brought["category:M54"]
    (['chapter:M00-M99'], ['subcategory:M54.5', 'code:F45.41'])
    """
    known = {item.key for item in scene.items}
    roots: list[str] = []
    brought: dict[str, list[str]] = {}
    for item in scene.items:
        (brought.setdefault(item.by, []) if item.by in known else roots).append(
            item.key
        )
    return roots, brought
