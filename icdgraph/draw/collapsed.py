"""What is collapsed in a scene: the nodes that are omitted, and children not shown.

A page holds it from the start, so that a reader can expand it without a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw.scene import (
    Item,
    Link,
    Role,
    end_of,
    key_of,
    node_item,
    note_links,
    parent_link,
)
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from icdgraph.graph import Edge, Node

MOST = 400
"""How many items a scene has collapsed at most."""


def collapsed(
    shown: Mapping[str, Item],
    omitted: Mapping[str, tuple[Role, list[Edge]]],
    *,
    with_children: bool,
) -> tuple[tuple[Item, ...], tuple[Link, ...]]:
    """Return the items and links that are collapsed in the items *shown*.

    *omitted* has the edges that each "+38 more" stands for, by its key, and the role
    of what they lead to.
    """
    items: dict[str, Item] = {}
    links: list[Link] = []
    for key, (role, edges) in omitted.items():
        nodes = dict.fromkeys(end_of(edge, role) for edge in edges)
        fresh = [n for n in nodes if key_of(n) not in shown and key_of(n) not in items]
        if len(items) + len(fresh) <= MOST:
            for node in fresh:
                items[key_of(node)] = node_item(node, role, edges[0].relation, key)
            links += note_links(edges, {*shown, *items})
    for item in shown.values() if with_children else ():
        children = _hidden_children(item, shown)
        if item.node and len(items) + len(children) <= MOST:
            for child in children:
                if key_of(child) not in items:
                    made = node_item(child, Role.CHILD, Relation.PARENT, item.key)
                    items[made.key] = made
                    links.append(parent_link(child, item.node))
    return tuple(items.values()), tuple(links)


def _hidden_children(item: Item, shown: Mapping[str, Item]) -> tuple[Node, ...]:
    """Return the children of *item*, none where some are *shown* already."""
    if item.node is None or item.role == Role.ANCESTOR:
        return ()
    children = item.node.children
    return () if any(key_of(child) in shown for child in children) else children
