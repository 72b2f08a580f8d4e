"""What people say and what the release prints, from two tables written by hand.

A phrase that people say leads to phrases that are printed, each with its source.
Phrases are tuples of words in their common form, without stop words:

    ("heart", "attack")   ->  ("acute", "myocardial", "infarction")
    ("copd",)             ->  ("chronic", "obstructive", "pulmonary", "disease")
"""

from __future__ import annotations

import tomllib
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.search.words import STOP, words

if TYPE_CHECKING:
    from collections.abc import Iterator

Phrase = tuple[str, ...]

TABLES = ("abbreviations.toml", "vocabulary.toml")
LONGEST = 4
"""Words of the longest phrase in the tables."""


class Meaning(NamedTuple):
    """What a phrase means: the *words* for it, as *printed*, and the source.

    *is_same* is True if both phrases are used alike, so that neither is preferred.
    """

    words: Phrase
    printed: str
    source: str
    is_same: bool = False


def phrase(text: str) -> Phrase:
    """Return *text* as the words that are looked up.

    >>> phrase("water on the brain")
    ('water', 'brain')
    """
    return tuple(word.text for word in words(text) if word.text not in STOP)


def digest() -> int:
    """Return a checksum of the tables, which changes with them."""
    return zlib.crc32(b"".join(_path(name).read_bytes() for name in TABLES))


def meanings() -> Iterator[tuple[Phrase, Meaning]]:
    """Yield the phrases of both tables, each with a meaning."""
    for name in TABLES:
        table = tomllib.loads(_path(name).read_text("utf-8"))
        rows = [(*row, False) for row in table["rows"]]
        for first, second, source in table.get("same", ()):
            rows += (first, second, source, True), (second, first, source, True)
        for said, printed, source, is_same in rows:
            yield phrase(said), Meaning(phrase(printed), printed, source, is_same)


def _path(name: str) -> Path:
    return Path(__file__).with_name(name)
