"""The side of the body that a code speaks of, told by the words of its title.

The files have no field for it, and the character that tells the side stands in another
place from category to category.  So the words decide:

left, right     the word stands in the title, save where it names a part of an organ or
                is a verb: "left heart failure", "ascending [right] colon", "foreign
                object accidentally left in body"
bilateral       "bilateral", or "both eyes"
unspecified     "unspecified side", or a title that is another one of its category with
                "left" or "right" in the place of "unspecified": "Pain in unspecified
                knee" beside "Pain in right knee"; but not "Low back pain, unspecified"

A code of two sides, "Blindness right eye category 3, low vision left eye category 1",
is found under both, and under bilateral only where a title says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from icdgraph.codesets import bits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.graph import Graph

_NOT_A_SIDE = re.compile(
    r"accidentally left"
    r"|\[(?:left|right)\] colon"
    r"|(?:left|right)(?:[ -](?:anterior|posterior))?[ -](?:heart|ventric|atri|bundle"
    r"|fascicular|main coronary|descending coronary|circumflex coronary|coronary"
    r"|aortic arch|superior vena cava|sided colitis)"
)
_SIDES = {
    "left": re.compile(r"\bleft\b"),
    "right": re.compile(r"\bright\b"),
    "bilateral": re.compile(r"\bbilateral\b|\bboth eyes\b"),
}
_UNSPECIFIED = re.compile(r"\bunspecified\b")


def bits_of(graph: Graph, side: str) -> int:
    """Return the bits of the codes of *side*: left, right, bilateral or unspecified.

    >>> from icdgraph.toy import toy
    >>> g = toy().core
    >>> [g.node(n).code for n in bits.numbers(bits_of(g, "left"))]
    ['M54.42']
    """
    find = _unspecified if side == "unspecified" else _by_word
    return bits.of(find(graph, side), len(graph.codes))


def _by_word(graph: Graph, side: str) -> Iterator[int]:
    search = _SIDES[side].search
    for number, title in enumerate(graph.titles):
        lower = title.lower()
        if search(lower) and search(_NOT_A_SIDE.sub("", lower)):
            yield number


def _unspecified(graph: Graph, _: str) -> Iterator[int]:
    names = graph.codes
    lower = [title.lower() for title in graph.titles]
    known = {(name[:3], title) for name, title in zip(names, lower, strict=True)}
    for number, title in enumerate(lower):
        if "unspecified" in title and (
            "unspecified side" in title
            or any((names[number][:3], sided) in known for sided in _with_sides(title))
        ):
            yield number


def _with_sides(title: str) -> Iterator[str]:
    """Yield *title* with a side in the place of each "unspecified" in turn."""
    for match in _UNSPECIFIED.finditer(title):
        for side in ("left", "right"):
            yield title[: match.start()] + side + title[match.end() :]
