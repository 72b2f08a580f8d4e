"""Ranking: from the terms that match a query to the nodes it most likely means.

A term is good if it has most of the query and little else; both shares are counted by
the rarity of words.  A term of a header counts for the header, for its default code,
and, with less weight, for the other codes below it.  Their own titles can fill further
parts of the query:

    right hip fracture   S72.00 "Fracture of hip NOS"        hip, fracture
                         S72.001 "... of right femur"        right

Of the codes that 7th characters make, only one is listed.
"""

from __future__ import annotations

from functools import cache, cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.search.indexing import MINOR
from icdgraph.search.terms import Field
from icdgraph.search.words import NEGATIONS, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from icdgraph.graph import Graph
    from icdgraph.search.index import IndexedTerm, SearchIndex
    from icdgraph.search.query import Alternative, Query, Slot

TERMS = 300
"""Terms to weigh for one form of a query, the shortest ones."""
FEW = 60
"""If fewer terms match the whole query, parts of it are left out as well."""
HEADERS = 6
"""Headers for which the codes below are weighed."""
BELOW_HEADER = 40
"""Codes to weigh below one header."""
SLOTS = 10
"""Parts of a query that are looked up, the rarest ones."""

FIELDS = {
    Field.TITLE: 1.0,
    Field.SYNONYM: 1.0,
    Field.INCLUDES: 0.97,
    Field.NOTE: 0.85,
}
"""The weight of a term by its field."""
COVERED = 0.6
"""How much of a score depends on the share of the term that the query has."""
HEADER = 0.97
"""The weight of a header, which is not billable."""
OTHER = 0.85
"""The weight of "other" codes if the query does not have the word."""
BELOW = 0.95
"""The weight of a code that is found by a term of a header above it."""
ADDED_WORD = 0.25
"""How much each word counts against such a code that it adds to its header."""
RARE = {"chapter 17": 0.9, "chapter 21": 0.85, "E10": 0.97}
"""The weight of nodes that people mostly name if they mean them: malformations, reasons
for encounters, and type 1 diabetes, because diabetes without a type is type 2
(Guidelines I.C.4.a.2)."""


class TermMatch(NamedTuple):
    """A node, by number, with the term that found it and the words that matched."""

    node: int
    score: float
    term: IndexedTerm
    words: frozenset[str]


class Ranking:
    """The matches of one query among the nodes of *span*, the first and the last.

    With *keeps_bases*, codes to which 7th characters apply are listed themselves, too.
    """

    def __init__(
        self,
        graph: Graph,
        index: SearchIndex,
        query: Query,
        span: tuple[int, int],
        *,
        keeps_bases: bool = False,
    ) -> None:
        self.graph, self.index, self.slots = graph, index, query.slots
        self.span, self.keeps_bases = span, keeps_bases
        self.best: dict[int, TermMatch] = {}
        rare = {name: weight for name, weight in RARE.items() if name in graph}
        self._rare = [(graph.number_of(name), weight) for name, weight in rare.items()]

    def matches(self) -> list[TermMatch]:
        """Return the matches, the best first."""
        matches = sorted(map(self._weigh, self._terms()), key=lambda m: -m.score)
        headers: dict[int, TermMatch] = {}
        for match in matches:
            self._add(match)
            # Of codes that are printed below it; others differ by a 7th character.
            if self.graph.is_code(match.node) and not self._is_base(match.node):
                headers.setdefault(match.node, match)
        for match in list(headers.values())[:HEADERS]:
            self._add_below(match)
        return sorted(self.best.values(), key=lambda m: (-m.score, m.node))

    # Terms

    def _terms(self) -> list[IndexedTerm]:
        """Return terms with all parts of the query, or most of them."""
        slots = [slot for slot in self.slots if self._can_match(slot)]
        slots = [slot for slot in slots if not slot.is_filler] or slots
        slots = sorted(slots, key=lambda slot: -slot.weight)[:SLOTS]
        terms: dict[tuple[int, str, frozenset[str]], IndexedTerm] = {}
        for left_out in range(len(slots)):
            size = len(slots) - left_out if left_out <= 2 else 1
            choices = list(combinations(slots, size))
            limit = max(TERMS // len(choices), 20)
            for choice in choices:
                for term in self.index.matching(fts_query(choice), self.span, limit):
                    terms[term.node, term.text, term.essential] = term
            if len(terms) >= FEW or left_out > 2 or (terms and left_out):
                break
        return list(terms.values())

    def _can_match(self, slot: Slot) -> bool:
        """Return True if terms can fill *slot*; only 7th characters have some words."""
        return any(
            alternative.is_prefix or all(map(self.index.count, alternative.words))
            for alternative in slot.alternatives
        )

    def _weigh(self, term: IndexedTerm) -> TermMatch:
        share, met = self._share(self._words(term))
        return TermMatch(term.node, self._score(share, term, met, term), term, met)

    def _score(
        self, share: float, term: IndexedTerm, met: frozenset[str], title: IndexedTerm
    ) -> float:
        """Return the score of the node of *title*, which is found by *term*."""
        covered = 1 - COVERED + COVERED * self._covered(term, met)
        score = share**2 * covered * FIELDS[term.field]
        is_other = "other" in title.optional and "other" not in self._asked
        return score * OTHER if is_other else score

    def _words(self, term: IndexedTerm) -> frozenset[str]:
        """Return the words of *term* that can match the query.

        What a term negates ("without bleeding") only matches a query with a negation.
        """
        if self._asked & NEGATIONS:
            return term.essential | term.minor | term.optional
        return term.essential | (term.optional - term.minor)

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The words of the query."""
        return frozenset(
            word for slot in self.slots for a in slot.alternatives for word in a.words
        )

    def _share(self, words: frozenset[str]) -> tuple[float, frozenset[str]]:
        """Return the share of the query that *words* fill, and the words that do."""
        met: set[str] = set()
        filled = 0.0
        for slot in self.slots:
            weight, by = _fill(slot, words)
            filled += slot.weight * weight
            met |= by
        return filled / self._weight, frozenset(met)

    @cached_property
    def _weight(self) -> float:
        return sum(slot.weight for slot in self.slots) or 1.0

    def _covered(self, term: IndexedTerm, met: frozenset[str]) -> float:
        """Return the share of *term* that the query has."""
        rarity = self.index.rarity
        covered = sum(map(rarity, met & term.essential))
        covered += MINOR * sum(map(rarity, met & term.minor - term.essential))
        # If a hyphenated word was met without its hyphen, its parts are met as well.
        for whole in met & term.optional - term.essential:
            covered += sum(rarity(w) for w in term.essential - met if w in whole)
        return min(1.0, covered / (term.weight or 1))

    # Nodes

    def _keep(self, node: int, score: float, match: TermMatch) -> None:
        # Rounded, because sums over sets depend on the order of their words.
        score = round(score * self._rarity_of_node(node), 9)
        known = self.best.get(node)
        if known is None or known.score < score:
            self.best[node] = match._replace(node=node, score=score)

    def _rarity_of_node(self, node: int) -> float:
        tree = self.graph.tree
        weights = (weight for top, weight in self._rare if tree.subsumes(top, node))
        return next(weights, 1.0)

    def _is_base(self, node: int) -> bool:
        """Return True if *node* has nothing below it but codes with a 7th character."""
        return self.graph.tree.is_leaf(node) or bool(self.graph.made_by(node + 1))

    def _add(self, match: TermMatch) -> None:
        """Count *match* for its node, and for the default code of the node."""
        node, default = match.node, self.index.defaults[match.node]
        if self.graph.tree.is_leaf(node):
            self._keep(node, match.score, match)
        elif self._is_base(node):
            if self.keeps_bases:
                self._keep(node, match.score, match)
            self._keep(*self._seventh(match), match)
        else:
            self._keep(node, match.score * HEADER, match)
            if default >= 0:
                self._keep(default, match.score, match)

    def _seventh(self, match: TermMatch) -> tuple[int, float]:
        """Return the code that the query means below the base of *match*; its score."""
        best = self.index.defaults[match.node]
        if not self._asks_for_seventh(match.words):
            return best, match.score
        known = self._words(match.term) | match.words
        before, _ = self._share(known)
        most = before
        for leaf in self.graph.tree.children(match.node):
            share, _ = self._share(known | self._meaning(leaf))
            if share > most:
                best, most = leaf, share
        return best, match.score * (most / before) ** 2 if before else match.score

    def _asks_for_seventh(self, met: frozenset[str]) -> bool:
        """Return True if a part that *met* does not fill can be a 7th character's."""
        meanings = self.index.seventh_words
        return any(
            any(meanings.issuperset(a.words) for a in slot.alternatives)
            and not any(met.intersection(a.words) for a in slot.alternatives)
            for slot in self.slots
        )

    def _meaning(self, leaf: int) -> frozenset[str]:
        titles = self.graph.titles
        base = titles[self.graph.tree.parents[leaf]]
        return _words_of(titles[leaf][len(base) :])

    def _add_below(self, match: TermMatch) -> None:
        """Count *match* for the codes below its node, with the words of each title."""
        node, term = match.node, match.term
        context = self._words(term)
        for title in self.index.titles(
            node + 1, self.graph.tree.last[node], BELOW_HEADER
        ):
            share, met = self._share(context | self._words(title))
            known = met | context
            added = len(title.essential - known) + MINOR * len(title.minor - known)
            score = self._score(share, term, met, title)
            score *= BELOW / (1 + ADDED_WORD * added)
            self._add(TermMatch(title.node, score, term, met))


@cache
def _words_of(meaning: str) -> frozenset[str]:
    """Return the words of the *meaning* of a 7th character; there are few meanings."""
    return frozenset(word.text for word in words(meaning))


def _fill(slot: Slot, words: frozenset[str]) -> tuple[float, set[str]]:
    """Return how well *words* fill *slot*, and which of them do."""
    best, by = 0.0, set[str]()
    for alternative in slot.alternatives:
        met = _met(alternative, words)
        if met:
            best = max(best, alternative.weight)
            by.update(met)
    return best, by


def _met(alternative: Alternative, words: frozenset[str]) -> Collection[str]:
    if alternative.is_prefix:
        return [word for word in words if word.startswith(alternative.words)]
    return alternative.words if words.issuperset(alternative.words) else ()


def fts_query(slots: Iterable[Slot]) -> str:
    """Return the FTS5 query for terms that fill all *slots*.

    Words are letters and digits, and quoted, so that none is read as an operator.
    """
    return " AND ".join(
        "(" + " OR ".join(map(_conjunction, slot.alternatives)) + ")" for slot in slots
    )


def _conjunction(alternative: Alternative) -> str:
    star = "*" if alternative.is_prefix else ""
    return "(" + " AND ".join(f'"{word}"{star}' for word in alternative.words) + ")"
