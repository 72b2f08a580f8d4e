"""Ranking: from the terms that match a question to the nodes it most likely means.

A term is good when it has most of what was asked and little else; both shares are
counted by the rarity of the words.  What a term says of a header it also says of the
code to take when nothing more is known, and, less, of the other codes beneath, which
may fill parts of the question by words of their own::

    right hip fracture   S72.00 "Fracture of hip NOS"        hip, fracture
                         S72.001 "... of right femur"        right

Codes made by a seventh character are not listed one by one: the one whose meaning has
most of the question's words stands for them, or else the first (initial encounter).
"""

from __future__ import annotations

from bisect import bisect
from functools import cache, cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.search.indexing import MINOR
from icdgraph.search.terms import Field
from icdgraph.search.words import NEGATIONS, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from icdgraph.graph import Graph
    from icdgraph.search.index import Row
    from icdgraph.search.query import Alternative, Question, Reader, Slot

ROWS = 300
"""Terms weighed for one form of a question, the shortest ones."""
FEW = 60
"""Terms for the whole question below which it is also asked with parts left out."""
HEADERS = 6
"""Headers whose codes beneath are weighed one by one."""
BENEATH = 40
"""Codes weighed beneath one header."""
SLOTS = 10
"""Parts of a question that are asked for, the rarest."""

_FIELD = {
    Field.TITLE: 1.0,
    Field.SYNONYM: 1.0,
    Field.INCLUDES: 0.97,
    Field.NOTE: 0.85,
}
_HEADER = 0.97
_OTHER = 0.9
_BELOW = 0.9
_MORE = 0.15
"""What each word that a code says beyond its header costs."""
_OTHER_DEFAULT = 0.95
_SPECIAL = {
    "chapter 15": 0.9,
    "chapter 16": 0.9,
    "chapter 17": 0.9,
    "chapter 20": 0.97,
    "chapter 21": 0.85,
} | dict.fromkeys(("E08", "E09", "E10", "E13"), 0.97)
"""Chapters on pregnancy, newborns, malformations, causes and reasons for encounters:
whoever means them mostly says so.  Diabetes of which no type is said is type 2, E11
(Guidelines I.C.4.a.2)."""
_JOINED = 0.95
_LOOSE = 0.9
"""A note names a header for all that is below it, not for its default."""


class Match(NamedTuple):
    """A node, by number, with the term that it was found by and the words that met."""

    node: int
    score: float
    row: Row
    words: frozenset[str]


class Ranking:
    """The matches of one question among the nodes from one number to another.

    *keeps_bases* keeps also the codes that seventh characters complete.
    """

    def __init__(
        self,
        graph: Graph,
        reader: Reader,
        question: Question,
        span: tuple[int, int],
        *,
        keeps_bases: bool = False,
    ) -> None:
        self.graph, self.reader, self.index = graph, reader, reader.index
        self.span, self.keeps_bases = span, keeps_bases
        self.slots = question.slots
        self.best: dict[int, Match] = {}
        self._special = sorted(
            (graph.number_of(name), factor)
            for name, factor in _SPECIAL.items()
            if name in graph
        )

    def matches(self) -> list[Match]:
        """Return the matches, the best first."""
        weighed = sorted(self._joined(self._rows()), key=lambda m: -m.score)
        for match in weighed:
            self._spread(match)
        seen: set[int] = set()
        for match in weighed:
            if match.node not in seen and self._has_codes(match.node):
                seen.add(match.node)
                self._beneath(match)
            if len(seen) == HEADERS:
                break
        return sorted(self.best.values(), key=lambda m: (-m.score, m.node))

    # Terms

    def _rows(self) -> list[Row]:
        """Return terms with all the parts of the question, or most of them."""
        asked = [slot for slot in self.slots if slot.alternatives]
        telling = [slot for slot in asked if not slot.is_filler] or asked
        telling = sorted(telling, key=lambda slot: -slot.weight)[:SLOTS]
        found: dict[tuple[int, str, frozenset[str]], Row] = {}
        for left_out in range(len(telling)):
            choices = list(combinations(telling, len(telling) - left_out))
            if left_out > 2:
                choices = [(slot,) for slot in telling]
            for choice in choices:
                limit = max(ROWS // len(choices), 20)
                for row in self.index.matching(expression(choice), self.span, limit):
                    found[row.node, row.text, row.essential] = row
            if len(found) >= FEW or left_out > 2 or (found and left_out):
                break
        return list(found.values())

    def _weigh(self, row: Row) -> Match:
        share, met = self._share(self._said(row))
        return Match(row.node, self._score(share, row, met, row), row, met)

    def _score(self, share: float, row: Row, met: frozenset[str], title: Row) -> float:
        """Return the score of what is called *title* and was met by the term *row*."""
        score = share**2 * (0.4 + 0.6 * self._cover(row, met)) * _FIELD[row.field]
        return score * _OTHER if "other" in title.optional else score

    def _joined(self, rows: list[Row]) -> Iterator[Match]:
        """Yield for each node a match by its best term and the words of all of them."""
        by_node: dict[int, list[Match]] = {}
        for row in rows:
            by_node.setdefault(row.node, []).append(self._weigh(row))
        for node, matches in by_node.items():
            best = max(matches, key=lambda match: match.score)
            yield best
            if len(matches) > 1:
                share, met = self._share(
                    frozenset().union(*(match.words for match in matches))
                )
                before, _ = self._share(best.words)
                if before < share:
                    score = best.score * (share / before) ** 2 * _JOINED
                    yield Match(node, score, best.row, met)

    def _said(self, row: Row) -> frozenset[str]:
        """Return the words by which *row* can meet the question.

        What a term negates ("without bleeding") meets only who asks for a negation.
        """
        if self._negates:
            return row.essential | row.minor | row.optional
        return row.essential | (row.optional - row.minor)

    @cached_property
    def _negates(self) -> bool:
        return any(
            NEGATIONS.issuperset(alternative.words)
            for slot in self.slots
            for alternative in slot.alternatives
        )

    def _share(self, said: frozenset[str]) -> tuple[float, frozenset[str]]:
        """Return the share of the question that *said* fills, and the words it met."""
        met: set[str] = set()
        filled = 0.0
        for slot in self.slots:
            weight, by = _fill(slot, said)
            filled += slot.weight * weight
            met |= by
        return filled / self._asked, frozenset(met)

    @cached_property
    def _asked(self) -> float:
        return sum(slot.weight for slot in self.slots) or 1.0

    def _cover(self, row: Row, met: frozenset[str]) -> float:
        """Return the share of the term that the question has."""
        if not row.weight:
            return 0.5
        rarity = self.reader.rarity
        covered = sum(map(rarity, met & row.essential))
        covered += MINOR * sum(map(rarity, met & row.minor - row.essential))
        # Of a hyphened word that was asked for as one, the parts are met as well.
        for one in met & row.optional - row.essential:
            covered += sum(rarity(w) for w in row.essential - met if w in one)
        return min(1.0, covered / row.weight)

    # Nodes

    def _keep(self, node: int, score: float, match: Match) -> None:
        score *= self._factor(node)
        known = self.best.get(node)
        if known is None or known.score < score:
            self.best[node] = Match(node, score, match.row, match.words)

    def _factor(self, node: int) -> float:
        place = bisect(self._special, (node, 1.0)) - 1
        if place < 0:
            return 1.0
        top, factor = self._special[place]
        return factor if node <= self.graph.tree.last[top] else 1.0

    def _has_codes(self, node: int) -> bool:
        """Say whether *node* is a header of codes that are printed."""
        return self.graph.is_code(node) and not self._is_family(node)

    def _is_family(self, node: int) -> bool:
        """Say whether nothing but codes made by a seventh character is below *node*."""
        return self.graph.tree.is_leaf(node) or bool(self.graph.made_by(node + 1))

    def _spread(self, match: Match) -> None:
        """Count *match* for its node, and for the leaf to take by default."""
        node, default = match.node, self.index.defaults[match.node]
        if self.graph.tree.is_leaf(node):
            self._keep(node, match.score, match)
        elif self._is_family(node):
            if self.keeps_bases:
                self._keep(node, match.score, match)
            self._keep(*self._seventh(match), match)
        else:
            self._keep(node, match.score * _HEADER, match)
            if default >= 0:
                sure = _LOOSE if match.row.field is Field.NOTE else 1.0
                if "other" in match.row.optional:
                    sure *= _OTHER_DEFAULT
                self._keep(default, match.score * sure, match)

    def _seventh(self, match: Match) -> tuple[int, float]:
        """Return the code of a family that the question means, and its score."""
        first = self.index.defaults[match.node]
        if not self._asks_for_seventh(match.words):
            return first, match.score
        said = self._said(match.row) | match.words
        before, _ = self._share(said)
        best, most = first, before
        for leaf in self.graph.tree.children(match.node):
            share, _ = self._share(said | self._meaning(leaf))
            if share > most:
                best, most = leaf, share
        return best, match.score * (most / before) ** 2 if before else match.score

    def _asks_for_seventh(self, met: frozenset[str]) -> bool:
        return any(
            not met.intersection(word for a in slot.alternatives for word in a.words)
            for slot in self._seventh_slots
        )

    @cached_property
    def _seventh_slots(self) -> list[Slot]:
        meanings = self.index.seventh_words
        return [
            slot
            for slot in self.slots
            if any(meanings.issuperset(a.words) for a in slot.alternatives)
        ]

    def _meaning(self, leaf: int) -> frozenset[str]:
        titles = self.graph.titles
        base = titles[self.graph.tree.parents[leaf]]
        return _words_of(titles[leaf][len(base) :])

    def _beneath(self, match: Match) -> None:
        """Count *match* for the codes beneath its node, with what each says itself."""
        node, row = match.node, match.row
        last = self.graph.tree.last[node]
        context = self._said(row)
        for below in self.index.titles(node + 1, last, BENEATH):
            share, met = self._share(context | self._said(below))
            known = met | context
            more = len(below.essential - known) + MINOR * len(below.minor - known)
            score = self._score(share, row, met, below) * _BELOW / (1 + _MORE * more)
            self._spread(Match(below.node, score, row, met))


@cache
def _words_of(meaning: str) -> frozenset[str]:
    """Return the words of the *meaning* of a seventh character, of which few are."""
    return frozenset(word.text for word in words(meaning))


def _fill(slot: Slot, said: frozenset[str]) -> tuple[float, set[str]]:
    """Return how well *said* fills *slot*, and by which words, in all alternatives."""
    best, by = 0.0, set[str]()
    for alternative in slot.alternatives:
        met = _met(alternative, said)
        if met:
            best = max(best, alternative.weight)
            by.update(met)
    return best, by


def _met(alternative: Alternative, said: frozenset[str]) -> Collection[str]:
    if not alternative.is_prefix:
        return alternative.words if said.issuperset(alternative.words) else ()
    (prefix,) = alternative.words
    return [word for word in said if word.startswith(prefix)]


def expression(slots: Iterable[Slot]) -> str:
    """Return the FTS5 query for terms that fill all *slots*.

    Words are letters and digits, and quoted, so that none is taken for an operator.
    """
    return " AND ".join(
        "(" + " OR ".join(map(_conjunction, slot.alternatives)) + ")" for slot in slots
    )


def _conjunction(alternative: Alternative) -> str:
    star = "*" if alternative.is_prefix else ""
    return "(" + " AND ".join(f'"{word}"{star}' for word in alternative.words) + ")"
