"""The border to vis-network: boxes and links become the records that it draws.

Every node has its place and physics is off, so the picture is complete as soon as it is
opened.  Labels use the small markup of vis-network for the bold name, so `&` and `<` of
the data are escaped in them.  Tooltips are plain text to vis-network.

A record has more than vis-network needs, for `page.js`: the ``role`` and ``relation``
of its item, the item that brought it in (``broughtBy``), its size (``w``, ``h``).  A
collapsed item has no place yet and is ``unplaced``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.draw.ego_layout import LEFT, RIGHT
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.scene import SPINE, Role
from icdgraph.draw.text_metrics import PADDING
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set

    from icdgraph.draw.boxes import Box
    from icdgraph.draw.scene import Item, Link

Record = dict[str, Any]

INK = "#111111"
PAPER = "#ffffff"
CENTER = "#fff4b8"

DASHED: Record = {"shapeProperties": {"borderDashes": [6, 4]}}
"""The border of a box that can be expanded."""

OPTIONS: Record = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "nodes": {
        "borderWidth": 1.5,
        "margin": PADDING,
        "font": {
            "face": "Arial, Helvetica, sans-serif",
            "color": INK,
            "multi": "html",
            "align": "left",
        },
    },
    "edges": {"width": 1.5, "selectionWidth": 2, "hoverWidth": 1},
    "interaction": {"hover": True, "tooltipDelay": 120},
}
"""The options of vis-network; pages and notebooks draw with the same."""

MANY = 1000
"""A picture of more lines than this hides them while it is dragged."""

OPTIONS_OF_MANY: Record = {"hideEdgesOnDrag": True, "hideEdgesOnZoom": True}
"""More options for the interaction with a picture of many lines."""


def nodes(boxes: Iterable[Box], hidden: Iterable[Box]) -> Iterator[Record]:
    """Yield the records of *boxes*, then of the *hidden* ones, which are collapsed."""
    hidden = list(hidden)
    parents = {shown.item.brought_by for shown in hidden if shown.item}
    collapsed = {"collapsed": True} | DASHED
    for shown in boxes:
        place = {"x": round(shown.x, 1), "y": round(shown.y, 1)}
        yield _node(shown) | place | (collapsed if shown.key in parents else {})
    for shown in hidden:
        yield _node(shown) | {"hidden": True, "unplaced": True}


def edges(
    links: Iterable[Link], items: Mapping[str, Item], hidden: Set[str], route: str
) -> Iterator[Record]:
    """Yield the records of *links* between *items*, some of which are *hidden*.

    *route* is how lines run: ``spine``, ``tree``, ``radial`` or ``force``.
    """
    for number, link in enumerate(links):
        look = LOOKS[link.relation]
        is_arrow = link.relation not in (Relation.PARENT, Relation.SYNONYM)
        yield {
            "id": number,
            "from": link.source,
            "to": link.target,
            "relation": link.relation.value,
            "title": link.tooltip,
            "color": dict.fromkeys(("color", "highlight", "hover"), look.color),
            "dashes": list(look.dashes) or False,
            "smooth": _curve(link, items, route),
            "arrows": {"to": {"enabled": is_arrow, "scaleFactor": 0.7}},
            "hidden": bool(hidden & {link.source, link.target}),
        }


# Boxes


def _node(shown: Box) -> Record:
    return {
        "id": shown.key,
        "shape": "box",
        "label": _label(shown),
        "font": {"size": shown.font_size},
        # No maximum: vis-network would break lines before it is reached.
        "widthConstraint": {"minimum": shown.width - 2 * PADDING},
        "w": shown.width,
        "h": shown.height,
        **(_item(shown.item) if shown.item else _heading(shown)),
    }


def _label(shown: Box) -> str:
    """Return the label of a box, with the name that it begins with in bold."""
    name = shown.item.name if shown.item else shown.lines[0]
    text = "\n".join(shown.lines)
    if not name or not text.startswith(name):
        return escape(text)
    return f"<b>{escape(name)}</b>{escape(text[len(name) :])}"


def _heading(shown: Box) -> Record:
    _, role, relation = shown.key.split(":")
    clear = "rgba(0,0,0,0)"
    return {
        "role": "heading",
        "of": role,
        "relation": relation,
        "color": {"background": clear, "border": clear},
        "chosen": False,
    }


def _item(item: Item) -> Record:
    is_center = item.role == Role.CENTER
    color = {
        "background": CENTER if is_center else PAPER,
        "border": INK if item.role in SPINE else LOOKS[item.relation].color,
    }
    return {
        "role": item.role.value,
        "relation": item.relation.value,
        "broughtBy": item.brought_by,
        "words": item.label,
        "title": item.tooltip,
        "color": color | {"highlight": color, "hover": color},
        "borderWidth": 3 if is_center else 1.5,
    } | (DASHED if item.omitted else {})


def escape(text: str) -> str:
    """Escape *text* for a label of vis-network, which knows only these entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


# Lines


def _curve(link: Link, items: Mapping[str, Item], route: str) -> Record:
    """Return how a line bends: with the layout, or aside where it would cover one."""
    source, target = items[link.source], items[link.target]
    if route == "spine":
        # It enters a column level, and runs vertically in the tree.
        if {source.role, target.role} & (LEFT | RIGHT):
            return _bent("horizontal", 0.8)
        if link.relation is Relation.PARENT:
            return _bent("vertical", 0.9)
        # Both ends are in the tree already, where a line of the tree joins them.
        return {"type": "curvedCW", "roundness": 0.35}
    if target.key != source.brought_by and source.key != target.brought_by:
        return {"type": "curvedCW", "roundness": 0.25}
    return _bent("horizontal", 0.5) if route == "tree" else {"enabled": False}


def _bent(direction: str, roundness: float) -> Record:
    bend = {"forceDirection": direction, "roundness": roundness}
    return {"type": "cubicBezier"} | bend
