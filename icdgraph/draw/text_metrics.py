"""Words cut into lines that fit a box, before anything has been drawn.

Widths are those of Arial and Helvetica, which Liberation Sans shares, taken a little
wide for the bold name.  A page that is opened where none of the three is installed
measures its letters and sets them smaller (`page.html`), so that no line ever leaves
the box that was computed for it.
"""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTER = 14
"""The height of letters and of lines, in pixels at scale 1."""

PADDING = 6
"""Between the border of a box and its words."""

_EMS = {
    **dict.fromkeys("ijl'|", 0.23),
    **dict.fromkeys("ftI.,:;!/[] ", 0.29),
    **dict.fromkeys('r()-"“”', 0.36),
    **dict.fromkeys("ckJsvxyz", 0.5),
    **dict.fromkeys("ABEKPSVXY&FTLZ", 0.68),
    **dict.fromkeys("CDHNRUGOQw", 0.77),
    **dict.fromkeys("mM", 0.84),
    **dict.fromkeys("W%@—…", 1.0),
}
_OTHERS = 0.6
_BOLD = 1.04


def ems(text: str) -> float:
    """Estimate how wide *text* is, in ems: in units of the height of its letters.

    >>> round(ems("lilt"), 2), round(ems("WOMAN"), 2)
    (1.02, 4.22)
    """
    return _BOLD * sum(_EMS.get(letter, _OTHERS) for letter in text)


def wrap(text: str, width: float, letter: int = LETTER) -> Iterator[str]:
    """Yield the lines into which *text* is cut to fit a box *width* pixels wide.

    A word longer than a line is cut, in its joints where it has some.

    >>> list(wrap("Low back pain, unspecified", 120))
    ['Low back pain,', 'unspecified']
    >>> list(wrap("(cutaneous)(macular)(papulosquamous)", 140))
    ['(cutaneous)', '(macular)', '(papulosquamous)']
    """
    room = (width - 2 * PADDING) / letter
    line = ""
    for word in text.split():
        if line and ems(f"{line} {word}") <= room:
            line = f"{line} {word}"
            continue
        if line:
            yield line
        *whole, line = _cut(word, room)
        yield from whole
    if line:
        yield line


def _cut(word: str, room: float) -> list[str]:
    """Cut *word*, after a hyphen, stroke or bracket where that is enough."""
    lines = [""]
    for part in re.split(r"(?<=[-/)])", word):
        for piece in [part] if ems(part) <= room else part:
            if lines[-1] and ems(lines[-1] + piece) > room:
                lines.append("")
            lines[-1] += piece
    return lines


def breadth(lines: tuple[str, ...], letter: int = LETTER) -> float:
    """Return how wide a box must be for *lines*.

    >>> breadth(("Low back pain,", "unspecified"))
    117
    """
    return ceil(max(map(ems, lines), default=0.0) * letter + 2 * PADDING)
