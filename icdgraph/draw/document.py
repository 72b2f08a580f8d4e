"""The page: one HTML file with the picture, its legend, and the same in words.

The script and style of vis-network are read from the installed pyvis package and set
into the page (`page.html` beside this file).  pyvis has a template of its own, which
asks a CDN for two files even when told to do everything in line; ours asks for nothing,
and its Content-Security-Policy has the browser hold it to that.

The same node gives the same bytes: nothing here is random or dated.
"""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from icdgraph.draw import cards
from icdgraph.draw.items import Role, Scene
from icdgraph.draw.lines import ems
from icdgraph.draw.palette import LOOKS, Look
from icdgraph.draw.scene import scene
from icdgraph.draw.vis import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyvis.network import Network

    from icdgraph.graph import Node

SAMPLE = "Other and unspecified disorders of muscle, not elsewhere classified"
TEMPLATE = Path(__file__).with_name("page.html")
VIS = "templates/lib/vis-9.1.2/vis-network"


def page(node: Node) -> str:
    """Return the picture of *node* as a complete HTML page, to be written as UTF-8.

    >>> from icdgraph.toy import toy
    >>> html = page(toy()["M54.50"])
    >>> html[:15], "<title>M54.50 Low back pain, unspecified" in html
    ('<!DOCTYPE html>', True)
    """
    shown = scene(node)
    name = " ".join(cards.name(node))
    version = node.graph.version
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(f"{name} - ICD-10-CM {version}"),
        heading=escape(name),
        version=escape(version),
        summary=escape(summary(shown)),
        legend="\n".join(_legend(shown)),
        words="\n".join(_words(shown)),
        picture=_data(drawn(shown)),
        sample=SAMPLE,
        sample_width=round(100 * ems(SAMPLE)),
        vis_style=_installed(".css"),
        vis_script=_installed(".min.js"),
    )


def summary(shown: Scene) -> str:
    """Return *shown* in a sentence or two.

    >>> from icdgraph.toy import toy
    >>> summary(scene(toy()["M54.50"]))
    'M54.50 with 5 ancestors, 0 children, 2 synonyms, 4 named by notes...'
    """
    counts = dict.fromkeys(Role, 0)
    for item in shown.items:
        counts[item.role] += len(item.rest) or 1
    parts = [
        _count(counts[Role.ANCESTOR], "ancestor"),
        _count(counts[Role.CHILD], "child", "children"),
        _count(counts[Role.SYNONYM], "synonym"),
        f"{counts[Role.NAMED]:,} named by notes that apply",
        f"{counts[Role.NAMING]:,} with notes that point here",
    ]
    text = f"{cards.name(shown.centre)[0]} with {', '.join(parts)}."
    if shown.left_out:
        rest = sum(shown.left_out.values())
        text += f" {rest:,} of these are left out of the picture."
    if shown.silent:
        notes = _count(len(shown.silent), "note names", "notes name")
        text += f" {notes} no code: see the card of the place that prints it."
    return text


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _legend(shown: Scene) -> Iterator[str]:
    """Yield an entry for each relation drawn: its line, its name, how many lines."""
    counts = shown.relations
    for relation, look in LOOKS.items():
        if relation in counts:
            words, count = escape(look.words), f"{counts[relation]:,}"
            yield (
                f'<li data-relation="{relation}">{_sample(look)}'
                f"<span>{words} <b>{count}</b></span></li>"
            )


def _sample(look: Look) -> str:
    dashes = " ".join(map(str, look.dashes)) or "none"
    return (
        '<svg width="46" height="10" aria-hidden="true"><line x1="1" y1="5" x2="45" '
        f'y2="5" stroke="{look.colour}" stroke-width="2.5" '
        f'stroke-dasharray="{dashes}"/></svg>'
    )


def _words(shown: Scene) -> Iterator[str]:
    """Yield every link of *shown* as an item of a list, and all that was left out."""
    names = {item.key: f"{item.name} {item.text}".strip() for item in shown.items}
    for link in shown.links:
        words = LOOKS[link.relation].words
        said = f"{names[link.source]} — {words} — {names[link.target]}"
        notes = "; ".join(
            f"“{note.text}”, printed at {cards.name(note.owner)[0]}"
            for note in link.notes
        )
        yield f"<li>{escape(f'{said}: {notes}' if notes else said)}</li>"
    for item in shown.items:
        if item.rest:
            group = f"{LOOKS[item.relation].words}, {item.role}"
            rest = ", ".join(item.rest)
            yield f"<li>{escape(f'{group}, {names[item.key]}: {rest}')}</li>"


def _data(net: Network) -> str:
    """Return the picture as JSON in which no text can end the script it stands in."""
    data = {"nodes": net.nodes, "edges": net.edges, "options": net.options}
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _installed(ending: str) -> str:
    """Return the script or style of vis-network that lies in the pyvis package."""
    return (files("pyvis") / f"{VIS}{ending}").read_text(encoding="utf-8")
