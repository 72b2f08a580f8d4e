"""What lies folded in a scene: the nodes left out, and children that are not shown.

A page holds it from the start, so that it unfolds without asking for anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from icdgraph.draw.items import SPINE, Item, Link, Role
from icdgraph.draw.parts import end_of, item, key, note_links, parent_link
from icdgraph.model import Relation

if TYPE_CHECKING:
    from icdgraph.draw.neighborhood import Sketch
    from icdgraph.graph import Edge, Node

FOLDED = 400
"""How many more lie folded in it at most."""


@dataclass(slots=True)
class Folds:
    """What lies folded in a sketch: children not shown, and those left out."""

    sketch: Sketch
    items: dict[str, Item] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)

    def folded(self) -> tuple[tuple[Item, ...], tuple[Link, ...]]:
        """Return the folded items and links: the rest first, then children."""
        for name, (role, edges) in self.sketch.owed.items():
            self._unfold(name, role, edges)
        if Relation.PARENT in self.sketch.relations:
            for name, node in self.sketch.nodes.items():
                if name in self.sketch.items:
                    self._fold_children(name, node)
        return tuple(self.items.values()), tuple(self.links)

    def _is_new(self, node: Node) -> bool:
        return key(node) not in self.sketch.items and key(node) not in self.items

    def _unfold(self, name: str, role: Role, edges: list[Edge]) -> None:
        fresh = [
            n for n in dict.fromkeys(end_of(e, role) for e in edges) if self._is_new(n)
        ]
        if len(self.items) + len(fresh) > FOLDED:
            return
        relation = edges[0].relation
        self.items |= {key(n): item(n, role, relation, name) for n in fresh}
        self.links += note_links([edges], {**self.sketch.items, **self.items})

    def _fold_children(self, name: str, node: Node) -> None:
        """Fold the children of a *node* that shows none."""
        role = self.sketch.items[name].role
        children = node.children
        if role in SPINE and role != Role.CENTRE:
            return
        if any(key(child) in self.sketch.items for child in children):
            return
        if len(self.items) + len(children) > FOLDED:
            return
        for child in filter(self._is_new, children):
            self.items[key(child)] = item(child, Role.CHILD, Relation.PARENT, name)
            self.links.append(parent_link(child, node))
