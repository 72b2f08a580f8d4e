"""The records a picture is made of: items, the links between them, and the scene.

They know neither where they stand nor how they look; `layout` and `palette` say that.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icdgraph.graph import Node, Note
    from icdgraph.model import Relation


class Role(StrEnum):
    """What an item is in the picture."""

    ANCESTOR = "ancestor"
    CENTRE = "centre"
    CHILD = "child"
    SYNONYM = "synonym"
    NAMED = "named by a note here"
    NAMING = "has a note that points here"


SPINE = frozenset({Role.ANCESTOR, Role.CENTRE})
"""The roles of what was asked for and what stands above it."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something to draw: a node, a synonym, or what stands for those left out.

    *name* is printed bold before *text*; *card* is shown on request.  *by* is the key
    of the item that brought this one into the picture: an item stays folded away with
    it.  An item with a *rest* stands for those others, which were left out.
    """

    key: str
    role: Role
    relation: Relation
    name: str
    text: str
    card: str
    by: str = ""
    rest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A line to draw from one item to another, with the notes that state it."""

    source: str
    relation: Relation
    target: str
    card: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """The surroundings of *centres*: items from the chapters down, links by relation.

    *silent* are the notes that apply but name no code, and so have no link.  *folded*
    and *folded_links* are not shown until a reader unfolds the item that brings them.
    *beyond* counts the nodes that were asked for, but for which there was no room.
    """

    centres: tuple[Node, ...]
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    silent: tuple[Note, ...] = ()
    folded: tuple[Item, ...] = ()
    folded_links: tuple[Link, ...] = ()
    beyond: int = 0

    @property
    def relations(self) -> dict[Relation, int]:
        """How many links of each relation are drawn, those to the rest aside."""
        rest = {item.key for item in self.items if item.rest}
        return dict(
            Counter(
                link.relation
                for link in self.links
                if link.source not in rest and link.target not in rest
            )
        )

    @property
    def left_out(self) -> int:
        """How many things the items that stand for others stand for."""
        return sum(len(item.rest) for item in self.items)
