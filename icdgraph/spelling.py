"""The nearest real words to a misspelt one, for codes and for names of things."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = str.maketrans("OISZBQL", "0152801")
"""Letters that are taken for digits."""


def nearest(text: str, known: Iterable[str], limit: int = 5) -> list[str]:
    """Return the *limit* words of *known* most like *text*, the most likely first.

    Ordered by whether they look the same, by edit distance, by length and by how much
    agrees at the start.

    >>> nearest("M54.5O", ["M54.51", "M54.50", "M54.5", "A00"], 2)
    ['M54.50', 'M54.51']
    """
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    def likeness(word: str, distance: float) -> tuple[bool, float, int, int, str]:
        looks_the_same = word.translate(ALIKE) == text.translate(ALIKE)
        agreeing = takewhile(
            lambda pair: pair[0] == pair[1], zip(word, text, strict=False)
        )
        longer = abs(len(word) - len(text))
        return not looks_the_same, distance, longer, -len(list(agreeing)), word

    found = process.extract(text, list(known), scorer=Levenshtein.distance, limit=50)
    ranked = sorted(likeness(word, distance) for word, distance, _ in found)
    return [word for *_, word in ranked[:limit]]
