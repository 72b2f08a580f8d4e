"""The page: one HTML file with the interactive picture, its legend, and it in words.

The script and style of vis-network are read from the installed pyvis package and set
into the page (`page.html` and its own script `page.js`).  The template of pyvis loads
two files from a CDN even with ``cdn_resources="in_line"``; ours loads nothing, and its
Content-Security-Policy has the browser enforce that.

The same nodes give the same bytes: nothing here is random or dated.
"""

from __future__ import annotations

import json
from functools import cache
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

    from icdgraph.draw.palette import Look
    from icdgraph.draw.scene import Scene
    from icdgraph.draw.vis import Record

SAMPLE = "Other and unspecified disorders of muscle, not elsewhere classified"
HERE = Path(__file__).parent
VIS = "templates/lib/vis-9.1.2/vis-network"


def page(scene: Scene, picture: Record) -> str:
    """Return the picture of *scene* as a complete HTML page, to be written as UTF-8.

    *picture* has what `page.js` draws: ``nodes``, ``edges`` and ``options`` of
    vis-network, and whether to open with the ``whole`` of it.
    """
    heading = captions.heading(scene)
    version = scene.centers[0].graph.version
    words = (f"<li>{escape(line)}</li>" for line in captions.sentences(scene))
    return Template(_read("page.html")).substitute(
        title=escape(f"{heading} - ICD-10-CM {version}"),
        heading=escape(heading),
        version=escape(version),
        summary=escape(captions.summary(scene)),
        legend="\n".join(_legend(scene)),
        words="\n".join(words),
        picture=as_script(picture),
        sample=as_script({"words": SAMPLE, "width": round(100 * ems(SAMPLE))}),
        script=_read("page.js"),
        vis_style=_installed(".css"),
        vis_script=_installed(".min.js"),
    )


def _legend(scene: Scene) -> Iterator[str]:
    """Yield a switch for each relation: a sample, its name, how many lines it has."""
    counts = scene.counts
    for relation, look in LOOKS.items():
        if relation in counts:
            yield (
                f'<li data-relation="{relation}"><label>'
                f'<input type="checkbox" value="{relation}" checked>{_sample(look)}'
                f"<span>{escape(look.label)} <b>{counts[relation]:,}</b></span>"
                "</label></li>"
            )


def _sample(look: Look) -> str:
    dashes = " ".join(map(str, look.dashes)) or "none"
    return (
        '<svg width="46" height="10" aria-hidden="true"><line x1="1" y1="5" x2="45" '
        f'y2="5" stroke="{look.color}" stroke-width="2.5" '
        f'stroke-dasharray="{dashes}"/></svg>'
    )


def as_script(data: object) -> str:
    r"""Return *data* as JSON in which no text can end the script it stands in.

    >>> as_script({"title": "</script>"})
    '{"title":"\\u003c/script>"}'
    """
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _installed(ending: str) -> str:
    """Return the script or style of vis-network in the pyvis package."""
    return (files("pyvis") / f"{VIS}{ending}").read_text(encoding="utf-8")
