"""A query: what each part of the typed text can mean.

    strep throat lft knee   ->   [strep throat | streptococcal pharyngitis]
                                 [left]            interpreted as: left
                                 [knee]

Each part is a *slot*.  A term fills a slot if it has all the words of one of its
*alternatives*.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.search.correction import corrected, split
from icdgraph.search.lexicon import LONGEST, Meaning
from icdgraph.search.words import FILLERS, STOP, american, fold, root, singular, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from icdgraph.search.index import SearchIndex
    from icdgraph.search.lexicon import Phrase
    from icdgraph.search.words import PlacedWord

MAX_CHARACTERS = 1_000
MAX_WORDS = 16
"""Words of a text that are read."""
MAX_CORRECTIONS = 4
LEXICON_COUNT = 20
"""The count of a word of the lexicon, so that corrections can lead to it."""
SHORTEST_PREFIX = 4

FILLER = 0.3
"""The weight of a slot for a filler."""
TYPED, MEANING, RELATED = 1.0, 0.98, 0.9
"""How well an alternative fills its slot: the words as typed, or in another spelling; a
meaning; longer words, and words of the same family."""

_A_FOLLOWS = frozenset(["vitamin", "hepatitis", "influenza", "type", "group", "factor"])


class Alternative(NamedTuple):
    """Words that fill a slot, and how well; the word is a prefix if *is_prefix*."""

    words: Phrase
    weight: float
    is_prefix: bool = False


class Slot(NamedTuple):
    """A part of a query; its *weight* grows with the rarity of its words."""

    alternatives: tuple[Alternative, ...]
    weight: float
    is_filler: bool = False


class Interpretation(NamedTuple):
    """Words that are not read as *typed*, and what they are read as.

    *source* is ``spelling``, ``code``, ``release`` for an abbreviation that the release
    defines, or the source given in the lexicon.
    """

    typed: str
    read_as: str
    source: str


class Query(NamedTuple):
    """A text as it was read; *unknown* are words for which nothing was found."""

    slots: tuple[Slot, ...]
    interpretations: tuple[Interpretation, ...] = ()
    unknown: tuple[str, ...] = ()


def read_query(index: SearchIndex, text: str, *, is_typing: bool = False) -> Query:
    """Return *text* as a query; its last word is a prefix if *is_typing*.

    >>> from icdgraph.search.index import search_index
    >>> from icdgraph.toy import toy
    >>> query = read_query(search_index(toy().core), "lumbagoo pain")
    >>> [slot.alternatives[0].words for slot in query.slots]
    [('lumbago',), ('pain',)]
    """
    return _QueryReader(index, text[:MAX_CHARACTERS]).read(is_typing)


class _QueryReader:
    def __init__(self, index: SearchIndex, text: str) -> None:
        self._index = index
        self._text = text
        self._interpretations: list[Interpretation] = []
        self._unknown: list[str] = []

    def read(self, is_typing: bool) -> Query:
        typed = list(islice(_significant(list(words(self._text))), MAX_WORDS))
        last = typed[-1] if is_typing and typed and self._is_begun(typed[-1]) else None
        spelled = list(self._spelled(typed, last))
        slots = tuple(self._slots(spelled, last.text if last else None))
        surfaces = {word.text: self._surface(word) for word in typed}
        interpretations = tuple(
            Interpretation(" ".join(surfaces.get(w, w) for w in as_read.split()), *rest)
            for as_read, *rest in self._interpretations
        )
        return Query(slots, interpretations, tuple(self._unknown))

    def _surface(self, word: PlacedWord) -> str:
        """Return *word* as it was typed."""
        return fold(self._text[word.start : word.end])

    # Spelling

    def _spelled(
        self, typed: list[PlacedWord], last: PlacedWord | None
    ) -> Iterator[str]:
        """Yield the words that *typed* means; those that are unknown are left out."""
        corrections = 0
        for word in typed:
            if word is last or self._is_known(word.text):
                yield word.text
                continue
            spelling = american(word.text, self._index.is_word)
            if spelling:
                yield spelling
                continue
            corrections += 1
            surface = self._surface(word)
            can_correct = corrections <= MAX_CORRECTIONS
            if can_correct and (corrected := self._corrected(surface)):
                interpretation = Interpretation(
                    surface, " ".join(corrected), "spelling"
                )
                self._interpretations.append(interpretation)
                yield from map(singular, corrected)
            elif self._has_relatives(word.text):
                yield word.text
            else:
                self._unknown.append(surface)

    def _is_known(self, word: str) -> bool:
        return self._index.is_word(word) or word in self._lexicon_words

    @cached_property
    def _lexicon_words(self) -> frozenset[str]:
        return frozenset(word for phrase in self._index.meanings for word in phrase)

    def _has_relatives(self, word: str) -> bool:
        """Return True if words of the same family, or longer words, are known."""
        return bool(self._index.family(root(word))) or self._begins(word)

    def _begins(self, word: str) -> bool:
        return len(word) >= SHORTEST_PREFIX and self._index.begins(word)

    def _is_begun(self, word: PlacedWord) -> bool:
        """Return True if *word* can become a word of the release by more typing."""
        return self._is_known(word.text) or self._index.begins(self._surface(word))

    def _corrected(self, surface: str) -> tuple[str, ...]:
        """Return the words of which *surface* is a misspelling, none if it is correct.

        Before words with more than one edit, two joined words and its family are tried.
        """
        if self._begins(surface):
            return ()
        index, lexicon = self._index, dict.fromkeys(self._lexicon_words, LEXICON_COUNT)
        short_phrases = {p[0]: LEXICON_COUNT for p in index.meanings if len(p) == 1}
        printed = short_phrases | index.printed
        nearest = corrected(surface, printed, most=1)
        if not nearest:
            stem = corrected(singular(surface), index.counts, most=1)
            nearest = index.surface(stem) if stem else None
        if nearest and root(singular(nearest)) == root(singular(surface)):
            return ()  # "twisted" is not a misspelling of "twister".
        if nearest:
            return (nearest,)
        halves = split(singular(surface), lexicon | index.counts)
        if halves:
            return halves
        if self._has_relatives(singular(surface)):
            return ()
        nearest = corrected(surface, printed)
        return (nearest,) if nearest else ()

    # Meaning

    def _slots(self, spelled: list[str], last: str | None) -> Iterator[Slot]:
        place = 0
        while place < len(spelled):
            length = self._phrase_length(spelled[place : place + LONGEST])
            part = tuple(spelled[place : place + length])
            place += length
            yield self._slot(part, place == len(spelled) and part[-1] == last)

    def _phrase_length(self, following: list[str]) -> int:
        """Return how many of the *following* words are one phrase."""
        for length in range(len(following), 1, -1):
            part = tuple(following[:length])
            is_one_word = length == 2 and self._index.is_word("".join(part))
            if part in self._index.meanings or is_one_word:
                return length
        return 1

    def _slot(self, part: Phrase, is_typed: bool) -> Slot:
        meanings = self._index.meanings.get(part, [])
        self._interpretations += [
            Interpretation(" ".join(part), meaning.printed, meaning.source)
            for meaning in meanings
            if not meaning.is_same and meaning.words != part
        ]
        best: dict[tuple[Phrase, bool], Alternative] = {}
        for alternative in self._alternatives(part, meanings, is_typed):
            best.setdefault((alternative.words, alternative.is_prefix), alternative)
        alternatives = tuple(best.values())
        is_filler = len(part) == 1 and part[0] in FILLERS
        weight = FILLER if is_filler else self._weight(part, alternatives)
        return Slot(alternatives, weight, is_filler)

    def _alternatives(
        self, part: Phrase, meanings: list[Meaning], is_typed: bool
    ) -> Iterator[Alternative]:
        """Yield *part* itself, other spellings, its family, and its *meanings*."""
        index = self._index
        if all(map(index.is_word, part)):
            yield Alternative(part, TYPED)
        if len(part) > 1:
            if index.is_word("".join(part)):
                yield Alternative(("".join(part),), TYPED)
        else:
            (word,) = part
            spelling = american(word, index.is_word)
            if spelling:
                yield Alternative((spelling,), TYPED)
            for relative in index.family(root(spelling or word)):
                yield Alternative((relative,), RELATED)
            if is_typed or (not index.is_word(word) and len(word) >= SHORTEST_PREFIX):
                yield Alternative(part, RELATED, is_prefix=True)
        for meaning in meanings:
            yield Alternative(meaning.words, MEANING)

    def _weight(self, part: Phrase, alternatives: tuple[Alternative, ...]) -> float:
        """Return the rarity of *part*, or of what it means if it is not printed."""
        rarity = self._index.rarity
        is_printed = all(map(self._index.is_word, part))
        phrases = [part] if is_printed else [a.words for a in alternatives]
        return min((sum(map(rarity, p)) for p in phrases), default=rarity(""))


def _significant(typed: list[PlacedWord]) -> Iterator[PlacedWord]:
    """Yield *typed* without stop words and without an "a" that is an article."""
    for place, word in enumerate(typed):
        if word.text == "a":
            is_last = place == len(typed) - 1
            if is_last or (place and typed[place - 1].text in _A_FOLLOWS):
                yield word
        elif word.text not in STOP:
            yield word
