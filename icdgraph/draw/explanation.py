"""The picture of an explanation: two codes, the nodes above them, and the notes.

                       ┌───────────────┐
           ┌───────────┤ common node   ├───────────┐
        ┌──┴──┐        └───────────────┘        ┌──┴──┐
        │ M54 ├──────── Excludes1 “...” ───────>│ F45 │
        └┬────┘                                 └────┬┘
         └ M54.50                           F45.41 ──┘

Each note is a box between the node it is defined at and the node it names.  A path
through other nodes runs from left to right, each path in a row of its own.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.why_layout import WhyLayout, title

if TYPE_CHECKING:
    from icdgraph.explain.why import Why

TEMPLATE = files("icdgraph.draw") / "explanation.html"


def page(answer: Why) -> str:
    """Return the picture of *answer* above its sentences, as one HTML page.

    >>> from icdgraph.toy import toy
    >>> page(toy().why("M54.50", "F45.41"))[:15]
    '<!DOCTYPE html>'
    """
    items = (f"<li>{escape(words)}</li>" for words in answer.sentences)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(title(answer)),
        picture=picture(answer),
        sentences="\n".join(items),
    )


def picture(answer: Why) -> str:
    """Return *answer* as an SVG document.

    >>> from icdgraph.toy import toy
    >>> drawn = picture(toy().why("M54.50", "F45.41"))
    >>> drawn.count("<rect"), "psychogenic dorsalgia" in drawn
    (13, True)
    """
    layout = WhyLayout(answer)
    boxes = (box.shapes() for box in layout.boxes())
    shapes = [*layout.lines(), *boxes, *layout.captions()]
    return svg.document(layout.size, title(answer), " ".join(answer.sentences), shapes)
