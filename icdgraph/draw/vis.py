"""The border to pyvis: a scene and its boxes become a `pyvis.network.Network`.

Physics is off and every node has its place, so the picture stands as soon as it is
opened.  Names and titles come from a file we do not write: `&` and `<` in them are
escaped here, because labels are set with vis-network's small markup for the sake of
the bold name.  Cards are plain text to vis-network and need none.

pyvis takes half a second to import and is imported when a picture is asked for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from icdgraph.draw.items import Item, Link, Role, Scene
from icdgraph.draw.layout import LEFT, RIGHT, SPINE, Box, layout
from icdgraph.draw.lines import PADDING
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import scene
from icdgraph.model import Relation

if TYPE_CHECKING:
    from pyvis.network import Network

    from icdgraph.graph import Node

INK = "#111111"
PAPER = "#ffffff"
CENTRE = "#fff4b8"
# Without blanks: pyvis takes all of them out of the options it is given.
FONT = "Arial,Helvetica,sans-serif"

OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "nodes": {
        "borderWidth": 1.5,
        "margin": PADDING,
        "font": {"face": FONT, "color": INK, "multi": "html", "align": "left"},
    },
    "edges": {"width": 1.5, "selectionWidth": 2, "hoverWidth": 1},
    "interaction": {
        "hover": True,
        "tooltipDelay": 120,
        "navigationButtons": True,
        "keyboard": {"enabled": True, "bindToWindow": False},
    },
}
"""The options of vis-network; pages and notebooks draw with the same."""


def network(node: Node) -> Network:
    """Return the picture of *node* as a pyvis network, every node in its place.

    It is there to be changed and added to; to show or keep a picture, take `page`,
    since what pyvis itself writes asks a CDN for two files.

    >>> from icdgraph.toy import toy
    >>> network(toy()["M54.59"]).get_node("code:M54.59")["label"]
    '<b>M54.59</b> Other low back pain'
    """
    return drawn(scene(node))


def drawn(shown: Scene) -> Network:
    """Return *shown* as a pyvis network."""
    from pyvis.network import Network

    net = Network("100%", "100%", directed=True, cdn_resources="in_line")
    net.set_options(json.dumps(OPTIONS))
    roles = {item.key: item.role for item in shown.items}
    for box in layout(shown):
        net.add_node(box.key, **_node(box))
    for link in shown.links:
        net.add_edge(link.source, link.target, **_edge(link, roles))
    return net


# Boxes


def _node(box: Box) -> dict[str, Any]:
    return {
        "x": round(box.x, 1),
        "y": round(box.y, 1),
        "label": _label(box),
        "shape": "box",
        "font": {"size": box.letter},
        # No maximum: vis-network breaks lines well before it is reached.
        "widthConstraint": {"minimum": box.width - 2 * PADDING},
        **(_item(box.item) if box.item else _HEADING),
    }


def _label(box: Box) -> str:
    """Set the name bold; the lines begin with it, and `layout` has not cut it."""
    name = box.item.name if box.item else box.lines[0]
    text = "\n".join(box.lines)
    if not text.startswith(name):
        return escape(text)
    return f"<b>{escape(name)}</b>{escape(text[len(name) :])}" if name else escape(text)


_CLEAR = "rgba(0,0,0,0)"
_HEADING: dict[str, Any] = {
    "color": {"background": _CLEAR, "border": _CLEAR},
    "chosen": False,
}


def _item(item: Item) -> dict[str, Any]:
    border = INK if item.role in SPINE else LOOKS[item.relation].colour
    fill = CENTRE if item.role == Role.CENTRE else PAPER
    colour = {"background": fill, "border": border}
    look: dict[str, Any] = {
        "title": item.card,
        "color": colour | {"highlight": colour, "hover": colour},
        "borderWidth": 3 if item.role == Role.CENTRE else 1.5,
    }
    if item.rest:
        look["shapeProperties"] = {"borderDashes": [6, 4]}
    return look


def escape(text: str) -> str:
    """Escape *text* for a label of vis-network, which knows these two entities alone.

    >>> escape("<script> & Co")
    '&lt;script> &amp; Co'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;")


# Lines


def _edge(link: Link, roles: dict[str, Role]) -> dict[str, Any]:
    look = LOOKS[link.relation]
    edge: dict[str, Any] = {
        "title": link.card,
        "color": dict.fromkeys(("color", "highlight", "hover"), look.colour),
        "dashes": list(look.dashes) or False,
        "smooth": _curve(link, roles),
    }
    if link.relation in _TREE:
        edge["arrows"] = {"to": {"enabled": False}}
    return edge


def _curve(link: Link, roles: dict[str, Role]) -> dict[str, Any]:
    """Choose how a line runs: level into a column, upright in the tree."""
    ends = {roles[link.source], roles[link.target]}
    if ends & (LEFT | RIGHT):
        way, roundness = "horizontal", 1.0
    elif link.relation is not Relation.PARENT:
        # Both ends are in the tree already, where a line of the tree joins them.
        return {"type": "curvedCW", "roundness": 0.35}
    else:
        way, roundness = "vertical", 0.9
    return {"type": "cubicBezier", "forceDirection": way, "roundness": roundness}


_TREE = frozenset({Relation.PARENT, Relation.SYNONYM})
