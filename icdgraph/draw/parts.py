"""The parts that a scene is put together from: items of nodes, and links of edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw import tooltips
from icdgraph.draw.items import Item, Link, Role
from icdgraph.draw.stated import target_of
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.graph import Edge, Node

Ends = tuple[str, Relation, str]
"""The keys of the two ends of a link, and what joins them."""


def key(node: Node) -> str:
    """Return what tells *node* from all others: its kind and code."""
    return f"{node.kind}:{node.code}"


def item(
    node: Node, role: Role, relation: Relation, by: str = "", card: str = ""
) -> Item:
    """Return the item of *node*."""
    name, text = tooltips.name(node)
    return Item(
        key(node), role, relation, name, text, card or tooltips.of_node(node), by
    )


def parent_link(low: Node, high: Node) -> Link:
    """Return the link from *low* to its parent *high*."""
    words = f"{tooltips.name(low)[0]} belongs to {tooltips.name(high)[0]}"
    return Link(key(low), Relation.PARENT, key(high), words)


def note_links(
    groups: Iterable[list[Edge]], present: dict[str, Item]
) -> Iterator[Link]:
    """Yield one link for all notes that say the same of the same two nodes."""
    together: dict[Ends, list[Edge]] = {}
    for edge in (edge for edges in groups for edge in edges):
        ends = key(edge.source), edge.relation, key(target_of(edge))
        if ends[0] in present and ends[2] in present:
            together.setdefault(ends, []).append(edge)
    for (source, relation, target), same in together.items():
        notes = tuple(dict.fromkeys(edge.note for edge in same if edge.note))
        yield Link(source, relation, target, tooltips.of(*same), notes)


def end_of(edge: Edge, role: Role) -> Node:
    """Return the end of *edge* that a group of *role* shows."""
    return target_of(edge) if role == Role.NAMED else edge.source


def bound(count: int, limit: int) -> int:
    """Return how many of *count* to show: leaving out a single one saves no room.

    >>> bound(10, 12), bound(13, 12), bound(14, 12)
    (10, 13, 12)
    """
    return count if count <= limit + 1 else limit


def more(
    node: Node, role: Role, relation: Relation, names: Iterable[str]
) -> Iterator[Item]:
    """Yield the item that stands beside *node* for *names*, if there are any."""
    rest = tuple(dict.fromkeys(names))
    if rest:
        name = f"more:{role}:{relation}:{key(node)}"
        words = "left out of the picture"
        card = tooltips.of_rest(rest)
        yield Item(
            name, role, relation, f"+{len(rest):,} more", words, card, key(node), rest
        )
