"""What an ICD-10-CM code is, as text.

People write ``M54.50``, ``M5450``, ``m54.50`` and `` M54 .50``: all mean one code.
`parse` is the border where such text becomes a `Code`, upper case with its dot after
the third character; past it nobody normalizes again.

    M   5   4   .   5   0       characters, counted from 1 and without the dot:
    1   2   3       4   5       `character("M54.50", 5)` is "0"

The first three characters are the category.  Letters may stand in any place (C4A, M1A,
E11.A, D47.Z2), in the second too where a digit follows (QA0); a placeholder X fills an
empty place.
"""

from __future__ import annotations

import re
from typing import NewType

from icdgraph.errors import ParseError

Code = NewType("Code", str)
"""A code or category in canonical form: upper case, dotted.  Made by `parse`."""

CODE = r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.[0-9A-Z]{1,4})?"
"""The shape of a canonical code, as a regular expression without groups."""

_CODE = re.compile(CODE)
_SPACE = re.compile(r"\s+")
LONGEST = 7
"""Characters of the longest code, the dot not counted."""


def parse(text: str) -> Code:
    """Return the code in *text*, dotted or not, in any case or spacing.

    Raises `ParseError` where *text* does not have the shape of a code.  Whether a
    release has the code is for its graph to answer.

    >>> parse(" m5450")
    'M54.50'
    >>> parse("C4A")
    'C4A'
    """
    if _CODE.fullmatch(text):  # as nearly all are
        return Code(text)
    packed = _SPACE.sub("", text)
    dotted = (dot(packed) if "." not in packed else packed).upper()
    # Upper case makes an S of the long s, so look at the letters before it.
    if not packed.isascii() or not _CODE.fullmatch(dotted):
        raise ParseError(
            f"invalid code {text!r}: expected a letter and two characters, then up to "
            "four after a dot, such as M54.50"
        )
    return Code(dotted)


def dot(compact_code: str) -> Code:
    """Return *compact_code*, which must be a code, with its dot.

    >>> dot("S0001XA"), dot("I10")
    ('S00.01XA', 'I10')
    """
    if len(compact_code) <= 3:
        return Code(compact_code)
    return Code(f"{compact_code[:3]}.{compact_code[3:]}")


def compact(code: str) -> str:
    """Return *code* without its dot, as claims and order files write it.

    >>> compact("M54.50")
    'M5450'
    """
    return code.replace(".", "")


def character(code: str, place: int) -> str:
    """Return the character of *code* at *place*, counted from 1 without the dot.

    It is empty where the code is shorter: I10 has no fifth character.

    >>> character("T36.0X5A", 6), character("I10", 5)
    ('5', '')
    """
    return compact(code)[place - 1 : place]


def intent(code: str) -> str:
    """Return the character of *code*, a billable one of T36-T65, that tells the intent.

    It is the sixth, or the fifth where the sixth is the placeholder X: T50.A15A is an
    adverse effect (5), T39.91XA an accidental poisoning (1).  The others are 2
    self-harm, 3 assault, 4 undetermined and 6 underdosing (Guidelines I.C.19.e.5).

    >>> intent("T50.A15A"), intent("T39.91XA")
    ('5', '1')
    """
    sixth = character(code, 6)
    return character(code, 5) if sixth == "X" else sixth
