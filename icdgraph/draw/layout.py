"""Where everything stands: a box for every item, computed before the page opens.

    tree      from the chapters on; one node with its surroundings as a spine
              that goes down, more than that from left to right
    radial    in rings around what was asked for
    force     what is linked draws together

No two boxes of a layout meet, and whole words are in the boxes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from icdgraph.draw.boxes import forest, is_terse
from icdgraph.draw.ego_layout import spine
from icdgraph.draw.force import force
from icdgraph.draw.items import SPINE, Scene
from icdgraph.draw.radial import radial
from icdgraph.draw.tree import tree
from icdgraph.errors import ParseError

if TYPE_CHECKING:
    from icdgraph.draw.boxes import Box

LAYOUTS = {"tree": tree, "radial": radial, "force": force}
"""The layouts by name, the one taken by default first."""


def layout(scene: Scene, name: str = "tree") -> tuple[Box, ...]:
    """Return the boxes of *scene* in the layout *name*.

    Raises `ParseError` for a name that is none.

    >>> from icdgraph.draw.scene import scene
    >>> from icdgraph.toy import toy
    >>> len(layout(scene(toy().core["M54.50"]), "radial"))
    13
    """
    if name not in LAYOUTS:
        known = ", ".join(LAYOUTS)
        raise ParseError(f"{name!r} is not a layout: {known} would be right")
    if name == "tree" and has_spine(scene):
        return spine(scene)
    return LAYOUTS[name](scene)


def has_spine(scene: Scene) -> bool:
    """Say whether *scene* is one node with no more than its direct surroundings."""
    if len(scene.centres) > 1 or is_terse(scene):
        return False
    _, brought = forest(scene)
    roles = {item.key: item.role for item in scene.items}
    upright = [item for item in scene.items if item.role in SPINE]
    whole = len(upright) == scene.centres[0].level
    return whole and all(roles[key] in SPINE for key in brought)
