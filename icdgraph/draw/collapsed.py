"""What is collapsed in a scene: the nodes that are omitted, and children not shown.

A page holds it from the start, so that a reader can expand it without a network.
"""

from __future__ import annotations

from icdgraph.draw.scene import (
    Item,
    Link,
    Role,
    Scene,
    end_of,
    key_of,
    node_item,
    note_links,
    parent_link,
)
from icdgraph.model import Relation

MOST = 400
"""How many items a scene has collapsed at most."""


def collapsed(scene: Scene) -> tuple[tuple[Item, ...], tuple[Link, ...]]:
    """Return the items that are collapsed in those of *scene*, and their links.

    >>> from icdgraph.draw.neighborhood import neighborhood
    >>> from icdgraph.toy import toy
    >>> [item.name for item in collapsed(neighborhood(toy().core["M54"]))[0]]
    ['M54.41', 'M54.42', 'M54.50', 'M54.59', 'G89.4']
    """
    shown = {item.key: item for item in scene.items}
    items: dict[str, Item] = {}
    links: list[Link] = []
    for item in shown.values():
        ends = dict.fromkeys(end_of(edge, item.role) for edge in item.edges)
        fresh = [n for n in ends if key_of(n) not in shown and key_of(n) not in items]
        if len(items) + len(fresh) <= MOST:
            for node in fresh:
                made = node_item(node, item.role, item.relation, item.key)
                items[made.key] = made
            links += note_links(item.edges, {*shown, *items})
    nodes = [item.node for item in shown.values() if item.node]
    for node in nodes if Relation.PARENT in scene.drawn else ():
        children = node.children
        is_open = any(key_of(child) in shown for child in children)
        has_room = len(items) + len(children) <= MOST
        for child in children if has_room and not is_open else ():
            if key_of(child) not in items:
                made = node_item(child, Role.CHILD, Relation.PARENT, key_of(node))
                items[made.key] = made
                links.append(parent_link(child, node))
    return tuple(items.values()), tuple(links)
