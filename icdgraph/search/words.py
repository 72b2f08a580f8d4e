"""Text into words: how titles and questions are both brought to the same form.

A word is lower case, without diacritics, possessive ending or plural::

    "Crohn's disease"   crohn disease
    "Gall stones"       gall stone
    "pre-eclampsia"     pre eclampsia, and preeclampsia beside them

Words of one family (dislocated, dislocation; diabetic, diabetes) keep their own form
and share a `root`.  British spellings are brought to American ones by the rules in
``words.toml``, each tried where the outcome is a word of the release.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

LONGEST = 64
"""Characters of the longest word that is looked at; what is longer is no word."""

_TABLE = tomllib.loads(
    files("icdgraph.search").joinpath("words.toml").read_text("utf-8")
)
STOP = frozenset(_TABLE["stop"].split())
"""Words that say nothing about a diagnosis."""

FILLERS = frozenset(_TABLE["fillers"].split())
"""Words that say only how far the diagnosis is stated."""

NEGATIONS = frozenset(["without", "not", "no", "except", "uncomplicated"])
"""What follows one of these in a title is what the diagnosis is not."""

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_HYPHENED = re.compile(r"[a-z0-9']+(?:-[a-z0-9']+)+")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc`\u00b4", "'''''")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its common form, and where it stands in the text it is from."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return *text* in lower case without diacritics, a character for a character.

    >>> fold("Sjögren’s")
    "sjogren's"
    """
    text = text.translate(_APOSTROPHES)
    # Each by itself, so that places in the text stay what they are.
    return text.lower() if text.isascii() else "".join(map(_plain, text))


@cache
def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.lower())
    plain = [c for c in decomposed if not unicodedata.combining(c)]
    return plain[0] if plain else " "


def words(text: str) -> Iterator[Word]:
    """Yield the words of *text* in order, those of a hyphened one apart.

    >>> [word.text for word in words("Low-back pains; Crohn's")]
    ['low', 'back', 'pain', 'crohn']
    """
    for match in _WORD.finditer(fold(text)):
        if match.end() - match.start() <= LONGEST:
            yield Word(singular(match[0]), match.start(), match.end())


def plain_words(text: str) -> list[str]:
    """Return the words of *text* as they are printed, folded.

    >>> plain_words("Low-back pains")
    ['low', 'back', 'pains']
    """
    return _WORD.findall(fold(text))


def joined(text: str) -> Iterator[str]:
    """Yield the hyphened words of *text* written as one.

    >>> list(joined("Pre-eclampsia"))
    ['preeclampsia']
    """
    if "-" in text:
        for match in _HYPHENED.finditer(fold(text)):
            yield singular(match[0].replace("-", "").replace("'", ""))


@cache
def singular(word: str) -> str:
    """Return *word* without possessive or plural ending.

    The rules are those of the S stemmer: D. Harman, "How effective is suffixing?",
    JASIS 42(1), 1991, pp. 7-15; but words of three letters keep their s, and those in
    -oes lose it.

    >>> [singular(w) for w in ("arteries", "bones", "crohn's", "abscess", "virus")]
    ['artery', 'bone', 'crohn', 'abscess', 'virus']
    """
    word = word.removesuffix("'s").replace("'", "")
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith(("us", "ss", "aes")):
        return word
    # Mosquitoes, but toes and shoes: the S stemmer leaves all of them as they are.
    return word[:-2] if word.endswith("oes") and len(word) > 5 else word[:-1]


_SUFFIXES = sorted(_TABLE["suffixes"].split(), key=len, reverse=True)
_SHORTEST_ROOT = 4


@cache
def root(word: str) -> str:
    """Return what the words of *word*'s family share.

    >>> {root(singular(word)) for word in ("diabetic", "diabetes")}
    {'diabet'}
    >>> root("pregnant") == root("pregnancy")
    True
    """
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_ROOT:
            return word[: -len(suffix)]
    return word


_SPELLINGS = [
    (re.compile(british), replacement) for british, replacement in _TABLE["rules"]
]


def american(word: str, known: Container[str]) -> str | None:
    """Return the American spelling of *word* that is among *known*, None without one.

    >>> american("haemorrhage", {"hemorrhage"})
    'hemorrhage'
    """
    spellings = [word]
    for pattern, replacement in _SPELLINGS:
        spellings += [
            changed
            for spelling in spellings
            if (changed := pattern.sub(replacement, spelling)) != spelling
        ]
    return next((s for s in spellings[:0:-1] if s in known), None)
