"""The scene: what a picture of some nodes shows, as data.

    Item    a box: a node, a synonym, or "+38 more" for nodes that are omitted
    Link    a line between two items, with the notes that state it
    Scene   the items and links of a picture

The interactive page, SVG, PNG and the picture in the explorer are all drawn from a
scene.  `icdgraph.draw.neighborhood` puts one together, `icdgraph.draw.layout` gives its
items their places, and `icdgraph.draw.palette` says how they look.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from icdgraph.draw import tooltips
from icdgraph.graph import Edge, Node
from icdgraph.graph.nodes import note
from icdgraph.model import LINKING, Relation
from icdgraph.serialize import short_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from icdgraph.graph import Note

Ends = tuple[str, Relation, str]
"""The keys of the two ends of a link, and its relation."""


class Role(StrEnum):
    """Why an item is in the picture."""

    ANCESTOR = "ancestor"
    CENTER = "center"
    CHILD = "child"
    SYNONYM = "synonym"
    NAMED = "named by a note that applies"
    NAMING = "has a note that names it"


SPINE = frozenset({Role.ANCESTOR, Role.CENTER})
"""The roles of the nodes that a picture is about and of the nodes above them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A box in the picture.

    *name* is printed bold before *text*; *tooltip* opens over the box.  *brought_by* is
    the key of the item that brought this one into the picture, with which it collapses.
    *node* is None for a synonym, and for an item that stands for *omitted* codes; then
    *edges* lead to these codes.
    """

    key: str
    role: Role
    relation: Relation
    name: str
    text: str
    tooltip: str
    brought_by: str = ""
    node: Node | None = None
    omitted: tuple[str, ...] = ()
    edges: tuple[Edge, ...] = ()

    @property
    def label(self) -> str:
        """The name and the text."""
        return f"{self.name} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Link:
    """A line from one item to another, by key, with the notes that state it."""

    source: str
    relation: Relation
    target: str
    tooltip: str
    notes: tuple[Note, ...] = ()

    @property
    def ends(self) -> Ends:
        """The keys of both items, and the relation between them."""
        return self.source, self.relation, self.target


@dataclass(frozen=True, slots=True)
class Scene:
    """The items around *centers*, from the chapters down, and the links between them.

    *drawn* are the relations that are drawn.  *codeless* are the notes that apply but
    name no code, and so have no link.  *dropped* counts the nodes for which the picture
    has no room.
    """

    centers: tuple[Node, ...]
    items: tuple[Item, ...]
    links: tuple[Link, ...]
    drawn: frozenset[Relation]
    codeless: tuple[Note, ...] = ()
    dropped: int = 0

    @property
    def counts(self) -> Counter[Relation]:
        """How many links of each relation join two items that are shown."""
        omitted = {item.key for item in self.items if item.omitted}
        links = (n for n in self.links if omitted.isdisjoint((n.source, n.target)))
        return Counter(link.relation for link in links)

    @property
    def omitted(self) -> int:
        """How many nodes and synonyms are omitted, and stood for by another item."""
        return sum(len(item.omitted) for item in self.items)


# Parts of a scene


def key_of(node: Node) -> str:
    """Return the key of the item of *node*: its kind and code."""
    return f"{node.kind}:{node.code}"


def node_item(
    node: Node, role: Role, relation: Relation, brought_by: str = "", tooltip: str = ""
) -> Item:
    """Return the item of *node*."""
    tooltip = tooltip or tooltips.of_node(node)
    title = short_title(node)
    key = key_of(node)
    return Item(key, role, relation, node.code, title, tooltip, brought_by, node)


def omitted_item(
    node: Node,
    role: Role,
    relation: Relation,
    names: Iterable[str],
    edges: Iterable[Edge] = (),
) -> Iterator[Item]:
    """Yield the item beside *node* that stands for omitted *names*, if any."""
    omitted = tuple(dict.fromkeys(names))
    if omitted:
        yield Item(
            f"more:{role}:{relation}:{key_of(node)}",
            role,
            relation,
            f"+{len(omitted):,} more",
            "omitted from the picture",
            tooltips.of_omitted(omitted),
            key_of(node),
            omitted=omitted,
            edges=tuple(edges),
        )


def parent_link(child: Node, parent: Node) -> Link:
    """Return the link from *child* to its *parent*."""
    words = f"{child.code} belongs to {parent.code}"
    return Link(key_of(child), Relation.PARENT, key_of(parent), words)


def note_links(edges: Iterable[Edge], present: Collection[str]) -> Iterator[Link]:
    """Yield a link for the *edges* whose ends are *present*, those of a pair in one."""
    together: dict[Ends, list[Edge]] = {}
    for edge in edges:
        ends = key_of(edge.source), edge.relation, key_of(target_of(edge))
        if ends[0] in present and ends[2] in present:
            together.setdefault(ends, []).append(edge)
    for (source, relation, target), same in together.items():
        notes = tuple(dict.fromkeys(edge.note for edge in same if edge.note))
        yield Link(source, relation, target, tooltips.of_edges(same), notes)


def target_of(edge: Edge) -> Node:
    """Return the node that *edge* leads to.  Raises `TypeError` for a term."""
    if not isinstance(edge.target, Node):
        raise TypeError(f"{edge!r} does not lead to a node")
    return edge.target


def end_of(edge: Edge, role: Role) -> Node:
    """Return the node of *edge* that an item of *role* shows."""
    return target_of(edge) if role == Role.NAMED else edge.source


# The edges around a node


def edges_applying(node: Node) -> Iterator[Edge]:
    """Yield the edges of the notes that apply to *node*, the nearest first.

    An edge starts at a node that its note applies to, as in `Node.edges`: that of an
    inherited note starts at an ancestor.
    """
    for source in (node, *node.ancestors):
        for edge in source.edges:
            if edge.note and edge.note.kind in LINKING:
                yield edge


def edges_naming(node: Node) -> Iterator[Edge]:
    """Yield the edges of other nodes' notes that name *node* or a node above it.

    Those that name it most closely come first.

    >>> from icdgraph.toy import toy
    >>> list(edges_naming(toy().core["M54.50"]))
    [<G89 --excludes2--> M54.5>, <G89 --excludes2--> M54>]
    """
    graph = node.graph
    above = {node.number, *graph.tree.ancestors(node.number)}
    for target in (node, *node.ancestors):
        for number in graph.notes_naming(target.number):
            sources = graph.speakers_of(number)
            relation = graph.kind_of_note(number).relation
            if relation and above.isdisjoint(sources):
                for source in sources:
                    ends = Node(graph, source), relation, target
                    yield Edge(*ends, note(graph, number))
