"""The page: one HTML file with the picture, its legend, and the same in words.

The script and style of vis-network are read from the installed pyvis package and set
into the page (`page.html` beside this file, and its own script `page.js`).  pyvis has a
template of its own, which asks a CDN for two files even when told to do everything in
line; ours asks for nothing, and its Content-Security-Policy has the browser hold it to
that.

The same nodes give the same bytes: nothing here is random or dated.
"""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from icdgraph.draw import captions
from icdgraph.draw.palette import LOOKS
from icdgraph.draw.text_metrics import ems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.draw.items import Scene
    from icdgraph.draw.palette import Look
    from icdgraph.draw.vis import Record

SAMPLE = "Other and unspecified disorders of muscle, not elsewhere classified"
HERE = Path(__file__).parent
VIS = "templates/lib/vis-9.1.2/vis-network"


def page(shown: Scene, picture: Record) -> str:
    """Return the picture of *shown* as a complete HTML page, to be written as UTF-8.

    *picture* has what `page.js` draws: ``nodes``, ``edges`` and ``options`` as
    vis-network takes them, and whether to open with the ``whole`` of it.

    >>> from icdgraph.toy import toy
    >>> html = toy().draw("M54.50").page()
    >>> html[:15], "<title>M54.50 Low back pain, unspecified" in html
    ('<!DOCTYPE html>', True)
    """
    name = captions.heading(shown)
    version = shown.centres[0].graph.version
    return Template(_read("page.html")).substitute(
        title=escape(f"{name} - ICD-10-CM {version}"),
        heading=escape(name),
        version=escape(version),
        summary=escape(captions.summary(shown)),
        legend="\n".join(_legend(shown)),
        words="\n".join(f"<li>{escape(line)}</li>" for line in captions.told(shown)),
        picture=as_script(picture),
        sample=as_script({"words": SAMPLE, "width": round(100 * ems(SAMPLE))}),
        script=_read("page.js"),
        vis_style=_installed(".css"),
        vis_script=_installed(".min.js"),
    )


def _legend(shown: Scene) -> Iterator[str]:
    """Yield a switch for each relation drawn: its line, its name, how many lines."""
    counts = shown.relations
    for relation, look in LOOKS.items():
        if relation in counts:
            name, count = escape(look.words), f"{counts[relation]:,}"
            yield (
                f'<li data-relation="{relation}"><label>'
                f'<input type="checkbox" value="{relation}" checked>{_sample(look)}'
                f"<span>{name} <b>{count}</b></span></label></li>"
            )


def _sample(look: Look) -> str:
    dashes = " ".join(map(str, look.dashes)) or "none"
    return (
        '<svg width="46" height="10" aria-hidden="true"><line x1="1" y1="5" x2="45" '
        f'y2="5" stroke="{look.colour}" stroke-width="2.5" '
        f'stroke-dasharray="{dashes}"/></svg>'
    )


def as_script(data: object) -> str:
    r"""Return *data* as JSON in which no text can end the script it stands in.

    >>> as_script({"title": "</script>"})
    '{"title":"\\u003c/script>"}'
    """
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _installed(ending: str) -> str:
    """Return the script or style of vis-network that lies in the pyvis package."""
    return (files("pyvis") / f"{VIS}{ending}").read_text(encoding="utf-8")
