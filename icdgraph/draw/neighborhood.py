"""The scene of some nodes: their ancestors and children, synonyms, and notes.

    M00-M99 Diseases of the musculoskeletal ...     an ancestor
     └─ M50-M54 Other dorsopathies                  an ancestor
         └─ M54 Dorsalgia ── Excludes1 ──> F45.41   named by a note that applies
             └─ M54.5 Low back pain <── Excludes2 ── G89     has a note that names it
                 └─ M54.50 ── also called ── Lumbago NOS     a synonym

The edge of an inherited note starts at the ancestor it is inherited from.  A relation
that leads to very many codes shows some of them: the first code of every note before
the second of any.  One more item, "+38 more", lists the others in its tooltip and
expands into them.

With a depth of 2, the picture goes on from the nodes that notes brought in: to the
children of the children, and along the notes at exactly those nodes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from icdgraph.draw import tooltips
from icdgraph.draw.scene import (
    Ends,
    Item,
    Link,
    Role,
    Scene,
    edges_applying,
    edges_naming,
    end_of,
    key_of,
    node_item,
    note_links,
    omitted_item,
    parent_link,
)
from icdgraph.errors import ParseError
from icdgraph.model import LINKING, Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from icdgraph.graph import Edge, Node, Note

CHILDREN = 32
"""How many children are shown; no node of the 2026 release has more than 27."""

SYNONYMS = 20
"""How many synonyms are shown."""

CODES = 12
"""How many codes are shown for one relation in one direction."""

EXCLUDED = 40
"""How many codes are shown for Excludes1 in one direction."""

LIMIT = 2000
"""How many items a picture has at most."""

Group = tuple[Role, Relation]
"""The codes on one side of a relation: those named, or those whose notes name."""


def neighborhood(
    *nodes: Node,
    depth: int = 1,
    relations: Iterable[str] | None = None,
    inherited: bool = True,
) -> Scene:
    """Return the scene of *nodes*.

    *depth* is how many levels below them, and steps along notes, are shown;
    *relations* are those to draw, all by default; *inherited* is whether notes that
    *nodes* inherit are drawn.  Raises `ParseError`.

    >>> from icdgraph.toy import toy
    >>> scene = neighborhood(toy().core["M54.5"])
    >>> [item.name for item in scene.items if item.role == Role.NAMED]
    ['S39.012', 'M51.2', 'M54.4', 'F45.41']
    >>> [item.name for item in scene.items if item.role == Role.NAMING]
    ['G89']
    """
    if not nodes:
        raise ParseError("a picture needs at least one code")
    if depth < 0:
        raise ParseError(f"invalid depth {depth!r}: expected 0 or more")
    centers = tuple(dict.fromkeys(nodes))
    builder = _Builder(centers, relations_named(relations), inherited)
    builder.add_spines()
    step: Sequence[Node] = centers
    for number in range(depth):
        step = builder.add_step(step, only_own=number > 0 or not inherited)
    builder.add_synonyms()
    return builder.scene()


def relations_named(names: Iterable[str] | None) -> frozenset[Relation]:
    """Return the relations with *names*, all of them for None.  Raises `ParseError`."""
    if names is None:
        return frozenset(Relation)
    names = [names] if isinstance(names, str) else list(names)
    for name in names or [""]:
        if name not in list(Relation):
            known = ", ".join(Relation)
            raise ParseError(f"unknown relation {name!r}: expected {known}")
    return frozenset(map(Relation, names))


@dataclass(slots=True)
class _Builder:
    """A scene while it is put together."""

    centers: tuple[Node, ...]
    relations: frozenset[Relation]
    inherited: bool
    items: dict[str, Item] = field(default_factory=dict)
    links: dict[Ends, Link] = field(default_factory=dict)
    dropped: int = 0

    def scene(self) -> Scene:
        """Return the scene that was put together."""
        if Relation.PARENT not in self.relations:
            self._drop_unlinked_ancestors()
        notes = {n: None for c in self.centers for n in c.applicable_notes(*LINKING)}
        return Scene(
            self.centers,
            tuple(self.items.values()),
            tuple(self.links.values()),
            self.relations,
            tuple(note for note in notes if not note.targets and self._shows(note)),
            self.dropped,
        )

    def _shows(self, note: Note) -> bool:
        is_own = self.inherited or note.owner in self.centers
        return is_own and note.kind.relation in self.relations

    def _drop_unlinked_ancestors(self) -> None:
        linked = {end for link in self.links for end in (link[0], link[2])}
        self.items = {
            key: item
            for key, item in self.items.items()
            if item.role != Role.ANCESTOR or key in linked
        }

    def _add(self, *items: Item) -> None:
        self.items |= {item.key: item for item in items}

    def _link(self, links: Iterable[Link]) -> None:
        self.links |= {link.ends: link for link in links}

    def _has_room(self, count: int = 1) -> bool:
        """Return True if another item fits, and else count *count* nodes as dropped."""
        if len(self.items) < LIMIT:
            return True
        self.dropped += count
        return False

    # The tree

    def add_spines(self) -> None:
        """Add the centers and all nodes above them, from the chapters down."""
        for center in self.centers:
            notes = center.applicable_notes() if self.inherited else center.notes
            for node in (*center.path, center):
                if key_of(node) not in self.items:
                    role = Role.CENTER if node in self.centers else Role.ANCESTOR
                    by = key_of(node.parent) if node.parent else ""
                    own = [note for note in notes if note.owner == node]
                    text = tooltips.of_node(node, own)
                    self._add(node_item(node, role, Relation.PARENT, by, text))
                    self._link_to_parent(node)

    def _link_to_parent(self, node: Node) -> None:
        if node.parent and Relation.PARENT in self.relations:
            self._link([parent_link(node, node.parent)])

    def add_step(self, nodes: Sequence[Node], *, only_own: bool) -> list[Node]:
        """Add what is one step from *nodes*, and return it.

        *only_own* leaves out notes that *nodes* inherit, or that name a node above.
        """
        before = len(self.items)
        for node in nodes:
            if self.items[key_of(node)].role in (Role.CENTER, Role.CHILD):
                self._add_children(node)
        for node in nodes:
            self._add_notes(node, only_own=only_own)
        added = islice(self.items.values(), before, None)
        return [item.node for item in added if item.node]

    def _add_children(self, node: Node) -> None:
        if Relation.PARENT not in self.relations:
            return
        count = _room_for(node.children, CHILDREN)
        for child in node.children[:count]:
            if key_of(child) not in self.items and self._has_room():
                self._add(node_item(child, Role.CHILD, Relation.PARENT, key_of(node)))
            if key_of(child) in self.items:
                self._link_to_parent(child)
        codes = (child.code for child in node.children[count:])
        self._add(*omitted_item(node, Role.CHILD, Relation.PARENT, codes))

    # The notes

    def _add_notes(self, node: Node, *, only_own: bool) -> None:
        groups = self._groups(node, only_own)
        for group, edges in groups.items():
            for other, edge in _chosen(edges, group, self.items):
                if self._has_room():
                    by = key_of(end_of(edge, _OPPOSITE[group[0]]))
                    self._add(node_item(other, *group, by))
        self._link(note_links(chain(*groups.values()), self.items))
        for group, edges in groups.items():
            self._add_omitted(node, group, edges)

    def _groups(self, node: Node, only_own: bool) -> dict[Group, list[Edge]]:
        """Return the edges around *node* by direction and relation."""
        groups: dict[Group, list[Edge]] = {}
        relations = [k.relation for k in LINKING if k.relation in self.relations]
        for role, edges in (
            (Role.NAMED, edges_applying(node)),
            (Role.NAMING, edges_naming(node)),
        ):
            groups |= {(role, relation): [] for relation in relations}
            for edge in edges:
                is_own = node in (edge.source, edge.target)
                if edge.relation in relations and (is_own or not only_own):
                    groups[role, edge.relation].append(edge)
        return groups

    def _add_omitted(self, node: Node, group: Group, edges: list[Edge]) -> None:
        """Add the item for those nodes of *group* that are not shown, and its links."""
        role, relation = group
        hidden = [e for e in edges if key_of(end_of(e, role)) not in self.items]
        codes = (end_of(edge, role).code for edge in hidden)
        for item in omitted_item(node, role, relation, codes, hidden):
            if not self._has_room(len(item.omitted)):
                return
            ends = [key_of(end_of(edge, _OPPOSITE[role])) for edge in hidden]
            self._add(replace(item, brought_by=ends[0]))
            for end in dict.fromkeys(ends):
                pair = (end, item.key) if role == Role.NAMED else (item.key, end)
                self._link([Link(pair[0], relation, pair[1], item.tooltip)])

    # The synonyms

    def add_synonyms(self) -> None:
        """Add the synonyms of the centers."""
        if Relation.SYNONYM in self.relations:
            for center in self.centers:
                for item, notes in _synonyms(center):
                    self._add(item)
                    link = key_of(center), Relation.SYNONYM, item.key
                    self._link([Link(*link, item.tooltip, notes)])


_OPPOSITE = {Role.NAMED: Role.NAMING, Role.NAMING: Role.NAMED}


def _room_for(values: Sequence[object], limit: int) -> int:
    """Return how many of *values* to show: omitting a single one saves no room."""
    return len(values) if len(values) <= limit + 1 else limit


def _synonyms(node: Node) -> Iterator[tuple[Item, tuple[Note, ...]]]:
    """Yield the synonyms of *node* as items with their notes, and one for the rest."""
    role, relation, by = Role.SYNONYM, Relation.SYNONYM, key_of(node)
    edges = [edge for edge in node.edges if edge.relation is relation]
    count = _room_for(edges, SYNONYMS)
    for number, edge in enumerate(edges[:count], 1):
        text, tooltip = str(edge.target), tooltips.of_edges([edge])
        item = Item(f"{role}:{by}:{number}", role, relation, "", text, tooltip, by)
        yield item, (edge.note,) if edge.note else ()
    terms = (str(edge.target) for edge in edges[count:])
    for item in omitted_item(node, role, relation, terms):
        yield item, ()


def _chosen(
    edges: list[Edge], group: Group, present: dict[str, Item]
) -> list[tuple[Node, Edge]]:
    """Return the nodes to show for *edges*, each with the edge that brings it.

    The first node that every note names is chosen before the second of any.
    """
    role, relation = group
    ranks: dict[Node, tuple[int, Edge]] = {}
    counts: Counter[Note | None] = Counter()
    for edge in edges:
        ranks.setdefault(end_of(edge, role), (counts[edge.note], edge))
        counts[edge.note] += 1
    fresh = [node for node in ranks if key_of(node) not in present]
    # Sorting is stable: among equals the order of the edges stays.
    ranked = sorted(fresh, key=lambda node: ranks[node][0])
    limit = EXCLUDED if relation is Relation.EXCLUDES1 else CODES
    best = set(ranked[: _room_for(ranked, limit)])
    return [(node, ranks[node][1]) for node in fresh if node in best]
