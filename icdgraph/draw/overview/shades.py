"""The colors of overviews: a tint for each chapter, and a scale from few to many.

Only chapters side by side must differ: eight light tints of the colors of Okabe and Ito
(2008) take turns, and every area has its name.  Text on them is dark on light and dark
pages alike.  The scale is the blue one of Brewer's ColorBrewer, whose lightness always
decreases, so that it can be read without seeing its hue.
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
"""From this step of the scale on, text on it is white."""

INK, WHITE = "#111111", "#ffffff"


def tint(number: int) -> str:
    """Return the tint of the chapter with *number*, counted from 0."""
    return TINTS[number % len(TINTS)]


def shade(value: float, most: float) -> tuple[str, str]:
    """Return the color for *value*, of at most *most*, and that of text on it.

    Steps are even in the logarithm, because most pairs of chapters have few notes.
    """
    part = log1p(value) / log1p(most) if most else 0.0
    step = round(part * (len(SCALE) - 1))
    return SCALE[step], WHITE if step >= DARK_FROM else INK
