"""Abbreviations that the release itself spells out.

"Chronic obstructive pulmonary disease [COPD]" defines COPD.  The long form is found as
in A. S. Schwartz and M. A. Hearst, "A simple algorithm for identifying abbreviation
definitions in biomedical text", Pacific Symposium on Biocomputing 8, 2003, pp. 451-462:
from right to left, each letter of the short form must be in the words before it, the
first one at the start of a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BRACKETED = re.compile(r"[(\[]([A-Z][A-Za-z-]{1,7})[)\]]")
_INNER = re.compile(r"[(\[][^()\[\]]*[)\]]")


def spelled_out(texts: Iterable[str]) -> dict[str, str]:
    """Return the long form of each short form, in lower case, that *texts* define.

    Of several long forms, the most frequent one is taken.

    >>> spelled_out(["Chronic obstructive pulmonary disease [COPD]"])
    {'copd': 'chronic obstructive pulmonary disease'}
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for match in _BRACKETED.finditer(text):
            short = match[1]
            long = long_form(short, _INNER.sub(" ", text[: match.start()]))
            if long and sum(map(str.isupper, short)) > 1:
                counts[short.lower()][long] += 1
    return {short: longs.most_common(1)[0][0] for short, longs in counts.items()}


def long_form(short: str, before: str) -> str | None:
    """Return the words at the end of *before* that *short* abbreviates, if any."""
    words = before.lower().replace("-", " ").split()
    # As in the paper: at most five words more than letters, and twice as many.
    text = " ".join(words[-min(len(short) + 5, 2 * len(short)) :])
    letters = short.lower().replace("-", "")
    place = len(text)
    for number in range(len(letters) - 1, -1, -1):
        place = text.rfind(letters[number], 0, place)
        while number == 0 and place > 0 and text[place - 1] != " ":
            place = text.rfind(letters[number], 0, place)
        if place < 0:
            return None
    long = text[place:]
    return long if " " in long and short.lower() not in long.split() else None
