"""The layouts: a place for the box of every item, computed before the page opens.

    tree      from the chapters on: one node with its direct neighbors as a spine that
              goes down, everything else from left to right
    radial    in rings around the nodes that the picture is about
    force     linked items attract each other

No two boxes overlap, and each holds its whole text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.draw.boxes import forest, shows_only_names
from icdgraph.draw.ego_layout import ego_layout
from icdgraph.draw.force import force
from icdgraph.draw.radial import radial
from icdgraph.draw.scene import SPINE, Scene
from icdgraph.draw.tree import tree
from icdgraph.errors import ParseError
from icdgraph.serialize import note_record

if TYPE_CHECKING:
    from icdgraph.draw.boxes import Box
    from icdgraph.draw.scene import Item, Link

LAYOUTS = {"tree": tree, "radial": radial, "force": force}
"""The layouts by name, the default first."""


def layout(scene: Scene, name: str = "tree") -> tuple[Box, ...]:
    """Return the boxes of *scene* in the layout *name*.

    Raises `ParseError` for an unknown name.
    """
    if name not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        raise ParseError(f"unknown layout {name!r}: expected {known}")
    if route(scene, name) == "spine":
        return ego_layout(scene)
    return LAYOUTS[name](scene)


def route(scene: Scene, name: str = "tree") -> str:
    """Return how lines run: as beside a ``spine``, or as in the layout *name*."""
    return "spine" if name == "tree" and _has_spine(scene) else name


def _has_spine(scene: Scene) -> bool:
    """Return True if *scene* is one node with no more than its direct neighbors."""
    if len(scene.centers) > 1 or shows_only_names(scene):
        return False
    _, brought = forest(scene)
    roles = {item.key: item.role for item in scene.items}
    spine = [item for item in scene.items if item.role in SPINE]
    is_whole = len(spine) == scene.centers[0].level
    return is_whole and all(roles[key] in SPINE for key in brought)


def record(scene: Scene) -> dict[str, Any]:
    """Return *scene* as a record, with the place of each item in the first layout."""
    boxes = {box.key: box for box in layout(scene)}
    return {
        "nodes": [_item_record(item, boxes[item.key]) for item in scene.items],
        "edges": [_link_record(link) for link in scene.links],
        "omitted": scene.omitted,
        "dropped": scene.dropped,
    }


def _item_record(item: Item, box: Box) -> dict[str, Any]:
    return {
        "key": item.key,
        "role": item.role.value,
        "relation": item.relation.value,
        "kind": item.node.kind.value if item.node else None,
        "code": item.node.code if item.node else None,
        "text": item.text,
        "omitted": list(item.omitted),
        "x": box.x,
        "y": box.y,
        "width": box.width,
        "height": box.height,
    }


def _link_record(link: Link) -> dict[str, Any]:
    return {
        "source": link.source,
        "relation": link.relation.value,
        "target": link.target,
        "notes": [note_record(note) for note in link.notes],
    }
