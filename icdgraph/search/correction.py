"""Words that the release does not have: misspelled, joined, or separated.

A misspelled word is read as the known word that differs by the fewest edits (optimal
string alignment, where two swapped letters are one edit).  Words that the release
prints often, and words that sound alike, are preferred.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTHS = (4, 7, 10)
"""Characters of the shortest words that can have one, two and three edits."""
COMMON = 3
"""Terms that must have each half of two joined words."""
FREQUENCY, SOUND, FIRST_LETTER = 0.25, 0.75, 0.5
"""In edits: what a word gains if it is ten times as frequent, or sounds alike, and what
it loses if it has another first letter and sounds different."""

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
    """Return how many edits a correction of *word* can have.

    >>> [most_edits(word) for word in ("hip", "astma", "soriasis", "dehydrashun")]
    [0, 1, 2, 3]
    """
    return bisect_right(_LENGTHS, len(word))


def corrected(word: str, counts: Mapping[str, int], most: int = 3) -> str | None:
    """Return the word of *counts* of which *word* is most likely a misspelling, if any.

    It has at most *most* edits, fewer for a short word.

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

    def unlikeliness(match: tuple[str, float, object]) -> tuple[float, str]:
        candidate, distance, _ = match
        cost = distance - FREQUENCY * math.log10(1 + counts[candidate])
        if sound(candidate) == heard:
            cost -= SOUND
        elif candidate[0] != word[0]:
            cost += FIRST_LETTER
        return cost, candidate

    return min(map(unlikeliness, near), default=(0.0, None))[1]


def split(word: str, counts: Mapping[str, int]) -> tuple[str, str] | None:
    """Return the two common words that are joined in *word*, None if there are none.

    >>> split("lowback", {"low": 50, "back": 60})
    ('low', 'back')
    """
    halves = [(word[:place], word[place:]) for place in range(3, len(word) - 2)]
    common = [(min(counts.get(half, 0) for half in pair), pair) for pair in halves]
    least, pair = max(common, default=(0, ("", "")))
    return pair if least >= COMMON else None
