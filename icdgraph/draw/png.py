"""SVG drawn into points, by resvg, which comes as a wheel and needs no browser.

Letters are those of the machine.  Where it has none at all, words would be left out
without a sound, so that is found out first and refused.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

from icdgraph.errors import IcdGraphError, MissingExtra

ZOOM = 2.0
"""Points of the PNG for a pixel of the SVG, each way: 192 to the inch."""

POINTS = 30_000_000
"""A PNG of more points than this is drawn less fine, down to a point for a pixel."""

LARGEST = 16_000
"""Points that a PNG is wide or high at most; larger pictures are drawn smaller."""

FAMILIES = ("Arial", "Liberation Sans", "Helvetica", "DejaVu Sans")


def png(svg: str) -> bytes:
    """Return *svg* as a PNG with a paper of its own.

    Raises `MissingExtra` where ``icdgraph[png]`` is not installed, and `IcdGraphError`
    on a machine without any font.
    """
    wide, high = size(svg)
    fine = max(1.0, sqrt(POINTS / (wide * high)))
    zoom = min(ZOOM, fine, LARGEST / max(wide, high))
    return _rendered(svg, zoom, family())


def size(svg: str) -> tuple[float, float]:
    """Return how wide and high *svg* says it is.

    >>> size('<svg width="30" height="20">')
    (30.0, 20.0)
    """
    head = svg[: svg.index(">")]
    wide, high = (head.split(f' {name}="')[1].split('"')[0] for name in _SIDES)
    return float(wide), float(high)


_SIDES = ("width", "height")


@cache
def family() -> str:
    """Return the first of `FAMILIES` that this machine has, or any that it has."""
    for name in (*FAMILIES, "sans-serif"):
        if _rendered(_SAMPLE.format(name), 1, name) != _rendered(_BLANK, 1, name):
            return name
    raise IcdGraphError(
        "a PNG needs a font and this machine has none of "
        f"{', '.join(map(repr, FAMILIES))}: install one, or write an .svg or .html"
    )


_BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"></svg>'
_SAMPLE = _BLANK.replace("</svg>", '<text y="15" font-family="{}">M</text></svg>')


def _rendered(svg: str, zoom: float, name: str) -> bytes:
    try:
        import resvg_py
    except ImportError as exc:
        raise MissingExtra(
            'a PNG needs resvg_py: pip install "icdgraph[png]", or an .svg, would be '
            "right"
        ) from exc
    return resvg_py.svg_to_bytes(
        svg_string=svg, zoom=zoom, font_family=name, sans_serif_family=name
    )
