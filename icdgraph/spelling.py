"""The known words closest to a misspelled one, for codes, options and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = str.maketrans("OISZBQL", "0152801")
"""Letters that are mistaken for digits."""


def nearest(
    text: str, known: Iterable[str], limit: int = 5, reach: int | None = None
) -> list[str]:
    """Return the *limit* words of *known* most like *text*, the most likely first.

    They are ordered by whether they look the same, by edit distance, by difference in
    length, and by how many characters they share at the start.  *reach* is the largest
    edit distance.

    >>> nearest("M54.5O", ["M54.51", "M54.50", "M54.5", "A00"], 2)
    ['M54.50', 'M54.51']
    """
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein, Prefix

    def likeness(word: str, distance: float) -> tuple[bool, float, int, int, str]:
        looks_the_same = word.translate(ALIKE) == text.translate(ALIKE)
        shared = Prefix.similarity(word, text)
        return not looks_the_same, distance, abs(len(word) - len(text)), -shared, word

    matches = process.extract(
        text, list(known), scorer=Levenshtein.distance, limit=50, score_cutoff=reach
    )
    ranked = sorted(likeness(word, distance) for word, distance, _ in matches)
    return [word for *_, word in ranked[:limit]]


def closest(text: str, known: Iterable[str], reach: int | None = None) -> list[str]:
    """Return the words of *known* at the smallest edit distance from *text*.

    They are at most 3, none of them farther than *reach*: by default, a third of the
    characters of *text*, rounded, and at least one.

    >>> closest("excludes", ["excludes1", "excludes2", "includes"])
    ['excludes1', 'excludes2']
    >>> closest("excludes", ["codeFirst"])
    []
    """
    from rapidfuzz.distance import Levenshtein

    reach = max(1, (len(text) + 1) // 3) if reach is None else reach
    words = nearest(text, known, 3, reach)
    distances = [Levenshtein.distance(text, word) for word in words]
    return [w for w, d in zip(words, distances, strict=True) if d == min(distances)]
