"""Abbreviations that the release itself spells out.

"Chronic obstructive pulmonary disease [COPD]" tells what COPD is.  The long form is
found as in A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying
abbreviation definitions in biomedical text", Pacific Symposium on Biocomputing 8,
2003, pp. 451-462: going backwards, each letter of the short form must be met in the
words before it, the first one at the start of a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BRACKETED = re.compile(r"[(\[]([A-Z][A-Za-z-]{1,7})[)\]]")
_INNER = re.compile(r"[(\[][^()\[\]]*[)\]]")


def spelled_out(texts: Iterable[tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """Return short form to long form and the first place that prints it so.

    *texts* are pairs of a text and its place.  Short forms are in lower case; of
    several long forms the one printed most often is taken.

    >>> spelled_out([("Chronic obstructive pulmonary disease [COPD]", 7)])
    {'copd': ('chronic obstructive pulmonary disease', 7)}
    """
    found: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[tuple[str, str], int] = {}
    for text, place in texts:
        for match in _BRACKETED.finditer(text):
            short = match[1]
            if sum(map(str.isupper, short)) < 2:
                continue
            long = long_form(short, _INNER.sub(" ", text[: match.start()]))
            if long:
                found[short.lower()][long] += 1
                places.setdefault((short.lower(), long), place)
    return {
        short: (long, places[short, long])
        for short, longs in found.items()
        for long, _ in longs.most_common(1)
    }


def long_form(short: str, before: str) -> str | None:
    """Return the words at the end of *before* that *short* abbreviates, None if none.

    >>> long_form("HIV", "infection by human immunodeficiency virus")
    'human immunodeficiency virus'
    """
    words = before.lower().replace("-", " ").split()
    # As in the paper: no more words than letters and five, nor twice the letters.
    nearby = words[-min(len(short) + 5, 2 * len(short)) :]
    text = " ".join(nearby)
    place = len(text)
    for turn, letter in enumerate(reversed(short.lower().replace("-", ""))):
        is_first = turn == len(short.replace("-", "")) - 1
        place = text.rfind(letter, 0, place)
        while is_first and place > 0 and text[place - 1] != " ":
            place = text.rfind(letter, 0, place)
        if place < 0:
            return None
    long = text[place:]
    return long if " " in long and short.lower() not in long.split() else None
