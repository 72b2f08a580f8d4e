"""The known words closest to a misspelled one, for codes, options and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = str.maketrans("OISZBQL", "0152801")
"""Letters that are mistaken for digits."""


def nearest(text: str, known: Iterable[str], limit: int = 5) -> list[str]:
    """Return the *limit* words of *known* most like *text*, the most likely first.

    They are ordered by whether they look the same, by edit distance, by difference in
    length, and by how many characters they share at the start.

    >>> nearest("M54.5O", ["M54.51", "M54.50", "M54.5", "A00"], 2)
    ['M54.50', 'M54.51']
    """
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein, Prefix

    def likeness(word: str, distance: float) -> tuple[bool, float, int, int, str]:
        looks_the_same = word.translate(ALIKE) == text.translate(ALIKE)
        shared = Prefix.similarity(word, text)
        return not looks_the_same, distance, abs(len(word) - len(text)), -shared, word

    matches = process.extract(text, list(known), scorer=Levenshtein.distance, limit=50)
    ranked = sorted(likeness(word, distance) for word, distance, _ in matches)
    return [word for *_, word in ranked[:limit]]
