"""The border to vis-network: boxes and links become the records that it draws.

Every node has its place and physics is off, so the picture stands as soon as it is
opened.  Names and titles come from a file we do not write: `&` and `<` in them are
escaped here, because labels are set with vis-network's small markup for the sake of
the bold name.  Cards are plain text to vis-network and need none.

Besides what vis-network asks for, a record has what the page asks for: the ``role`` and
``relation`` of its item, what brought it in (``by``), its size (``w``, ``h``).  Those
folded away have no place yet, and are ``unplaced``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from icdgraph.draw.boxes import box, is_terse
from icdgraph.draw.ego_layout import LEFT, RIGHT
from icdgraph.draw.items import SPINE, Role
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.text_metrics import PADDING
from icdgraph.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from icdgraph.draw.boxes import Box
    from icdgraph.draw.items import Item, Link, Scene

Record = dict[str, Any]

INK = "#111111"
PAPER = "#ffffff"
CENTRE = "#fff4b8"
FOLDED = [6, 4]
"""The dashes of a border: something is folded away in this box."""

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
    "interaction": {
        "hover": True,
        "tooltipDelay": 120,
        "keyboard": {"enabled": False},
    },
}
"""The options of vis-network; pages and notebooks draw with the same."""

MANY = 1000
"""A picture of more lines than this leaves them out while it is dragged."""

OPTIONS_OF_MANY: Record = OPTIONS | {
    "interaction": OPTIONS["interaction"]
    | {"hideEdgesOnDrag": True, "hideEdgesOnZoom": True}
}


def nodes(shown: Scene, boxes: Iterable[Box]) -> Iterator[Record]:
    """Yield the records of *boxes*, then of what lies folded in *shown*."""
    brings = {item.by for item in shown.folded}
    for one in boxes:
        folds = {"folds": True} | _DASHED if one.key in brings else {}
        yield _node(one) | _place(one) | folds
    terse = is_terse(shown)
    for item in shown.folded:
        folded = {"hidden": True, "unplaced": True}
        yield _node(box(item, terse=terse)) | folded


def edges(shown: Scene, way: str) -> Iterator[Record]:
    """Yield the records of the links of *shown*, drawn the *way* its layout runs.

    *way* is ``spine``, ``tree``, ``radial`` or ``force``.
    """
    items = {item.key: item for item in (*shown.items, *shown.folded)}
    folded = {item.key for item in shown.folded}
    for number, link in enumerate((*shown.links, *shown.folded_links)):
        look = LOOKS[link.relation]
        record: Record = {
            "id": number,
            "from": link.source,
            "to": link.target,
            "relation": link.relation.value,
            "title": link.card,
            "color": dict.fromkeys(("color", "highlight", "hover"), look.colour),
            "dashes": list(look.dashes) or False,
            "smooth": _curve(link, items, way),
        }
        if link.relation in _TREE:
            record["arrows"] = {"to": {"enabled": False}}
        else:
            record["arrows"] = _ARROW
        if folded & {link.source, link.target}:
            record["hidden"] = True
        yield record


# Boxes


def _place(one: Box) -> Record:
    return {"x": round(one.x, 1), "y": round(one.y, 1)}


def _node(one: Box) -> Record:
    return {
        "id": one.key,
        "shape": "box",
        "label": _label(one),
        "font": {"size": one.letter},
        # No maximum: vis-network breaks lines well before it is reached.
        "widthConstraint": {"minimum": one.width - 2 * PADDING},
        "w": one.width,
        "h": one.height,
        **(_item(one.item) if one.item else _heading(one)),
    }


def _label(one: Box) -> str:
    """Set the name bold; the lines begin with it, and the box has not cut it."""
    name = one.item.name if one.item else one.lines[0]
    text = "\n".join(one.lines)
    if not text.startswith(name):
        return escape(text)
    return f"<b>{escape(name)}</b>{escape(text[len(name) :])}" if name else escape(text)


_CLEAR = "rgba(0,0,0,0)"


def _heading(one: Box) -> Record:
    """Return the look of a heading, which says of which group it is."""
    _, role, relation = one.key.split(":")
    colour = {"background": _CLEAR, "border": _CLEAR}
    said = {"role": "heading", "of": role, "relation": relation}
    return said | {"color": colour, "chosen": False}


def _item(item: Item) -> Record:
    border = INK if item.role in SPINE else LOOKS[item.relation].colour
    fill = CENTRE if item.role == Role.CENTRE else PAPER
    colour = {"background": fill, "border": border}
    look: Record = {
        "role": item.role.value,
        "relation": item.relation.value,
        "by": item.by,
        "words": f"{item.name} {item.text}".strip(),
        "title": item.card,
        "color": colour | {"highlight": colour, "hover": colour},
        "borderWidth": 3 if item.role == Role.CENTRE else 1.5,
    }
    if item.rest:
        look |= _DASHED
    return look


_DASHED: Record = {"shapeProperties": {"borderDashes": FOLDED}}


def escape(text: str) -> str:
    """Escape *text* for a label of vis-network, which knows these two entities alone.

    >>> escape("<script> & Co")
    '&lt;script> &amp; Co'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;")


# Lines

_TREE = frozenset({Relation.PARENT, Relation.SYNONYM})
_ARROW: Record = {"to": {"enabled": True, "scaleFactor": 0.7}}


def _curve(link: Link, items: dict[str, Item], way: str) -> Record:
    """Choose how a line runs: along the layout, or aside where it would lie on one."""
    one, other = items[link.source], items[link.target]
    if way == "spine":
        return _beside_spine(link, {one.role, other.role})
    brought = one.by == other.key or other.by == one.key
    if not brought:
        return {"type": "curvedCW", "roundness": 0.25}
    if way == "tree":
        return _bent("horizontal", 0.5)
    return {"enabled": False}


def _beside_spine(link: Link, ends: set[Role]) -> Record:
    """Run level into a column, and upright in the tree."""
    if ends & (LEFT | RIGHT):
        return _bent("horizontal", 1.0)
    if link.relation is not Relation.PARENT:
        # Both ends are in the tree already, where a line of the tree joins them.
        return {"type": "curvedCW", "roundness": 0.35}
    return _bent("vertical", 0.9)


def _bent(way: str, roundness: float) -> Record:
    return {"type": "cubicBezier", "forceDirection": way, "roundness": roundness}
