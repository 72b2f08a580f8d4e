"""Words that the release does not know: misspelt, run together, or torn apart.

A misspelt word is read as the known word that differs by the fewest edits (optimal
string alignment, in which two letters swapped are one edit), weighed by how often the
release prints it and by whether the two sound alike.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTHS = (4, 7, 10)
"""Characters of the shortest words that may be one, two and three edits away."""
COMMON = 3
"""Terms that both halves of a word run together must at least be in."""

_SOUNDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"y", "i"),
        (r"^(ps|sc(?=[ei]))", "s"),
        (r"^pn", "n"),
        (r"ph", "f"),
        (r"rh", "r"),
        (r"(sh|ti|ci|si)(?=[aou])", "S"),
        (r"c(?=[eiy])", "s"),
        (r"[ckq]+", "k"),
        (r"z", "s"),
        (r"x", "ks"),
        (r"[aeiouyhw]", ""),
        (r"(.)\1+", r"\1"),
    )
]


def sound(word: str) -> str:
    """Return roughly the consonants that are heard in *word*.

    >>> sound("soriasis") == sound("psoriasis"), sound("tonsilitis")
    (True, 'tnslts')
    """
    for pattern, replacement in _SOUNDS:
        word = pattern.sub(replacement, word)
    return word


def most_edits(word: str) -> int:
    """Return how many edits away a correction of *word* may be.

    >>> [most_edits(word) for word in ("hip", "astma", "soriasis", "dehydrashun")]
    [0, 1, 2, 3]
    """
    return bisect_right(_LENGTHS, len(word))


def corrected(word: str, counts: Mapping[str, int], most: int = 3) -> str | None:
    """Return the word of *counts* that *word* most likely is, None if none is near.

    It is *most* edits away at most, and fewer for a short word.

    >>> corrected("diabetis", {"diabete": 100, "diastasis": 3})
    'diabete'
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    edits = min(most, most_edits(word))
    if not edits or word.isdecimal():
        return None
    near = process.extract(
        word, counts.keys(), scorer=OSA.distance, score_cutoff=edits, limit=40
    )
    heard = sound(word)

    def unlikeliness(candidate: str, distance: float) -> tuple[float, str]:
        cost = distance - 0.25 * math.log10(1 + counts[candidate])
        cost -= 0.75 * (sound(candidate) == heard)
        cost += 0.5 * (candidate[0] != word[0] and sound(candidate) != heard)
        return cost, candidate

    ranked = [unlikeliness(other, distance) for other, distance, _ in near]
    return min(ranked)[1] if ranked else None


def split(word: str, counts: Mapping[str, int]) -> tuple[str, str] | None:
    """Return the two common words that *word* runs together, None if it does not.

    >>> split("lowback", {"low": 50, "back": 60})
    ('low', 'back')
    """
    pairs = [(word[:place], word[place:]) for place in range(3, len(word) - 2)]
    common = [
        (min(counts.get(one, 0), counts.get(other, 0)), one, other)
        for one, other in pairs
    ]
    least, one, other = max(common, default=(0, "", ""))
    return (one, other) if least >= COMMON else None
