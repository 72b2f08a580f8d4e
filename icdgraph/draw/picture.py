"""The picture as a pyvis network: shown in a notebook, changed, written to a file.

A `Picture` is a `pyvis.network.Network` with every node in its place.  ``add_node``,
``add_edge``, ``show_buttons``, ``toggle_physics`` and the other methods of pyvis work.
The page is our own, since that of pyvis loads two files from a CDN.

pyvis takes half a second to import, so this module is imported where it is used.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyvis.network import Network
from pyvis.options import Options

from icdgraph.draw import document, vis
from icdgraph.draw.boxes import box, shows_only_names
from icdgraph.draw.collapsed import collapsed
from icdgraph.draw.files import Drawing
from icdgraph.draw.layout import layout, route
from icdgraph.draw.scene_svg import scene_svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from icdgraph.draw.scene import Scene
    from icdgraph.graph import Node

HEIGHT = 600
"""How high a picture is in a notebook, in pixels."""


class Picture(Drawing, Network):  # type: ignore[misc]
    """The picture of *scene* as a pyvis network, with the layout *name*.

    >>> from icdgraph.toy import toy
    >>> net = toy().draw("M54.59")
    >>> net.get_node("code:M54.59")["label"]
    '<b>M54.59</b> Other low back pain'
    >>> net.add_node("mine", label="My own")
    >>> net.add_edge("mine", "code:M54.59")
    >>> "My own" in net.page()
    True
    """

    def __init__(self, scene: Scene, name: str = "tree", physics: bool = False) -> None:
        super().__init__("100%", "100%", directed=True, cdn_resources="in_line")
        self.scene = scene
        self.boxes = layout(scene, name)
        self.toggle_physics(physics)
        self.route = route(scene, name)
        self.collapsed, links = collapsed(scene)
        items = {item.key: item for item in (*scene.items, *self.collapsed)}
        only_name = shows_only_names(scene)
        hidden = {i.key: box(i, only_name=only_name) for i in self.collapsed}
        for node in vis.nodes(self.boxes, hidden.values()):
            self.add_node(node.pop("id"), **node)
        links = (*scene.links, *links)
        for edge in vis.edges(links, items, hidden.keys(), self.route):
            self.add_edge(edge.pop("from"), edge.pop("to"), **edge)

    def page(self, address: Callable[[Node], str] | None = None) -> str:
        """Return the picture as a complete HTML page, to be written as UTF-8.

        With *address*, each node has a link to the page at its address.
        """
        links = {}
        if address:
            items = (*self.scene.items, *self.collapsed)
            links = {i.key: {"href": address(i.node)} for i in items if i.node}
        picture = {
            "nodes": [node | links.get(node["id"], {}) for node in self.nodes],
            "edges": self.edges,
            "options": self._options(),
            # A tree is often too large to be read as a whole: it opens at its center.
            "whole": self.route != "tree",
        }
        return document.page(self.scene, picture)

    def svg(self) -> str:
        """Return the picture as an SVG document.

        Nodes and edges that were added to the network have no place, and are not in it.
        """
        return scene_svg(self.scene, self.boxes, self.route)

    def generate_html(self, *_: Any, **__: Any) -> str:
        """Return `page`, for the methods of pyvis that write a file."""
        self.html = self.page()
        return self.html

    def write_html(self, name: str, *_: Any, **__: Any) -> None:
        """Write `page` to the file *name* as UTF-8."""
        Path(name).write_text(self.page(), encoding="utf-8", newline="\n")

    def _options(self) -> dict[str, Any]:
        """Return our options, with those changed through pyvis over them."""
        options = self.options  # a dict after `set_options`
        if isinstance(options, Options):
            # pyvis starts with physics on, and we start with physics off.
            initial = json.loads(Options().to_json()) | {"physics": None}
            current = json.loads(options.to_json()).items()
            options = {part: v for part, v in current if v != initial[part]}
        many = vis.OPTIONS_OF_MANY if len(self.edges) > vis.MANY else {}
        merged: dict[str, Any] = _over(vis.OPTIONS, {"interaction": many} | options)
        return merged

    def _repr_html_(self) -> str:
        return self._frame("Picture", HEIGHT)


def _over(under: Any, over: Any) -> Any:
    """Return *under* with the values of *over*, at every depth."""
    if isinstance(under, dict) and isinstance(over, dict):
        return under | {name: _over(under.get(name), over[name]) for name in over}
    return over
