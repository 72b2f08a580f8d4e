"""Text into words: titles and queries are brought to the same form.

A word is in lower case, without diacritics, possessive or plural ending:

    "Crohn's disease"   crohn disease
    "Gall stones"       gall stone
    "pre-eclampsia"     pre eclampsia, and preeclampsia as well

Words of one family (dislocated, dislocation) are different words that share a `root`.
British spellings are changed to American ones if those are words of the release.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 64
"""Characters of the longest word; longer ones are ignored."""

_STOP = """
about am an and are as at be because been being by can caused do due during for from
got had has have her his i in into is it its me my of on or our patient per she he some
that the their there this to was were when which while who with you your
"""
STOP = frozenset(_STOP.split())
"""Words that mean nothing for a diagnosis."""

_FILLERS = """
other unspecified nos nec specified classified classifiable elsewhere otherwise type
encounter
"""
FILLERS = frozenset(_FILLERS.split())
"""Words that only tell how precisely the diagnosis is stated."""

NEGATIONS = frozenset(["without", "not", "no", "except", "uncomplicated"])
"""In a title, the words after one of these are what the diagnosis is not."""

_SUFFIXES = """
a al ally ance ancy ant ar ary ate ated ates ating ation e ed emia emic en ence ency ent
er es ia iac iasis iatic ic ical ies iness ing ion ious is ism ist itic iti ity ive less
ly ment ness or osi osis otic ous ual y
"""
_LONGEST_SUFFIX_FIRST = sorted(_SUFFIXES.split(), key=len, reverse=True)
_SHORTEST_ROOT = 4

_AMERICAN = [
    (re.compile(british), american)
    for british, american in (
        ("ae", "e"),  # anaemia, haemorrhage, orthopaedic, caesarean
        ("oe", "e"),  # oedema, diarrhoea, oesophagus, foetal
        ("our", "or"),  # tumour, behaviour, labour
        (r"tre\b", "ter"),  # goitre, centre, litre
        (r"bre\b", "ber"),  # fibre, calibre
        (r"is(e|ed|ing|ation)\b", r"iz\1"),  # immunise, organisation
        (r"ys(e|ed|ing)\b", r"yz\1"),  # paralyse
        ("leuco", "leuko"),  # leucocytosis
        ("sulph", "sulf"),  # sulphonamide
        (r"ll(ed|ing|er)\b", r"l\1"),  # travelling, labelled
        (r"logue\b", "log"),  # catalogue
        (r"nce\b", "nse"),  # offence, defence
        ("mould", "mold"),
        ("grey", "gray"),
        ("ageing", "aging"),
        ("tyre", "tire"),
        ("plough", "plow"),
        ("cheque", "check"),
    )
]
"""British spellings within a word, and the American ones, in the order of use."""

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_HYPHENATED = re.compile(r"[a-z0-9']+(?:-[a-z0-9']+)+")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc`\u00b4", "'''''")


class PlacedWord(NamedTuple):
    """A word in its common form, and its place in the text."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return *text* in lower case without diacritics, of the same length.

    >>> fold("Sjögren’s")
    "sjogren's"
    """
    text = text.translate(_APOSTROPHES)
    # Character by character, so that places in the text stay the same.
    return text.lower() if text.isascii() else "".join(map(_plain, text))


@cache
def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.lower())
    plain = [c for c in decomposed if not unicodedata.combining(c)]
    return plain[0] if plain else " "


def words(text: str) -> Iterator[PlacedWord]:
    """Yield the words of *text* in order; the parts of a hyphenated word are words.

    >>> [word.text for word in words("Low-back pains; Crohn's")]
    ['low', 'back', 'pain', 'crohn']
    """
    for match in _WORD.finditer(fold(text)):
        if match.end() - match.start() <= LONGEST:
            yield PlacedWord(singular(match[0]), match.start(), match.end())


def plain_words(text: str) -> list[str]:
    """Return the words of *text* as printed, but folded."""
    return _WORD.findall(fold(text))


def joined(text: str) -> Iterator[str]:
    """Yield the hyphenated words of *text* without their hyphens."""
    if "-" in text:
        for match in _HYPHENATED.finditer(fold(text)):
            yield singular(match[0].replace("-", "").replace("'", ""))


@cache
def singular(word: str) -> str:
    """Return *word* without a possessive or plural ending.

    The rules are those of the S stemmer: D. Harman, "How effective is suffixing?",
    JASIS 42(1), 1991, pp. 7-15.  In addition, words of three letters keep their s, and
    long words in -oes lose it.

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
    # Mosquitoes loses es, but toes and shoes lose s.
    return word[:-2] if word.endswith("oes") and len(word) > 5 else word[:-1]


@cache
def root(word: str) -> str:
    """Return the root that the words of the family of *word* share.

    >>> {root(singular(word)) for word in ("diabetic", "diabetes")}
    {'diabet'}
    """
    for suffix in _LONGEST_SUFFIX_FIRST:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_ROOT:
            return word[: -len(suffix)]
    return word


def american(word: str, is_known: Callable[[str], bool]) -> str | None:
    """Return the American spelling of *word* that is known, None if there is none.

    >>> american("haemorrhage", {"hemorrhage"}.__contains__)
    'hemorrhage'
    """
    spellings = [word]
    for british, replacement in _AMERICAN:
        spellings += [
            changed
            for spelling in spellings
            if (changed := british.sub(replacement, spelling)) != spelling
        ]
    return next((s for s in spellings[:0:-1] if is_known(s)), None)
