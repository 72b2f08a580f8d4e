"""A question: what was typed, taken apart into what each part can mean.

    strep throat lft knee   ->   [strep throat | streptococcal pharyngitis]
                                 [left]            read as: left
                                 [knee]

Each part is a *slot* that a term fills when it has all the words of one of the slot's
*alternatives*.  Whatever is not read as it was typed is told as a `Reading`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from icdgraph.search.correction import corrected, split
from icdgraph.search.indexing import rarity
from icdgraph.search.lexicon import LONGEST, Meaning, phrase, tabled
from icdgraph.search.words import (
    FILLERS,
    STOP,
    american,
    fold,
    root,
    singular,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from icdgraph.search.index import Index
    from icdgraph.search.lexicon import Phrase
    from icdgraph.search.words import Word

MOST_CHARACTERS = 1_000
MOST_WORDS = 16
"""Words of a question that are looked at; a longer text is no question."""
MOST_CORRECTIONS = 4
TABLED = 20
"""Terms that a word of the tables counts for, so that corrections may lead to it."""
SHORTEST_PREFIX = 4
FILLER_WEIGHT = 0.3

_EXACT, _MEANING, _SAME, _PREFIX, _FAMILY = 1.0, 0.98, 0.93, 0.85, 0.9
_NAMED_A = frozenset(["vitamin", "hepatitis", "influenza", "type", "group", "factor"])


@dataclass(frozen=True, slots=True)
class Alternative:
    """Words that fill a slot, and how well; the last is a prefix if *is_prefix*."""

    words: Phrase
    weight: float
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a question, its alternatives, and how much it says.

    *weight* grows with the rarity of its words in the release.
    """

    alternatives: tuple[Alternative, ...]
    weight: float
    is_filler: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that is not read as it was typed: *said*, *read*, and by what source.

    *source* is ``spelling`` for a correction, ``release`` for an abbreviation that the
    release spells out, or the source that the tables of vocabulary give.
    """

    said: str
    read: str
    source: str


@dataclass(frozen=True, slots=True)
class Question:
    """A text as it was read; *unknown* are the words that nothing was found for."""

    slots: tuple[Slot, ...]
    readings: tuple[Reading, ...] = ()
    unknown: tuple[str, ...] = ()


class Reader:
    """Reads questions for one index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._rarities: dict[str, float] = {}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.index.counts)

    @cached_property
    def _printed(self) -> dict[str, int]:
        """The words corrections may lead to, as printed, and how often each is."""
        said = (word for said in tabled() for word in said if len(said) == 1)
        counts, surfaces = self.index.counts, self.index.surfaces
        return dict.fromkeys(said, TABLED) | {
            surfaces[word]: count for word, count in counts.items()
        }

    @cached_property
    def _stems(self) -> dict[str, int]:
        """The words that may have been run together, in their common form."""
        return dict.fromkeys(self._phrase_words, TABLED) | self.index.counts

    @cached_property
    def _phrase_words(self) -> frozenset[str]:
        return frozenset(word for said in tabled() for word in said)

    def rarity(self, word: str) -> float:
        """Return how much *word* says, the more the fewer terms have it."""
        known = self._rarities.get(word)
        if known is None:
            known = rarity(self.index.counts.get(word, 1), self.index.terms)
            self._rarities[word] = known
        return known

    def read(self, text: str, *, is_typing: bool = False) -> Question:
        """Return *text* as a question; the last word is a prefix if *is_typing*."""
        text = text[:MOST_CHARACTERS]
        said = list(islice(_telling(list(words(text))), MOST_WORDS))
        typed = (
            said[-1] if is_typing and said and self._is_begun(said[-1], text) else None
        )
        readings: list[Reading] = []
        unknown: list[str] = []
        spelt = list(self._spelt(text, said, typed, readings, unknown))
        slots = list(self._slots(spelt, typed.text if typed else None, readings))
        surfaces = {word.text: fold(text[word.start : word.end]) for word in said}
        told = [_as_typed(reading, surfaces) for reading in readings]
        return Question(tuple(slots), tuple(told), tuple(unknown))

    # Spelling

    def _spelt(
        self,
        text: str,
        said: list[Word],
        typed: Word | None,
        readings: list[Reading],
        unknown: list[str],
    ) -> Iterator[str]:
        """Yield the words that *said* means, each known; tell what was changed."""
        tries = 0
        for word in said:
            if word is typed or self._is_known(word.text):
                yield word.text
                continue
            spelling = american(word.text, self.index.counts)
            if spelling:
                yield spelling
                continue
            tries += 1
            surface = fold(text[word.start : word.end])
            read = self._corrected(surface) if tries <= MOST_CORRECTIONS else ()
            if read:
                printed = " ".join(read)
                readings.append(Reading(surface, printed, "spelling"))
                yield from map(singular, read)
            elif self._has_relatives(word.text):
                yield word.text
            else:
                unknown.append(surface)

    def _is_known(self, word: str) -> bool:
        return (
            word in self.index.counts
            or word in self._phrase_words
            or word in self.index.abbreviations
        )

    def _has_relatives(self, word: str) -> bool:
        """Say whether words of its family, or that begin so, are known."""
        return root(word) in self.index.families or self._begins(word)

    def _is_begun(self, word: Word, text: str) -> bool:
        """Say whether *word* of *text* may become a word of the release, as typed."""
        surface = fold(text[word.start : word.end])
        return self._is_known(word.text) or self._starts(surface)

    def _begins(self, word: str) -> bool:
        return len(word) >= SHORTEST_PREFIX and self._starts(word)

    def _starts(self, word: str) -> bool:
        """Say whether a word of the release starts with *word*."""
        place = bisect_left(self._sorted, word)
        return place < len(self._sorted) and self._sorted[place].startswith(word)

    def _corrected(self, surface: str) -> tuple[str, ...]:
        """Return the words that *surface* is a misspelling of, none if not one.

        One edit is believed at once, unless words begin so; for more, two words run
        together and words of the family come first.
        """
        if self._begins(surface):
            return ()
        nearest = corrected(surface, self._printed, most=1) or self._near_stem(surface)
        if nearest and root(singular(nearest)) == root(singular(surface)):
            # Twisted is no misspelling of twister: all of the family may be meant.
            return ()
        halves = split(singular(surface), self._stems)
        if nearest or halves:
            return (nearest,) if nearest else halves or ()
        if self._has_relatives(singular(surface)):
            return ()
        nearest = corrected(surface, self._printed)
        return (nearest,) if nearest else ()

    def _near_stem(self, surface: str) -> str | None:
        """Return the word, printed as plural, that *surface* is one edit from."""
        stem = corrected(singular(surface), self.index.counts, most=1)
        return self.index.surfaces[stem] if stem else None

    # Meaning

    def _slots(
        self, said: list[str], typed: str | None, readings: list[Reading]
    ) -> Iterator[Slot]:
        place = 0
        while place < len(said):
            length = self._phrase_length(said, place)
            part = tuple(said[place : place + length])
            place += length
            is_last = place == len(said)
            yield self._slot(part, is_last and part[-1] == typed, readings)

    def _phrase_length(self, said: list[str], place: int) -> int:
        for length in range(min(LONGEST, len(said) - place), 1, -1):
            part = tuple(said[place : place + length])
            if part in tabled() or (length == 2 and "".join(part) in self.index.counts):
                return length
        return 1

    def _slot(self, part: Phrase, is_typed: bool, readings: list[Reading]) -> Slot:
        meanings = self._meanings(part)
        readings += [
            Reading(" ".join(part), meaning.printed, meaning.source)
            for meaning in meanings
            if not meaning.is_same and meaning.words != part
        ]
        alternatives = [*self._own(part, is_typed)]
        alternatives += [
            Alternative(m.words, _SAME if m.is_same else _MEANING) for m in meanings
        ]
        best: dict[tuple[Phrase, bool], Alternative] = {}
        for other in alternatives:
            best.setdefault((other.words, other.is_prefix), other)
        kept = tuple(best.values())
        is_filler = len(part) == 1 and part[0] in FILLERS
        weight = FILLER_WEIGHT if is_filler else self._weight(part, kept)
        return Slot(kept, weight, is_filler)

    def _weight(self, part: Phrase, alternatives: tuple[Alternative, ...]) -> float:
        """Return the rarity of *part*, or of what it means where it is not printed."""
        if all(word in self.index.counts for word in part):
            return sum(map(self.rarity, part))
        weights = [sum(map(self.rarity, a.words)) for a in alternatives]
        return min(weights, default=self.rarity(""))

    def _meanings(self, part: Phrase) -> list[Meaning]:
        found = list(tabled().get(part, ()))
        if len(part) == 1 and part[0] in self.index.abbreviations:
            long, _ = self.index.abbreviations[part[0]]
            found.append(Meaning(phrase(long), long, "release"))
        return found

    def _own(self, part: Phrase, is_typed: bool) -> Iterator[Alternative]:
        """Yield *part* itself, in other spellings, and the family of its word."""
        counts = self.index.counts
        if all(word in counts for word in part):
            yield Alternative(part, _EXACT)
        if len(part) > 1:
            if (as_one := "".join(part)) in counts:
                yield Alternative((as_one,), _EXACT)
            return
        (word,) = part
        spelling = american(word, counts)
        if spelling:
            yield Alternative((spelling,), _EXACT)
        for relative in self.index.families.get(root(spelling or word), ()):
            yield Alternative((relative,), _FAMILY)
        if is_typed or (word not in counts and len(word) >= SHORTEST_PREFIX):
            yield Alternative(part, _PREFIX, is_prefix=True)


def _as_typed(reading: Reading, surfaces: Mapping[str, str]) -> Reading:
    said = (surfaces.get(word, word) for word in reading.said.split())
    return replace(reading, said=" ".join(said))


def _telling(found: list[Word]) -> Iterator[Word]:
    """Yield *found* without stop words and without an "a" that is an article."""
    for place, word in enumerate(found):
        if word.text == "a":
            is_last = place == len(found) - 1
            if is_last or (place and found[place - 1].text in _NAMED_A):
                yield word
        elif word.text not in STOP:
            yield word
