"""The side of the body that a code is for, and the codes of one condition by side.

The files have no field for the side, and the character that tells it stands in another
place from category to category.  So the words of the titles decide:

    M17.0   Bilateral primary osteoarthritis of knee             bilateral
    M17.10  Unilateral primary osteoarthritis, unspecified knee  unspecified
    M17.11  Unilateral primary osteoarthritis, right knee        right
    M17.12  Unilateral primary osteoarthritis, left knee         left

right, left   The title has the word, but not as a verb or in the name of a part of an
              organ: "accidentally left in body", "left heart failure".  A title may
              have both: "Blindness right eye category 3, low vision left eye ...".
bilateral     The title has "bilateral" or "both eyes".
unspecified   The title names no side, and says "unspecified" where other titles name
              one.  Either it is the title of a right and a left code of its category
              but for the side: "Pain in unspecified knee".  Or it has "unspecified"
              more often than the most similar title of a right code beside it: "Sprain
              of unspecified finger", "Sprain of right index finger".  Codes below an
              unspecified one are unspecified.  "Low back pain, unspecified" is not.

CMS has a list of unspecified codes for which more specific ones exist (Medicare Code
Editor, 3,465 codes).  Those among them that have right and left codes beside them are
unspecified here too, but for two whose titles do not say so.

Codes of a category whose titles agree but for the side are a group, where right and
left are among them.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import IntFlag
from itertools import accumulate
from typing import TYPE_CHECKING

from icdgraph.coding.derived import (
    Packed,
    derived,
    pack_numbers,
    unpack_numbers,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from icdgraph.graph import Graph

VERSION = 1
"""Raise this when a side is decided differently: the files of the cache then lapse."""


class Side(IntFlag):
    """The sides that a title names, or leaves open."""

    RIGHT = 1
    LEFT = 2
    BILATERAL = 4
    UNSPECIFIED = 8


NAMED = Side.RIGHT | Side.LEFT | Side.BILATERAL
"""The sides that a record can tell."""
_BY_WORD = {"right": Side.RIGHT, "left": Side.LEFT, "bilateral": Side.BILATERAL}
_SIDED = re.compile("right|left|bilateral|both eyes|unspecified", re.IGNORECASE)
_NOT_A_SIDE = re.compile(
    r"accidentally left|homonymous bilateral|other and unspecified"
    r"|\[(?:left|right)\] colon"
    r"|(?:left|right)(?:[ -](?:anterior|posterior))?[ -](?:heart|ventric|atri|bundle"
    r"|fascicular|main coronary|descending coronary|circumflex coronary|coronary"
    r"|aortic arch|superior vena cava|sided colitis)"
)
_WORD = re.compile(r"[a-z0-9]+")
_LITTLE = re.compile("a|an|and|in|of|the|e?s|unilateral|(non)?dominant|non")
"""Words that make no difference between the titles of two sides."""
_BODY = re.compile("ear|eye|side|limb|hand|joint|lower|upper|extremity|kidney")
"""Words for a part of the body that one title may have and another leave out."""
_SPARE = 2
"""How many other words a bilateral title may leave out: "Webbed toes, bilateral"."""

_Key = tuple[str, tuple[str, ...]]
"""A category, and the words of a title but for the side."""


class _Title:
    """A title in lower case: its sides, and its other words and their stems."""

    def __init__(self, text: str) -> None:
        text = _NOT_A_SIDE.sub(lambda part: _SIDED.sub("", part[0]), text.lower())
        words = [word for word in _WORD.findall(text) if not _LITTLE.fullmatch(word)]
        self.sides = Side.BILATERAL if "both eyes" in text else Side(0)
        for word in _BY_WORD.keys() & words:
            self.sides |= _BY_WORD[word]
        self.words = tuple(word for word in words if word not in _BY_WORD)
        self.stems = Counter(map(_stem, self.words))

    @property
    def open(self) -> int:
        """How often it says "unspecified"."""
        return self.stems["unspecified"]

    @property
    def core(self) -> set[str]:
        """The stems that tell one condition from another."""
        stems = self.stems.keys() - {"unspecified"}
        return {stem for stem in stems if not _BODY.fullmatch(stem)}

    def readings(self) -> set[tuple[str, ...]]:
        """Return its words, and those without one "unspecified", or without any."""
        words = self.words
        places = [i for i, word in enumerate(words) if word == "unspecified"]
        kept = {words[:i] + words[i + 1 :] for i in places}
        return kept | {words, tuple(word for word in words if word != "unspecified")}

    def is_like(self, other: _Title) -> bool:
        """Return True if about half of the words of either title are in the other."""
        shared = (self.stems & other.stems).total()
        return 2 * shared >= max(self.stems.total(), other.stems.total()) - 1

    def unlike(self, other: _Title) -> int:
        """Return how far the titles differ: words that only *other* has count once."""
        return (
            2 * (self.stems - other.stems).total() + (other.stems - self.stems).total()
        )


def _stem(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word.rstrip("s")


class Laterality:
    """The sides of all codes of a graph, and the groups of codes of one condition.

    *sides* holds the `Side` of each node by number, as a byte, and *groups* the number
    of its group, 0 for none.

    >>> from icdgraph.toy import toy
    >>> sides = laterality(toy().core)
    >>> right = toy().core.number_of("M54.41")
    >>> sides.of(right), [toy().core.codes[n] for n in sides.group(right)]
    (<Side.RIGHT: 1>, ['M54.41', 'M54.42'])
    """

    def __init__(self, graph: Graph, sides: bytes, groups: Sequence[int]) -> None:
        self.graph = graph
        self.sides = sides
        self.groups = groups

    def of(self, node: int) -> Side:
        """Return the side of *node*; 0 for none, and right and left for two."""
        return Side(self.sides[node])

    def group(self, node: int, sides: Side = NAMED | Side.UNSPECIFIED) -> list[int]:
        """Return the codes in the group of *node* that are of *sides*."""
        if not self.groups[node]:
            return []
        *_, category = (n for n in self._line(node) if self.graph.is_code(n))
        inside = range(category, self.graph.tree.last[category] + 1)
        return [
            n
            for n in inside
            if self.groups[n] == self.groups[node] and self.sides[n] & sides
        ]

    def alternatives(self, node: int) -> list[int]:
        """Return the codes with a side to use for *node*, which is unspecified.

        They are those of its group.  Without one, they are those beside it, or those
        beside the highest unspecified code above it, with the same last characters.
        """
        if self.groups[node]:
            return self.group(node, NAMED)
        graph = self.graph
        *_, top = (n for n in self._line(node) if self.of(n) & Side.UNSPECIFIED)
        ending = graph.codes[node][len(graph.codes[top]) :]
        beside = graph.tree.children(graph.tree.parents[top])
        codes = (graph.codes[n] + ending for n in beside if self.of(n) & NAMED)
        return [graph.number_of(code) for code in codes if code in graph]

    def _line(self, node: int) -> tuple[int, ...]:
        return (node, *self.graph.tree.ancestors(node))


def laterality(graph: Graph) -> Laterality:
    """Return the sides of all codes of *graph*."""

    def read(packed: Packed) -> Laterality:
        return Laterality(graph, packed["sides"], unpack_numbers(packed["groups"]))

    return derived(
        graph, "laterality", VERSION, lambda: _TitleReader(graph).read(), read
    )


class _TitleReader:
    """Reads the titles of one graph.

    A unit is a code with a side that has no such code above it: a billable one, or one
    that 7th characters divide.  Units form groups, and each 7th character divides a
    group in the same way.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.tree = graph.tree
        self.titles = {
            n: _Title(graph.titles[n])
            for n in range(graph.node_count)
            if graph.is_code(n) and _SIDED.search(graph.titles[n])
        }
        self.sides = bytearray(graph.node_count)
        for n, title in self.titles.items():
            self.sides[n] = title.sides
        # How many nodes before each name a side.
        self.named = list(accumulate(map(bool, self.sides), initial=0))
        self.groups: list[list[int]] = []
        self.pairs: dict[_Key, list[int]] = {}
        self.by_category: dict[str, list[list[int]]] = {}

    def read(self) -> Packed:
        self._pair()
        for n in range(self.graph.node_count):
            if self.graph.is_code(n) and not self.sides[n] and self._is_open(n):
                self.sides[n] = Side.UNSPECIFIED
        for n in self.titles:
            if self.sides[n] in (Side.BILATERAL, Side.UNSPECIFIED) and self._is_unit(n):
                self._join(n)
        return {"sides": bytes(self.sides), "groups": pack_numbers(self._numbered())}

    def _is_unit(self, n: int) -> bool:
        if self.graph.is_billable(n):
            above = self.tree.parents[n]
            return not (self.graph.made_by(n) and self.sides[above])
        return any(self.graph.made_by(child) for child in self.tree.children(n))

    def _pair(self) -> None:
        """Make the groups: units that differ in right and left alone."""
        found: dict[_Key, list[int]] = {}
        for n, title in self.titles.items():
            if title.sides in (Side.RIGHT, Side.LEFT) and self._is_unit(n):
                key = self.graph.codes[n][:3], title.words
                found.setdefault(key, []).append(n)
        for key, units in found.items():
            if len({self.sides[n] for n in units}) == 2:
                self.groups.append(units)
                self.pairs[key] = units
                self.by_category.setdefault(key[0], []).append(units)

    def _same(self, n: int) -> list[list[int]]:
        """Return the groups whose titles are that of *n* but for the side."""
        title = self.titles[n]
        readings = {title.words} if title.sides else title.readings()
        keys = [(self.graph.codes[n][:3], words) for words in sorted(readings)]
        return [self.pairs[key] for key in keys if key in self.pairs]

    def _is_open(self, n: int) -> bool:
        """Return True if *n*, which names no side, is for an unspecified one."""
        above = self.tree.parents[n]
        if self.sides[above] == Side.UNSPECIFIED:
            return True
        title = self.titles.get(n)
        named_below = self.named[self.tree.last[n] + 1] - self.named[n]
        if title is None or not title.open or named_below:
            return False
        return bool(self._same(n)) or self._is_open_beside(title, above)

    def _is_open_beside(self, title: _Title, above: int) -> bool:
        beside = list(self.tree.children(above))
        right = [self.titles[n] for n in beside if self.sides[n] == Side.RIGHT]
        if not right or all(self.sides[n] != Side.LEFT for n in beside):
            return False
        nearest = min(right, key=title.unlike)
        return title.is_like(nearest) and title.open > nearest.open

    def _join(self, n: int) -> None:
        """Add *n*, bilateral or unspecified, to the group that it belongs to."""
        same = self._same(n) or self._similar(n)
        if len(same) == 1:
            same[0].append(n)

    def _similar(self, n: int) -> list[list[int]]:
        """Return the groups whose titles are most like that of *n*.

        They differ in words for parts of the body, and a bilateral code may leave out
        more than the right code beside it has.
        """
        title, is_open = self.titles[n], self.sides[n] == Side.UNSPECIFIED
        found: dict[tuple[int, bool], list[list[int]]] = {}
        for group in self.by_category.get(self.graph.codes[n][:3], []):
            other = self.titles[group[0]]
            is_beside = self.tree.parents[n] == self.tree.parents[group[0]]
            spare = _SPARE if is_beside and not is_open else 0
            fits = (
                title.core and title.core <= other.core and (is_beside or not is_open)
            )
            if fits and len(other.core - title.core) <= spare:
                key = (title.unlike(other), not is_beside)
                found.setdefault(key, []).append(group)
        return found[min(found)] if found else []

    def _numbered(self) -> list[int]:
        """Return the number of the group of each billable code, from 1."""
        numbers = [0] * self.graph.node_count
        known: dict[tuple[int, str | None], int] = {}
        for place, units in enumerate(self.groups):
            for unit in units:
                for n in (
                    (unit,)
                    if self.graph.is_billable(unit)
                    else self.tree.children(unit)
                ):
                    key = (place, None if n == unit else self.graph.made_by(n))
                    numbers[n] = known.setdefault(key, len(known) + 1)
        return numbers
