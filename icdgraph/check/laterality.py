"""Which codes are the two sides of one condition, read from their titles.

    M17.0   Bilateral primary osteoarthritis of knee             bilateral
    M17.10  Unilateral primary osteoarthritis, unspecified knee  unspecified side
    M17.11  Unilateral primary osteoarthritis, right knee        right
    M17.12  Unilateral primary osteoarthritis, left knee         left

Titles of one category that agree but for the word of the side are one group.  A group
counts where it has a right and a left code.  A bilateral title may leave the part of
the body out ("..., right eye", "..., bilateral"), and then must stand beside the two.
Nothing else is guessed: a title that names both sides, or none, belongs to no group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from icdgraph.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from icdgraph.graph import Graph, Node


class Side(IntEnum):
    """The side a title names; NONE where it names none, or more than one."""

    NONE = 0
    RIGHT = 1
    LEFT = 2
    BILATERAL = 3
    UNSPECIFIED = 4


_SIDES = {
    "right": Side.RIGHT,
    "left": Side.LEFT,
    "bilateral": Side.BILATERAL,
    "unspecified": Side.UNSPECIFIED,
}
_EMPTY = frozenset(
    [
        "a",
        "an",
        "and",
        "in",
        "of",
        "the",
        "unilateral",
        "dominant",
        "nondominant",
        "non",
    ]
)
_BODY = frozenset(
    [
        "ear",
        "eye",
        "side",
        "limb",
        "hand",
        "joint",
        "lower",
        "upper",
        "extremity",
        "kidney",
    ]
)
_SIDED = re.compile("right|left|bilateral|unspecified", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")

Words = tuple[str, ...]


@dataclass(slots=True)
class Group:
    """Codes that are one condition but for the side, node numbers by side."""

    members: dict[Side, list[int]] = field(default_factory=dict)

    def add(self, side: Side, node: int) -> None:
        """Add *node* to *side*."""
        self.members.setdefault(side, []).append(node)

    @property
    def has_sides(self) -> bool:
        """Whether it has a right and a left code."""
        return Side.RIGHT in self.members and Side.LEFT in self.members

    def codes(self, *sides: Side) -> list[int]:
        """Return the node numbers of *sides*, in the order of the book."""
        return sorted(n for side in sides for n in self.members.get(side, ()))


@dataclass(frozen=True, slots=True)
class Laterality:
    """Groups, and by node number the number of its group (0: none) and its side."""

    groups: list[Group]
    group: NDArray[np.int32]
    side: NDArray[np.uint8]


def laterality(graph: Graph) -> Laterality:
    """Return the sides of all codes of *graph*.

    >>> from icdgraph.toy import toy
    >>> found = laterality(toy().core)
    >>> [toy().core.node(n).code for n in found.groups[1].codes(Side.LEFT, Side.RIGHT)]
    ['M54.41', 'M54.42']
    """
    kept = [Group(), *_groups(graph)]
    size = len(graph.codes)
    group, side = np.zeros(size, np.int32), np.zeros(size, np.uint8)
    for number, found in enumerate(kept):
        for which, nodes in found.members.items():
            group[nodes], side[nodes] = number, which
    return Laterality(kept, group, side)


def _groups(graph: Graph) -> Iterator[Group]:
    groups: dict[tuple[str, Words], Group] = {}
    others: list[tuple[Node, str, list[Words], Side]] = []
    for node in graph.nodes(Kind.CODE, Kind.CATEGORY):
        if not node.is_billable or not _SIDED.search(node.title):
            continue
        side, readings = read_side(node.title)
        place = node.code[:3] + _phase(node)
        if side in (Side.RIGHT, Side.LEFT):
            groups.setdefault((place, readings[0]), Group()).add(side, node.number)
        elif side:
            others.append((node, place, readings, side))
    groups = {key: group for key, group in groups.items() if group.has_sides}
    near: dict[str, list[tuple[Words, Group]]] = {}
    for (place, words), group in groups.items():
        near.setdefault(place, []).append((words, group))
    for node, place, readings, side in others:
        fitting = [groups[place, rest] for rest in readings if (place, rest) in groups]
        if not fitting and side is Side.BILATERAL:
            fitting = _near(graph, near.get(place, []), node, readings[0])
        if len(fitting) == 1:
            fitting[0].add(side, node.number)
    yield from groups.values()


def _phase(node: Node) -> str:
    """Return the 7th character where it tells something other than the side."""
    above = node.parent
    if not node.made_by or above is None:
        return ""
    is_side = not _SIDED.search(above.title)
    return "" if is_side else node.made_by


def read_side(title: str) -> tuple[Side, list[Words]]:
    """Return the side that *title* names, and how its other words may be read.

    Of several words "unspecified", one or all may be that of the side.

    >>> read_side("Pain in left hip"), read_side("Right or left hip")[0]
    ((<Side.LEFT: 2>, [('pain', 'hip')]), <Side.NONE: 0>)
    """
    words = [word for word in _WORD.findall(title.lower()) if word not in _EMPTY]
    named = {_SIDES[word] for word in words if word in _SIDES}
    firm = named - {Side.UNSPECIFIED}
    if len(firm) > 1 or not named:
        return Side.NONE, []
    side = next(iter(firm or named))
    places = [i for i, word in enumerate(words) if _SIDES.get(word) is side]
    readings = [_without(words, places)]
    if side is Side.UNSPECIFIED and len(places) > 1:
        readings += [_without(words, [place]) for place in places]
    return side, readings


def _without(words: list[str], places: list[int]) -> Words:
    kept = (word for i, word in enumerate(words) if i not in places)
    return tuple(dict.fromkeys(kept))


def _near(
    graph: Graph, near: list[tuple[Words, Group]], node: Node, rest: Words
) -> list[Group]:
    """Return the groups whose titles name but a part of the body more than *node*'s.

    Beside *node*, any two words more will do; elsewhere in its category, words for
    parts of the body alone.
    """
    bilateral = _stems(rest)
    found = []
    for words, group in near:
        more = _stems(words) - bilateral
        right = graph.node(group.codes(Side.RIGHT)[0])
        allowed = 2 if right.parent == node.parent else 0
        if bilateral and bilateral <= _stems(words) and len(more) <= allowed:
            found.append(group)
    return found


@lru_cache(maxsize=2**12)
def _stems(words: Words) -> frozenset[str]:
    stems = (re.sub(r"ies$", "y", word).rstrip("s") for word in words)
    return frozenset(stem for stem in stems if stem not in _BODY)
