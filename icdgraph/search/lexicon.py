"""What words mean: the tables of vocabulary and abbreviations, read for one release.

A phrase that people say leads to phrases that are printed, each with the source that
says so.  Phrases are tuples of words in their common form, stop words left out::

    ("heart", "attack")   ->  ("acute", "myocardial", "infarction")
    ("copd",)             ->  ("chronic", "obstructive", "pulmonary", "disease")
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from icdgraph.search.words import STOP, words

if TYPE_CHECKING:
    from collections.abc import Mapping

Phrase = tuple[str, ...]

TABLES = ("abbreviations.toml", "vocabulary.toml")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase means: the *words* for it, as *printed*, and who says so.

    *is_same* where the two are used alike, so that neither is preferred.
    """

    words: Phrase
    printed: str
    source: str
    is_same: bool = False


Meanings = dict[Phrase, list[Meaning]]


def phrase(text: str) -> Phrase:
    """Return *text* as the words that are looked up.

    >>> phrase("water on the brain")
    ('water', 'brain')
    """
    return tuple(word.text for word in words(text) if word.text not in STOP)


@cache
def tabled() -> Mapping[Phrase, list[Meaning]]:
    """Return what the two tables hold.

    >>> [meaning.printed for meaning in tabled()["heart", "attack"]]
    ['acute myocardial infarction']
    """
    found: Meanings = defaultdict(list)
    for name in TABLES:
        text = files("icdgraph.search").joinpath(name).read_text("utf-8")
        table = tomllib.loads(text)
        for said, means, source in table["rows"]:
            found[phrase(said)].append(Meaning(phrase(means), means, source))
        for one, other, source in table.get("same", ()):
            for said, means in ((one, other), (other, one)):
                meaning = Meaning(phrase(means), means, source, is_same=True)
                found[phrase(said)].append(meaning)
    return dict(found)


LONGEST = 4
"""Words of the longest phrase in the tables."""
