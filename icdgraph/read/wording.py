"""The words of notes and titles, prepared for comparison.

A note such as "open fracture of knee and lower leg (S82.-)" says more than the codes
beside it.  To compare it with their titles, it is read as

    text      =  side ( relation side )*            "coma" in "diabetes"
    side      =  phrase ( joint phrase )*           "knee" and "lower leg"
    phrase    =  word*                              prepositions end a phrase
    joint     =  "," | "/" | "and" | "or"
    relation  =  "with" | cause                     "in", "due to", "complicating", ...

Words in parentheses or brackets are nonessential and left out, as in the Alphabetic
Index; relations there are read: "nerve root compression (due to) (in) spondylosis".
Words after "without", "not" or "except" are denied and left out, and so are those that
say nothing about a condition.  The forms of a word are compared by their `stem`.

The lists of words are in ``wording.toml``.  This module knows no code.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

_LISTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_FILLERS = frozenset(_LISTS["fillers"].split())
_GENERIC = frozenset(_LISTS["generic"].split())
_OPENING = frozenset(_LISTS["opening"].split())
_COMPOUNDS: dict[str, list[str]] = _LISTS["compounds"]
_SYNONYMS = {
    word: line.split()[0]
    for line in _LISTS["synonyms"].splitlines()
    for word in line.split()
}
_CAUSES = "|".join(_LISTS["causes"])
_DENIALS = "|".join(_LISTS["denials"])

_SUFFIX = re.compile(
    "(?<=...)(?<![sui])s$|(?<=....)(?:ization|ically|ally|opathies|astic|opathy|opathic|itides|asia|ative|ation"
    "|ated|atic|ical|ious|eous|ities|ity|itis|ential|ences|ence|ency|ent|ance|ant|otic|osis|oses|ous|ies|ied|ive|ing|ions"
    "|ion|ial|ian|ics|ic|al|ed|es|sis|tic|ary|oid|ae|s|e|y|a|us|um)$"
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_BARE_RELATION = re.compile(rf"\((?:{_CAUSES}|with|of|by)\)")
_TOKEN = re.compile(
    rf"\bwith or without\b|\bnon-\w+|(?P<cause>\b(?:{_CAUSES})\b(?! situ\b))"
    rf"|(?P<with>\b(?<!contact )with\b)|(?P<denial>\b(?:{_DENIALS})\b)"
    r"|(?P<preposition>\b(?:of|at|by|for|on|to|between)\b)"
    r"|(?P<joint>[,/]|\b(?:and|or)\b)|(?P<stop>[;:])|(?P<word>[^\W\d_]+)(?:'s)?"
)
_DENIED = re.compile(rf"\b(?<!with or )(?:{_DENIALS})\b[^,;]*|\bnon-\w+")
_MAY_DENY = re.compile(r"without|not|no |non-|exc|than|unrelated")
_PUNCTUATION = str.maketrans("()[],;:/-.'\"", " " * 12)


@cache
def stem(word: str) -> str:
    """Return what the forms of *word* have in common.

    >>> stem("fractures"), stem("renal"), stem("retinopathy"), stem("retinal")
    ('fractur', 'kidney', 'retin', 'retin')
    """
    return _SYNONYMS.get(word) or _SUFFIX.sub("", word)


PARTS = {
    stem(whole): [stem(part) for part in parts]
    for whole, parts in _LISTS["parts"].items()
}
"""What else a code may say that meets a word: a finger is part of the hand."""


class Word(NamedTuple):
    """A word of a text: its stem, its span, and the side and phrase it is in.

    A *generic* word, such as "disease", can only confirm what a code is.  One with a
    *joint* is an alternative of the word before it, *open* if it follows "other".
    """

    stem: str
    start: int
    end: int
    side: int
    phrase: int
    generic: bool
    joint: str
    open: bool


class Wording(NamedTuple):
    """The words of a text, and the relations before its second and later sides."""

    words: tuple[Word, ...]
    relations: tuple[str, ...]


@cache
def read(text: str) -> Wording:
    """Return the words of *text*.

    >>> wording = read("coma in diabetes, without ketoacidosis")
    >>> [(word.stem, word.side) for word in wording.words], wording.relations
    ([('coma', 0), ('diabetes', 1)], ('in',))
    """
    lower = _BARE_RELATION.sub(lambda m: f" {m[0][1:-1]} ", text.lower())
    lower = _ASIDE.sub(lambda m: " " * len(m[0]), lower)
    reader = _WordingReader()
    for match in _TOKEN.finditer(lower):
        kind = match.lastgroup
        if kind == "word":
            reader.word(match["word"], match.span())
        elif kind == "preposition":
            reader.end_phrase()
        elif kind == "denial":
            reader.denies, reader.denied = True, False
        elif kind in ("joint", "stop"):
            reader.join(match[0])
        elif kind:
            reader.relate(match[0])
    return Wording(tuple(_without_asides(reader.words)), tuple(reader.relations))


class _WordingReader:
    """The words read so far, and what the next one is to them."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.relations: list[str] = []
        self.phrase = 0
        self.joint = ""
        self.opens = False
        self.denies = self.denied = False

    def word(self, word: str, span: tuple[int, int]) -> None:
        if word in _OPENING:
            self.opens = self.opens or bool(self.joint)
        elif self.denies:
            self.denied = True
        elif word not in _FILLERS:
            place = *span, len(self.relations), self.phrase, word in _GENERIC
            for part in _COMPOUNDS.get(word, (word,)):
                self.words.append(Word(stem(part), *place, self.joint, self.opens))
                self.joint = ""
            self.opens = False

    def end_phrase(self) -> None:
        self.phrase += bool(self.words) and self.words[-1].phrase == self.phrase

    def join(self, joint: str) -> None:
        self.phrase += 1
        self.joint = "" if joint in ";:" else joint
        self.denies = self.denies and joint in ("and", "or", "/")

    def relate(self, relation: str) -> None:
        self.phrase += 1
        self.joint = ""
        # "not due to" denies what follows, "without fall due to" the fall alone.
        self.denies = self.denies and not self.denied
        side = len(self.relations)
        if side and not any(word.side == side for word in self.words):
            # "(with) (in)": the weaker one of the two is meant.
            relation = min(self.relations.pop(), relation, key="with".__ne__)
        self.relations.append(relation)


def _without_asides(words: list[Word]) -> list[Word]:
    """Return *words*, not joined by commas that no "and" or "or" follows.

    "A, B and C" is a list, "A, unspecified" and "A, acquired" are not.
    """
    plain: list[Word] = []
    listed_side = -1
    for word in reversed(words):
        if word.joint == "," and word.side != listed_side:
            word = word._replace(joint="")
        elif word.joint and word.joint != ",":
            listed_side = word.side
        plain.append(word)
    return plain[::-1]


def said(text: str) -> list[str]:
    """Return the words that a title or an inclusion term says and does not deny.

    >>> said("Calculus of gallbladder without cholecystitis")
    ['calculus', 'of', 'gallbladder']
    """
    lower = text.lower()
    if _MAY_DENY.search(lower):
        lower = _DENIED.sub(" ", lower)
    return lower.translate(_PUNCTUATION).split()


@cache
def content(word: str) -> tuple[str, ...]:
    """Return the stems of *word* where it says something about a condition.

    >>> content("cerebrovascular"), content("disease"), content("unspecified")
    (('brain', 'vessel'), (), ())
    """
    return () if word in _GENERIC else stems(word)


@cache
def stems(word: str) -> tuple[str, ...]:
    """Return the stems of *word*, also of a generic one such as "disease"."""
    if word in _FILLERS:
        return ()
    return tuple(stem(part) for part in _COMPOUNDS.get(word, (word,)))
