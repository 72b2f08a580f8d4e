"""PNG from SVG, by resvg, which comes as a wheel and needs no browser.

Text is set in a font of the machine.  Where there is none at all, resvg would leave the
text out silently, so that is refused.
"""

from __future__ import annotations

import re
from functools import cache
from math import sqrt

import resvg_py

from icdgraph.errors import IcdGraphError

ZOOM = 2.0
"""Pixels of the PNG for a pixel of the SVG, each way: 192 to the inch."""

PIXELS = 30_000_000
"""A PNG of more pixels than this has a lower resolution, down to that of the SVG."""

LONGEST = 16_000
"""Pixels that a PNG is wide or high at most; larger pictures are scaled down."""

FAMILIES = ("Arial", "Liberation Sans", "Helvetica", "DejaVu Sans")


def png(svg: str) -> bytes:
    """Return *svg* as a PNG.  Raises `IcdGraphError` on a machine without any font."""
    wide, high = size(svg)
    resolution = max(1.0, sqrt(PIXELS / (wide * high)))
    zoom = min(ZOOM, resolution, LONGEST / max(wide, high))
    return _rendered(svg, zoom, family())


def size(svg: str) -> tuple[float, float]:
    """Return the width and height of *svg*."""
    wide, high = re.findall(r' (?:width|height)="([^"]*)"', svg[: svg.index(">")])
    return float(wide), float(high)


@cache
def family() -> str:
    """Return the first of `FAMILIES` that this machine has, or any that it has."""
    for name in (*FAMILIES, "sans-serif"):
        if _rendered(_SAMPLE.format(name), 1, name) != _rendered(_BLANK, 1, name):
            return name
    raise IcdGraphError(
        f"no font to write a PNG with: install {', '.join(FAMILIES[:-1])} or "
        f"{FAMILIES[-1]}, or write an .svg or .html file"
    )


_BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"></svg>'
_SAMPLE = _BLANK.replace("</svg>", '<text y="15" font-family="{}">M</text></svg>')


def _rendered(svg: str, zoom: float, name: str) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=svg, zoom=zoom, font_family=name, sans_serif_family=name
    )
