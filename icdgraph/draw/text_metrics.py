"""How wide text is, and how it breaks into lines, before anything is drawn.

Widths are those of Arial and Helvetica, which Liberation Sans shares, taken a little
wide for the bold name.  A page that is opened where none of the three is installed
measures its font and sets it smaller (`page.js`), so that text stays in its box.
"""

from __future__ import annotations

import re
from collections import defaultdict
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FONT_SIZE = 14
"""The font size of boxes, in pixels at scale 1."""

PADDING = 6
"""Between the border of a box and its text."""

_EMS = defaultdict(
    lambda: 0.6,
    {
        letter: width
        for letters, width in (
            ("ijl'|", 0.23),
            ("ftI.,:;!/[] ", 0.29),
            ('r()-"“”', 0.36),
            ("ckJsvxyz", 0.5),
            ("ABEKPSVXY&FTLZ", 0.68),
            ("CDHNRUGOQw", 0.77),
            ("mM", 0.84),
            ("W%@—…", 1.0),
        )
        for letter in letters
    },
)
_BOLD = 1.04


def ems(text: str) -> float:
    """Estimate the width of *text* in ems, which is its width at a font size of 1."""
    return _BOLD * sum(map(_EMS.__getitem__, text))


def wrap(text: str, width: float, font_size: int = FONT_SIZE) -> Iterator[str]:
    """Yield the lines of *text* in a box that is *width* pixels wide.

    A word longer than a line is broken, after a hyphen, slash or bracket if possible.

    >>> list(wrap("Low back pain, unspecified", 120))
    ['Low back pain,', 'unspecified']
    >>> list(wrap("(cutaneous)(macular)(papulosquamous)", 140))
    ['(cutaneous)', '(macular)', '(papulosquamous)']
    """
    room = (width - 2 * PADDING) / font_size
    line, length = "", 0.0
    for word in text.split():
        added = ems(f" {word}")
        if line and length + added <= room:
            line, length = f"{line} {word}", length + added
            continue
        if line:
            yield line
        *whole, line = _broken(word, room)
        yield from whole
        length = ems(line)
    if line:
        yield line


def _broken(word: str, room: float) -> list[str]:
    """Break *word*, after a hyphen, slash or bracket where that is enough."""
    if ems(word) <= room:
        return [word]
    lines = [""]
    for part in re.split(r"(?<=[-/)])", word):
        for piece in [part] if ems(part) <= room else part:
            if lines[-1] and ems(lines[-1] + piece) > room:
                lines.append("")
            lines[-1] += piece
    return lines


def box_width(lines: tuple[str, ...], font_size: int = FONT_SIZE) -> float:
    """Return the width of a box for *lines*."""
    return ceil(max(map(ems, lines), default=0.0) * font_size + 2 * PADDING)
