"""The colours of overviews: one hue a chapter in turn, and a scale from little to much.

Chapters side by side must be told apart, not all 22 at once: eight light tints of the
colours of Okabe and Ito (2008) come in turn, and every area carries its name.  Words on
them are dark on a light and a dark page alike.  The scale is the blue one of Brewer's
ColorBrewer, whose lightness falls all the way, so that it reads without any hue.
"""

from __future__ import annotations

from math import log1p

TINTS = (
    "#F7CFA4",
    "#BFE3F6",
    "#A8DCC8",
    "#F6EFA0",
    "#A9CDE6",
    "#F0BC9C",
    "#E6C3D8",
    "#D9D9D9",
)

SCALE = (
    "#F7FBFF",
    "#DEEBF7",
    "#C6DBEF",
    "#9ECAE1",
    "#6BAED6",
    "#4292C6",
    "#2171B5",
    "#08519C",
    "#08306B",
)

DARK_FROM = 5
"""From this step of the scale on, words on it are white."""

INK, WHITE = "#111111", "#ffffff"


def tint(number: int) -> str:
    """Return the tint of the chapter that comes as *number*, counted from 0."""
    return TINTS[number % len(TINTS)]


def shade(value: float, most: float) -> tuple[str, str]:
    """Return the colour for *value* where *most* is the most there is, and its ink.

    Steps are even in the logarithm: notes are few between most chapters.

    >>> shade(0, 100), shade(100, 100)
    (('#F7FBFF', '#111111'), ('#08306B', '#ffffff'))
    """
    part = log1p(value) / log1p(most) if most else 0.0
    step = round(part * (len(SCALE) - 1))
    return SCALE[step], WHITE if step >= DARK_FROM else INK
