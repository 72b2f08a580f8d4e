"""The picture of an explanation: two codes, what stands above them, and the notes.

                       ┌───────────────┐
           ┌───────────┤ common node   ├───────────┐
        ┌──┴──┐        └───────────────┘        ┌──┴──┐
        │ M54 ├──────── Excludes1 “...” ───────>│ F45 │
        └┬────┘                                 └────┬┘
         └ M54.50                           F45.41 ──┘

Each note is a box of its own between the node it was printed at or names and the next,
so that its words never lie across a line.  A chain through other nodes runs from left
to right, one row a path.  Lengths are in pixels.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from icdgraph.draw import svg
from icdgraph.draw.why_layout import Plan, title

if TYPE_CHECKING:
    from icdgraph.explain.why import Why

TEMPLATE = files("icdgraph.draw") / "explanation.html"


def page(answer: Why) -> str:
    """Return the picture of *answer* over its sentences, as one HTML page.

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
    plan = Plan(answer)
    shapes = [*plan.lines(), *map(svg.box, plan.boxes()), *plan.captions()]
    return svg.document(plan.size, title(answer), " ".join(answer.sentences), shapes)
