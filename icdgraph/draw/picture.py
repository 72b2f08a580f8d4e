"""The picture as a pyvis network: shown in a notebook, changed, written to a file.

A `Picture` is a `pyvis.network.Network` with every node in its place, to go on with:
``add_node``, ``add_edge``, ``show_buttons``, ``toggle_physics`` and the rest do what
pyvis says.  Only the page is ours, since that of pyvis asks a CDN for two files.

pyvis takes half a second to import: this module is imported when it is asked for.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyvis.network import Network
from pyvis.options import Options

from icdgraph.draw import document, scene_svg, vis
from icdgraph.draw.files import write
from icdgraph.draw.layout import has_spine, layout

if TYPE_CHECKING:
    from icdgraph.draw.items import Scene

HEIGHT = 600
"""How high a picture is in a notebook, in pixels."""


class Picture(Network):  # type: ignore[misc]
    """The picture of *scene* as a pyvis network, laid out as *name* says.

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
        self.way = "spine" if name == "tree" and has_spine(scene) else name
        for node in vis.nodes(scene, self.boxes):
            self.add_node(node.pop("id"), **node)
        for edge in vis.edges(scene, self.way):
            self.add_edge(edge.pop("from"), edge.pop("to"), **edge)

    def page(self) -> str:
        """Return the picture as a complete HTML page, to be written as UTF-8."""
        picture = {
            "nodes": self.nodes,
            "edges": self.edges,
            "options": self._options(),
            # A tree too large to be read whole opens at what was asked for.
            "whole": self.way != "tree",
        }
        return document.page(self.scene, picture)

    def svg(self) -> str:
        """Return the picture as an SVG document, in which nothing moves.

        What was added to the network by hand has no place, and is not in it.
        """
        return scene_svg.svg_of(self.scene, self.boxes)

    def write(self, path: str | Path) -> Path:
        """Write the picture to *path*, which ends in .html, .svg or .png.

        Raises `ParseError` for another ending, and `MissingExtra` for a PNG where
        ``icdgraph[png]`` is not installed.
        """
        return write(self, Path(path))

    def generate_html(self, *_: Any, **__: Any) -> str:
        """Return `page`, for those methods of pyvis that write a file."""
        self.html = self.page()
        return self.html

    def write_html(self, name: str, *_: Any, **__: Any) -> None:
        """Write `page` to the file *name* as UTF-8, on every system."""
        Path(name).write_text(self.page(), encoding="utf-8", newline="\n")

    def _options(self) -> dict[str, Any]:
        """Return our options, and over them what was changed through pyvis."""
        options: object = self.options
        own = vis.OPTIONS if len(self.edges) <= vis.MANY else vis.OPTIONS_OF_MANY
        if isinstance(options, dict):
            return _over(own, options)
        changed, usual = _plain(self.options), _plain(Options())
        # pyvis begins with physics on, and we with physics off.
        other = {
            part: value
            for part, value in changed.items()
            if part == "physics" or value != usual[part]
        }
        return _over(own, other)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """Return the still picture, shown where frames are not, as on paper."""
        return {"image/svg+xml": self.svg()}

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, for a notebook."""
        page = escape(self.page())
        return (
            f'<iframe srcdoc="{page}" width="100%" height="{HEIGHT}" '
            'style="border:0" title="Picture"></iframe>'
        )


def _plain(options: Options) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(options.to_json())
    return plain


def _over(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return *under* with the values of *over*, at every depth.

    >>> _over({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}})
    {'a': {'b': 3, 'c': 2}}
    """
    merged = dict(under)
    for name, value in over.items():
        below = merged.get(name)
        if isinstance(below, dict) and isinstance(value, dict):
            value = _over(below, value)
        merged[name] = value
    return merged
