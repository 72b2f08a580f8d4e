"""A scene while it is put together: spines first, then step by step what is around."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from icdgraph.draw import tooltips
from icdgraph.draw.collapsed import Folds
from icdgraph.draw.items import Item, Link, Role, Scene
from icdgraph.draw.parts import (
    Ends,
    bound,
    end_of,
    item,
    key,
    more,
    note_links,
    parent_link,
)
from icdgraph.draw.stated import own, stated, stated_elsewhere
from icdgraph.model import LINKING, Relation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from icdgraph.graph import Edge, Node, Note

CHILDREN = 32
"""How many children are shown; no node of the 2026 release has more than 27."""

SYNONYMS = 20
"""How many synonyms are shown."""

CODES = 12
"""How many codes are shown for one relation in one direction."""

LIMIT = 2000
"""How many items a picture has at most."""


@dataclass(slots=True)
class Sketch:
    """A scene while it is put together.

    *owed* are the nodes that stand behind each "+38 more", by its key, with the edges
    that would lead to them.
    """

    centres: tuple[Node, ...]
    relations: frozenset[Relation]
    inherited: bool
    items: dict[str, Item] = field(default_factory=dict)
    links: dict[Ends, Link] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    owed: dict[str, tuple[Role, list[Edge]]] = field(default_factory=dict)
    beyond: int = 0

    def scene(self) -> Scene:
        """Return the scene that was put together."""
        silent = tuple(
            note
            for note in dict.fromkeys(
                n for c in self.centres for n in c.applicable_notes(*LINKING)
            )
            if not note.targets and self._wanted(note)
        )
        self._drop_idle_ancestors()
        shown, links = tuple(self.items.values()), tuple(self.links.values())
        folded = Folds(self).folded()
        return Scene(self.centres, shown, links, silent, *folded, self.beyond)

    def _wanted(self, note: Note) -> bool:
        return note.kind.relation in self.relations and (
            self.inherited or note.owner in self.centres
        )

    def _drop_idle_ancestors(self) -> None:
        """Without the tree, keep those ancestors alone whose notes are drawn."""
        if Relation.PARENT in self.relations:
            return
        ends = {end for link in self.links for end in (link[0], link[2])}
        for one in [i for i in self.items.values() if i.role == Role.ANCESTOR]:
            if one.key not in ends:
                del self.items[one.key]

    def put(self, node: Node, role: Role, relation: Relation, by: str) -> bool:
        """Add *node*; say whether there was room."""
        if len(self.items) >= LIMIT:
            self.beyond += 1
            return False
        one = item(node, role, relation, by)
        self.items[one.key], self.nodes[one.key] = one, node
        return True

    # The tree

    def add_spines(self) -> None:
        """Add *centres* and all above them, from the chapters down."""
        for centre in self.centres:
            said = centre.applicable_notes() if self.inherited else centre.notes
            for node in (*centre.path, centre):
                if key(node) in self.items:
                    continue
                role = Role.CENTRE if node in self.centres else Role.ANCESTOR
                by = key(node.parent) if node.parent else ""
                words = tooltips.of_node(node, [n for n in said if n.owner == node])
                self.items[key(node)] = item(node, role, Relation.PARENT, by, words)
                self.nodes[key(node)] = node
                if node.parent:
                    self._join(node, node.parent)

    def _join(self, low: Node, high: Node) -> None:
        """Lead *low* to its parent *high*."""
        if Relation.PARENT in self.relations:
            one = parent_link(low, high)
            self.links[one.source, one.relation, one.target] = one

    def add_step(self, nodes: Sequence[Node], *, first: bool) -> list[Node]:
        """Add what is one step from *nodes*, and return it."""
        before = len(self.items)
        for node in nodes:
            self._add_children(node)
        for node in nodes:
            self._add_notes(node, near=not first or not self.inherited)
        return [
            self.nodes[name]
            for name in islice(self.items, before, None)
            if name in self.nodes
        ]

    def _add_children(self, node: Node) -> None:
        role = self.items[key(node)].role
        if Relation.PARENT not in self.relations or role not in _GROWS:
            return
        children = node.children
        shown = bound(len(children), CHILDREN)
        for child in children[:shown]:
            if key(child) in self.items or self.put(
                child, Role.CHILD, Relation.PARENT, key(node)
            ):
                self._join(child, node)
        rest = [str(child.code) for child in children[shown:]]
        for one in more(node, Role.CHILD, Relation.PARENT, rest):
            self.items[one.key] = one

    # The notes

    def _add_notes(self, node: Node, *, near: bool) -> None:
        """Add what notes join to *node*; *near*, only by those at *node* itself."""
        groups = self._groups(node, near)
        for (role, relation), edges in groups.items():
            for outer, edge in _first(edges, role, self.items):
                inner = end_of(edge, _TURNED[role])
                self.put(outer, role, relation, key(inner))
        self.links |= {
            (link.source, link.relation, link.target): link
            for link in note_links(groups.values(), self.items)
        }
        for (role, relation), edges in groups.items():
            self._add_rest(node, role, relation, edges)

    def _groups(
        self, node: Node, near: bool
    ) -> dict[tuple[Role, Relation], list[Edge]]:
        """Sort edges by direction and relation, in the order of `LINKING`."""
        groups: dict[tuple[Role, Relation], list[Edge]] = {
            (role, kind.relation): []
            for role in (Role.NAMED, Role.NAMING)
            for kind in LINKING
            if kind.relation in self.relations
        }
        for role, edges in (
            (Role.NAMED, stated(node)),
            (Role.NAMING, stated_elsewhere(node)),
        ):
            for edge in own(edges, node) if near else edges:
                if edge.relation in self.relations:
                    groups[role, edge.relation].append(edge)
        return groups

    def _add_rest(
        self, node: Node, role: Role, relation: Relation, edges: list[Edge]
    ) -> None:
        """Add the item for those nodes of a group that are not shown, and its links."""
        hidden = [edge for edge in edges if key(end_of(edge, role)) not in self.items]
        names = (str(end_of(edge, role).code) for edge in hidden)
        for one in more(node, role, relation, names):
            if len(self.items) >= LIMIT:
                self.beyond += len(one.rest)
                return
            inner = dict.fromkeys(key(end_of(edge, _TURNED[role])) for edge in hidden)
            self.items[one.key] = replace(one, by=next(iter(inner)))
            self.owed[one.key] = role, hidden
            for end in inner:
                ends = (end, one.key) if role == Role.NAMED else (one.key, end)
                link = Link(ends[0], relation, ends[1], one.card)
                self.links[link.source, relation, link.target] = link

    def add_synonyms(self) -> None:
        """Add the terms of *centres*."""
        if Relation.SYNONYM not in self.relations:
            return
        for centre in self.centres:
            for one, note in _synonyms(centre):
                self.items[one.key] = one
                link = Link(key(centre), Relation.SYNONYM, one.key, one.card, note)
                self.links[link.source, link.relation, link.target] = link


_GROWS = frozenset({Role.CENTRE, Role.CHILD})
"""Below these the tree goes on; what notes bring in is shown without its children."""

_TURNED = {Role.NAMED: Role.NAMING, Role.NAMING: Role.NAMED}


def _synonyms(node: Node) -> Iterator[tuple[Item, tuple[Note, ...]]]:
    """Yield the terms of *node* as items with their notes, and one for the rest."""
    role, relation, by = Role.SYNONYM, Relation.SYNONYM, key(node)
    edges = [edge for edge in node.edges if edge.relation is relation]
    shown = bound(len(edges), SYNONYMS)
    for number, edge in enumerate(edges[:shown], 1):
        words, card = str(edge.target), tooltips.of(edge)
        one = Item(f"{role}:{by}:{number}", role, relation, "", words, card, by)
        yield one, (edge.note,) if edge.note else ()
    for one in more(node, role, relation, (str(edge.target) for edge in edges[shown:])):
        yield one, ()


def _first(
    edges: list[Edge], role: Role, present: dict[str, Item]
) -> list[tuple[Node, Edge]]:
    """Choose the nodes to show for *edges*, each with the edge that brings it.

    The first that every note names are chosen before the second of any.
    """
    ranks: dict[Node, tuple[int, Edge]] = {}
    counts: Counter[Note | None] = Counter()
    for edge in edges:
        ranks.setdefault(end_of(edge, role), (counts[edge.note], edge))
        counts[edge.note] += 1
    fresh = [node for node in ranks if key(node) not in present]
    # Sorted is stable: among equals the order of the edges stays.
    ranked = sorted(fresh, key=lambda node: ranks[node][0])
    best = set(ranked[: bound(len(fresh), CODES)])
    return [(node, ranks[node][1]) for node in fresh if node in best]
